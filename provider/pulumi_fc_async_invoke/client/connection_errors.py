"""From an exception of the connection to plain words, and whether to retry. Pure."""

import socket
import ssl
from dataclasses import dataclass
from math import inf

import httpcore
import httpx

from pulumi_fc_async_invoke.api.addressing import is_loopback

CONNECTION_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
)
"""What a request through a `DeadlineTransport` raises; see `explain`."""

FEW_SECONDS = 4.0
"""How long to retry what rarely passes by itself: no name resolution, no server on loopback."""

_DEFINITE_DNS_ANSWERS = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}


@dataclass(frozen=True)
class ConnectionFailure:
    """Why there was no response."""

    words: str
    """Plain words, without a full stop."""
    retry_for: float
    """Seconds since the start of the call for which retrying makes sense; 0: not at all."""
    sent: bool
    """Whether the request may have reached the service."""


def explain(error: Exception, url: httpx.URL, proxy: str | None) -> ConnectionFailure:
    """Say what went wrong on the way to a host.

    A certificate that is not trusted, a peer that does not speak TLS and a name that the DNS says
    does not exist (a misspelled region) stay as they are: they are reported at once. A DNS that
    does not answer and an emulator that does not run are retried for a few seconds, everything
    else until the call's deadline.

    Args:
        error: what httpcore raised; its text is not used, as it may quote the request.
        url: where the request went.
        proxy: URL of the proxy on the way, if there is one.
    """
    host, port = url.raw_host.decode(), url.port
    # The proxy's host alone: its URL may hold a password.
    peer = f"{host}:{port}" if port else host
    if proxy is not None:
        peer = f"the proxy {httpx.URL(proxy).host}"
    if isinstance(error, httpcore.ConnectTimeout):
        return _not_sent(f"{peer} did not accept a connection in time")
    if isinstance(error, httpcore.ProxyError):
        return _proxy_failure(str(error), host)
    if isinstance(error, httpcore.ConnectError):
        return _connect_failure(error, host, peer, via_proxy=proxy is not None)
    if isinstance(error, httpcore.LocalProtocolError):
        return _not_sent("HTTP cannot carry the request", 0)
    if isinstance(error, httpcore.ReadTimeout):
        words = f"{peer} did not respond in time"
    elif isinstance(error, httpcore.WriteTimeout):
        words = f"{peer} did not take the request in time"
    elif isinstance(error, httpcore.RemoteProtocolError):
        words = f"{peer} dropped the connection, or its response is not HTTP"
    else:
        words = f"the connection to {peer} broke"
    return ConnectionFailure(words, inf, sent=True)


def _not_sent(words: str, retry_for: float = inf) -> ConnectionFailure:
    return ConnectionFailure(words, retry_for, sent=False)


def _proxy_failure(text: str, host: str) -> ConnectionFailure:
    status = text[:3] if text[:3].isdecimal() else ""
    words = f"the proxy refused to connect to {host}" + (f" (HTTP {status})" if status else "")
    if status == "407":
        words += "; put user and password into HTTPS_PROXY"
    else:
        words += "; check HTTPS_PROXY and NO_PROXY"
    # Its refusals are settings; its own trouble on the way to the host passes.
    return _not_sent(words, 0 if status.startswith("4") and status != "429" else inf)


def _connect_failure(
    error: Exception, host: str, peer: str, *, via_proxy: bool
) -> ConnectionFailure:
    causes = _chain(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _tls_failure(cause, host)
        if isinstance(cause, socket.gaierror):
            setting = "HTTPS_PROXY" if via_proxy else "the region and fc:endpoint"
            return _dns_failure(cause, peer, setting)
        if isinstance(cause, ConnectionRefusedError):
            if is_loopback(host):
                return _not_sent(
                    f"{peer} refused the connection. Is the emulator running? Start it with "
                    "`fc-async-invoke emulator`",
                    FEW_SECONDS,
                )
            return _not_sent(f"{peer} refused the connection")
        if isinstance(cause, ConnectionResetError):
            return _not_sent(f"{peer} reset the connection")
    reasons = (cause.strerror for cause in causes if isinstance(cause, OSError))
    reason = next(filter(None, reasons), "")
    return _not_sent(f"cannot connect to {peer}" + (f" ({reason})" if reason else ""))


def _tls_failure(error: ssl.SSLError, host: str) -> ConnectionFailure:
    if isinstance(error, ssl.SSLCertVerificationError):
        words = (
            f"the TLS certificate of {host} is not trusted ({error.verify_message}); if it should "
            "be, set SSL_CERT_FILE to the file with the certificate of its authority"
        )
        return _not_sent(words, 0)
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return _not_sent(f"{host} dropped the connection")
    return _not_sent(f"TLS with {host} failed ({error.reason or 'no reason given'})", 0)


def _dns_failure(error: socket.gaierror, peer: str, setting: str) -> ConnectionFailure:
    if error.errno in _DEFINITE_DNS_ANSWERS:
        return _not_sent(f"the host {peer} does not exist; check {setting}", 0)
    return _not_sent(
        f"the DNS does not resolve {peer}; check the network and {setting}", FEW_SECONDS
    )


def _chain(error: BaseException | None) -> list[BaseException]:
    """List an exception and what it was raised from, innermost first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain[::-1]
