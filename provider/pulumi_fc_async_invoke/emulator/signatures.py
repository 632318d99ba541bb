"""The three signatures that the service verifies, independent of every client.

``FC`` is that of 2.0 (help document 53252). 3.0 takes those of OpenAPI: ``ACS3-HMAC-SHA256`` ("V3
request body & signature"), and the ROA scheme ``HMAC-SHA1``.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote_plus

from .authentication import AccessKey
from .exceptions import ApiError
from .state import State
from .versions import Request

MAX_SKEW_SECONDS = 15 * 60
ACS3 = "ACS3-HMAC-SHA256"


def fc_string_to_sign(request: Request) -> str:
    """Return the text that an ``FC`` signature is made over; the query is not part of it."""
    headers = request.headers
    fields = (headers.get(name, "") for name in ("content-md5", "content-type", "date"))
    return "\n".join([request.method, *fields, _lines(headers, "x-fc-") + request.path])


def fc_signature(secret: str, text: str) -> str:
    """Return the HMAC-SHA256 in Base64."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


def acs3_canonical_request(request: Request, signed: Iterable[str]) -> str:
    """Return the canonical request of ``ACS3-HMAC-SHA256``.

    Args:
        request: what was sent.
        signed: names of the signed headers, in lower case, in the order of ``SignedHeaders``.
    """
    names = list(signed)
    query = "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in _query(request)
    )
    headers = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names)
    body = hashlib.sha256(request.body).hexdigest()
    return "\n".join([request.method, request.raw_path, query, headers, ";".join(names), body])


def acs3_signature(secret: str, canonical_request: str) -> str:
    """Return the HMAC-SHA256 of the canonical request's hash, in hexadecimal."""
    text = f"{ACS3}\n{hashlib.sha256(canonical_request.encode()).hexdigest()}"
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def roa_string_to_sign(request: Request) -> str:
    """Return the text of a ROA signature; query values are decoded, the path is as sent."""
    query = "&".join(f"{name}={value}" if value else name for name, value in _query(request))
    names = ("accept", "content-md5", "content-type", "date")
    fields = (request.headers.get(name, "") for name in names)
    target = f"{request.raw_path}?{query}" if query else request.raw_path
    return "\n".join([request.method, *fields, _lines(request.headers, "x-acs-") + target])


def roa_signature(secret: str, text: str) -> str:
    """Return the HMAC-SHA1 in Base64."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def _lines(headers: Mapping[str, str], prefix: str) -> str:
    names = sorted(name for name in headers if name.startswith(prefix))
    return "".join(f"{name}:{headers[name]}\n" for name in names)


def _query(request: Request) -> list[tuple[str, str]]:
    """Decode and sort the query; a plus sign is a space, as the vendor's SDK sends it."""
    pairs = (each.partition("=") for each in request.query.split("&") if each)
    return sorted((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)


def _acs3_text(request: Request) -> str:
    headers = request.headers
    if headers["x-acs-content-sha256"] != hashlib.sha256(request.body).hexdigest():
        raise ValueError("x-acs-content-sha256 is not the hash of the body")
    names = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    must = {"host", *(name for name in headers if name.startswith("x-acs-"))}
    must |= {"content-type"} if request.body else set()
    if unsigned := sorted(must - set(names)):
        raise ValueError(f"these headers are not signed: {', '.join(unsigned)}")
    return acs3_canonical_request(request, sorted(names))


class Scheme(NamedTuple):
    """One way to sign a request: what is sent, and how the signature is made."""

    form: str
    """What ``Authorization`` must be, for an error message."""
    authorization: re.Pattern[str]
    """Finds the ``key`` and the ``signature`` in it."""
    required: tuple[str, ...]
    """Headers that must be there."""
    date: str
    """Header with the time of the request."""
    token: str
    """Header with the security token of a temporary key."""
    text: Callable[[Request], str]
    """What the signature is made over; raises `ValueError` if it does not cover what it must."""
    sign: Callable[[str, str], str]
    """From a secret and that text to the signature."""


FC_SCHEME = Scheme(
    "look like FC accessKeyId:signature",
    re.compile(r"FC (?P<key>[^:]*):(?P<signature>.*)"),
    ("date",),
    "date",
    "x-fc-security-token",
    fc_string_to_sign,
    fc_signature,
)
ACS3_SCHEME = Scheme(
    f"be {ACS3} or acs",
    re.compile(
        rf"{ACS3} Credential=(?P<key>[^,]+),SignedHeaders=[^,]+,Signature=(?P<signature>\w+)"
    ),
    ("x-acs-action", "x-acs-date", "x-acs-content-sha256"),
    "x-acs-date",
    "x-acs-security-token",
    _acs3_text,
    acs3_signature,
)
ROA_SCHEME = Scheme(
    "look like acs accessKeyId:signature",
    re.compile(r"acs (?P<key>[^:]+):(?P<signature>\S+)"),
    ("date", "x-acs-signature-method", "x-acs-signature-version"),
    "date",
    "x-acs-security-token",
    roa_string_to_sign,
    roa_signature,
)


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


def authenticate(request: Request, scheme: Scheme, codes: Codes, state: State) -> AccessKey:
    """Check clock, key, signature and token, in this order.

    Args:
        request: with an ``Authorization``.
        scheme: of its signature.
        codes: of the errors.
        state: the valid keys, and the service's clock.

    Raises:
        ApiError: the first that is wrong.
    """
    headers = request.headers
    found = scheme.authorization.fullmatch(headers["authorization"])
    if found is None:
        raise ApiError(f"Authorization must {scheme.form}")
    require(headers, *scheme.required)
    try:
        text = scheme.text(request)
    except ValueError as error:
        raise ApiError(str(error), codes.signature) from None
    now = time.time() + state.rules.clock_offset
    sent = _timestamp(headers[scheme.date])
    if sent is None:
        raise ApiError(f"{headers[scheme.date]!r} is not a date")
    if abs(now - sent) > MAX_SKEW_SECONDS:
        raise ApiError(
            f"the request time ({headers[scheme.date]}) is more than 15 minutes from the server "
            f"time ({formatdate(now, usegmt=True)})",
            codes.time,
        )
    key = state.keys.get(found["key"])
    if key is None:
        raise ApiError(f"the access key id {found['key']} does not exist", codes.key)
    expected = scheme.sign(key.secret, text)
    if not hmac.compare_digest(expected.encode(), found["signature"].encode()):
        raise ApiError("the signature does not match the request", codes.signature)
    token = (key.security_token or "").encode()
    if token and not hmac.compare_digest(token, headers.get(scheme.token, "").encode()):
        raise ApiError("the security token is missing, wrong or expired", codes.token)
    return key


def require(headers: Mapping[str, str], *names: str) -> None:
    """Check that headers are there.

    Raises:
        ApiError: names the first that is not.
    """
    for name in names:
        if not headers.get(name):
            raise ApiError(f"the header {name.title()} is required", "MissingRequiredHeader")


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
