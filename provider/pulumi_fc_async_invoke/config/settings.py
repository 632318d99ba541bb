"""Where region, account, endpoint, limits and credentials come from: one place, one order.

What the provider was configured with (an explicit `Provider`'s arguments, else the stack's
configuration: the engine hands over one or the other), then the environment, then the profile.
Each setting is declared once, in `declarations`.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pulumi_fc_async_invoke.api.errors import SettingsError

from .access_keys import Keys, read_keys
from .declarations import (
    ACCOUNT,
    ALLOW_OVERWRITE,
    ASSUME_ROLE,
    ASSUME_ROLE_WITH_OIDC,
    CREDENTIALS_FILE,
    CREDENTIALS_URI,
    ECS_ROLE,
    ENDPOINT,
    ENDPOINTS,
    FC,
    INTERNAL,
    MAX_CONCURRENCY,
    PROFILE,
    REGION,
    REQUEST_TIMEOUT,
    Setting,
)
from .endpoint import parse_base_url, parse_service_endpoint, parse_sts_endpoint
from .profiles import DEFAULT_FILE, read_profile
from .reading import Found, Lookup, read_boolean, read_member, read_number, read_object, read_text
from .roles import Role, oidc_of_environment, read_role


@dataclass(frozen=True)
class Settings:
    """How to reach Function Compute; holds no plain-text secret that a ``repr`` would show."""

    region: str | None
    """Region for resources that name none."""
    account_id: str | None
    """Account for resources that name none."""
    endpoint: str | None
    """Base URL in place of the service's own; see `endpoint.for_account`."""
    sts_endpoint: str | None
    """Host in place of the Security Token Service's own."""
    internal: bool
    """Whether to use the service's host inside a VPC."""
    allow_overwrite: bool
    """Default of `allow_overwrite`."""
    request_timeout: float
    """Overall deadline of one call with its retries, in seconds."""
    max_concurrency: int
    """Calls in flight at once, 1 to 64."""
    keys: tuple[Keys, ...]
    """Every place that holds an access key or a part of one; the first one wins."""
    profile: Found | None
    """Profile of the vendor's command line."""
    credentials_file: Found | None
    """File of the profile."""
    credentials_uri: Found | None
    """URI that hands out keys."""
    ecs_role: Found | None
    """RAM role of the ECS instance."""
    assume_role: Role | None
    """Role to assume with the keys that were found."""
    assume_role_with_oidc: Role | None
    """Role to assume with an OIDC token."""
    oidc_of_environment: Role | None
    """The same, as the environment alone names it: what the vendor's default chain asks first."""

    @classmethod
    def read(cls, get: Lookup, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read them from the provider's configuration and the environment; calls nothing.

        Args:
            get: looks up a configuration key such as ``alicloud:region``; `None`: not set.
            environment: the process's environment variables.

        Raises:
            SettingsError: if a value makes no sense; names the key and what would be right.
        """

        def text(setting: Setting) -> Found | None:
            return read_text(setting, get, environment)

        endpoints = read_object(ENDPOINTS, get) or {}
        sts = read_member(ENDPOINTS, "sts", endpoints, environment)
        return cls(
            region=region_or_account(REGION_KEY, get, environment),
            account_id=region_or_account(ACCOUNT_KEY, get, environment),
            endpoint=_endpoint(text(ENDPOINT), text(FC), endpoints),
            sts_endpoint=None if sts is None else parse_sts_endpoint(sts.value, sts.origin),
            internal=read_boolean(INTERNAL, get),
            allow_overwrite=read_boolean(ALLOW_OVERWRITE, get),
            request_timeout=read_number(REQUEST_TIMEOUT, get),
            max_concurrency=int(read_number(MAX_CONCURRENCY, get, whole=True)),
            keys=tuple(read_keys(get, environment)),
            profile=text(PROFILE),
            credentials_file=text(CREDENTIALS_FILE),
            credentials_uri=text(CREDENTIALS_URI),
            ecs_role=text(ECS_ROLE),
            assume_role=read_role(ASSUME_ROLE, get, environment),
            assume_role_with_oidc=read_role(ASSUME_ROLE_WITH_OIDC, get, environment),
            oidc_of_environment=oidc_of_environment(environment),
        )

    def defaults(self) -> dict[str, Any]:
        """Inputs for resources that leave them out; those that nothing sets are not in it."""
        inputs = {
            "region": self.region,
            "accountId": self.account_id,
            "allowOverwrite": self.allow_overwrite,
        }
        return {key: value for key, value in inputs.items() if value is not None}

    @property
    def configured_keys(self) -> tuple[str, ...]:
        """Which of ``accessKey``, ``secretKey`` and ``securityToken`` the configuration holds."""
        return tuple(
            name.removeprefix("alicloud:")
            for keys in self.keys
            if keys.is_configured
            for name, value in zip(
                keys.names, (keys.access_key, keys.secret_key, keys.security_token), strict=True
            )
            if value
        )

    @property
    def configured_profile(self) -> str | None:
        """The profile that the configuration names, and not the environment."""
        is_configured = self.profile is not None and self.profile.origin == PROFILE.key
        return self.profile.value if self.profile and is_configured else None


REGION_KEY = REGION.key
ACCOUNT_KEY = ACCOUNT.key


def region_or_account(
    key: str, get: Lookup, environment: Mapping[str, str] = os.environ
) -> str | None:
    """Read one setting that is text, as `Settings.read` does.

    Args:
        key: `REGION_KEY` or `ACCOUNT_KEY`.
        get: looks up a configuration key; `None`: not set.
        environment: the process's environment variables.

    Raises:
        SettingsError: it is configured as something else than text.
    """
    setting = REGION if key == REGION_KEY else ACCOUNT
    found = read_text(setting, get, environment)
    if found is None and setting is REGION:
        return _region_of_profile(get, environment)
    return None if found is None else found.value


def _endpoint(own: Found | None, fc: Found | None, endpoints: Mapping[str, Any]) -> str | None:
    if own is not None:
        return parse_base_url(own.value, own.origin)
    shared = fc or read_member(ENDPOINTS, "fc", endpoints, {})
    return None if shared is None else parse_service_endpoint(shared.value, shared.origin)


def _region_of_profile(get: Lookup, environment: Mapping[str, str]) -> str | None:
    profile = read_text(PROFILE, get, environment)
    if profile is None:
        return None
    file = read_text(CREDENTIALS_FILE, get, environment)
    with suppress(SettingsError):  # said when keys are needed: a preview needs none
        return read_profile(profile.value, file.value if file else DEFAULT_FILE).text("region_id")
    return None
