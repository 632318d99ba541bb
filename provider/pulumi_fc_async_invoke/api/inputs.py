"""What is wrong with the inputs of a resource: everything at once, one sentence each. Pure.

Takes the property bag that the engine hands to ``check``, where any value may still be unknown, and
gives back either the inputs to keep in state or what is wrong with them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError
from pydantic.alias_generators import to_snake

from .fields import Fields, PropertyBag, Reading, nested_model
from .rules import shown
from .spelling import nearest
from .version import ApiVersion


@dataclass(frozen=True)
class Failure:
    """One thing wrong with the inputs."""

    path: str
    """Property path in the API's names, such as ``destinationConfig.onFailure.destination``."""
    reason: str
    """A sentence that says what is wrong and what would be right."""


_REMEDIES = {
    "region": "set it on the resource or its Provider, or for the stack: "
    "pulumi config set alicloud:region cn-shanghai",
    "accountId": "set it on the resource or its Provider, or for the stack: "
    "pulumi config set alicloud:accountId 1234567890123456",
}

_Path = tuple[str, ...]


def check_inputs(
    api: ApiVersion, news: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[PropertyBag, list[Failure]]:
    """Validate the inputs and write every default into them.

    Args:
        api: API version of the resource.
        news: the inputs as the program gives them, unknown values anywhere.
        defaults: `region`, `accountId` and `allowOverwrite` for inputs that leave them out; those
            that nothing sets are not in it.

    Returns:
        The inputs for state, with unknown values where they were, and what is wrong with them;
        if anything is, the inputs are those that were given.
    """
    try:
        inputs = api.inputs.read({**defaults, **_without_nulls(news)}, Reading.INPUTS)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        return dict(news), [_failure(api, error, news) for error in errors]
    return inputs.to_properties(), []


def _without_nulls(bag: Mapping[str, Any]) -> PropertyBag:
    return {
        key: _without_nulls(cast("PropertyBag", value)) if isinstance(value, dict) else value
        for key, value in bag.items()
        if value is not None
    }


def _failure(api: ApiVersion, error: Mapping[str, Any], news: Mapping[str, Any]) -> Failure:
    path = tuple(str(part) for part in error["loc"])
    if error["type"] == "value_error":
        reason = str(error["ctx"]["error"])
        if path[0] in _REMEDIES and news.get(path[0]) is None:
            reason += f"; it comes from the configuration: {_REMEDIES[path[0]]}"
        if path[-1] == "destination" and reason == "is required":
            reason += f"; to send nothing there, leave out {to_snake(path[-2])}"
    elif error["type"] == "missing":
        reason = "is required"
        if path[0] in _REMEDIES:
            reason += f": {_REMEDIES[path[0]]}"
    elif error["type"] == "extra_forbidden":
        reason = _not_a_property(api, path)
    else:
        # What is left is a plain value in the place of an object.
        members = " and ".join(_members(api.inputs, path))
        # Not the value: a destination may be a secret.
        kind = "a string" if isinstance(error["input"], str) else shown(error["input"])
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


def _members(model: type[Fields], path: _Path) -> list[str]:
    """List the properties that the object at a path may have."""
    for part in path:
        field = next(each for each in model.model_fields.values() if each.alias == part)
        model = nested_model(field) or model
    return model.names()


def _not_a_property(api: ApiVersion, path: _Path) -> str:
    name = path[-1]
    if path[:-1] == () and name in api.outputs.names():
        return "is an output; the service sets it"
    reason = f"is not a property of {api.resource_type if len(path) == 1 else path[-2]}"
    members = {member.lower(): member for member in _members(api.inputs, path[:-1])}
    near = nearest(name.replace("_", "").lower(), members)
    if near is not None:
        member = members[near]
        in_python = to_snake(member)
        if name == in_python != member:
            # The SDK translates what a resource is given, but not what a transform returns.
            reason += f"; a transform has to call it {member}"
        else:
            reason += f"; did you mean {in_python if name.islower() else member}?"
    return reason
