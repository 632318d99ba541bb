"""Mistakes in a program, as errors that Pulumi prints as one line instead of a traceback."""

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import ParamSpec

import pulumi

_P = ParamSpec("_P")


class BadValueError(pulumi.RunError, ValueError):
    """A `ValueError` without a traceback."""


class BadCallError(pulumi.RunError, TypeError):
    """A `TypeError` without a traceback."""


def explain_wrong_calls(constructor: Callable[_P, None]) -> Callable[_P, None]:
    """Let a constructor name every keyword that is missing, and every one that there is not.

    Raises:
        BadCallError: from the constructor, for what would be a `TypeError`.
    """

    @functools.wraps(constructor)
    def explained(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            constructor(*args, **kwargs)
        except TypeError:
            wrong = _wrong_arguments(inspect.signature(constructor).parameters, kwargs)
            if not wrong:
                raise
            raise BadCallError(f"{constructor.__qualname__.partition('.')[0]}: {wrong}") from None

    return explained


def _wrong_arguments(
    parameters: Mapping[str, inspect.Parameter], given: Mapping[str, object]
) -> str:
    """What is missing, and what there is not, with the nearest name."""
    names = [name for name, each in parameters.items() if each.kind is each.KEYWORD_ONLY]
    required = [name for name in names if parameters[name].default is inspect.Parameter.empty]
    reasons = [f"{name} is required" for name in required if name not in given]
    for name in given:
        if name not in parameters:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            reasons.append(f"there is no argument {name}{hint}")
    return ", and ".join(reasons)
