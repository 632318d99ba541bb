"""Temporary keys, kept until they are to be renewed.

The vendor's library asks for them (`vendor`). Its errors quote responses and signed URLs; here they
become one line.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import SettingsError

PAUSE_AFTER_FAILURE = 10.0
"""Seconds in which a failure is repeated without asking again, for many resources at once."""
RENEWAL_MARGIN = 300.0
"""Seconds before their expiry in which keys are renewed; less for keys that last less than three
times as long. The library itself renews them from 15 minutes before."""
_UNKNOWN_EXPIRY = (60.0, 600.0)
"""Seconds after which to ask the library again for keys that do not say when they expire, and for
which they are valid: it hands out none that has less than 15 minutes left."""

_HOW_TO = (
    "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment, or: "
    "pulumi config set alicloud:accessKey … && pulumi config set --secret alicloud:secretKey …"
)
_STATUS = re.compile(r"(?:http_?|status )code\W{1,2}(\d{3})\b", re.IGNORECASE)
_CODE = re.compile(r'"Code"\s*:\s*"([A-Za-z.]{1,60})"')
_NO_RESPONSE = "ConnectionPool"
_REASONS = (
    (_NO_RESPONSE, "no response"),
    ("Connection aborted", "no response"),
    ("unable to open", "no such file"),
    ("unable to get profile", "no such profile"),
    ("from credentials file", "no such section"),
    ("is disabled", "switched off"),
    ("re-login", "the sign-in has expired: run `aliyun configure` again"),
    ("No cached value", "its keys have expired"),
    ("No such file", "no such file"),
)
"""Part of an error of the library → what it means."""
_CHAIN = {
    "OIDCRoleArn": "OIDC role",
    "CLIProfile": "~/.aliyun/config.json",
    "Profile": "~/.alibabacloud/credentials.ini",
    "EcsRamRole": "ECS instance",
    "URL": "credentials URI",
}
"""The library's name of a source of its default chain → ours."""


class Renewed:
    """Keys of one of the library's providers, renewed before they expire. Thread-safe.

    One thread asks at a time, and all have what it got: for any number of resources, and for
    calls that are made at once, the source is asked once.

    Args:
        name: the source, for messages; holds nothing secret.
        open_provider: makes the library's provider; called when keys are first needed.
        seconds: how long to wait for keys.
    """

    def __init__(self, name: str, open_provider: Callable[[], Any], seconds: float) -> None:
        self._name = name
        self._seconds = seconds
        self._open = open_provider
        self._lock = threading.Lock()
        self._provider: Any = None
        self._credentials: Credentials | None = None
        self._problem = ""
        self._ask_at = 0.0
        self._valid_until = 0.0

    def __call__(self) -> Credentials:
        """Keys that are valid now.

        Raises:
            SettingsError: if there are none; says why, and nothing that was in a response.
        """
        with self._lock:
            if time.time() >= self._ask_at:
                self._ask()
            # A source that fails for a while stops nobody whose keys are still valid.
            if self._credentials is None or time.time() >= self._valid_until:
                raise SettingsError(self._problem)
            return self._credentials

    def _ask(self) -> None:
        # In a thread, as the library's limits are for each step: a peer may drip its response.
        looked: list[tuple[Credentials, float | None] | Exception] = []
        thread = threading.Thread(target=self._look, args=[looked], daemon=True)
        thread.start()
        thread.join(self._seconds)
        now = time.time()
        found = looked[0] if looked else SettingsError(self._describe(_NO_RESPONSE))
        if isinstance(found, Exception):
            said = str(found)
            self._problem = said if isinstance(found, SettingsError) else self._describe(said)
            self._ask_at = now + PAUSE_AFTER_FAILURE
            return
        self._credentials, expiry = found
        ask_again, valid = _UNKNOWN_EXPIRY
        if expiry:
            valid = expiry - now
            ask_again = valid - min(RENEWAL_MARGIN, valid / 3)
        self._ask_at, self._valid_until = now + ask_again, now + valid

    def _look(self, looked: list[tuple[Credentials, float | None] | Exception]) -> None:
        try:
            if self._provider is None:
                self._provider = self._open()
            found = self._provider.get_credentials()
            looked.append((_checked(found), found.get_expiration()))
        except Exception as error:  # noqa: BLE001  it raises whatever its HTTP client or a file does
            looked.append(error)

    def _describe(self, said: str) -> str:
        if self._credentials is not None:
            return f"The credentials of {self._name} could not be renewed: {reason(said)}"
        tried = re.split(r"(\w+)CredentialsProvider: ", said)
        if len(tried) == 1:
            return f"No credentials from {self._name}: {reason(said)}"
        sources = "; ".join(
            f"{_CHAIN[name]}: {reason(words)}"
            for name, words in zip(tried[1::2], tried[2::2], strict=True)
            if name in _CHAIN
        )
        return f"No credentials were found ({sources}): {_HOW_TO}"


def _checked(found: Any) -> Credentials:
    """Raises `ValueError` if it is not what keys are made of."""
    parts = (found.get_access_key_id(), found.get_access_key_secret())
    token = found.get_security_token() or None
    if not all(isinstance(part, str) and part for part in parts) or not (
        token is None or isinstance(token, str)
    ):
        raise ValueError
    return Credentials(parts[0], parts[1], token)


def reason(said: str) -> str:
    """Tell why a source has no keys, from an error of the library.

    Args:
        said: the error's text, perhaps with a response in it.

    Returns:
        A few words of ours: its own may quote keys.
    """
    status = _STATUS.search(said)
    if status:
        code = _CODE.search(said)
        return f"HTTP {status[1]} {code[1]}" if code else f"HTTP {status[1]}"
    return next((words for part, words in _REASONS if part in said), "nothing usable")
