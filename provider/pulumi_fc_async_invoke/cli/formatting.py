"""A config as a table row and as JSON. Pure."""

from typing import Any

from pulumi_fc_async_invoke.api.text import one_line
from pulumi_fc_async_invoke.api.v2016 import Identity
from pulumi_fc_async_invoke.api.version import RemoteConfig

COLUMNS = (
    "service",
    "function",
    "qualifier",
    "event age",
    "retries",
    "stateful",
    "on success",
    "on failure",
)
"""Titles of `row`."""


def document(identity: Identity, config: RemoteConfig) -> dict[str, Any]:
    """Describe a config as JSON, with the property names of Pulumi's state."""
    return {
        "id": identity.id,
        **identity.to_properties(),
        **config.values.to_properties(),
        **config.outputs,
    }


def row(identity: Identity, config: RemoteConfig) -> tuple[str, ...]:
    """Describe a config as a row of a table."""
    values = config.values
    return (
        identity.service_name,
        identity.function_name,
        identity.qualifier,
        f"{values.max_async_event_age_in_seconds} s",
        str(values.max_async_retry_attempts),
        cell(values.to_properties().get("statefulInvocation")),
        cell(values.on_success),
        cell(values.on_failure),
    )


def cell(value: object) -> str:
    """Format one value for people: a short printable line."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value), limit=2000)
