"""From an exception of the connection to plain words, and whether to retry."""

import socket
import ssl
from math import inf
from typing import NamedTuple

import httpcore
import httpx

from pulumi_fc_async_invoke.api.addressing import is_loopback

from .transport import proxy_for

CONNECTION_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
)
"""What a `DeadlineTransport` raises; see `explain`."""

FEW_SECONDS = 4.0
"""How long to retry what rarely passes by itself: no name resolution, no server on loopback."""

_DEFINITE_DNS_ERRORS = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}


class ConnectionFailure(NamedTuple):
    """Why there was no response."""

    words: str
    """Plain words, without a full stop."""
    retry_for: float = inf
    """Seconds since the start of the call for which retrying makes sense; 0: not at all."""
    sent: bool = False
    """Whether the request may have reached the service."""


def explain(error: Exception, url: httpx.URL) -> ConnectionFailure:
    """Explain why a request to a host has no response.

    A certificate that is not trusted, a peer that does not speak TLS and a name that the DNS says
    does not exist (a misspelled region) stay as they are: they are reported at once. A DNS that
    does not respond and an emulator that does not run are retried for a few seconds, everything
    else until the call's deadline.

    Args:
        error: what was raised; its text is not used, as it may quote the request.
        url: where the request went.
    """
    host, proxy = url.raw_host.decode(), proxy_for(url)
    peer = f"{host}:{url.port}" if url.port else host
    if proxy is not None:
        # Its host alone: its URL may hold a password.
        peer = f"the proxy {httpx.URL(proxy).host}"
    match error:
        case httpcore.ConnectTimeout():
            return ConnectionFailure(f"{peer} did not accept a connection in time")
        case httpcore.ProxyError():
            return _proxy_failure(str(error), host)
        case httpcore.ConnectError():
            return _connect_failure(error, host, peer, via_proxy=proxy is not None)
        case httpcore.LocalProtocolError():
            return ConnectionFailure("HTTP cannot carry the request", 0)
        case httpcore.ReadTimeout():
            words = f"{peer} did not respond in time"
        case httpcore.WriteTimeout():
            words = f"{peer} did not take the request in time"
        case httpcore.RemoteProtocolError():
            words = f"{peer} dropped the connection, or its response is not HTTP"
        case _:
            words = f"the connection to {peer} broke"
    return ConnectionFailure(words, sent=True)


def _proxy_failure(text: str, host: str) -> ConnectionFailure:
    status = text[:3] if text[:3].isdecimal() else ""
    words = f"the proxy refused to connect to {host}" + (f" (HTTP {status})" if status else "")
    if status == "407":
        words += "; put user and password into HTTPS_PROXY"
    else:
        words += "; check HTTPS_PROXY and NO_PROXY"
    # A refusal is a matter of settings; its own trouble with the host passes.
    return ConnectionFailure(words, 0 if status.startswith("4") and status != "429" else inf)


def _connect_failure(
    error: Exception, host: str, peer: str, *, via_proxy: bool
) -> ConnectionFailure:
    causes = _chain(error)
    for cause in causes:
        match cause:
            case ssl.SSLError():
                return _tls_failure(cause, host)
            case socket.gaierror():
                setting = "HTTPS_PROXY" if via_proxy else "the region and fc:endpoint"
                return _dns_failure(cause, peer, setting)
            case ConnectionRefusedError() if is_loopback(host):
                return ConnectionFailure(
                    f"{peer} refused the connection. Is the emulator running? Start it with "
                    f"`python -m pulumi_fc_async_invoke.emulator --port {peer.rpartition(':')[2]}`",
                    FEW_SECONDS,
                )
            case ConnectionRefusedError():
                return ConnectionFailure(f"{peer} refused the connection")
            case ConnectionResetError():
                return ConnectionFailure(f"{peer} reset the connection")
            case _:
                pass
    reasons = (cause.strerror for cause in causes if isinstance(cause, OSError))
    reason = next(filter(None, reasons), "")
    return ConnectionFailure(f"cannot connect to {peer}" + (f" ({reason})" if reason else ""))


def _tls_failure(error: ssl.SSLError, host: str) -> ConnectionFailure:
    if isinstance(error, ssl.SSLCertVerificationError):
        words = (
            f"the TLS certificate of {host} is not trusted ({error.verify_message}); if it should "
            "be, set SSL_CERT_FILE to the file with the certificate of its authority"
        )
        return ConnectionFailure(words, 0)
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return ConnectionFailure(f"{host} dropped the connection")
    return ConnectionFailure(f"TLS with {host} failed ({error.reason or 'no reason given'})", 0)


def _dns_failure(error: socket.gaierror, peer: str, setting: str) -> ConnectionFailure:
    if error.errno in _DEFINITE_DNS_ERRORS:
        return ConnectionFailure(f"the host {peer} does not exist; check {setting}", 0)
    words = f"the DNS does not resolve {peer}; check the network and {setting}"
    return ConnectionFailure(words, FEW_SECONDS)


def _chain(error: BaseException | None) -> list[BaseException]:
    """List an exception and what it was raised from, innermost first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain[::-1]
