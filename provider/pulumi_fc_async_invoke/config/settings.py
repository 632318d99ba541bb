"""Where region, account, endpoint, limits and keys come from: one place, one order.

What the provider was configured with (an explicit `Provider`'s arguments, else the stack's
configuration: the engine hands over one or the other), then the environment. Nothing is validated
before it is needed, and then with the command that sets it right.

The keys of pulumi-alicloud (``alicloud:…``) are shared with it; our own are ``fc:…``.
"""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.names import exact_integer
from pulumi_fc_async_invoke.client import defaults

MAX_REQUEST_TIMEOUT = 3600.0
MOST_CONCURRENCY = 64

REGION_KEY = "alicloud:region"
ACCOUNT_KEY = "alicloud:accountId"

_VARIABLES = {
    REGION_KEY: ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION_ID"),
    ACCOUNT_KEY: ("ALICLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCOUNT_ID"),
}
"""Environment variables that are looked at, in this order, where a key is not configured."""
_SECRET_KEYS = ("alicloud:secretKey", "alicloud:securityToken")


@dataclass(frozen=True)
class Settings:
    """How to reach Function Compute; holds no plain-text secret that a ``repr`` would show."""

    region: str | None
    """Region for resources that name none."""
    account_id: str | None
    """Account for resources that name none."""
    endpoint: str | None
    """Base URL in place of the service's own."""
    internal: bool
    """Whether to use the service's host inside a VPC."""
    allow_overwrite: bool
    """Default of `allow_overwrite`."""
    request_timeout: float
    """Overall deadline of one call with its retries, in seconds."""
    max_concurrency: int
    """Calls in flight at once, 1 to 64."""
    access_key: str | None = field(repr=False)
    """Access key id, if configured."""
    secret_key: str | None = field(repr=False)
    """Access key secret, if configured."""
    security_token: str | None = field(repr=False)
    """Security token of a temporary key, if configured."""
    profile: str | None
    """Profile of the vendor's command line, if configured."""

    @classmethod
    def read(
        cls, get: Callable[[str], Any], environment: Mapping[str, str] = os.environ
    ) -> "Settings":
        """Read them from the provider's configuration and the environment.

        Args:
            get: looks up a configuration key such as ``alicloud:region``; `None`: not set.
            environment: the process's environment variables.

        Raises:
            SettingsError: if a value makes no sense; names the key and what would be right.
        """

        def text(key: str) -> str | None:
            return read_text(key, get, environment)

        return cls(
            region=text(REGION_KEY),
            account_id=text(ACCOUNT_KEY),
            endpoint=_endpoint(text("fc:endpoint")),
            internal=_boolean("fc:internal", get("fc:internal")),
            allow_overwrite=_boolean("fc:allowOverwrite", get("fc:allowOverwrite")),
            request_timeout=_seconds("fc:requestTimeout", get("fc:requestTimeout")),
            max_concurrency=_concurrency("fc:maxConcurrency", get("fc:maxConcurrency")),
            access_key=text("alicloud:accessKey"),
            secret_key=text("alicloud:secretKey"),
            security_token=text("alicloud:securityToken"),
            profile=text("alicloud:profile"),
        )

    def defaults(self) -> dict[str, Any]:
        """Inputs for resources that leave them out; those that nothing sets are not in it."""
        inputs = {
            "region": self.region,
            "accountId": self.account_id,
            "allowOverwrite": self.allow_overwrite,
        }
        return {key: value for key, value in inputs.items() if value is not None}


def read_text(
    key: str, get: Callable[[str], Any], environment: Mapping[str, str] = os.environ
) -> str | None:
    """Read one setting that is text: `REGION_KEY`, `ACCOUNT_KEY` or any other.

    Args:
        key: its configuration key.
        get: looks up a configuration key; `None`: not set.
        environment: the process's environment variables.

    Raises:
        SettingsError: it is configured as something else than text.
    """
    value = get(key)
    if value is None or value == "":
        names = _VARIABLES.get(key, ())
        return next((environment[name] for name in names if environment.get(name)), None)
    return _text(key, value)


def _text(key: str, value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        # An account's id written as a number.
        whole = exact_integer(value)
        if whole is None:
            raise SettingsError(f"{key} is too large to be exact as a number: put it in quotes")
        return str(whole)
    # The engine hands over a structured value as its JSON text.
    if not isinstance(value, str) or value.startswith(("{", "[")):
        secret = "--secret " if key in _SECRET_KEYS else ""
        raise SettingsError(
            f"{key} must be plain text, no object and no list: pulumi config set {secret}{key} …"
        )
    return value


def _boolean(key: str, value: object) -> bool:
    if value is None or value == "":
        return False
    words = {"true": True, "false": False}
    found = words.get(str(value).lower())
    if found is None:
        raise SettingsError(f"{key} must be true or false: pulumi config set {key} true")
    return found


def _seconds(key: str, value: object) -> float:
    if value is None or value == "":
        return defaults.REQUEST_TIMEOUT
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MAX_REQUEST_TIMEOUT:
        raise SettingsError(
            f"{key} must be a number of seconds, more than 0 and at most "
            f"{MAX_REQUEST_TIMEOUT:.0f}: pulumi config set {key} {defaults.REQUEST_TIMEOUT:.0f}"
        )
    return seconds


def _concurrency(key: str, value: object) -> int:
    if value is None or value == "":
        return defaults.MAX_CONCURRENCY
    try:
        # Booleans and the like fail here; the engine hands over 16 as 16.0.
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not 1 <= number <= MOST_CONCURRENCY or not number.is_integer():
        raise SettingsError(
            f"{key} must be a whole number from 1 to {MOST_CONCURRENCY}: pulumi config set {key} 16"
        )
    return int(number)


def _endpoint(value: str | None) -> str | None:
    """A whole base URL; unencrypted only where nobody can listen."""
    if value is None:
        return None
    # The value stays out of the messages: somebody may have put a password into it.
    example = "pulumi config set fc:endpoint https://fc.example.com"
    try:
        url = urlsplit(value)
        host, _ = url.hostname, url.port
    except ValueError:
        host = None
        url = urlsplit("")
    if not host or url.scheme not in ("http", "https"):
        raise SettingsError(f"fc:endpoint must be a whole base URL, with its scheme: {example}")
    if url.username is not None or url.query or url.fragment or url.path not in ("", "/"):
        raise SettingsError(
            f"fc:endpoint must hold scheme, host and port, and nothing else: {example}"
        )
    if url.scheme == "http" and not is_loopback(host):
        raise SettingsError(
            f"fc:endpoint must be https, as {host} is not this machine (http is for loopback "
            f"alone): {example}"
        )
    return f"{url.scheme}://{url.netloc}"
