"""Connections that keep to a total deadline, for httpcore (its `NetworkBackend` interface).

httpcore's timeouts are per read: a peer that sends a byte now and then would hold a call for ever.
Here the timeout that httpcore hands down is the moment of `time.monotonic` at which the attempt
ends, the same for every connection, read and write of it.
"""

import ssl
import time
from collections.abc import Iterable
from concurrent.futures import Future, wait
from functools import partial
from typing import Any

import httpcore

from pulumi_fc_async_invoke.config.background import LOOK_SECONDS, in_background

from .deadline import Interruption

LONGEST_CONNECT = 4.0
"""Seconds to connect to one address of a host, or to agree on TLS: a dead one leaves time for the
next."""
LONGEST_READ = 0.5
"""Seconds between two looks at whether the run is interrupted."""


class DeadlineBackend(httpcore.NetworkBackend):
    """Open connections whose timeouts are moments.

    Args:
        interruption: shortens what is under way when the run is interrupted.
    """

    def __init__(self, interruption: Interruption) -> None:
        self._sockets = httpcore.SyncBackend()
        self._interruption = interruption

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that accepts."""
        # Half of what is left: the timeout is for each address, and one may be dead.
        seconds = min(self.left(timeout, httpcore.ConnectTimeout) / 2, LONGEST_CONNECT)
        # In a thread: the resolver has no timeout, and a host may have many addresses.
        connect = partial(self._sockets.connect_tcp, host, port, seconds)
        connecting = in_background(lambda: connect(local_address, socket_options))
        try:
            while not connecting.done():
                wait([connecting], min(self.left(timeout, httpcore.ConnectTimeout), LOOK_SECONDS))
        except httpcore.ConnectTimeout:
            connecting.add_done_callback(_close)
            raise
        return _DeadlineStream(connecting.result(), self)

    def left(self, end: float | None, timeout: type[Exception]) -> float:
        """Count the seconds until a moment; raise ``timeout`` when it has passed."""
        if end is None:
            raise TypeError("every request to this backend has a deadline")
        left = self._interruption.limit(end) - time.monotonic()
        if left <= 0:
            raise timeout("the attempt has used up its time")
        return left


def _close(connected: Future[httpcore.NetworkStream]) -> None:
    """Close a connection that nobody waits for any more."""
    if connected.exception() is None:
        connected.result().close()


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, backend: DeadlineBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            left = self._backend.left(timeout, httpcore.ReadTimeout)
            try:
                return self._stream.read(max_bytes, min(left, LONGEST_READ))
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:  # httpcore's end of a request: the peer has taken all of it already
            return
        self._stream.write(buffer, self._backend.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._backend.left(timeout, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, min(left, LONGEST_CONNECT))
        return _DeadlineStream(stream, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
