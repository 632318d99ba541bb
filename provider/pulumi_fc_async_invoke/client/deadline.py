"""How long a call and each of its attempts may take, and what an interrupted run leaves of it.

httpcore's timeouts are per read: a peer that sends a byte now and then would hold a call for ever.
So the timeout that httpcore hands down to the `DeadlineBackend` is the moment of `time.monotonic`
at which the attempt ends, the same for every connection, read and write of it.
"""

import ssl
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from math import inf
from typing import Any

import httpcore

from pulumi_fc_async_invoke.config.background import in_background

MIN_ATTEMPT = 10.0
"""Seconds that one attempt gets at least, as far as the call's own deadline allows."""

GRACE = 8.0
"""Seconds for what is in flight when the run is interrupted, and for what may have to follow it: a
call that puts back what another one has removed."""

LONGEST_CONNECT = 4.0
"""Seconds to connect to one address of a host, or to agree on TLS: a dead one leaves time for the
next."""
LONGEST_READ = 0.5
"""Seconds between two looks at whether the run is interrupted."""


class Deadline:
    """The clock of one call, with all its attempts.

    Args:
        seconds: how long the whole call may take.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._start = time.monotonic()
        self._end = self._start + seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        """Seconds until the end of the call; negative once it has passed."""
        return self._end - time.monotonic()

    def extend(self, seconds: float) -> None:
        """Do not count so many seconds."""
        self._end += seconds

    def end_of_attempt(self) -> float:
        """Say when an attempt that starts now must end, as a moment of `time.monotonic`.

        A third of the whole time (`MIN_ATTEMPT` at least), so that one connection that hangs
        leaves time for another.
        """
        return min(time.monotonic() + max(self.seconds / 3, MIN_ATTEMPT), self._end)


class Interruption:
    """Whether the run is interrupted; shared by all calls of a client.

    Args:
        event: set by whoever notices it, and never cleared.
    """

    def __init__(self, event: threading.Event) -> None:
        self.event = event
        self._grace_ends: float | None = None

    def limit(self, end: float) -> float:
        """Shorten what may take until a moment of `time.monotonic`, if the run is interrupted."""
        if not self.event.is_set():
            return end
        if self._grace_ends is None:
            self._grace_ends = time.monotonic() + GRACE
        return min(end, self._grace_ends)

    @property
    def is_final(self) -> bool:
        """Whether the run is interrupted and no time is left for another attempt."""
        return self.limit(inf) <= time.monotonic()


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections whose timeouts are moments (httpcore's `NetworkBackend` interface).

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

        def connect() -> httpcore.NetworkStream:
            return self._sockets.connect_tcp(host, port, seconds, local_address, socket_options)

        # In a thread: the resolver has no timeout, and a host may have many addresses.
        connecting = in_background(connect, lambda: self._limit(timeout))
        if not connecting.done():
            connecting.add_done_callback(_close)
            raise httpcore.ConnectTimeout
        return _DeadlineStream(connecting.result(), self)

    def left(self, end: float | None, timeout: type[Exception]) -> float:
        """Count the seconds until a moment; raise ``timeout`` when it has passed."""
        left = self._limit(end) - time.monotonic()
        if left <= 0:
            raise timeout("the attempt has used up its time")
        return left

    def _limit(self, end: float | None) -> float:
        if end is None:
            raise TypeError("every request to this backend has a deadline")
        return self._interruption.limit(end)


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
        # As long as an interrupted run may take: a body fits into the buffers of any connection.
        self._stream.write(buffer, min(self._backend.left(timeout, httpcore.WriteTimeout), GRACE))

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
