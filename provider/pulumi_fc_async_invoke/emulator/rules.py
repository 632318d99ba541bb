"""What a PUT does to a stored config: pure, with a switch for everything that is not documented.

The vendor's page of 2.0 says "Items that are not specified remain unchanged" and no more. How deep
that goes, and what ``null`` and ``{}`` mean, is open; a client has to work under every rule.
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, cast, get_args, get_type_hints

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from .exceptions import ApiError

Merge = Literal["deep", "shallow"]
Clearing = Literal["clear", "ignore", "refuse"]
NullSide = Literal["as_null", "clear", "ignore", "refuse"]
AbsentAs = Literal["absent", "null", "null_sides", "null_destinations", "empty"]
UnsetAs = Literal["null", "absent", "zero", "default"]
Echo = Literal["LATEST", "empty", "absent"]
Names = Literal["service", "serviceName", "both"]
PutResponse = Literal["result", "sample", "ignored", "lies"]
DestinationAs = Literal["sent", "without_account", "with_account"]
Arn = Literal["short", "LATEST", "odd"]
ErrorBody = Literal["own", "Code", "ErrorCode", "errorCode"]
AuthErrors = Literal["openapi", "account"]
Missing = Literal["empty", "null", "absent"]
Twins = Literal["separate", "same"]
Count = Annotated[int, Field(ge=0)]
Json = dict[str, Any]

SIDES = ("onSuccess", "onFailure")
TIMES = ("createdTime", "lastModifiedTime")
STRICT = ConfigDict(strict=True, extra="forbid")
"""What is declared here also comes over HTTP and from command lines."""


@dataclass(frozen=True, config=STRICT)
class Rules:
    """How this Function Compute behaves where the documentation leaves it open.

    Both API versions follow the same rules; those that only one of them knows say so.
    """

    merge: Merge = "deep"
    """``deep``: the sides of ``destinationConfig`` merge one by one. ``shallow``: a given
    ``destinationConfig`` replaces the old one whole."""
    null: Clearing = "clear"
    """What null does at ``destinationConfig``, a side, ``destination`` or a number: clear it
    (a number goes back to its default), count as not sent, or be refused."""
    empty: Clearing = "clear"
    """What ``{}`` does at ``destinationConfig``, and in 2.0 at a side: clear it, count as not
    sent, or be refused. 3.0 always refuses an empty side."""
    null_side: NullSide = "as_null"
    """What null does at a side, if that is not what it does elsewhere."""
    blank: Clearing = "refuse"
    """What ``""`` does at ``destination``: clear it, leave an empty side, or be refused."""
    absent_as: AbsentAs = "absent"
    """How a destination that is not set reads: no key; null at the highest level that is unset;
    null at both sides; null at both ``destination`` keys; or ``{}``."""
    unset_as: UnsetAs = "null"
    """3.0: how a number or ``asyncTask`` that was never set reads."""
    destination_as: DestinationAs = "sent"
    """How a destination reads: as it was sent, with its account removed, or with an account filled
    in where it had none."""
    echo: Echo = "LATEST"
    """2.0: which ``qualifier`` is in the response where the path had none."""
    names: Names = "service"
    """2.0: ``service`` and ``function`` (as the SDKs' tests see), ``serviceName`` and
    ``functionName`` (as the vendor's page says), or both."""
    arn: Arn = "short"
    """3.0: ``functionArn`` of LATEST without a qualifier; with ``/LATEST``; or a slash in place of
    the colon before ``functions``, as in one of the vendor's samples."""
    twins: Twins = "separate"
    """What ``function`` of ``service`` in 2.0 and ``service$function`` in 3.0 are: two
    ``separate`` configs, or the ``same`` one, which is stored as one of 2.0."""
    stale_reads: Count = 0
    """For how many milliseconds after a write GET and list read the state before it."""
    stale_reads_count: Count = 0
    """How many GETs after a write read the state before it; a list is stale as long."""
    put_response: PutResponse = "result"
    """What a PUT responds with 200: the ``result``; other numbers than it stored, as the vendor's
    ``sample`` does; the old config, having stored nothing (``ignored``); or what it would have
    stored, having stored nothing (``lies``)."""
    delete_status: Literal["204", "200"] = "204"
    """Status of a DELETE that deleted something."""
    delete_absent: Literal["404", "204"] = "404"
    """Status of a DELETE that found nothing."""
    last_page: Missing = "empty"
    """``nextToken`` of the last page."""
    no_configs: Missing = "empty"
    """``configs`` of a page that holds none."""
    list_limit: Annotated[int, Field(ge=1)] = 20
    """How many configs a page holds where the request does not say."""
    list_maximum: Annotated[int, Field(ge=1)] = 100
    """The most that a request may ask for."""
    error_body: ErrorBody = "own"
    """How the members of an error are spelled: as each version's own documentation has it
    (``ErrorCode`` in 2.0, ``Code`` in 3.0), or otherwise."""
    auth_errors: AuthErrors = "openapi"
    """3.0: whether a wrong key, signature, time or token is named as OpenAPI hosts do
    (``SignatureDoesNotMatch``) or as the account's host does in 2.0 (``SignatureNotMatch``)."""
    clock_offset: int = 0
    """Seconds by which the service's clock is ahead; more than 900 refuses every signature."""


CHOICES: dict[str, tuple[str, ...]] = {
    name: choices for name, kind in get_type_hints(Rules).items() if (choices := get_args(kind))
}
"""The switches that choose among words."""


def all_rules(*names: str) -> Iterator[Rules]:
    """Generate every combination of some switches; by default of ``merge``, ``null`` and ``empty``.

    Args:
        names: of switches that choose among words.
    """
    switches = names or ("merge", "null", "empty")
    for values in itertools.product(*(CHOICES[name] for name in switches)):
        chosen: dict[str, Any] = dict(zip(switches, values, strict=True))
        yield Rules(**chosen)


class Shape(NamedTuple):
    """What differs between the API versions in a config itself."""

    unset: Mapping[str, int | bool | None]
    """The scalars, and what each is while it was never set; None: the service remembers that."""
    flag: str
    """The one scalar that is a boolean."""
    empty_side: Clearing | None
    """What ``{}`` does at a side; None: as the rules say."""
    refused_destination: str
    """Error code for a destination that is not accepted."""


DEFAULTS: dict[str, int | bool] = {
    "maxAsyncEventAgeInSeconds": 86_400,
    "maxAsyncRetryAttempts": 3,
    "statefulInvocation": False,
}
"""What the service assumes for what was never sent (vendor's page)."""
SHAPE_2016 = Shape(DEFAULTS, "statefulInvocation", None, "InvalidArgument")
SHAPE_2023 = Shape(
    dict.fromkeys(("maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts", "asyncTask")),
    "asyncTask",
    "refuse",
    "InvalidDestinationResources",
)


def spelled(values: Json, shape: Shape) -> Json:
    """Spell a config in the shape of either API version.

    Args:
        values: of either version.
        shape: of the one that is wanted; it says what reads in place of what was never set.
    """
    flag = values.get("asyncTask", values.get("statefulInvocation"))
    result: Json = {**values, shape.flag: flag}
    for name, unset in shape.unset.items():
        if result.get(name) is None:
            result[name] = unset
    members = (*TIMES, *shape.unset, "destinationConfig")
    return {name: result[name] for name in members if name in result}


def apply_put(stored: Json | None, body: Json, rules: Rules, shape: Shape = SHAPE_2016) -> Json:
    """Return the config after a PUT.

    Args:
        stored: the config before, as this function returned it; None if there was none.
        body: what was sent, with the right types; unknown keys are ignored.
        rules: the rules of this service.
        shape: of the API version's configs.

    Returns:
        A new config: all three scalars, and ``destinationConfig`` with the sides that are set,
        left out if none is.

    Raises:
        ApiError: if the rules refuse a null, ``{}`` or ``""`` in it.
    """
    result: Json = {name: _scalar(name, stored, body, rules, shape) for name in shape.unset}
    destinations = _destinations(stored, body, rules, shape)
    if destinations:
        result["destinationConfig"] = destinations
    return result


def _scalar(
    name: str, stored: Json | None, body: Json, rules: Rules, shape: Shape
) -> int | bool | None:
    unset = shape.unset[name]
    unchanged: int | bool | None = (stored or {}).get(name, unset)
    if name not in body:
        return unchanged
    value = body[name]
    if value is not None:
        return cast("int | bool", value)
    _refuse_if(rules.null, f"{name} is null")
    return unset if rules.null == "clear" else unchanged


def _destinations(stored: Json | None, body: Json, rules: Rules, shape: Shape) -> Json:
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
            _set_side(after, side, sent[side], rules, shape)
    return after


def _set_side(after: Json, side: str, sent: Json | None, rules: Rules, shape: Shape) -> None:
    path = f"destinationConfig.{side}"
    what_to_do, why = shape.empty_side or rules.empty, f"{path} is empty"
    code = shape.refused_destination
    if sent is None:
        what_to_do = rules.null if rules.null_side == "as_null" else rules.null_side
        why, code = f"{path} is null", "InvalidArgument"
    elif sent.get("destination"):
        after[side] = {"destination": sent["destination"]}
        return
    elif sent.get("destination") == "" and rules.blank != "ignore":
        what_to_do, why = rules.blank, f"{path}.destination can't be empty"
    elif "destination" in sent and sent["destination"] is None and rules.null != "ignore":
        what_to_do, why, code = rules.null, f"{path}.destination is null", "InvalidArgument"
    # An ignored null or "" counts as not sent, and then nothing is left: the side is empty.
    _refuse_if(what_to_do, why, code)
    if what_to_do == "clear":
        after.pop(side, None)


def _refuse_if(what_to_do: Clearing, why: str, code: str = "InvalidArgument") -> None:
    if what_to_do == "refuse":
        raise ApiError(why, code)
