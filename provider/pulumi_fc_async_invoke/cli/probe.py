"""Whether a host answers at all, and what its clock says: one unsigned request."""

import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.client.connection_errors import explain
from pulumi_fc_async_invoke.client.connections import DeadlineTransport, proxy_for
from pulumi_fc_async_invoke.client.deadline import Deadline

LONGEST = 10.0
"""Seconds to wait for an answer."""


@dataclass(frozen=True)
class Heard:
    """What came back."""

    status: int
    """HTTP status: any will do, as nothing was signed."""
    milliseconds: float
    """From the first try of a connection to the answer."""
    skew: float | None
    """Seconds by which this machine's clock is ahead; `None`: the answer has no date."""


def listen_to(base_url: str, service_host: str) -> Heard | str:
    """Ask a host for nothing in particular; what was heard, or why nothing was.

    Args:
        base_url: scheme, host and port.
        service_host: host of the account in its region, also if the request goes elsewhere.

    Raises:
        SettingsError: an unusable proxy or SSL_CERT_FILE.
    """
    url = httpx.URL(base_url)
    headers = {"Host": service_host} if is_loopback(url.host) else {}
    transport = DeadlineTransport(1)
    with httpx.Client(transport=transport, trust_env=False) as http:
        start = time.monotonic()
        try:
            with Deadline(LONGEST, lambda _elapsed: None).attempt():
                answer = http.get(url, headers=headers, follow_redirects=False)
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
        ) as error:
            return explain(error, url.host, _proxy(url)).words
        taken = time.monotonic() - start
    return Heard(answer.status_code, taken * 1000, _skew(answer.headers.get("date", "")))


def _proxy(url: httpx.URL) -> str | None:
    """Host of the proxy on the way, for messages: its URL may hold a password."""
    proxy = proxy_for(url.host) if url.scheme == "https" else None
    return httpx.Proxy(proxy).url.host if proxy else None


def _skew(date: str) -> float | None:
    try:
        theirs = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=timezone.utc)
    return (datetime.now(timezone.utc) - theirs).total_seconds()
