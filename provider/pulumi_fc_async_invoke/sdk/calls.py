"""The two ways to call a resource: with an Args object or dict, or with keywords."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard, TypeVar, cast

import pulumi

from .errors import BadCallError

_Args = TypeVar("_Args")
_Init = TypeVar("_Init", bound=Callable[..., None])


def read_call(
    resource: str, args_class: type[_Args], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[str, _Args | None, pulumi.ResourceOptions | None]:
    """Sort out the arguments of a resource's constructor, as generated SDKs do.

    Args:
        resource: name of the resource's class.
        args_class: its Args class.
        args: the positional arguments.
        kwargs: the keyword arguments.

    Returns:
        The name in the program, the inputs (`None` for a `get`) and the options.

    Raises:
        BadCallError: if the arguments fit neither way.
    """
    name, *given = args or (kwargs.pop("resource_name", None),)
    if not isinstance(name, str) or not name:
        raise BadCallError(f"{resource}: it takes a name, a string, first")
    try:
        return name, *_inputs_and_options(args_class, given, kwargs)
    except BadCallError as error:
        raise BadCallError(f"{resource} {name!r}: {error}") from None


def _inputs_and_options(
    args_class: type[_Args], given: list[Any], kwargs: dict[str, Any]
) -> tuple[_Args | None, pulumi.ResourceOptions | None]:
    declared = kwargs.pop("args", None)
    if declared is None and given and not isinstance(given[0], pulumi.ResourceOptions):
        declared = given.pop(0)
    opts = given.pop(0) if given else kwargs.pop("opts", None)
    if given or (declared is not None and kwargs):
        raise BadCallError(
            f"it takes a name, then either {args_class.__name__} or keyword arguments, then "
            "ResourceOptions as opts"
        )
    check_options(opts)
    if isinstance(declared, args_class):
        return declared, opts
    if declared is None:
        is_get = opts is not None and opts.id is not None and not kwargs
        return None if is_get else args_class(**kwargs), opts
    if _are_keywords(declared):
        return args_class(**declared), opts
    raise BadCallError(
        f"args must be {args_class.__name__} or a dict of its arguments, but is "
        f"{type(declared).__name__}"
    )


def check_options(opts: object, prefix: str = "") -> None:
    """Refuse options or a provider of another type, which the SDK only does in a traceback.

    Raises:
        BadCallError: they are no `pulumi.ResourceOptions`; begins with ``prefix``.
    """
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        kind = type(opts).__name__
        raise BadCallError(f"{prefix}opts must be pulumi.ResourceOptions, but is {kind}")
    provider = cast("object", opts and opts.provider)
    if provider is not None and not isinstance(provider, pulumi.ProviderResource):
        kind = type(provider).__name__
        raise BadCallError(f"{prefix}provider in opts must be a Provider, but is {kind}")


def _are_keywords(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) for key in cast("Mapping[object, object]", value)
    )


def document_inputs(args_class: type) -> Callable[[_Init], _Init]:
    """Let `help()` show the arguments of an Args class as those of a resource's constructor."""

    def documented(init: _Init) -> _Init:
        shared = inspect.signature(args_class).parameters.values()
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        own = [
            inspect.Parameter("self", kind),
            inspect.Parameter("resource_name", kind),
            inspect.Parameter("opts", kind, default=None),
        ]
        inputs = (inspect.getdoc(vars(args_class)["__init__"]) or "").partition("Args:\n")[2]
        names = "    resource_name: name in the program.\n    opts: options of the resource.\n"
        vars(init)["__signature__"] = inspect.Signature([*own, *shared])
        init.__doc__ = f"{inspect.getdoc(init)}\n\nArgs:\n{names}{inputs}"
        return init

    return documented
