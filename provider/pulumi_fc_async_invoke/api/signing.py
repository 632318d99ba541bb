"""The access-key signature of API version 2016-08-15. Pure.

Source: help document 53252 ("signature authentication"); ``auth.py`` of the vendor's aliyun-fc2
is an independent implementation that the tests compare with.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate

from .errors import SettingsError

SECURITY_TOKEN_HEADER = "x-fc-security-token"  # noqa: S105  the header's name is no secret


@dataclass(frozen=True)
class Credentials:
    """An access key; its secret parts stay out of every ``repr``."""

    access_key_id: str = field(repr=False)
    """Names the key."""
    access_key_secret: str = field(repr=False)
    """Signs."""
    security_token: str | None = field(default=None, repr=False)
    """Comes with a temporary (STS) key."""

    def check(self) -> None:
        """Refuse what no HTTP header can carry, before a library quotes it in an error.

        Raises:
            SettingsError: names the part, never its value.
        """
        for name, value in (
            ("access key id", self.access_key_id),
            ("access key secret", self.access_key_secret),
            ("security token", self.security_token),
        ):
            if value is None or (name == "security token" and not value):
                continue
            if not value or not all("!" <= character <= "~" for character in value):
                raise SettingsError(
                    f"The {name} is empty or holds a space, a line break or a character "
                    "outside ASCII; it was probably not copied whole: set it again"
                )


def string_to_sign(method: str, path: str, headers: Mapping[str, str]) -> str:
    """What the signature is made over.

    Args:
        method: HTTP method.
        path: the URL-decoded path; query parameters are not signed in this API version.
        headers: the request's headers; names in any case.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    fc_headers = "".join(
        f"{name}:{lowered[name]}\n" for name in sorted(lowered) if name.startswith("x-fc-")
    )
    return "\n".join(
        (
            method.upper(),
            lowered.get("content-md5", ""),
            lowered.get("content-type", ""),
            lowered.get("date", ""),
            fc_headers + path,
        )
    )


def sign(access_key_secret: str, text: str) -> str:
    """Base64 of the HMAC-SHA256 of a text."""
    digest = hmac.new(access_key_secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def authorization(
    credentials: Credentials, method: str, path: str, headers: Mapping[str, str]
) -> str:
    """Value of the ``Authorization`` header for a request with these headers."""
    signature = sign(credentials.access_key_secret, string_to_sign(method, path, headers))
    return f"FC {credentials.access_key_id}:{signature}"


def signed_headers(
    credentials: Credentials, method: str, path: str, headers: Mapping[str, str]
) -> dict[str, str]:
    """Add ``Date``, the security token and ``Authorization`` to the headers of a request.

    Args:
        credentials: what to sign with.
        method: HTTP method.
        path: the URL-decoded path.
        headers: of the request so far.

    Raises:
        SettingsError: if the credentials cannot stand in a header.
    """
    credentials.check()
    signed = {**headers, "Date": formatdate(usegmt=True)}
    if credentials.security_token:
        signed[SECURITY_TOKEN_HEADER] = credentials.security_token
    signed["Authorization"] = authorization(credentials, method, path, signed)
    return signed
