"""Mistakes in a program, as errors that Pulumi prints as one line instead of a traceback."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast, get_args

import pulumi

from pulumi_fc_async_invoke.api.spelling import nearest

_Function = TypeVar("_Function", bound=Callable[..., Any])


class BadValueError(pulumi.RunError, ValueError):
    """A `ValueError` without a traceback."""


class BadCallError(pulumi.RunError, TypeError):
    """A `TypeError` without a traceback."""


def explain_wrong_calls(function: _Function) -> _Function:
    """Let a method name every keyword that is missing, and every one that it does not have.

    Raises:
        BadCallError: from the method, for what would be a `TypeError`.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def explained(owner: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            signature.bind(owner, *args, **kwargs)
        except TypeError as mismatch:
            wrong = _wrong_arguments(signature.parameters, kwargs) or mismatch
            called = owner.__name__ + ".get" if isinstance(owner, type) else type(owner).__name__
            raise BadCallError(f"{called}: {wrong}") from None
        return function(owner, *args, **kwargs)

    return cast("_Function", explained)


def store_inputs(init: _Function) -> _Function:
    """Let the constructor of an Args class store its keywords as attributes of the same names.

    Args:
        init: the constructor; its ``**inputs`` are those of a `TypedDict`.

    Raises:
        BadCallError: from the constructor, as in `explain_wrong_calls`.
    """
    (literal,) = get_args(init.__annotations__["inputs"])
    inputs = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if name in literal.__required_keys__ else None,
            annotation=hint if name in literal.__required_keys__ else get_args(hint)[0],
        )
        for name, hint in inspect.get_annotations(literal).items()
    ]
    absent = dict.fromkeys(each.name for each in inputs)

    @functools.wraps(init)
    def store(self: object, **given: Any) -> None:
        vars(self).update(absent | given)

    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    vars(store)["__signature__"] = inspect.Signature([own, *inputs])
    return explain_wrong_calls(cast("_Function", store))


def _wrong_arguments(
    parameters: Mapping[str, inspect.Parameter], given: Mapping[str, object]
) -> str:
    """Name each keyword that is missing or unknown, with the nearest one."""
    names = [name for name, each in parameters.items() if each.kind is each.KEYWORD_ONLY]
    required = [name for name in names if parameters[name].default is inspect.Parameter.empty]
    reasons = [f"{name} is required" for name in required if name not in given]
    for name in given:
        if name not in parameters:
            near = nearest(name, names)
            hint = f"; did you mean {near}?" if near else ""
            reasons.append(f"there is no argument {name}{hint}")
    return ", and ".join(reasons)
