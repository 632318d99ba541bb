"""A config as a table row and as JSON. Pure."""

from typing import Any

from pulumi_fc_async_invoke.api.fields import titles
from pulumi_fc_async_invoke.api.text import one_line
from pulumi_fc_async_invoke.api.version import Identity, RemoteConfig

from .target import APIS

_NAMES = ("serviceName", "functionName", "qualifier")


def names(identity: Identity) -> dict[str, str]:
    """The names that identify a config within its account and region, from the outermost one."""
    properties = identity.to_properties()
    return {key: properties[key] for key in _NAMES if key in properties}


def document(identity: Identity, config: RemoteConfig) -> dict[str, Any]:
    """Describe a config as JSON, with the property names of Pulumi's state."""
    return {
        "id": identity.id,
        **names(identity),
        **identity.to_properties(),
        **config.values.to_properties(),
        **config.outputs,
    }


def row(identity: Identity, config: RemoteConfig) -> dict[str, str]:
    """Describe a config as a row of a table: title of a column → cell.

    Where several properties have one title, the table has one column for them.
    """
    api = identity.api
    cells = {"api": next(name for name, each in APIS.items() if each is api)}
    cells |= {key.removesuffix("Name"): name for key, name in names(identity).items()}
    values = config.values.by_path()
    # Destinations are long: they come last.
    for path in sorted(values, key=lambda path: "." in path):
        cells[titles(api.config)[path] or path] = cell(values[path])
    return cells


def cell(value: object) -> str:
    """Format one value for people: a short printable line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value), limit=2000)
