"""Which keys sign a call: looked up when a call is made, never kept in state.

Configured keys first, then the environment, then the vendor's other sources (`vendor_chain`).
Those cost a quarter of a second to import, so they are imported when the first call needs them.
"""

import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.signing import Credentials

if TYPE_CHECKING:
    from .settings import Settings
    from .vendor_chain import VendorChain

CredentialsSource = Callable[[], Credentials]

_KEY_ID = "ALIBABA_CLOUD_ACCESS_KEY_ID"
_KEY_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"  # noqa: S105  a variable's name is no secret
_SECURITY_TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN"  # noqa: S105  a variable's name is no secret


def credentials_source(settings: "Settings") -> CredentialsSource:
    """What to call for the keys of the next request; thread-safe.

    The result raises `SettingsError` if there are no keys, or half of them, with what to set.
    """
    if _has_keys(settings):
        # No `partial`: its repr would show the keys.
        return lambda: _configured(
            settings.access_key, settings.secret_key, settings.security_token
        )
    if settings.profile is None and _has_variables():
        return lambda: _environment(os.environ)
    return _Late(settings.profile)


def where_from(settings: "Settings") -> str:
    """Where `credentials_source` takes the keys from, in words for a user."""
    if _has_keys(settings):
        return "the stack's configuration"
    if settings.profile is not None:
        return f"profile {settings.profile!r}"
    return "the environment" if _has_variables() else "the vendor's default chain"


def _has_keys(settings: "Settings") -> bool:
    return bool(settings.access_key or settings.secret_key or settings.security_token)


def _has_variables() -> bool:
    return bool(os.environ.get(_KEY_ID) or os.environ.get(_KEY_SECRET))


def _configured(
    access_key: str | None, secret_key: str | None, security_token: str | None
) -> Credentials:
    if not access_key:
        given = "alicloud:secretKey" if secret_key else "alicloud:securityToken"
        raise SettingsError(
            f"{given} is set, but alicloud:accessKey is not: pulumi config set alicloud:accessKey …"
        )
    if not secret_key:
        raise SettingsError(
            "alicloud:accessKey is set, but alicloud:secretKey is not: "
            "pulumi config set --secret alicloud:secretKey …"
        )
    return Credentials(access_key, secret_key, security_token)


def _environment(environment: Mapping[str, str]) -> Credentials:
    key_id, secret = environment.get(_KEY_ID), environment.get(_KEY_SECRET)
    if not key_id or not secret:
        # Half a pair is a mistake; to go on to other keys, perhaps of another account, would
        # hide it.
        given, missing = (_KEY_ID, _KEY_SECRET) if key_id else (_KEY_SECRET, _KEY_ID)
        raise SettingsError(
            f"{given} is set in the environment, but {missing} is not: set both, or neither"
        )
    return Credentials(key_id, secret, environment.get(_SECURITY_TOKEN) or None)


class _Late:
    """The vendor's sources, imported at the first call."""

    def __init__(self, profile: str | None) -> None:
        self._profile = profile
        self._lock = threading.Lock()
        self._chain: VendorChain | None = None

    def __call__(self) -> Credentials:
        with self._lock:
            if self._chain is None:
                from .vendor_chain import VendorChain  # noqa: PLC0415  0.25 s, only if needed

                self._chain = VendorChain(self._profile)
            return self._chain.credentials()
