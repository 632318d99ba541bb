"""Prepare what a program passes in for serialization: the one place that looks at every value.

The SDK serializes inputs later, in a task of its own. What it cannot send to the engine ends
there in a traceback that names neither the resource nor the property.
"""

import inspect
import re
from collections.abc import Mapping
from copy import copy
from enum import Enum
from functools import cache
from typing import Any, cast, get_args

import pulumi

from .errors import BadValueError

PLAIN: dict[object, str] = {
    str: "a string",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
}


def plain(value: Any) -> Any:
    """Return the value of an enum's member, and any other value as it is.

    Since Python 3.11 a member of ``(str, Enum)`` formats as its name.
    """
    return value.value if isinstance(value, Enum) else value


def prepare(args: object, prefix: str) -> dict[str, Any]:
    """Return the properties of an Args object, ready to be serialized.

    Args:
        args: an object of one of the Args classes.
        prefix: what a message says before the path of a property.

    Raises:
        BadValueError: if a value cannot be serialized. An output that turns out to hold such a
            value fails the run with a `pulumi.RunError`.
    """
    return _members(vars(args), type(args), prefix, BadValueError)


def prepare_text(value: Any, path: str) -> Any:
    """Return an input that is a string, ready to be serialized.

    Args:
        value: a string, or an output or awaitable of one.
        path: what a message calls it.

    Raises:
        BadValueError: as in `prepare`.
    """
    return _prepare(value, str, path, BadValueError)


def _members(
    members: Mapping[Any, Any], args: type[Any] | None, prefix: str, error: type[pulumi.RunError]
) -> dict[str, Any]:
    known = {} if args is None else kinds(cast("type", args))
    prepared: dict[str, Any] = {}
    for key, value in members.items():
        if not isinstance(key, str):
            raise error(f"{prefix.rstrip('.')} must have strings as keys, but has {_a(key)}")
        # The API's own names work too, as in every generated SDK.
        name = re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", key)
        kind = known.get(name)
        prepared[key] = _prepare(value, kind, prefix + (key if kind is None else name), error)
    return prepared


def _prepare(value: Any, kind: type[Any] | None, path: str, error: type[pulumi.RunError]) -> Any:
    """Prepare one value.

    Args:
        value: the value, or an output or awaitable of it.
        kind: its type, or its Args class; `None`: there is no such property, which the provider
            says, with all else that is wrong.
        path: what a message calls it.
        error: class of the error. The SDK wraps a `ValueError` out of an output in a traceback.
    """
    value = plain(value)
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        given = cast("Any", value)
        output = given if isinstance(value, pulumi.Output) else pulumi.Output.from_input(given)

        def prepared(known: Any) -> Any:
            return _prepare(known, kind, path, pulumi.RunError)

        return output.apply(prepared)
    if value is None:
        return None
    if kind not in PLAIN:
        if kind is not None and isinstance(value, kind):
            twin = copy(value)  # what the program holds is left as it is
            twin.__dict__ = _members(value.__dict__, kind, f"{path}.", error)
            return twin
        if isinstance(value, Mapping):
            members = cast("Mapping[object, object]", value)
            return _members(members, kind, f"{path}.", error)
        if kind is None and isinstance(value, list | tuple):
            return [_prepare(each, None, path, error) for each in cast("list[Any]", value)]
    if kind in {None, *PLAIN} and isinstance(value, str | int | float):
        _check_range(value, path, error)
        return value
    expected = PLAIN.get(kind) or (f"{kind.__name__} or a dict" if kind else "a plain value")
    raise error(f"{path} must be {expected}, but is {_a(value)}{_remedy(value, kind)}")


@cache
def kinds(args: type) -> dict[str, type[Any]]:
    """Map each property of an Args class to its type: the ``T`` of its ``pulumi.Input[T]``."""
    return {name: get_args(hint)[0] for name, hint in inspect.get_annotations(args).items()}


def _check_range(value: str | float, path: str, error: type[pulumi.RunError]) -> None:
    """Refuse what has no form on the wire: text is UTF-8 there, and every number a double."""
    try:
        value.encode() if isinstance(value, str) else float(value)
    except UnicodeEncodeError:
        raise error(f"{path} holds half of a surrogate pair, which is not text") from None
    except OverflowError:
        raise error(f"{path} is too large a number") from None


def _remedy(value: Any, kind: type | None) -> str:
    if isinstance(value, list | tuple) and len(cast("list[Any]", value)) == 1:
        return f": give the {'value' if kind in PLAIN else 'object'} itself, not a list"
    if isinstance(value, pulumi.Resource):
        return ": give one of its outputs"
    return ""


def _a(value: object) -> str:
    """Name a value's type, with its article; never the value, which may be a secret."""
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
