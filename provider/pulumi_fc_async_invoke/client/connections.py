"""Pools of connections for httpx, with the machine's trusted authorities and proxies.

In place of httpx's own transport, which cannot keep to a deadline (see `sockets`).
"""

import os
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpcore
import httpx

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import SettingsError

from .deadline import current
from .sockets import DeadlineBackend

KEEPALIVE_SECONDS = 30.0
"""How long an idle connection is kept; front ends commonly drop theirs after 60 seconds."""

_A_PROXY = "it looks like http://proxy.example.com:3128"
LOCATION = "location"
"""Extension of a response that holds the header of that name: where it redirects to, if it does."""


def trusted_authorities() -> ssl.SSLContext:
    """A context that always verifies.

    OpenSSL's rules, as everywhere on the machine: the operating system's store, or the files
    that ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name instead. On a machine whose store is empty
    (minimal containers) and without those variables: the list that comes with httpx.

    Raises:
        SettingsError: if one of the two variables names nothing that exists; OpenSSL would
            silently trust nobody.
    """
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        value = os.environ.get(variable)
        # The directory may be a list, as PATH is; one that exists is enough.
        if value and not any(_is_there(part) for part in value.split(os.pathsep)):
            raise SettingsError(
                f"{variable} names {value!r}, which does not exist or may not be read: correct it, "
                "or unset it"
            )
    context = ssl.create_default_context()
    if not _holds_authorities(context):
        return httpx.create_ssl_context(trust_env=False)
    return context


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # in a folder that may not be read
        return False


def _holds_authorities(context: ssl.SSLContext) -> bool:
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return True
    if context.cert_store_stats()["x509_ca"]:
        return True
    # Certificates in a directory are only read when one is needed: not in the statistics.
    directory = ssl.get_default_verify_paths().capath
    with suppress(OSError):
        return bool(directory) and any(Path(directory).iterdir())
    return False


def proxy_for(host: str) -> str | None:
    """The proxy for HTTPS to a host, from the environment (``HTTPS_PROXY``, ``NO_PROXY``…).

    Never one for loopback: nobody else can reach this machine's loopback.
    """
    if is_loopback(host):
        return None
    proxies = urllib.request.getproxies()
    url = proxies.get("https") or proxies.get("all")
    if not url or urllib.request.proxy_bypass(host):
        return None
    return url if "://" in url else f"http://{url}"


class DeadlineTransport(httpx.BaseTransport):
    """One pool of connections, and one more for each proxy.

    Args:
        max_connections: limit of each pool; further calls wait, within their deadline.
    """

    def __init__(self, max_connections: int) -> None:
        self._max_connections = max_connections
        self._pools: dict[str | None, httpcore.ConnectionPool] = {}
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; exceptions are httpcore's own.

        Raises:
            SettingsError: a proxy that cannot be used, or no readable authorities.
        """
        deadline = current()
        timeout = {"pool": None if deadline is None else max(deadline.attempt_left, 0.001)}
        answer = self._pool(request.url).handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": timeout},
            )
        )
        # httpx would keep cookies, and read a Location that nobody follows: it fails on an odd one.
        acted_upon = {b"location": b"", b"set-cookie": b""}
        headers: list[tuple[bytes, bytes]] = []
        for name, value in answer.headers:
            if name.lower() in acted_upon:
                acted_upon[name.lower()] = value
            else:
                headers.append((name, value))
        return httpx.Response(
            status_code=answer.status,
            headers=headers,
            stream=_Body(answer),
            extensions={LOCATION: acted_upon[b"location"].decode("latin-1")},
        )

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = proxy_for(url.host) if url.scheme == "https" else None
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(url.scheme, proxy)
            return self._pools[proxy]

    def _new_pool(self, scheme: str, proxy: str | None) -> httpcore.ConnectionPool:
        if scheme == "https" and self._context is None:
            self._context = trusted_authorities()
        backend = DeadlineBackend()
        if proxy is None:
            return httpcore.ConnectionPool(
                ssl_context=self._context,
                max_connections=self._max_connections,
                keepalive_expiry=KEEPALIVE_SECONDS,
                network_backend=backend,
            )
        try:
            parsed = httpx.Proxy(proxy)
        except (ValueError, httpx.InvalidURL):
            raise SettingsError(f"HTTPS_PROXY is no URL of a proxy; {_A_PROXY}") from None
        if not parsed.url.host:
            raise SettingsError(f"HTTPS_PROXY names no host; {_A_PROXY}")
        if parsed.url.scheme not in {"http", "https"}:
            raise SettingsError(
                f"HTTPS_PROXY names a {parsed.url.scheme} proxy; only http and https are supported"
            )
        return httpcore.HTTPProxy(
            proxy_url=str(parsed.url),  # httpx.Proxy has taken user and password out
            proxy_auth=parsed.raw_auth,
            ssl_context=self._context,
            proxy_ssl_context=self._context if parsed.url.scheme == "https" else None,
            max_connections=self._max_connections,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=backend,
        )


class _Body(httpx.SyncByteStream):
    """The body of an answer, as httpx wants it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
