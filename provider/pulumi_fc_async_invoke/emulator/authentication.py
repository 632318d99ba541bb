"""Who is calling: access keys, the signature and the clock (help document 53252)."""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

from pulumi_fc_async_invoke.api.signing import SECURITY_TOKEN_HEADER, sign, string_to_sign
from pulumi_fc_async_invoke.emulator.answers import failure

DEFAULT_KEY_ID = "emulator-key-id"
DEFAULT_KEY_SECRET = "emulator-key-secret"  # noqa: S105  opens nothing but an emulator
DEFAULT_ACCOUNT = "1234567890123456"
ANY_ACCOUNT = "*"
MAX_SKEW_SECONDS = 15 * 60


@dataclass(frozen=True)
class AccessKey:
    """A key that the emulator knows."""

    id: str
    secret: str = field(repr=False)
    account: str = ANY_ACCOUNT
    """The one account that it may be used for, or ``*``."""
    security_token: str | None = field(default=None, repr=False)
    """Must come with every request of a temporary key."""

    @classmethod
    def parse(cls, text: str) -> "AccessKey":
        """Read ``ID:SECRET[:ACCOUNT[:TOKEN]]``.

        Raises:
            ValueError: if it is none.
        """
        parts = text.split(":", 3)
        if len(parts) < 2 or not all(parts):  # noqa: PLR2004  an id and a secret
            raise ValueError(
                "an access key is ID:SECRET, ID:SECRET:ACCOUNT or ID:SECRET:ACCOUNT:TOKEN"
            )
        return cls(*parts)


DEFAULT_KEY = AccessKey(DEFAULT_KEY_ID, DEFAULT_KEY_SECRET)


def authenticate(
    keys: Mapping[str, AccessKey],
    method: str,
    path: str,
    headers: Mapping[str, str],
    clock_offset: int = 0,
) -> AccessKey:
    """The key that signed a request.

    Args:
        keys: the valid keys by id.
        method: HTTP method.
        path: the URL-decoded path.
        headers: names in lower case.
        clock_offset: seconds by which the service's clock is ahead.

    Raises:
        ApiFailure: as the service answers: 400 for missing headers, 403 for the rest.
    """
    for name in ("date", "authorization"):
        if not headers.get(name):
            raise failure("MissingRequiredHeader", f"the header {name.title()} is required")
    scheme, _, credential = headers["authorization"].partition(" ")
    key_id, colon, signature = credential.partition(":")
    if scheme != "FC" or not colon:
        raise failure("InvalidArgument", "Authorization must look like FC accessKeyId:signature")
    _check_clock(headers["date"], time.time() + clock_offset)
    key = keys.get(key_id)
    if key is None:
        raise failure("InvalidAccessKeyID", f"the access key id {key_id} does not exist")
    expected = sign(key.secret, string_to_sign(method, path, headers))
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise failure("SignatureNotMatch", "the signature does not match the request")
    if key.security_token is not None:
        token = headers.get(SECURITY_TOKEN_HEADER, "")
        if not hmac.compare_digest(token.encode(), key.security_token.encode()):
            raise failure("AccessDenied", "the security token is missing, wrong or expired")
    return key


def account_of(key: AccessKey, host_account: str, header_account: str, default: str) -> str:
    """The account that a request is about: from the host, the header, or the key.

    Raises:
        ApiFailure: 403 if they contradict each other.
    """
    asked = {account for account in (host_account, header_account) if account}
    if len(asked) > 1:
        raise failure("AccessDenied", "x-fc-account-id names another account than the host")
    bound = None if key.account == ANY_ACCOUNT else key.account
    account = asked.pop() if asked else bound or default
    if bound not in {None, account}:
        raise failure("AccessDenied", f"the access key {key.id} does not belong to {account}")
    return account


def _check_clock(date: str, now: float) -> None:
    sent = _timestamp(date)
    if sent is None:
        raise failure("InvalidArgument", "Date must be a date in GMT, as RFC 1123 has it")
    if abs(now - sent) > MAX_SKEW_SECONDS:
        raise failure(
            "AccessDenied",
            f"the request time ({date}) is more than 15 minutes from the server time "
            f"({formatdate(now, usegmt=True)})",
        )


@lru_cache(maxsize=64)  # a busy client sends the same second many times
def _timestamp(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
