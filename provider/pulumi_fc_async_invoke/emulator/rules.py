"""What a PUT does to a stored config: pure, with a switch for everything nobody documents.

The vendor's page says "Items that are not specified remain unchanged" and no more. How deep that
goes, and what ``null`` and ``{}`` mean, is open; a client has to work under every answer.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, cast, get_args

Merge = Literal["deep", "shallow"]
Clearing = Literal["clear", "ignore", "refuse"]
AbsentAs = Literal["absent", "null", "null_sides", "null_destinations", "empty"]
Echo = Literal["LATEST", "empty", "absent"]
Names = Literal["service", "serviceName", "both"]
PutAnswer = Literal["result", "sample", "ignored", "lies"]
Json = dict[str, Any]

SIDES = ("onSuccess", "onFailure")
DEFAULTS: dict[str, int | bool] = {
    "maxAsyncEventAgeInSeconds": 86_400,
    "maxAsyncRetryAttempts": 3,
    "statefulInvocation": False,
}
"""What the service assumes for what was never sent (vendor's page)."""


class Refused(Exception):  # noqa: N818  it names the answer: the service refuses
    """The service does not accept this body: 400 InvalidArgument."""


@dataclass(frozen=True)
class Rules:
    """How this Function Compute behaves where the documentation leaves it open."""

    merge: Merge = "deep"
    """``deep``: the sides of ``destinationConfig`` merge one by one. ``shallow``: a given
    ``destinationConfig`` replaces the old one whole."""
    null: Clearing = "clear"
    """What null does at ``destinationConfig``, a side, ``destination`` or a number: clear it
    (a number goes back to its default), count as not sent, or be refused."""
    empty: Clearing = "clear"
    """What ``{}`` does at ``destinationConfig`` or a side: clear it, count as not sent, or be
    refused."""
    absent_as: AbsentAs = "absent"
    """How a destination that is not set reads: no key; null at the highest level that is unset;
    null at both sides; null at both ``destination`` keys; or ``{}``."""
    echo: Echo = "LATEST"
    """Which ``qualifier`` is answered where the path had none."""
    names: Names = "service"
    """``service`` and ``function`` (as the SDKs' tests see), ``serviceName`` and
    ``functionName`` (as the vendor's page says), or both."""
    stale_reads: int = 0
    """For how many milliseconds after a write GET and list answer the state before it."""
    stale_reads_count: int = 0
    """How many GETs after a write answer the state before it; a list is stale as long."""
    put_answer: PutAnswer = "result"
    """What a PUT answers with 200: the ``result``; other numbers than it stored, as the vendor's
    ``sample`` does; the old config, having stored nothing (``ignored``); or what it would have
    stored, having stored nothing (``lies``)."""
    clock_offset: int = 0
    """Seconds by which the service's clock is ahead; more than 900 refuses every signature."""

    def __post_init__(self) -> None:
        """Refuse what is none of the choices: rules also come over HTTP.

        Raises:
            ValueError: names the switch and its choices.
        """
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}")
        for name in COUNTS:
            value = getattr(self, name)
            if type(value) is not int or (value < 0 and name != "clock_offset"):
                raise ValueError(f"{name} must be a whole number, 0 or more")


CHOICES: dict[str, tuple[str, ...]] = {
    "merge": get_args(Merge),
    "null": get_args(Clearing),
    "empty": get_args(Clearing),
    "absent_as": get_args(AbsentAs),
    "echo": get_args(Echo),
    "names": get_args(Names),
    "put_answer": get_args(PutAnswer),
}
"""The switches that choose among words."""
COUNTS = tuple(field.name for field in fields(Rules) if field.name not in CHOICES)
"""The switches that take a number."""


def all_rules() -> Iterator[Rules]:
    """Every combination of ``merge``, ``null`` and ``empty``: 18 services."""
    for merge, null, empty in itertools.product(
        get_args(Merge), get_args(Clearing), get_args(Clearing)
    ):
        yield Rules(merge=merge, null=null, empty=empty)


def apply_put(stored: Json | None, body: Json, rules: Rules) -> Json:
    """The config after a PUT.

    Args:
        stored: the config before, as this function returned it; None if there was none.
        body: what was sent, with the right types; unknown keys are ignored.
        rules: the rules of this service.

    Returns:
        A new config: all three numbers, and ``destinationConfig`` with the sides that are set,
        left out if none is.

    Raises:
        Refused: if the rules refuse a null or ``{}`` in it.
    """
    result: Json = {name: _scalar(name, stored, body, rules) for name in DEFAULTS}
    destinations = _destinations(stored, body, rules)
    if destinations:
        result["destinationConfig"] = destinations
    return result


def _scalar(name: str, stored: Json | None, body: Json, rules: Rules) -> int | bool:
    unchanged: int | bool = (stored or DEFAULTS).get(name, DEFAULTS[name])
    if name not in body:
        return unchanged
    value = body[name]
    if value is not None:
        return cast("int | bool", value)
    _refuse_if(rules.null, f"{name} is null")
    return DEFAULTS[name] if rules.null == "clear" else unchanged


def _destinations(stored: Json | None, body: Json, rules: Rules) -> Json:
    before: Json = dict((stored or {}).get("destinationConfig") or {})
    if "destinationConfig" not in body:
        return before
    sent = body["destinationConfig"]
    if sent is None:
        _refuse_if(rules.null, "destinationConfig is null")
        return {} if rules.null == "clear" else before
    if not any(side in sent for side in SIDES):
        _refuse_if(rules.empty, "destinationConfig is empty")
        return {} if rules.empty == "clear" else before
    after = before if rules.merge == "deep" else {}
    for side in SIDES:
        if side in sent:
            _set_side(after, side, sent[side], rules)
    return after


def _set_side(after: Json, side: str, sent: Json | None, rules: Rules) -> None:
    path = f"destinationConfig.{side}"
    if sent is None:
        what_to_do, why = rules.null, f"{path} is null"
    elif sent.get("destination") is not None:
        after[side] = {"destination": sent["destination"]}
        return
    elif "destination" in sent and rules.null != "ignore":
        what_to_do, why = rules.null, f"{path}.destination is null"
    else:  # an ignored null counts as not sent, and then nothing is left
        what_to_do, why = rules.empty, f"{path} is empty"
    _refuse_if(what_to_do, why)
    if what_to_do == "clear":
        after.pop(side, None)


def _refuse_if(what_to_do: Clearing, why: str) -> None:
    if what_to_do == "refuse":
        raise Refused(why)
