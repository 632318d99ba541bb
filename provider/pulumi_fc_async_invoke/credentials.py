"""Which keys sign a call: looked up when a call is made, never kept in state.

Configured keys first, then the vendor's default chain (``alibabacloud-credentials``): environment,
OIDC, profiles, ECS RAM role, credentials URI. The chain costs a quarter of a second to import, so
keys in the environment, which come first in it anyway, are taken without it.
"""

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .errors import SettingsError
from .signing import Credentials

if TYPE_CHECKING:
    from .settings import Settings

CredentialsSource = Callable[[], Credentials]

_HOW_TO = (
    "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment, or: "
    "pulumi config set alicloud:accessKey … && pulumi config set --secret alicloud:secretKey …"
)


def credentials_source(settings: "Settings") -> CredentialsSource:
    """What to call for the keys of the next request; thread-safe.

    The result raises `SettingsError` if there are no keys, with what to set.
    """
    if settings.access_key or settings.secret_key:
        return partial(
            _configured, settings.access_key, settings.secret_key, settings.security_token
        )
    if settings.profile is None and os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID"):
        return _environment
    return _VendorChain(settings.profile)


def _configured(
    access_key: str | None, secret_key: str | None, security_token: str | None
) -> Credentials:
    if not access_key:
        raise SettingsError(
            "alicloud:secretKey is set, but alicloud:accessKey is not: "
            "pulumi config set alicloud:accessKey …"
        )
    if not secret_key:
        raise SettingsError(
            "alicloud:accessKey is set, but alicloud:secretKey is not: "
            "pulumi config set --secret alicloud:secretKey …"
        )
    return Credentials(access_key, secret_key, security_token)


def _environment() -> Credentials:
    secret = os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    if not secret:
        raise SettingsError(
            "ALIBABA_CLOUD_ACCESS_KEY_ID is set, but ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"
        )
    return Credentials(
        os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        secret,
        os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN") or None,
    )


class _VendorChain:
    """The vendor's providers; they refresh temporary keys before these expire."""

    def __init__(self, profile: str | None) -> None:
        self._profile = profile
        self._lock = threading.Lock()
        self._provider: Any = None

    def __call__(self) -> Credentials:
        from alibabacloud_credentials.provider import (  # noqa: PLC0415  0.25 s, only if needed
            CLIProfileCredentialsProvider,
            DefaultCredentialsProvider,
        )

        with self._lock:
            if self._provider is None:
                self._provider = (
                    CLIProfileCredentialsProvider(profile_name=self._profile)
                    if self._profile
                    else DefaultCredentialsProvider()
                )
            try:
                found = self._provider.get_credentials()
            except Exception:  # noqa: BLE001  the chain raises whatever its HTTP client or a file does
                # Not its words: they may hold parts of an answer with keys.
                where = f"the profile {self._profile!r}" if self._profile else "the default chain"
                raise SettingsError(f"No credentials were found in {where}: {_HOW_TO}") from None
        return Credentials(
            found.get_access_key_id(),
            found.get_access_key_secret(),
            found.get_security_token() or None,
        )
