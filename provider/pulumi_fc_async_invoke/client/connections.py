"""Connections over httpcore, with the machine's proxies and trusted authorities.

httpcore and not httpx: of what httpx adds, redirects, cookies, decompression and its own timeouts
must not happen here, and the rest costs three times as much as the request itself.
"""

import os
import queue
import ssl
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpcore

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.responses import MAX_BODY, Response

from .deadline import Interruption
from .network import DeadlineBackend

KEEPALIVE_SECONDS = 30.0
"""How long an idle connection is kept; front ends commonly drop theirs after 60 seconds."""


class Connections:
    """As many connections as there may be attempts in flight; safe to share between threads.

    Each attempt has a pool to itself: a pool that threads share may close a connection that it has
    just given to one of them (https://github.com/encode/httpcore/issues/1110).

    Args:
        count: attempts in flight at once, at least 1.
        interruption: shortens what is under way when the run is interrupted.
    """

    def __init__(self, count: int, interruption: Interruption) -> None:
        self._backend = DeadlineBackend(interruption)
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._all = [Connection(self) for _ in range(count)]
        # The one that was used last comes first: it is the least likely to have been dropped.
        self._free: queue.LifoQueue[Connection] = queue.LifoQueue()
        for connection in reversed(self._all):
            self._free.put(connection)

    def take(self, seconds: float) -> "Connection | None":
        """Wait for a free connection; it belongs to the caller until it is put back.

        Args:
            seconds: how long to wait.

        Returns:
            The connection; `None` if none became free.
        """
        try:
            return self._free.get(timeout=max(seconds, 0))
        except queue.Empty:
            return None

    def put_back(self, connection: "Connection") -> None:
        """Let another attempt use a connection."""
        self._free.put(connection)

    def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        for connection in self._all:
            connection.close()

    def new_pool(self, *, tls: bool, proxy: str | None) -> httpcore.ConnectionPool:
        """Make a pool that connects through a proxy, or directly.

        Raises:
            SettingsError: a proxy that cannot be used, or no readable authorities.
        """
        with self._lock:
            if tls and self._context is None:
                self._context = trusted_authorities()  # some 25 ms
        if proxy is not None:
            return self._via(proxy)
        return httpcore.ConnectionPool(
            ssl_context=self._context,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._backend,
        )

    def _via(self, proxy: str) -> httpcore.ConnectionPool:
        try:
            url = parse_url(proxy)
        except ValueError:
            raise SettingsError(
                "HTTPS_PROXY is not the URL of an http or https proxy; it looks like "
                "http://proxy.example.com:3128"
            ) from None
        parts = urlsplit(proxy)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return httpcore.HTTPProxy(
            url,
            proxy_auth=(user.encode(), password.encode()) if user or password else None,
            proxy_ssl_context=self._context if parts.scheme == "https" else None,
            ssl_context=self._context,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._backend,
        )


class Connection:
    """What one attempt uses: a pool for direct connections, and one for each proxy."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._pools: dict[tuple[bool, str | None], httpcore.ConnectionPool] = {}

    def request(
        self,
        method: str,
        url: httpcore.URL,
        headers: Mapping[str, str],
        body: bytes | None,
        end: float,
    ) -> Response:
        """Send a request and read the response.

        Args:
            method: HTTP method.
            url: scheme, host, port and target.
            headers: all but ``Content-Length``; ``Host`` among them.
            body: what to send, if anything.
            end: when it must be over, as a moment of `time.monotonic`.

        Returns:
            The response, with at most `MAX_BODY` bytes of its body, as they came.

        Raises:
            SettingsError: a proxy that cannot be used, or no readable authorities.
            httpcore.TimeoutException, NetworkError, ProtocolError, ProxyError: see
                `connection_errors`.
        """
        tls = url.scheme == b"https"
        proxy = proxy_for(url.host.decode()) if tls else None
        if (tls, proxy) not in self._pools:
            self._pools[tls, proxy] = self._connections.new_pool(tls=tls, proxy=proxy)
        with self._pools[tls, proxy].stream(
            method,
            url,
            # Small bodies are not worth compressing, and what is not unpacked cannot burst.
            headers=[("Accept-Encoding", "identity"), *headers.items()],
            content=body,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write"), end)},
        ) as response:
            content = bytearray()
            for chunk in response.iter_stream():
                content += chunk
                if len(content) > MAX_BODY:
                    break
        return Response(
            status=response.status,
            headers={
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            },
            body=bytes(content[:MAX_BODY]),
            cut=len(content) > MAX_BODY,
        )

    def close(self) -> None:
        """Close its connections; a later request opens new ones."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()


def get(url: httpcore.URL, headers: Mapping[str, str], seconds: float) -> Response:
    """Send one GET over a connection of its own, unsigned.

    Args:
        url: what to get.
        headers: ``Host`` among them.
        seconds: how long it may take.

    Raises:
        SettingsError, httpcore's exceptions: see `Connection.request`.
    """
    connection = Connection(Connections(0, Interruption(threading.Event())))
    try:
        return connection.request("GET", url, headers, None, time.monotonic() + seconds)
    finally:
        connection.close()


def parse_url(url: str) -> httpcore.URL:
    """Parse a base URL; its host may be an international name.

    Raises:
        ValueError: if it is not an http or https URL with a host.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna")
    host.decode("idna")  # fails for what only looks like an encoded name
    if parts.scheme not in {"http", "https"} or not host or not url.isprintable():
        raise ValueError("not an http or https URL with a host")
    return httpcore.URL(scheme=parts.scheme, host=host, port=parts.port, target=parts.path or "/")


def trusted_authorities() -> ssl.SSLContext:
    """Make a context that always verifies.

    OpenSSL's rules, as everywhere on the machine: the operating system's store, or the files
    that ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name instead. On a machine whose store is empty
    (minimal containers) and without those variables: the list that comes with httpcore.

    Raises:
        SettingsError: if one of the two variables names nothing that exists; OpenSSL would
            silently trust nobody.
    """
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        value = os.environ.get(variable)
        # The directory may be a list, as PATH is; one that exists is enough.
        if value and not any(_exists(part) for part in value.split(os.pathsep)):
            raise SettingsError(
                f"{variable} names {value!r}, which does not exist or cannot be read: correct it, "
                "or unset it"
            )
    context = ssl.create_default_context()
    return context if _has_authorities(context) else httpcore.default_ssl_context()


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # in a folder that may not be read
        return False


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


def proxy_for(host: str) -> str | None:
    """Find the proxy for HTTPS to a host in the environment (``HTTPS_PROXY``, ``NO_PROXY``…).

    Never one for loopback: nobody else can reach this machine's loopback.
    """
    if is_loopback(host):
        return None
    proxies = urllib.request.getproxies()
    url = proxies.get("https") or proxies.get("all")
    if not url or urllib.request.proxy_bypass(host):
        return None
    return url if "://" in url else f"http://{url}"
