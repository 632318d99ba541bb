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
from pulumi_fc_async_invoke.api.errors import CanceledError, SettingsError

from .background import in_background

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
_EXPIRED = "No cached value"
_REASONS = (
    (_NO_RESPONSE, "no response"),
    ("Connection aborted", "no response"),
    ("unable to open", "no such file"),
    ("unable to get profile", "no such profile"),
    ("from credentials file", "no such file or section"),
    ("is disabled", "switched off"),
    ("re-login", "the sign-in has expired: run `aliyun configure` again"),
    (_EXPIRED, "its keys have expired"),
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
    """Keep the keys of one of the library's providers, and renew them before they expire.

    Thread-safe: one thread asks the source at a time, and all threads share what it returned. So a
    source is asked once for any number of resources. The library's own cache does not hold keys
    that last 15 minutes or less, drops valid keys when a renewal fails, and has no overall limit.

    Args:
        name: the source, for messages; holds nothing secret.
        open_provider: makes the library's provider; called when keys are first needed, and again
            until it succeeds. It may raise `SettingsError`.
        seconds: how long to wait for keys.
        canceled: set when the run is interrupted: nobody waits for keys any longer.
    """

    def __init__(
        self,
        name: str,
        open_provider: Callable[[], Any],
        seconds: float,
        canceled: threading.Event | None = None,
    ) -> None:
        self._name = name
        self._seconds = seconds
        self._canceled = canceled or threading.Event()
        self._open = open_provider
        self._lock = threading.Lock()
        self._provider: Any = None
        self._credentials: Credentials | None = None
        self._problem = ""
        self._ask_at = 0.0
        self._valid_until = 0.0

    def __call__(self) -> Credentials:
        """Return keys that are valid now.

        Raises:
            SettingsError: there are none; gives the reason, and nothing that was in a response.
            CanceledError: there are none, and the run was interrupted.
        """
        # Whoever waits for the lock gets it as soon as the one who asks is canceled.
        with self._lock:
            if time.time() >= self._ask_at and not self._canceled.is_set():
                self._ask()
            # While keys are valid, a renewal that fails stops no call.
            if self._credentials is None or time.time() >= self._valid_until:
                if self._canceled.is_set():
                    raise CanceledError("the run was interrupted", outcome_unknown=False)
                raise SettingsError(self._problem)
            return self._credentials

    def _ask(self) -> None:
        # In a thread, as the library's limits are for each step: a peer may drip its response.
        end = time.monotonic() + self._seconds
        outcome = in_background(self._fetch, lambda: 0 if self._canceled.is_set() else end)
        if self._canceled.is_set() and not outcome.done():
            return
        error = outcome.exception() if outcome.done() else TimeoutError(_NO_RESPONSE)
        if error is not None:
            is_ours = isinstance(error, SettingsError)
            self._problem = str(error) if is_ours else self._describe(str(error))
            self._ask_at = time.time() + PAUSE_AFTER_FAILURE
            return
        self._credentials, expiry = outcome.result()
        now = time.time()
        ask_again, valid = _UNKNOWN_EXPIRY
        if expiry:
            valid = expiry - now
            ask_again = valid - min(RENEWAL_MARGIN, valid / 3)
        self._ask_at, self._valid_until = now + ask_again, now + valid

    def _fetch(self) -> tuple[Credentials, float | None]:
        if self._provider is None:
            self._provider = self._open()
        found = self._provider.get_credentials()
        expiry = found.get_expiration()
        if expiry and expiry <= time.time():
            raise ValueError(_EXPIRED)
        return _checked(found), expiry

    def _describe(self, message: str) -> str:
        if self._credentials is not None:
            return f"The credentials of {self._name} could not be renewed: {reason(message)}"
        sources = re.split(r"(\w+)CredentialsProvider: ", message)
        if len(sources) == 1:
            return f"No credentials from {self._name}: {reason(message)}"
        reasons = "; ".join(
            f"{_CHAIN[name]}: {reason(part)}"
            for name, part in zip(sources[1::2], sources[2::2], strict=True)
            if name in _CHAIN
        )
        return f"No credentials were found ({reasons}): {_HOW_TO}"


def _checked(found: Any) -> Credentials:
    """Check the library's keys; raises `ValueError` for what is not a key."""
    key_id, secret = found.get_access_key_id(), found.get_access_key_secret()
    token = found.get_security_token() or ""
    are_texts = all(isinstance(part, str) for part in (key_id, secret, token))
    if not (are_texts and key_id and secret):
        raise ValueError
    return Credentials(key_id, secret, token or None)


def reason(message: str) -> str:
    """Say in a few words why a source has no keys.

    Args:
        message: of the library's error; may quote a response, and keys in it.

    Returns:
        The HTTP status with the service's error code, or words of our own.
    """
    status = _STATUS.search(message)
    if status:
        code = _CODE.search(message)
        return f"HTTP {status[1]} {code[1]}" if code else f"HTTP {status[1]}"
    return next((words for part, words in _REASONS if part in message), "nothing usable")
