"""httpx's transport for the calls: a total deadline, and the machine's proxies and authorities.

httpx's own transport has timeouts per read, and no place for a `DeadlineBackend`. An `httpx.Client`
is not used: it adds cookies, unpacks bodies, and fails on a Location that is not a URL, also where
it follows none.
"""

import os
import ssl
import threading
import urllib.request
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpcore
import httpx

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.responses import MAX_BODY

from .deadline import DeadlineBackend, Interruption

KEEPALIVE_SECONDS = 30.0
"""How long an idle connection is kept; front ends commonly drop theirs after 60 seconds."""

_HEADERS = {
    # Small bodies are not worth compressing, and what is not unpacked cannot burst.
    "Accept-Encoding": "identity",
    "Connection": "keep-alive",
    "User-Agent": f"pulumi-fc-async-invoke/{__version__}",
}


class DeadlineTransport(httpx.BaseTransport):
    """Sends requests whose timeout is a moment of `time.monotonic`; safe to share between threads.

    Each request has a pool to itself while it is in flight: a pool that threads share may close a
    connection that it has just given to one of them
    (https://github.com/encode/httpcore/issues/1110). Not for an `httpx.Client`: what it raises is
    httpcore's.

    Args:
        interruption: shortens what is under way when the run is interrupted.
    """

    def __init__(self, interruption: Interruption | None = None) -> None:
        self._backend = DeadlineBackend(interruption or Interruption(threading.Event()))
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        # The one that was used last comes first: its connection is the least likely to be dropped.
        self._idle = defaultdict[tuple[str, str | None], list[httpcore.ConnectionPool]](list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and read its response.

        Args:
            request: what to send. Its extensions are `until`, and perhaps ``target``: the encoded
                path and query, in place of the URL's.

        Returns:
            The response, with its body as it came: at most one byte more than `MAX_BODY`.

        Raises:
            connection_errors.CONNECTION_ERRORS: there was no response.
            SettingsError: a proxy that cannot be used, or no readable authorities.
        """
        proxy = proxy_for(request.url)
        with self._lock:
            idle = self._idle[request.url.scheme, proxy]
            pool = idle.pop() if idle else self._new_pool(request.url.scheme, proxy)
        try:
            with pool.stream(
                request.method,
                # Not left to httpcore, which would ask a proxy to connect to that target.
                _core_url(request.url, request.extensions.get("target")),
                headers=[*_HEADERS.items(), *request.headers.raw],
                content=request.content or None,
                extensions={"timeout": request.extensions["timeout"]},
            ) as response:
                content = bytearray()
                for chunk in response.iter_stream():
                    content += chunk
                    if len(content) > MAX_BODY:
                        break
        finally:
            with self._lock:
                idle.append(pool)
        body = httpx.ByteStream(bytes(content[: MAX_BODY + 1]))
        return httpx.Response(response.status, headers=response.headers, stream=body)

    def close(self) -> None:
        """Close the idle connections; a later request opens new ones."""
        pools: list[httpcore.ConnectionPool] = []
        with self._lock:
            for idle in self._idle.values():
                pools += idle
                idle.clear()
        for pool in pools:
            pool.close()

    def _new_pool(self, scheme: str, proxy: str | None) -> httpcore.ConnectionPool:
        if scheme == "https" and self._context is None:
            self._context = trusted_authorities()  # some 25 ms
        if proxy is None:
            return httpcore.ConnectionPool(
                ssl_context=self._context,
                keepalive_expiry=KEEPALIVE_SECONDS,
                network_backend=self._backend,
            )
        parsed = _parse_proxy(proxy)
        return httpcore.HTTPProxy(
            _core_url(parsed.url),
            proxy_auth=parsed.raw_auth,
            proxy_ssl_context=self._context if parsed.url.scheme == "https" else None,
            ssl_context=self._context,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._backend,
        )


def _parse_proxy(proxy: str) -> httpx.Proxy:
    """Read a proxy's URL, and the user and password in it."""
    with suppress(ValueError, httpx.InvalidURL):
        parsed = httpx.Proxy(proxy)
        parsed.url.raw_host.decode().encode("idna")  # which a name with an empty part is not
        if parsed.url.host and parsed.url.scheme in {"http", "https"}:
            return parsed
    raise SettingsError(
        "HTTPS_PROXY is not the URL of an http or https proxy; it looks like "
        "http://proxy.example.com:3128"
    )


def _core_url(url: httpx.URL, target: bytes | None = None) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target or url.raw_path
    )


def until(end: float) -> dict[str, Any]:
    """Make the extensions of a request that must be over at a moment of `time.monotonic`."""
    return {"timeout": httpx.Timeout(end).as_dict()}


def proxy_for(url: httpx.URL) -> str | None:
    """Find the proxy for a URL in the environment (``HTTPS_PROXY``, ``NO_PROXY``…).

    Never one for loopback: no proxy can reach this machine's loopback, which is the only
    place where a request goes without TLS.
    """
    host = url.raw_host.decode()
    if url.scheme != "https" or is_loopback(host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def trusted_authorities() -> ssl.SSLContext:
    """Make a context that always verifies.

    OpenSSL's rules, as everywhere on the machine: the operating system's store, or the files
    that ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name instead. On a machine whose store is empty
    (minimal containers) and without those variables: the list that comes with httpx.

    Raises:
        SettingsError: if one of the two variables names nothing that exists; OpenSSL would
            silently trust no authority.
    """
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        value = os.environ.get(variable)
        # The directory may be a list, as PATH is; one that exists is enough. Not `Path.exists`,
        # which raises for what is in a folder that may not be read.
        if value and not any(os.access(Path(part), os.F_OK) for part in value.split(os.pathsep)):
            raise SettingsError(
                f"{variable} names {value!r}, which does not exist or cannot be read: correct it, "
                "or unset it"
            )
    context = ssl.create_default_context()
    return context if _has_authorities(context) else httpx.create_ssl_context(trust_env=False)


def _has_authorities(context: ssl.SSLContext) -> bool:
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return True
    if context.cert_store_stats()["x509_ca"]:
        return True
    # Certificates in a directory are only read when one is needed: not in the statistics.
    directory = ssl.get_default_verify_paths().capath
    with suppress(OSError):
        return bool(directory) and any(Path(directory).iterdir())
    return False
