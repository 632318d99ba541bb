"""The three signatures that the service verifies: pure, and independent of every client.

``FC`` is that of 2.0 (help document 53252). 3.0 takes those of OpenAPI: ``ACS3-HMAC-SHA256`` ("V3
request body & signature"), and the ROA scheme ``HMAC-SHA1``.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote_plus

from .versions import Request

ACS3 = "ACS3-HMAC-SHA256"


def fc_string_to_sign(method: str, path: str, headers: Mapping[str, str]) -> str:
    """What an ``FC`` signature is made over.

    Args:
        method: HTTP method.
        path: URL-decoded; the query is not signed.
        headers: names in lower case.
    """
    return "\n".join(
        [
            method,
            *(headers.get(name, "") for name in ("content-md5", "content-type", "date")),
            _lines(headers, "x-fc-") + path,
        ]
    )


def fc_signature(secret: str, text: str) -> str:
    """Base64 of the HMAC-SHA256."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


def acs3_canonical_request(request: Request, signed: Iterable[str]) -> str:
    """The canonical request of ``ACS3-HMAC-SHA256``.

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
    """Hexadecimal HMAC-SHA256 of the canonical request's hash."""
    text = f"{ACS3}\n{hashlib.sha256(canonical_request.encode()).hexdigest()}"
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def roa_string_to_sign(request: Request) -> str:
    """What a ROA signature is made over; query values are decoded, the path is as sent."""
    query = "&".join(f"{name}={value}" if value else name for name, value in _query(request))
    names = ("accept", "content-md5", "content-type", "date")
    return "\n".join(
        [
            request.method,
            *(request.headers.get(name, "") for name in names),
            _lines(request.headers, "x-acs-") + request.raw_path + (f"?{query}" if query else ""),
        ]
    )


def roa_signature(secret: str, text: str) -> str:
    """Base64 of the HMAC-SHA1."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def _lines(headers: Mapping[str, str], prefix: str) -> str:
    names = sorted(name for name in headers if name.startswith(prefix))
    return "".join(f"{name}:{headers[name]}\n" for name in names)


def _query(request: Request) -> list[tuple[str, str]]:
    """Decoded names and values, in order; a plus sign is a space, as the vendor's SDK sends it."""
    pairs = (each.partition("=") for each in request.query.split("&") if each)
    return sorted((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)
