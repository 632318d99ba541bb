"""From an exception of the connection to plain words, and whether another try makes sense. Pure."""

import socket
import ssl
from dataclasses import dataclass

import httpcore

_DEFINITE_DNS_ANSWERS = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}


@dataclass(frozen=True)
class Failure:
    """Why no answer came."""

    words: str
    """Plain words, without a full stop."""
    retryable: bool
    """Whether it may pass by itself."""
    sent: bool
    """Whether the request may have reached the service."""


def explain(error: Exception, host: str, proxy: str | None = None) -> Failure:
    """Say what happened on the way to a host.

    A certificate that is not trusted, or a peer that does not speak TLS, does not change while
    one waits; nor does a name that the DNS says does not exist (a misspelt region). Both are
    reported at once. A DNS that does not answer, and everything else, may pass.

    Args:
        error: what httpcore raised; its text is not used, as it may quote the request.
        host: where the call went.
        proxy: host of the proxy on the way, if there is one.
    """
    before_sending = _before_sending(error, host, f"the proxy {proxy}" if proxy else host)
    if before_sending is not None:
        return before_sending
    if isinstance(error, (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol)):
        return Failure("HTTP cannot carry the request", retryable=False, sent=False)
    if isinstance(error, httpcore.ReadTimeout):
        return Failure(f"{host} did not answer in time", retryable=True, sent=True)
    if isinstance(error, httpcore.WriteTimeout):
        return Failure(f"{host} did not take the request in time", retryable=True, sent=True)
    if isinstance(error, httpcore.RemoteProtocolError):
        words = f"{host} dropped the connection, or what it answered is not HTTP"
        return Failure(words, retryable=True, sent=True)
    return Failure(f"the connection to {host} broke", retryable=True, sent=True)


def _before_sending(error: Exception, host: str, peer: str) -> Failure | None:
    """The failures that come before a connection is there; ``peer`` is who was called first."""
    if isinstance(error, httpcore.PoolTimeout):
        words = "no connection became free: too many calls at once"
        return Failure(words, retryable=True, sent=False)
    if isinstance(error, httpcore.ConnectTimeout):
        words = f"{peer} did not accept a connection in time"
        return Failure(words, retryable=True, sent=False)
    if isinstance(error, httpcore.ProxyError):
        return _proxy_failure(str(error), host)
    if isinstance(error, httpcore.ConnectError):
        return _connect_failure(error, host, peer)
    return None


def _proxy_failure(said: str, host: str) -> Failure:
    status = said[:3] if said[:3].isdecimal() else ""
    words = f"the proxy refused to connect to {host}" + (f" (HTTP {status})" if status else "")
    if status == "407":
        words += "; put user and password into HTTPS_PROXY"
    else:
        words += "; check HTTPS_PROXY and NO_PROXY"
    # Its refusals are settings; its own troubles with the way to the host pass.
    retryable = not status.startswith("4") or status == "429"
    return Failure(words, retryable=retryable, sent=False)


def _connect_failure(error: Exception, host: str, peer: str) -> Failure:
    causes = _chain(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _tls_failure(cause, host)
        if isinstance(cause, socket.gaierror):
            return _dns_failure(cause, host, peer)
        if isinstance(cause, UnicodeError):
            return Failure(f"{peer} is not a host name", retryable=False, sent=False)
        if isinstance(cause, ConnectionRefusedError):
            return Failure(f"{peer} refused the connection", retryable=True, sent=False)
        if isinstance(cause, ConnectionResetError):
            return Failure(f"{peer} reset the connection", retryable=True, sent=False)
    reasons = (cause.strerror for cause in causes if isinstance(cause, OSError))
    reason = next(filter(None, reasons), "")
    words = f"there is no connection to {peer}" + (f" ({reason})" if reason else "")
    return Failure(words, retryable=True, sent=False)


def _tls_failure(error: ssl.SSLError, host: str) -> Failure:
    if isinstance(error, ssl.SSLCertVerificationError):
        words = (
            f"the TLS certificate of {host} is not trusted ({error.verify_message}); if it is "
            "right, set SSL_CERT_FILE to the file of its authority's certificate"
        )
        return Failure(words, retryable=False, sent=False)
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Failure(f"{host} dropped the connection", retryable=True, sent=False)
    words = f"{host} does not speak TLS as it should ({error.reason or 'no reason given'})"
    return Failure(words, retryable=False, sent=False)


def _dns_failure(error: socket.gaierror, host: str, peer: str) -> Failure:
    if error.errno not in _DEFINITE_DNS_ANSWERS:
        return Failure(f"the DNS has no answer for {peer}", retryable=True, sent=False)
    what = "the region and fc:endpoint" if peer == host else "HTTPS_PROXY"
    return Failure(f"there is no host {peer}; check {what}", retryable=False, sent=False)


def _chain(error: BaseException | None) -> list[BaseException]:
    """An exception and what it was raised from, innermost first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain[::-1]
