"""Base URLs that a setting or an option names: parsed once, and used as they were judged.

Only what matches as a whole is accepted, and the result is put together from its parts: no other
parser, such as the HTTP client's, can read another host in it. Pure.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import SettingsError

ACCOUNT = "{accountId}."
"""Stands in a base URL where the account's id goes in front of the host."""

_LAST_PORT = 65535
OPENAPI_HOST = re.compile(r"fcv3\.[a-z0-9-]+\.aliyuncs\.com")
"""The vendor's hosts of 3.0 that serve every account: nothing goes in front of them."""
_BASE_URL = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(:[1-9][0-9]{0,4})?/?",
    re.ASCII | re.IGNORECASE,
)
"""Scheme, host and port."""


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
    found = _BASE_URL.fullmatch(value)
    scheme, host, port = (part.lower() for part in found.groups("")) if found else ("", "", "")
    if not _is_host(host) or int(port[1:] or 0) > _LAST_PORT:
        raise SettingsError(
            f"{setting} must be a whole base URL, of scheme, host and port alone: {example}"
        )
    if scheme == "http" and not is_loopback(host):
        raise SettingsError(
            f"{setting} must be https, as {host} is not this machine (http is only for loopback): "
            f"{example}"
        )
    return f"{scheme}://{host}{port}"


def _is_host(host: str) -> bool:
    """Tell whether a host that looks right could exist."""
    try:
        if host.startswith("["):
            return bool(ipaddress.IPv6Address(host[1:-1]))
        return bool(host.encode("idna").decode("idna"))  # as the resolver does
    except ValueError:  # such as a name that only looks like an encoded international one
        return False


def parse_service_endpoint(value: str, setting: str) -> str:
    """Read an endpoint of Function Compute as pulumi-alicloud has it: a host without the account.

    Its provider drops the scheme, always uses HTTPS, and puts the account's id in front of the
    host; so does this. An IP address, and a host that serves every account, is used as it is.

    Raises:
        SettingsError: it is not a host.
    """
    bare = value.removeprefix("http://").removeprefix("https://")
    url = parse_base_url(f"https://{bare}", setting)
    host = urlsplit(url).hostname or ""
    if is_loopback(host):
        return parse_base_url(value if "://" in value else url, setting)
    is_address = ":" in host or host.replace(".", "").isdigit()
    if is_address or OPENAPI_HOST.fullmatch(host):
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
