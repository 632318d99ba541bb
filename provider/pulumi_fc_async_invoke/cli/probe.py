"""Ask a host for its status and its clock, with one unsigned request; no body is read."""

import time
from dataclasses import dataclass
from datetime import datetime, timezone

import httpcore
import httpx

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.responses import http_date
from pulumi_fc_async_invoke.client.connection_errors import explain
from pulumi_fc_async_invoke.client.connections import DeadlineTransport, proxy_for
from pulumi_fc_async_invoke.client.deadline import Deadline


class ProbeError(Exception):
    """No response came; ``str()`` says why, in plain words."""


@dataclass(frozen=True)
class ProbeResult:
    """What the response says."""

    status: int
    """HTTP status. Any will do, as nothing was signed."""
    milliseconds: float
    """From opening a connection to the response's headers."""
    skew: float | None
    """Seconds by which this machine's clock is ahead; `None`: the response has no date."""


def probe(base_url: str, service_host: str, timeout: float) -> ProbeResult:
    """Send one unsigned GET.

    Args:
        base_url: scheme, host and port.
        service_host: host of the account in its region, also if the request goes elsewhere.
        timeout: seconds to wait for the response.

    Raises:
        ProbeError: no response came.
        SettingsError: an unusable proxy or SSL_CERT_FILE.
    """
    url = httpx.URL(base_url)
    headers = {"Accept-Encoding": "identity"}
    if is_loopback(url.host):
        headers["Host"] = service_host
    with httpx.Client(transport=DeadlineTransport(1), trust_env=False) as http:
        start = time.monotonic()
        try:
            with (
                Deadline(timeout, lambda _elapsed: None).attempt(),
                http.stream("GET", url, headers=headers, follow_redirects=False) as response,
            ):
                taken = time.monotonic() - start
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
        ) as error:
            raise ProbeError(explain(error, url.host, _proxy(url)).words) from None
    date = http_date(response.headers.get("date", ""))
    skew = None if date is None else (datetime.now(timezone.utc) - date).total_seconds()
    return ProbeResult(response.status_code, taken * 1000, skew)


def _proxy(url: httpx.URL) -> str | None:
    """Host of the proxy on the way, for messages: its URL may hold a password."""
    proxy = proxy_for(url.host) if url.scheme == "https" else None
    return httpx.Proxy(proxy).url.host if proxy else None
