"""The vendor's sources of keys other than plain ones, in the order of its default chain.

OIDC, profile of the vendor's command line, credentials file, ECS RAM role, credentials URI. The
library `alibabacloud-credentials` asks each of them, keeps temporary keys and renews them 15
minutes before they expire. Put together here, and not by its ``DefaultCredentialsProvider``, so
that errors can say what was tried, so that nothing waits without an end, and so that no thread
runs for a source that is never used.

Importing this module takes a quarter of a second.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alibabacloud_credentials import provider as vendor
from alibabacloud_credentials.utils import auth_constant
from Tea.exceptions import RetryError

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.signing import Credentials

LONGEST_LOOKUP = 60.0
"""Seconds for one walk through the sources. Each has limits of its own: 2 s per step of the ECS
metadata, 15 s for STS and a URI, 60 s for a profile's external command."""
PAUSE_AFTER_FAILURE = 10.0
"""Seconds in which a failure is repeated without asking again, for many resources at once."""
EXPIRY_MARGIN = 30.0
"""Seconds before their expiry in which keys that cannot be renewed are not used any more."""

_HOW_TO = (
    "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment, or: "
    "pulumi config set alicloud:accessKey … && pulumi config set --secret alicloud:secretKey …"
)
_HTTP_STATUS = re.compile(r"http_?code\W{1,2}(\d{3})\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Source:
    """One place that keys may come from."""

    name: str
    """As a user knows it; holds nothing secret."""
    open: Callable[[], Any]
    """Makes the vendor's provider, which caches and renews."""
    file: Path | None = None
    """Without this file there is nothing to ask."""


@dataclass(frozen=True)
class _Keys:
    credentials: Credentials
    expires: float
    """In seconds since 1970; 0 if the source does not say."""


class VendorChain:
    """Asks the sources in turn, then the one that answered for the rest of the run.

    Not thread-safe: the caller takes care that one thread asks at a time.

    Args:
        profile: profile of the vendor's command line to take, instead of all sources.
    """

    def __init__(self, profile: str | None = None) -> None:
        _keep_answers_out_of_logs()
        self._sources = list(_sources(profile, os.environ))
        self._provider: Any = None
        self._provider_name = ""
        self._keys: _Keys | None = None
        self._problem = ""
        self._ask_again = 0.0
        self._lookup: _Lookup | None = None

    def credentials(self) -> Credentials:
        """Keys that are valid now.

        Raises:
            SettingsError: if there are none; says what was tried, and nothing that was answered.
        """
        if time.monotonic() >= self._ask_again:
            self._ask()
        keys = self._keys
        # A source that fails for a while stops nobody whose keys are still valid.
        if keys is None or (self._problem and keys.expires - EXPIRY_MARGIN <= time.time()):
            raise SettingsError(self._problem)
        return keys.credentials

    def _ask(self) -> None:
        # One that has not ended is waited for again: two at once would write the same keys.
        if self._lookup is None:
            self._lookup = _Lookup(self._renew if self._provider is not None else self._search)
        self._problem = self._lookup.wait()
        if self._lookup.has_ended:
            self._lookup = None
        self._ask_again = time.monotonic() + PAUSE_AFTER_FAILURE if self._problem else 0.0

    def _search(self) -> str:
        """The first source that has keys; what is wrong with all of them, or nothing."""
        tried: list[str] = []
        for source in self._sources:
            try:
                if source.file is not None and not source.file.is_file():
                    tried.append(f"{source.name}: no such file")
                    continue
                provider = source.open()
                self._keys = _keys(provider.get_credentials())
            except Exception as error:  # noqa: BLE001  a source raises whatever its HTTP client or a file does
                tried.append(f"{source.name}: {_reason(error)}")
            else:
                self._provider, self._provider_name = provider, source.name
                return ""
        where = "; ".join(tried) or "every source is switched off"
        return f"No credentials were found ({where}): {_HOW_TO}"

    def _renew(self) -> str:
        """Keys of the source that had some; what is wrong with it, or nothing."""
        try:
            self._keys = _keys(self._provider.get_credentials())
        except Exception as error:  # noqa: BLE001  the same
            return (
                f"The temporary credentials could not be renewed ({self._provider_name}: "
                f"{_reason(error)}); nothing but this source is asked in the middle of a run"
            )
        return ""


class _Lookup:
    """One walk through the sources, in a thread, as no limit of theirs bounds the whole."""

    def __init__(self, work: Callable[[], str]) -> None:
        self._work = work
        self._problem = (
            f"Looking for credentials took longer than {LONGEST_LOOKUP:.0f} seconds: {_HOW_TO}"
        )
        self._thread = threading.Thread(target=self._run, name="credentials", daemon=True)
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it writes any more."""
        return not self._thread.is_alive()

    def wait(self) -> str:
        """What is wrong, or nothing."""
        self._thread.join(LONGEST_LOOKUP)
        return self._problem

    def _run(self) -> None:
        self._problem = self._work()


def _sources(profile: str | None, environment: Mapping[str, str]) -> Iterator[_Source]:
    """The sources that are not switched off, in the vendor's order.

    Source: ``provider/default.py`` of alibabacloud-credentials, and the vendor's page "Manage
    access credentials".
    """
    home = Path(auth_constant.HOME)
    command_line = home / ".aliyun" / "config.json"
    if profile is not None:
        yield _Source(
            f"profile {profile!r} in {_CLI_FILE}",
            lambda: vendor.CLIProfileCredentialsProvider(
                profile_name=profile, profile_file=str(command_line)
            ),
            command_line,
        )
        return
    if all(environment.get(name) for name in _OIDC_VARIABLES):
        yield _Source(
            "OIDC role",
            lambda: vendor.OIDCRoleArnCredentialsProvider(
                role_arn=environment["ALIBABA_CLOUD_ROLE_ARN"]
            ),
        )
    if not _is_on(environment, "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"):
        yield _Source(
            _CLI_FILE,
            lambda: vendor.CLIProfileCredentialsProvider(profile_file=str(command_line)),
            command_line,
        )
    named = environment.get("ALIBABA_CLOUD_CREDENTIALS_FILE")
    file = Path(named) if named else home / ".alibabacloud" / "credentials.ini"
    yield _Source(
        "ALIBABA_CLOUD_CREDENTIALS_FILE" if named else "~/.alibabacloud/credentials.ini",
        lambda: vendor.ProfileCredentialsProvider(profile_file=str(file)),
        file,
    )
    if not _is_on(environment, "ALIBABA_CLOUD_ECS_METADATA_DISABLED"):
        yield _Source(
            "ECS RAM role",
            # Renewed when asked: no scheduler's thread beside the provider's.
            lambda: vendor.EcsRamRoleCredentialsProvider(async_update_enabled=False),
        )
    uri = environment.get("ALIBABA_CLOUD_CREDENTIALS_URI")
    if uri:
        # Without the address itself: it may hold a token.
        yield _Source(
            "ALIBABA_CLOUD_CREDENTIALS_URI", lambda: vendor.URLCredentialsProvider(uri=uri)
        )


_CLI_FILE = "~/.aliyun/config.json"
_OIDC_VARIABLES = (
    "ALIBABA_CLOUD_ROLE_ARN",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
)


def _is_on(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "").lower() == "true"


def _keys(found: Any) -> _Keys:
    """Raises `ValueError` if it is not what keys are made of."""
    parts = (found.get_access_key_id(), found.get_access_key_secret())
    token = found.get_security_token() or None
    if not all(isinstance(part, str) and part for part in parts) or not (
        token is None or isinstance(token, str)
    ):
        raise ValueError
    return _Keys(Credentials(parts[0], parts[1], token), float(found.get_expiration() or 0))


def _reason(error: Exception) -> str:
    """Why a source has no keys. Never its own words: they quote answers and signed URLs."""
    if isinstance(error, RetryError):
        return "no answer"
    status = _HTTP_STATUS.search(str(error))
    return f"HTTP {status.group(1)}" if status else "nothing usable"


def _keep_answers_out_of_logs() -> None:
    """The library logs failed answers, signed URLs and headers to standard error."""
    for name in ("credentials", "alibabacloud-tea"):
        logging.getLogger(name).addFilter(_drop)


def _drop(_record: logging.LogRecord) -> bool:
    return False
