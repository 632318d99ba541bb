"""The process that the engine runs dynamic providers in, as far as the SDK lets one see it."""

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from threading import Lock
from types import ModuleType
from typing import Any

_SERVICER_MODULE = "pulumi.dynamic.__main__"
_SERVICER_CLASS = "DynamicResourceProviderServicer"
_DISABLE_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
_environment = Lock()


def servicer_module() -> ModuleType | None:
    """The SDK's servicer module, if this process is its plugin."""
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    return main if spec is not None and spec.name == _SERVICER_MODULE else None


def methods(names: Iterable[str]) -> list[Any] | None:
    """Functions of the SDK's servicer by their names; `None` if one of them is not there."""
    servicer = getattr(servicer_module(), _SERVICER_CLASS, None)
    found = [getattr(servicer, name, None) for name in names]
    return None if None in found else found


@contextmanager
def without_pydantic_plugins() -> Generator[None, None, None]:
    """Models that are imported in this context ask for no plugins of pydantic.

    To find them, pydantic reads the metadata of every package that is installed: a quarter of what
    the models take until the first answer. Models of other providers find theirs as ever.
    """
    with _environment:
        former = os.environ.get(_DISABLE_PLUGINS)
        os.environ[_DISABLE_PLUGINS] = "__all__"
        try:
            yield
        finally:
            if former is None:
                del os.environ[_DISABLE_PLUGINS]
            else:
                os.environ[_DISABLE_PLUGINS] = former
