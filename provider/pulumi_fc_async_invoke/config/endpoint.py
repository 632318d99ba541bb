"""Base URLs that a setting or an option names: parsed once, and used as they were judged.

The result is put together from the parsed parts, so that no other parser, such as the HTTP
client's, can read another host in it. Pure.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import SettingsError

ACCOUNT = "{accountId}."
"""Stands in a base URL where the account's id goes in front of the host."""

_OPENAPI_HOST = re.compile(r"fcv3\.[a-z0-9-]+\.aliyuncs\.com")
"""The vendor's hosts of 3.0 that serve every account: nothing goes in front of them."""
_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?")


def parse_base_url(value: str, setting: str) -> str:
    """Read a base URL: a scheme, a host and perhaps a port.

    Args:
        value: what was set. It stays out of the messages: somebody may have put a password in it.
        setting: what to call it in a message, such as ``fc:endpoint``.

    Returns:
        The URL, without a slash at its end.

    Raises:
        SettingsError: it is not such a URL, or unencrypted to another machine.
    """
    example = f"pulumi config set {setting} https://fc.example.com"
    scheme, host, port = _parts(value)
    if scheme not in ("http", "https"):
        raise SettingsError(f"{setting} must be a whole base URL, with its scheme: {example}")
    if not host:
        raise SettingsError(
            f"{setting} must hold scheme, host and port, and nothing else: {example}"
        )
    if scheme == "http" and not is_loopback(host):
        raise SettingsError(
            f"{setting} must be https, as {host} is not this machine (http is only for loopback): "
            f"{example}"
        )
    return f"{scheme}://{_authority(host, port)}"


def parse_service_endpoint(value: str, setting: str) -> str:
    """Read an endpoint of Function Compute as pulumi-alicloud has it: a host without the account.

    Its provider drops the scheme, always uses HTTPS, and puts the account's id in front of the
    host; so does this. An IP address, and a host that serves every account, is used as it is.

    Raises:
        SettingsError: it is not a host.
    """
    bare = value.removeprefix("http://").removeprefix("https://")
    url = parse_base_url(f"https://{bare}", setting)
    host = _parts(url)[1]
    if is_loopback(host):
        return parse_base_url(value if "://" in value else url, setting)
    if _is_address(host) or _OPENAPI_HOST.fullmatch(host):
        return url
    return url.replace("://", f"://{ACCOUNT}")


def parse_sts_endpoint(value: str, setting: str) -> str:
    """Read a host of the Security Token Service, with or without ``https://``.

    Returns:
        The host, perhaps with a port, as the vendor's library takes it; that speaks HTTPS alone.

    Raises:
        SettingsError: it is not a host, or says ``http://``.
    """
    if value.startswith("http://"):
        raise SettingsError(f"{setting} must be a host name or an https URL: STS needs HTTPS")
    url = parse_base_url("https://" + value.removeprefix("https://"), setting)
    return url.removeprefix("https://")


def for_account(base_url: str, account_id: str) -> str:
    """Put an account's id where a base URL asks for it.

    Args:
        base_url: of `Settings.endpoint`.
        account_id: owner of the function that a request is about.
    """
    if f"{ACCOUNT}{account_id}." in base_url:  # it was written out
        return base_url.replace(ACCOUNT, "")
    return base_url.replace(ACCOUNT, f"{account_id}.")


def _parts(value: str) -> tuple[str, str, int | None]:
    """Split into scheme, host and port. No scheme: not a URL. No host: more than a base URL."""
    if not value.isascii() or not value.isprintable():
        return "", "", None  # urlsplit would drop line breaks without a word
    try:
        url = urlsplit(value)
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        return "", "", None
    if not _is_address(host) and not _is_name(host):
        return "", "", None
    # Everything that is not in the parts, such as a user's name, is in this comparison.
    is_base = url.netloc.lower() == _authority(host, port) and url.path in ("", "/")
    if not is_base or url.query or url.fragment:
        return url.scheme, "", None
    return url.scheme, host, port


def _authority(host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host  # a zone


def _is_name(host: str) -> bool:
    if _HOST_NAME.fullmatch(host) is None:
        return False
    try:
        host.encode("idna").decode("idna")  # as the resolver does
    except UnicodeError:  # too long, or it only looks like an encoded international name
        return False
    return True
