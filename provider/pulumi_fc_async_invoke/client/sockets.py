"""Sockets that keep to the deadline of the call that uses them.

httpx's own timeouts are per read: a server that sends one byte now and then would hold a call for
ever. So every read, write and connection attempt here asks `deadline.current` what is left.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from .deadline import current


def _left(otherwise: Callable[[str], Exception]) -> float | None:
    """Seconds that the attempt may still take; raises when there are none."""
    deadline = current()
    if deadline is None:
        return None
    left = deadline.attempt_left
    if left <= 0:
        raise otherwise("the time for this attempt is over")
    return left


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects within the deadline, one address of the host after the other."""

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  the deadline decides
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection; raises what `httpcore.SyncBackend` would."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        failure: Exception = httpcore.ConnectError("the host has no address")
        for index, address in enumerate(addresses):
            left = _left(httpcore.ConnectTimeout)
            # An address that swallows packets must leave time for the next.
            share = None if left is None else left / (len(addresses) - index)
            try:
                return DeadlineStream(
                    self._sockets.connect_tcp(address, port, share, local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class DeadlineStream(httpcore.NetworkStream):
    """A connection; the deadline is that of the thread that uses it at the moment."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._writes = 0
        self._answer_due = False

    def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ARG002  the deadline decides
    ) -> bytes:
        """Wait for bytes until the attempt is over, and tell the user on the way."""
        deadline = current()
        if deadline is None:
            return self._stream.read(max_bytes)
        while True:
            deadline.notice_if_due()
            left = _left(httpcore.ReadTimeout) or 0.0
            # A pause to tell the user; zero would mean "do not wait at all" to a socket.
            pause = max(min(left, deadline.notice_in), 0.001)
            try:
                data = self._stream.read(max_bytes, pause)
            except httpcore.ReadTimeout:
                continue
            self._answer_due = False
            return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  the deadline decides
        """Send all of it before the attempt is over."""
        self._writes += 1
        self._answer_due = True
        self._stream.write(buffer, _left(httpcore.WriteTimeout))

    def close(self) -> None:
        """Drop the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  the deadline decides
    ) -> httpcore.NetworkStream:
        """Go on with TLS."""
        left = _left(httpcore.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """What is known of the socket.

        httpcore's pool closes an idle connection that is readable, as its peer must have hung up.
        Between its two looks another thread may have sent a request on it, and what is readable
        is the answer: that connection must live.
        """
        if info != "is_readable":
            return self._stream.get_extra_info(info)
        writes = self._writes
        readable = self._stream.get_extra_info(info)
        return readable and not self._answer_due and writes == self._writes
