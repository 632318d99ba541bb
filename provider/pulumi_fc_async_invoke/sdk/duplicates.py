"""The same config declared twice in one program: an error while the program runs.

The engine can't see it, as it knows resources by their names in the program; whichever came last
would win, in turns. Names that are known only later are compared in the plugin
(`declarations.py`).
"""

from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.config import get_config
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor, get_root_resource

from pulumi_fc_async_invoke.api.identity import LATEST

_Names = tuple[Any, ...]
_declared: "WeakKeyDictionary[pulumi.Resource, dict[_Names, str]]" = WeakKeyDictionary()


def refuse_duplicate(
    resource_name: str, inputs: dict[str, Any], provider: pulumi.ProviderResource | None
) -> None:
    """Note what a resource declares.

    Args:
        resource_name: its name in the program.
        inputs: its inputs by their names in Python.
        provider: the explicit provider that it has, if any.

    Raises:
        pulumi.RunError: if another resource of the same run declares the same config.
    """
    root = get_root_resource()
    # With mocks, many programs, each a test's, share one root.
    if root is None or isinstance(get_monitor(), MockMonitor):
        return
    names = (
        inputs.get("region") or _configured("alicloud:region", provider),
        inputs.get("account_id") or _configured("alicloud:accountId", provider),
        inputs.get("service_name"),
        inputs.get("qualifier") or LATEST,
        inputs.get("function_name"),
    )
    if any(not isinstance(name, str | None) for name in names):
        return
    declared = _declared.setdefault(root, {})
    key = (*names, provider)
    first = declared.get(key)
    if first is None:
        declared[key] = resource_name
    else:
        _, _, service, qualifier, function = names
        # Below another parent it may have the same name.
        other = f"another {first!r}" if first == resource_name else repr(first)
        raise pulumi.RunError(
            f"AsyncInvokeConfig {resource_name!r} declares the same config as {other}: "
            f"service {service!r}, qualifier {qualifier!r}, function {function!r}. "
            "Nothing was called; keep one of the two"
        )


def _configured(key: str, provider: pulumi.ProviderResource | None) -> str | None:
    """What the stack's configuration says; an explicit provider does not read it."""
    return get_config(key) if provider is None else None
