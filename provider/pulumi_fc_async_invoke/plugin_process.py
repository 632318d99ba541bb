"""The process that the engine runs dynamic providers in, as far as the SDK lets one see it."""

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

_SERVICER_MODULE = "pulumi.dynamic.__main__"
_SERVICER_CLASS = "DynamicResourceProviderServicer"


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
