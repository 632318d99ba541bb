"""What the user is told: what differs, what is held, and what to do about it."""

import json

from pulumi_fc_async_invoke.api.errors import NotAppliedError
from pulumi_fc_async_invoke.api.model import ConfigValues

NO_EFFECT = "A read since then shows no effect of it: run `pulumi up` again"
STILL_THERE = "A read since then shows that the config is still there: run it again"
TO_OVERWRITE = (
    "To take it over, declare the same values; to overwrite it, set allow_overwrite "
    "(allowOverwrite) on the resource, or for the stack: pulumi config set fc:allowOverwrite true"
)


def refusal(declared: ConfigValues, held: ConfigValues) -> str:
    """Why a config that somebody else made is left alone."""
    return (
        "a different config exists already and was left as it is: "
        f"{difference(declared, held)}. {TO_OVERWRITE}"
    )


def not_applied(declared: ConfigValues, held: ConfigValues) -> NotAppliedError:
    """A write that the service confirmed, and that did not take."""
    return NotAppliedError(
        f"{difference(declared, held)} (the service answered the write with success, and does not "
        "hold what was sent: run `pulumi up` again; if it says so again, look for what else writes "
        "this config, or report it to the vendor)"
    )


def difference(declared: ConfigValues, held: ConfigValues, *, was: bool = False) -> str:
    """In words; a declared destination stays out of them, as it may be a secret."""
    return ", ".join(
        f"{path} {'was' if was else 'is'} {to_json(there)} on the service"
        + (
            ", another one in the program"
            if isinstance(here, str)
            else f", {to_json(here)} declared"
        )
        for path, (here, there) in declared.differences(held).items()
    )


def described(held: ConfigValues | None) -> str:
    """Complete enough to restore it by hand."""
    return "no config" if held is None else to_json(held.to_properties())


# Two of the longest destinations that can be written, each character as JSON's longest escape.
_LONGEST = 2 * 1024 * len("\\ud83d\\ude80")


def to_json(value: object) -> str:
    """ASCII alone, and short enough to be read: the service may hold anything."""
    text = "none" if value is None else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
