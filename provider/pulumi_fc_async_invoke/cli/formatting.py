"""A config as a table row and as JSON. Pure."""

from typing import Any

from pulumi_fc_async_invoke.api.identity import Identity
from pulumi_fc_async_invoke.api.model import RemoteConfig
from pulumi_fc_async_invoke.api.text import one_line

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
    times = {"createdTime": config.created_time, "lastModifiedTime": config.last_modified_time}
    return {
        "id": identity.id,
        **identity.to_properties(),
        **config.values.to_properties(),
        **{key: value for key, value in times.items() if value is not None},
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
        cell(values.stateful_invocation),
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
