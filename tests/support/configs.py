"""Configs and identities in one line each; of API version 2016-08-15 where nothing else is said."""

from typing import Any

from pulumi_fc_async_invoke.api import v2023
from pulumi_fc_async_invoke.api.fields import Config, PropertyBag, Reading
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.api.version import Identity


def a_config(
    on_success: str | None = None,
    on_failure: str | None = None,
    max_async_event_age_in_seconds: int = 86_400,
    max_async_retry_attempts: int = 3,
    stateful_invocation: bool = False,  # noqa: FBT001, FBT002  one value of five
) -> Config:
    sides = {"onSuccess": on_success, "onFailure": on_failure}
    return stored(
        {
            "destinationConfig": {
                side: {"destination": there} for side, there in sides.items() if there
            },
            "maxAsyncEventAgeInSeconds": max_async_event_age_in_seconds,
            "maxAsyncRetryAttempts": max_async_retry_attempts,
            "statefulInvocation": stateful_invocation,
        }
    )


def a_v3_config(
    on_success: str | None = None, on_failure: str | None = None, **more: int
) -> Config:
    sides = {"onSuccess": on_success, "onFailure": on_failure}
    held = {side: {"destination": there} for side, there in sides.items() if there}
    return v2023.API.config.read({"destinationConfig": held, **more}, Reading.STATE)


def stored(properties: PropertyBag) -> Config:
    return API.config.read(properties, Reading.STATE)


def an_identity(
    region: str, account_id: str, service_name: str, qualifier: str, function_name: str
) -> Identity:
    return API.identity(
        {
            "region": region,
            "accountId": account_id,
            "serviceName": service_name,
            "qualifier": qualifier,
            "functionName": function_name,
        }
    )


def a_v3_identity(region: str, account_id: str, function_name: str, qualifier: str) -> Identity:
    return v2023.API.identity(
        {
            "region": region,
            "accountId": account_id,
            "functionName": function_name,
            "qualifier": qualifier,
        }
    )


def renamed(identity: Identity, **names: str) -> Identity:
    return identity.api.identity({**identity.names, **names})


def read(**response: Any) -> RemoteConfig:
    return API.read_config(response)
