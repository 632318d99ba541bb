"""Ask a host for its status and its clock, with one unsigned request."""

import time
from dataclasses import dataclass
from datetime import datetime, timezone

import httpx

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.times import http_date
from pulumi_fc_async_invoke.client.connection_errors import CONNECTION_ERRORS, explain
from pulumi_fc_async_invoke.client.transport import DeadlineTransport, until
from pulumi_fc_async_invoke.config.endpoint import parse_base_url


class ProbeError(Exception):
    """No response came; ``str()`` says why, in plain words."""


@dataclass(frozen=True)
class ProbeResult:
    """What the response says."""

    status: int
    """HTTP status. Any will do, as nothing was signed."""
    milliseconds: float
    """From opening a connection to the end of the response."""
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
        SettingsError: an unusable URL, proxy or SSL_CERT_FILE.
    """
    url = httpx.URL(parse_base_url(base_url, "fc:endpoint"))
    headers = {"Host": service_host} if is_loopback(url.raw_host.decode()) else {}
    start = time.monotonic()
    try:
        with DeadlineTransport() as transport:
            request = httpx.Request("GET", url, headers=headers, extensions=until(start + timeout))
            response = transport.handle_request(request)
    except CONNECTION_ERRORS as error:
        raise ProbeError(explain(error, url).words) from None
    taken = time.monotonic() - start
    date = http_date(response.headers.get("date", ""))
    skew = None if date is None else (datetime.now(timezone.utc) - date).total_seconds()
    return ProbeResult(response.status_code, taken * 1000, skew)
