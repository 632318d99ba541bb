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

from . import declarations as declared
from .access_keys import Keys, read_keys
from .declarations import Setting
from .endpoint import parse_base_url, parse_service_endpoint, parse_sts_endpoint
from .profiles import read_profile
from .reading import Found, Lookup, Reader
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
    has_max_concurrency: bool
    """Whether that is configured, and not the default."""
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
        reader = Reader(get, environment)
        endpoints = reader.of(reader.members(declared.ENDPOINTS) or {})
        sts = endpoints.text(declared.ENDPOINTS.member("sts"))
        return cls(
            region=read_text(declared.REGION, get, environment),
            account_id=read_text(declared.ACCOUNT, get, environment),
            endpoint=_endpoint(reader, endpoints),
            sts_endpoint=None if sts is None else parse_sts_endpoint(sts.value, sts.origin),
            internal=reader.boolean(declared.INTERNAL),
            allow_overwrite=reader.boolean(declared.ALLOW_OVERWRITE),
            request_timeout=reader.number(declared.REQUEST_TIMEOUT),
            max_concurrency=int(reader.number(declared.MAX_CONCURRENCY)),
            has_max_concurrency=reader.find(declared.MAX_CONCURRENCY) is not None,
            keys=tuple(read_keys(reader)),
            profile=reader.text(declared.PROFILE),
            credentials_file=reader.text(declared.CREDENTIALS_FILE),
            credentials_uri=reader.text(declared.CREDENTIALS_URI),
            ecs_role=reader.text(declared.ECS_ROLE),
            assume_role=read_role(declared.ASSUME_ROLE, reader),
            assume_role_with_oidc=read_role(declared.ASSUME_ROLE_WITH_OIDC, reader),
            oidc_of_environment=oidc_of_environment(environment),
        )

    def defaults(self) -> dict[str, Any]:
        """Return the inputs for resources that leave them out, as far as they are set."""
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
            for name, value in keys.parts.items()
            if value
        )

    @property
    def configured_profile(self) -> str | None:
        """The profile that the configuration names, and not the environment."""
        is_configured = self.profile is not None and self.profile.origin == declared.PROFILE.key
        return self.profile.value if self.profile and is_configured else None


def read_text(
    setting: Setting, get: Lookup, environment: Mapping[str, str] = os.environ
) -> str | None:
    """Read one setting that is text, as `Settings.read` does.

    Args:
        setting: its declaration, such as `declarations.REGION`.
        get: looks up a configuration key; `None`: not set.
        environment: the process's environment variables.

    Returns:
        The text; for a region that is not set, the one of the profile that is named. `None`: not
        set.

    Raises:
        SettingsError: it is configured as something else than text.
    """
    reader = Reader(get, environment)
    found = reader.text(setting)
    if found is None and setting is declared.REGION:
        return _region_of_profile(reader)
    return found.value if found else None


def _region_of_profile(reader: Reader) -> str | None:
    profile, file = reader.text(declared.PROFILE), reader.text(declared.CREDENTIALS_FILE)
    if profile is not None:
        with suppress(SettingsError):  # reported when keys are needed: a preview needs none
            return read_profile(profile.value, file.value if file else None).text("region_id")
    return None


def _endpoint(reader: Reader, endpoints: Reader) -> str | None:
    own = reader.text(declared.ENDPOINT)
    if own is not None:
        return parse_base_url(own.value, own.origin)
    shared = reader.text(declared.FC) or endpoints.text(declared.ENDPOINTS.member("fc"))
    return parse_service_endpoint(shared.value, shared.origin) if shared else None
