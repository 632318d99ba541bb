"""Messages for the user: what differs, what is held, and what to do about it."""

import json

from pulumi_fc_async_invoke.api.fields import Config

ADOPTED = "adopted: it exists already, as declared"
NO_EFFECT = "A read since then shows no effect of it: run `pulumi up` again"
NOT_AS_SENT = (
    "The response to the write before it shows other values than were sent, so what the service "
    "holds is not known: run `pulumi up` again"
)
OURS = "one of this program's"
STILL_THERE = "A read since then shows that the config is still there: run it again"
TO_OVERWRITE = (
    "To adopt it, declare the same values; to overwrite it, set allow_overwrite "
    "(allowOverwrite) on the resource, or for the stack: pulumi config set fc:allowOverwrite true"
)


def refusal(declared: Config, held: Config) -> str:
    """Say why a different config is left alone."""
    return (
        "a different config exists already and was left as it is: "
        f"{difference(declared, held)}. {TO_OVERWRITE}"
    )


def difference(declared: Config, held: Config, *known: Config | None, was: bool = False) -> str:
    """Say what differs; a destination that the program declares or declared may be a secret.

    Args:
        declared: what the program declares.
        held: what the service holds.
        known: what else may hold the program's destinations.
        was: whether it is not there any more.
    """
    return ", ".join(
        f"{path} {'was' if was else 'is'} {masked(there, declared, *known)} on the service"
        + (
            ", a different one in the program"
            if isinstance(here, str)
            else f", {to_json(here)} declared"
        )
        for path, (here, there) in declared.differences(held).items()
    )


def masked(value: object, *known: Config | None) -> str:
    """Show a value on the service; one of the program's own destinations stays out of messages."""
    destinations = [arn for config in known if config for arn in config.destinations.values()]
    return OURS if value in destinations else to_json(value)


def held_now(held: Config | None, before: Config | None, declared: Config) -> str:
    """Say what the service holds, where what was there before is shown in full beside it.

    That may have to be put back by hand. A destination that only the program declares need not be,
    and may be a secret.
    """
    if held is None:
        return described(None)
    shown = before.destinations.values() if before else ()
    hidden = set(declared.destinations.values()).difference(shown)
    sides = {side: OURS if arn in hidden else arn for side, arn in held.destinations.items()}
    return described(held.with_destinations(sides))


def described(held: Config | None) -> str:
    """Say what is held, completely enough to restore it by hand."""
    return "no config" if held is None else to_json(held.to_properties())


# Two of the longest destinations that can be written, each character as JSON's longest escape.
_LONGEST = 2 * 1024 * len("\\ud83d\\ude80")


def to_json(value: object) -> str:
    """Write a value in ASCII, short enough to be read: the service may hold anything."""
    text = "none" if value is None else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
