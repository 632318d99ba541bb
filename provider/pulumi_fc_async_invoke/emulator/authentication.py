"""Who is calling: access keys, clock and token."""

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime, timezone
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from pydantic.dataclasses import dataclass

from .exceptions import ApiError
from .rules import STRICT

DEFAULT_KEY_ID = "emulator-key-id"
DEFAULT_KEY_SECRET = "emulator-key-secret"  # noqa: S105  opens nothing but an emulator
DEFAULT_ACCOUNT = "1234567890123456"
ANY_ACCOUNT = "*"
MAX_SKEW_SECONDS = 15 * 60


@dataclass(frozen=True, config=STRICT)
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
            ValueError: if the text is not a key.
        """
        parts = text.split(":", 3)
        if len(parts) < 2 or not all(parts):  # noqa: PLR2004  an id and a secret
            raise ValueError(
                "an access key is ID:SECRET, ID:SECRET:ACCOUNT or ID:SECRET:ACCOUNT:TOKEN"
            )
        return cls(*parts)


DEFAULT_KEY = AccessKey(DEFAULT_KEY_ID, DEFAULT_KEY_SECRET)


class Codes(NamedTuple):
    """How a service names what is wrong with a signed request."""

    key: str
    signature: str
    time: str
    token: str


ACCOUNT_CODES = Codes("InvalidAccessKeyID", "SignatureNotMatch", "AccessDenied", "AccessDenied")
OPENAPI_CODES = Codes(
    "InvalidAccessKeyId.NotFound",
    "SignatureDoesNotMatch",
    "InvalidTimeStamp.Expired",
    "InvalidSecurityToken.Expired",
)


class Signed(NamedTuple):
    """What a request says about who signed it, and when."""

    key_id: str
    signature: str
    date: str
    token: str
    """Empty for none."""
    text: str
    """What the signature is made over."""
    sign: Callable[[str, str], str]
    """From a secret and the text to the signature."""


def authenticate(
    signed: Signed, keys: Mapping[str, AccessKey], codes: Codes, clock_offset: int
) -> AccessKey:
    """Check clock, key, signature and token, in this order.

    Args:
        signed: what the request says.
        keys: the valid keys by id.
        codes: of the errors.
        clock_offset: seconds by which the service's clock is ahead.

    Raises:
        ApiError: the first that is wrong.
    """
    now = time.time() + clock_offset
    sent = _timestamp(signed.date)
    if sent is None:
        raise ApiError("InvalidArgument", f"{signed.date!r} is not a date")
    if abs(now - sent) > MAX_SKEW_SECONDS:
        raise ApiError(
            codes.time,
            f"the request time ({signed.date}) is more than 15 minutes from the server time "
            f"({formatdate(now, usegmt=True)})",
        )
    key = keys.get(signed.key_id)
    if key is None:
        raise ApiError(codes.key, f"the access key id {signed.key_id} does not exist")
    expected = signed.sign(key.secret, signed.text)
    if not hmac.compare_digest(expected.encode(), signed.signature.encode()):
        raise ApiError(codes.signature, "the signature does not match the request")
    token = (key.security_token or "").encode()
    if token and not hmac.compare_digest(token, signed.token.encode()):
        raise ApiError(codes.token, "the security token is missing, wrong or expired")
    return key


def require(headers: Mapping[str, str], *names: str) -> None:
    """Check that headers are there.

    Raises:
        ApiError: names the first that is not.
    """
    for name in names:
        if not headers.get(name):
            raise ApiError("MissingRequiredHeader", f"the header {name.title()} is required")


def account_of(key: AccessKey, asked: str, default: str) -> str:
    """The account that a request is about: the one it names, or the key's.

    Raises:
        ApiError: the key belongs to another account.
    """
    bound = "" if key.account == ANY_ACCOUNT else key.account
    account = asked or bound or default
    if bound not in {"", account}:
        raise ApiError("AccessDenied", f"the resource doesn't belong to you: {key.id}, {account}")
    return account


@lru_cache(maxsize=64)  # a busy client sends the same second many times
def _timestamp(date: str) -> float | None:
    """Read an RFC 1123 date, or ``YYYY-MM-DDThh:mm:ssZ``."""
    try:
        if date.endswith("Z"):
            read = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        else:
            read = parsedate_to_datetime(date)
        return read.timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
