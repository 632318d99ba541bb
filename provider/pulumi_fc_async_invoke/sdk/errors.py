"""Mistakes in a program, as errors that Pulumi prints as one line instead of a traceback."""

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

import pulumi

_P = ParamSpec("_P")
_T = TypeVar("_T")


class BadValueError(pulumi.RunError, ValueError):
    """A `ValueError` without a traceback."""


class BadCallError(pulumi.RunError, TypeError):
    """A `TypeError` without a traceback."""


def explain_wrong_calls(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a function name every keyword that is missing, and every one that it does not have.

    Raises:
        BadCallError: from the function, for what would be a `TypeError`.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def explained(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as mismatch:
            wrong = _wrong_arguments(signature.parameters, kwargs) or mismatch
            name = function.__qualname__.removesuffix(".__init__")
            raise BadCallError(f"{name}: {wrong}") from None
        return function(*args, **kwargs)

    return explained


def store_inputs(init: Callable[_P, None]) -> Callable[_P, None]:
    """Let the constructor of an Args class store its arguments as attributes of the same names.

    Raises:
        BadCallError: from the constructor, as in `explain_wrong_calls`.
    """
    _, *inputs = inspect.signature(init).parameters.values()
    defaults = {each.name: each.default for each in inputs}

    @functools.wraps(init)
    def store(*args: _P.args, **kwargs: _P.kwargs) -> None:
        self: object = args[0]  # and nothing else: all inputs are keywords
        vars(self).update({**defaults, **kwargs})

    return explain_wrong_calls(store)


def _wrong_arguments(
    parameters: Mapping[str, inspect.Parameter], given: Mapping[str, object]
) -> str:
    """Name each keyword that is missing or unknown, with the nearest one."""
    names = [name for name, each in parameters.items() if each.kind is each.KEYWORD_ONLY]
    required = [name for name in names if parameters[name].default is inspect.Parameter.empty]
    reasons = [f"{name} is required" for name in required if name not in given]
    for name in given:
        if name not in parameters:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            reasons.append(f"there is no argument {name}{hint}")
    return ", and ".join(reasons)
