"""Where region, account, endpoint, limits and credentials come from: one place, one order.

What the provider was configured with (an explicit `Provider`'s arguments, else the stack's
configuration: the engine hands over one or the other), then the environment, then the profile.
Each setting is declared once, in `declarations`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import declarations as declared
from .access_keys import Keys, read_keys
from .endpoint import parse_base_url, parse_service_endpoint, parse_sts_endpoint
from .profiles import read_region
from .reading import Found, Lookup, Reader
from .roles import Role, read_oidc_role, read_role


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
    """Role to assume with an OIDC token, where no keys were found."""

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
            region=read_region(reader),
            account_id=reader.value(declared.ACCOUNT),
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
            assume_role_with_oidc=read_oidc_role(reader),
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
    def configured_credentials(self) -> tuple[declared.Setting, ...]:
        """The configured settings that decide whose keys sign, without the profile."""
        found = [
            *(part for place in self.keys for part in place),
            self.credentials_file,
            self.credentials_uri,
            self.ecs_role,
            self.assume_role,
            self.assume_role_with_oidc,
        ]
        origins = {each.origin for each in found if each is not None}
        return tuple(each for each in declared.DECLARED if each.key in origins)

    @property
    def configured_profile(self) -> str | None:
        """The profile that the configuration names, and not the environment."""
        is_configured = self.profile is not None and self.profile.origin == declared.PROFILE.key
        return self.profile.value if self.profile and is_configured else None


def _endpoint(reader: Reader, endpoints: Reader) -> str | None:
    own = reader.text(declared.ENDPOINT)
    if own is not None:
        return parse_base_url(own.value, own.origin)
    shared = reader.text(declared.FC) or endpoints.text(declared.ENDPOINTS.member("fc"))
    return parse_service_endpoint(shared.value, shared.origin) if shared else None
