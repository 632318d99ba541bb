"""What a program may declare: strict, everything wrong at once, one sentence each.

Pure. Takes the property bag that the engine hands to ``check``, where any value may still be
unknown, and gives back either the inputs to keep in state or what is wrong with them.
Numbers arrive as floats; ``pulumi.Config.get`` yields strings. Both are accepted where they say
exactly one whole number; nothing is rounded, cut or guessed.
Limits are those of the vendor's page PutFunctionAsyncInvokeConfig.
"""

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pulumi.output import Unknown
from pydantic_core import (
    ErrorDetails,
    PydanticCustomError,
    SchemaValidator,
    ValidationError,
    core_schema,
)

from .identity import LATEST
from .model import (
    DEFAULT_EVENT_AGE,
    DEFAULT_RETRY_ATTEMPTS,
    DEFAULT_STATEFUL_INVOCATION,
    MAX_EVENT_AGE,
    MAX_RETRY_ATTEMPTS,
    OUTPUT_ONLY_KEYS,
    PropertyBag,
)
from .names import ACCOUNT_ID, NAME, REGION, NameRule, exact_integer


@dataclass(frozen=True)
class Failure:
    """One thing wrong with the inputs."""

    path: str
    """Property path in the API's names, such as ``destinationConfig.onFailure.destination``."""
    reason: str
    """A sentence that says what is wrong and what would be right."""


def _problem(sentence: str) -> PydanticCustomError:
    # Handed over as a value: braces in the sentence itself would be read as a template.
    return PydanticCustomError("problem", "{sentence}", {"sentence": sentence})


_SHOWN_LENGTH = 40


def _shown(value: object) -> str:
    """A value in a sentence: short, printable, and never a whole object."""
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        cut = ascii(value[:_SHOWN_LENGTH])[1:-1] + ("..." if len(value) > _SHOWN_LENGTH else "")
        return f'the string "{cut}"'
    if isinstance(value, int | float):
        # The wire makes a float of each number; show a whole one as the program has it.
        number = _as_whole_number(value)
        return repr(value if number is None else number)
    return "a list" if isinstance(value, list) else "an object"


# -- one function per kind of value --------------------------------------------------------------

_MAX_DESTINATION_LENGTH = 1024


def _as_whole_number(value: object) -> int | None:
    """The whole number that a value says exactly, or ``None``."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return exact_integer(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value):
        return int(value)
    return None


def _whole_number(lowest: int, highest: int, unit: str = "") -> Callable[[object], int]:
    def parse(value: object) -> int:
        number = _as_whole_number(value)
        if number is None or not lowest <= number <= highest:
            what = f"a whole number{unit} from {lowest} to {highest}"
            raise _problem(f"must be {what}, but is {_shown(value)}")
        return number

    return parse


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise _problem(f"must be true or false, but is {_shown(value)}")


def _matching(rule: NameRule) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value == "":
            raise _problem(f"must not be empty; it must be {rule.words}")
        if not rule.fits(value):
            raise _problem(f"must be {rule.words}, but is {_shown(value)}")
        return value

    return parse


_name = _matching(NAME)
_region = _matching(REGION)
_digits = _matching(ACCOUNT_ID)


def _service_name(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", value):
        service, _, qualifier = value.partition(".")
        raise _problem(
            f'must be the service\'s name alone; give serviceName "{service}" '
            f'and qualifier "{qualifier}"'
        )
    return _name(value)


def _account_id(value: object) -> str:
    # A program may well hold the account's id as a number; a large one is not exact.
    number = _as_whole_number(value)
    if number is None and isinstance(value, float):
        raise _problem("must be an account's id as a string of decimal digits: put it in quotes")
    return _digits(value if number is None or isinstance(value, str) else str(number))


def _destination(value: object) -> str:
    # A string stays out of the sentence: it may be a secret.
    rule = (
        'must be the resource name of the target, "acs:service:region:account:resource", such as '
        '"acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"'
    )
    if not isinstance(value, str):
        raise _problem(f"{rule}, but is {_shown(value)}")
    if not value:
        raise _problem(f"{rule}, but is empty; to have no destination, leave it out")
    if len(value) > _MAX_DESTINATION_LENGTH:
        most = f"at most {_MAX_DESTINATION_LENGTH} characters"
        raise _problem(f"{rule}, and have {most}, but has {len(value)}")
    # Region and account may be masked or empty, and any service will do: the server only looks
    # at the string, and the vendor's page does not list all that it supports.
    if (
        not re.fullmatch(r"acs:[A-Za-z0-9_-]+:[^:\s]*:[^:\s]*:\S+", value)
        or not value.isprintable()
    ):
        raise _problem(rule)
    return value


# -- the shape -------------------------------------------------------------------------------------


_Members = dict[str, core_schema.TypedDictField]


def _required(parse: Callable[[Any], object]) -> core_schema.TypedDictField:
    return core_schema.typed_dict_field(core_schema.no_info_plain_validator_function(parse))


def _defaulted(parse: Callable[[Any], object], default: object) -> core_schema.TypedDictField:
    parsed = core_schema.no_info_plain_validator_function(parse)
    return core_schema.typed_dict_field(core_schema.with_default_schema(parsed, default=default))


def _object(members: _Members) -> core_schema.CoreSchema:
    return core_schema.typed_dict_schema(members, extra_behavior="forbid")


def _optional(members: _Members) -> core_schema.TypedDictField:
    return core_schema.typed_dict_field(_object(members), required=False)


_DESTINATION: _Members = {"destination": _required(_destination)}
_DESTINATION_CONFIG: _Members = {
    "onSuccess": _optional(_DESTINATION),
    "onFailure": _optional(_DESTINATION),
}
_INPUTS: _Members = {
    "serviceName": _required(_service_name),
    "functionName": _required(_name),
    "qualifier": _defaulted(_name, LATEST),
    "region": _required(_region),
    "accountId": _required(_account_id),
    "destinationConfig": _optional(_DESTINATION_CONFIG),
    "maxAsyncEventAgeInSeconds": _defaulted(
        _whole_number(1, MAX_EVENT_AGE, " of seconds"), DEFAULT_EVENT_AGE
    ),
    "maxAsyncRetryAttempts": _defaulted(
        _whole_number(0, MAX_RETRY_ATTEMPTS), DEFAULT_RETRY_ATTEMPTS
    ),
    "statefulInvocation": _defaulted(_boolean, DEFAULT_STATEFUL_INVOCATION),
    "allowOverwrite": _defaulted(_boolean, False),  # noqa: FBT003  a value, not a switch
}
_VALIDATOR = SchemaValidator(_object(_INPUTS))


IDENTITY_KEYS = ("serviceName", "functionName", "qualifier", "region", "accountId")
"""The inputs that say which remote object is meant: a change of one is a replacement."""

_REMEDIES = {
    "region": "set it on the resource, or for the stack: "
    "pulumi config set alicloud:region cn-shanghai",
    "accountId": "set it on the resource, or for the stack: "
    "pulumi config set alicloud:accountId 1234567890123456",
}

# A valid value for each property that may still be unknown: what stands beside it is validated.
_A_DESTINATION = {"destination": "acs:mns:::/queues/unknown/messages"}
_STAND_INS: dict[str, object] = {
    "serviceName": "unknown",
    "functionName": "unknown",
    "qualifier": "unknown",
    "region": "unknown",
    "accountId": "0",
    "destinationConfig": {},
    "onSuccess": _A_DESTINATION,
    "onFailure": _A_DESTINATION,
    "destination": _A_DESTINATION["destination"],
    "maxAsyncEventAgeInSeconds": DEFAULT_EVENT_AGE,
    "maxAsyncRetryAttempts": DEFAULT_RETRY_ATTEMPTS,
    "statefulInvocation": DEFAULT_STATEFUL_INVOCATION,
    "allowOverwrite": False,
}

_Path = tuple[str, ...]


def check_inputs(
    news: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[PropertyBag, list[Failure]]:
    """Validate the inputs and write every default into them.

    Args:
        news: the inputs as the program gives them, unknown values anywhere.
        defaults: `region`, `accountId` and `allowOverwrite` for inputs that leave them out; those
            that nothing sets are not in it.

    Returns:
        The inputs for state, with unknown values where they were, and what is wrong with them;
        if anything is, the inputs are those that were given.
    """
    unknowns: list[tuple[_Path, Unknown]] = []
    known = _with_stand_ins({**defaults, **_without_nulls(news)}, (), unknowns)
    try:
        inputs: PropertyBag = _VALIDATOR.validate_python(known)
    except ValidationError as invalid:
        # With the URLs of their explanations pydantic itself would be imported, for its version.
        errors = invalid.errors(include_url=False)
        return dict(news), [_failure(error, news) for error in errors]
    if not inputs.get("destinationConfig"):
        inputs.pop("destinationConfig", None)
    for path, unknown in unknowns:
        _put(inputs, path, unknown)
    return inputs, []


def _without_nulls(bag: Mapping[str, Any]) -> PropertyBag:
    return {key: value for key, value in bag.items() if value is not None}


def _with_stand_ins(
    bag: Mapping[str, Any], at: _Path, unknowns: list[tuple[_Path, Unknown]]
) -> PropertyBag:
    """A copy in which a valid value stands for each unknown one; notes where they were."""
    copy: PropertyBag = {}
    for key, value in _without_nulls(bag).items():
        if isinstance(value, Unknown):
            unknowns.append(((*at, key), value))
            copy[key] = _STAND_INS.get(key, value)
        elif isinstance(value, dict):
            copy[key] = _with_stand_ins(cast("PropertyBag", value), (*at, key), unknowns)
        else:
            copy[key] = value
    return copy


def _put(bag: PropertyBag, path: _Path, value: object) -> None:
    for key in path[:-1]:
        bag = bag.setdefault(key, {})
    bag[path[-1]] = value


def _failure(error: ErrorDetails, news: Mapping[str, Any]) -> Failure:
    path = tuple(str(part) for part in error["loc"])
    if error["type"] == "problem":
        reason = error["msg"]
        if path[0] in _REMEDIES and news.get(path[0]) is None:
            reason += f"; the resource leaves it to the configuration: {_REMEDIES[path[0]]}"
    elif error["type"] == "missing":
        reason = "is required"
        if path[0] in _REMEDIES:
            reason += f": {_REMEDIES[path[0]]}"
        if path[-1] == "destination":
            reason += f"; to have no {path[-2]}, leave {path[-2]} itself out"
    elif error["type"] == "extra_forbidden":
        reason = _not_a_property(path)
    else:
        # What is left is a plain value in the place of an object.
        members = " and ".join(_members(path))
        # Not the value: a destination may be a secret.
        kind = "a string" if isinstance(error["input"], str) else _shown(error["input"])
        reason = f"must be an object with {members}, but is {kind}"
        if path == ("destinationConfig",):
            # The engine shows the value at the path, if that is a property of the resource itself.
            return Failure("destinationConfig.*", reason)
    return Failure(_property_path(path), reason)


def _property_path(path: _Path) -> str:
    """As the engine writes it: a key that is no plain name stands quoted in brackets."""
    text = ""
    for part in path:
        if re.fullmatch("[A-Za-z_$][A-Za-z0-9_$]*", part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def _members(path: _Path) -> _Members:
    """The properties that the object at a path may have, by name."""
    if not path:
        return _INPUTS
    return _DESTINATION_CONFIG if path == ("destinationConfig",) else _DESTINATION


def _in_python(name: str) -> str:
    return re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name)


def _not_a_property(path: _Path) -> str:
    name = path[-1]
    if path[:-1] == () and name in OUTPUT_ONLY_KEYS:
        return "is an output; the service sets it"
    reason = "is not a property of AsyncInvokeConfig"
    if len(path) > 1:
        reason = f"is not a property of {path[-2]}"
    near = {member.lower(): member for member in _members(path[:-1])}
    for found in difflib.get_close_matches(name.replace("_", "").lower(), near, n=1):
        member = near[found]
        reason += f"; did you mean {member} ({_in_python(member)} in Python)?"
    return reason
