"""A config as a table row and as JSON. Pure."""

from typing import Any

from pulumi_fc_async_invoke.api import arns
from pulumi_fc_async_invoke.api.fields import titles
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.text import one_line
from pulumi_fc_async_invoke.api.version import Identity

from .target import APIS

_NAMES = ("serviceName", "functionName", "qualifier")


def names(identity: Identity) -> dict[str, str]:
    """List the names that identify a config in its account and region, the outermost first."""
    return {key: identity.names[key] for key in _NAMES if key in identity.names}


def document(identity: Identity, config: RemoteConfig) -> dict[str, Any]:
    """Describe a config as JSON, with the property names of Pulumi's state."""
    return {
        "id": identity.id,
        **names(identity),
        **identity.names,
        **config.values.to_properties(),
        **config.outputs,
    }


def row(identity: Identity, config: RemoteConfig, *, exact: bool) -> dict[str, str]:
    """Describe a config as a row of a table: title of a column → cell.

    Where several properties have one title, the table has one column for them.

    Args:
        identity: of the config.
        config: as the service has it.
        exact: whether ARNs stay as they are; else those of the config's own region and account
            are shortened.
    """
    api = identity.api
    cells = {"api": next(name for name, each in APIS.items() if each is api)}
    cells |= {key.removesuffix("Name"): name for key, name in names(identity).items()}
    values = config.values.by_path()
    # Destinations are long: they come last.
    for path in sorted(values, key=lambda path: "." in path):
        text = cell(values[path])
        cells[titles(api.config)[path] or path] = text if exact else _short(text, identity)
    return cells


def _short(text: str, identity: Identity) -> str:
    """Shorten an ARN to what it is of and its name; region and account are the config's own."""
    helper, names = arns.parse(text) or ("", {})
    where = names.pop("region", ""), names.pop("account_id", "")
    if where != (identity.names["region"], identity.names["accountId"]):
        return text
    # Names are written as in messages: service.qualifier/function, function/qualifier.
    if "service_name" in names:
        *service, function = names.values()
        names = {"": ".".join(service), "function_name": function}
    return f"{helper.rpartition('_')[2]} {'/'.join(names.values())}"


def cell(value: object) -> str:
    """Format one value for people: a short printable line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value), limit=2000)
