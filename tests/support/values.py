"""Values that the tests declare, and those that the API means by them."""

from collections.abc import Mapping
from typing import Any

from pulumi_fc_async_invoke.emulator.remote import EmulatorControl

REGION = "cn-shanghai"
ACCOUNT = "1234567890123456"
QUEUE = f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"
TOPIC = f"acs:mns:{REGION}:{ACCOUNT}:/topics/results/messages"


def held_values(cloud: EmulatorControl, function: str = "hello", **names: str) -> dict[str, Any]:
    """The API's values that the cloud holds for a function; empty if it holds no config."""
    held = cloud.config(names.pop("service", "demo"), function, **names) or {}
    keys = (
        "destinationConfig",
        "maxAsyncEventAgeInSeconds",
        "maxAsyncRetryAttempts",
        "statefulInvocation",
    )
    return {key: held[key] for key in keys if key in held}


def api_values(
    *,
    destination_config: Mapping[str, Any] | None = None,
    max_async_event_age_in_seconds: int = 86_400,
    max_async_retry_attempts: int = 3,
    stateful_invocation: bool = False,
) -> dict[str, Any]:
    """The API's values that inputs mean, with the API's defaults."""
    sides = {"on_success": "onSuccess", "on_failure": "onFailure"}
    destinations = {sides[side]: value for side, value in (destination_config or {}).items()}
    return {
        **({"destinationConfig": destinations} if destinations else {}),
        "maxAsyncEventAgeInSeconds": max_async_event_age_in_seconds,
        "maxAsyncRetryAttempts": max_async_retry_attempts,
        "statefulInvocation": stateful_invocation,
    }
