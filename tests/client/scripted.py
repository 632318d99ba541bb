"""A tiny HTTP server that responds with what a test gives it, byte for byte."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from tests.support.configs import an_identity

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.config.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self

CONFIG = b'{"serviceName":"svc","functionName":"fn","qualifier":"LATEST","maxAsyncRetryAttempts":1}'
"""A config of the function that the tests ask for."""
_SECONDS = 60
"""Longer than a peer on a busy machine takes to read what it is sent, or a thread to end."""


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire."""

    raw: bytes
    connection: int
    """Which TCP connection it came on, counted from 1."""

    @property
    def method(self) -> str:
        return self.raw.split(b" ", 1)[0].decode()

    @property
    def target(self) -> str:
        return self.raw.split(b" ", 2)[1].decode()

    @property
    def headers(self) -> dict[str, str]:
        lines = self.raw.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    @property
    def body(self) -> bytes:
        return self.raw.split(b"\r\n\r\n", 1)[1]


@dataclass
class Exchange:
    """What a scripted response works with: the connection, and whether the test is over."""

    connection: socket.socket
    over: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def hang(self) -> None:
        """Say nothing until the test is over."""
        self.over.wait()

    def drip(self, data: bytes, every: float) -> None:
        """One byte after the other, until the peer has enough or the test is over."""
        for byte in data:
            if self.over.wait(every):
                return
            self.send(bytes([byte]))


Step = bytes | Callable[[Exchange], None]
"""Bytes to send, or a function that does as it likes; the connection is closed after one."""


def response(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A whole HTTP response that keeps the connection."""
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def error(status: int, code: str, *headers: str) -> bytes:
    """An error as the service words it."""
    body = f'{{"ErrorCode":"{code}","ErrorMessage":"as the test wants it"}}'.encode()
    return response(status, body, "X-Fc-Request-Id: rid-1", *headers)


class ScriptedServer:
    """Responds to the requests with the steps of a script; the last one again and again."""

    def __init__(self, script: Iterable[Step], *, tls: ssl.SSLContext | None = None) -> None:
        self._script = list(script)
        self._tls = tls
        self._next = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.received: list[Received] = []
        self.arrivals: list[float] = []
        """When each request came, as a moment of `time.monotonic`."""
        self.connections = 0

    def __enter__(self) -> "Self":
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        # Wakes accept(): closing a socket alone does not, on every system.
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        for thread in self._threads:
            thread.join(_SECONDS)
            assert not thread.is_alive()
        self._listener.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            self.connections += 1
            number = self.connections
            self._start(partial(self._serve, connection, number))

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            connection.settimeout(0.05)
            while (raw := self._read(connection)) is not None:
                with self._lock:
                    self.received.append(Received(raw, number))
                    self.arrivals.append(time.monotonic())
                    step = self._script[min(self._next, len(self._script) - 1)]
                    self._next += 1
                connection.settimeout(_SECONDS)
                if callable(step):
                    step(Exchange(connection, self._over))
                    return
                connection.sendall(step)
                connection.settimeout(0.05)
        except OSError:
            pass  # the peer went away, which many tests are about
        finally:
            connection.close()

    def _read(self, connection: socket.socket) -> bytes | None:
        """One request; None when the peer or the test has ended."""
        data = b""
        while not self._over.is_set():
            head, found, body = data.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if found and len(body) >= (int(length[1]) if length else 0):
                return data
            try:
                chunk = connection.recv(65536)
            except TimeoutError:
                continue
            if not chunk:
                return None
            data += chunk
        return None


class Clock:
    """The client's clock, which a test puts forward instead of waiting."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def forward(self, seconds: float) -> None:
        self._ahead += seconds

    def forward_after(self, attempts: int, seconds: float) -> Callable[[str], None]:
        """What a client may tell of each attempt: so much time passes with that one."""
        lines: list[str] = []

        def on_attempt(line: str) -> None:
            lines.append(line)
            if len(lines) == attempts:
                self.forward(seconds)

        return on_attempt


IDENTITY = an_identity("cn-test", "123456", "svc", "LATEST", "fn")
KEY = Credentials("test-key-id", "test-key-secret", "test-sts-token")


DEFAULTS = Settings.read(lambda _key: None, {})


def client(
    server: ScriptedServer | str | None,
    credentials: Callable[[], Credentials] = lambda: KEY,
    *,
    request_timeout: float = 20.0,
    max_concurrency: int = 8,
    on_waiting: Callable[[str], object] = str,
    on_attempt: Callable[[str], object] = str,
    canceled: threading.Event | None = None,
) -> FunctionComputeClient:
    """A client of a scripted server, of a URL, or (`None`) of the service's own host."""
    settings = replace(
        DEFAULTS,
        endpoint=server.url if isinstance(server, ScriptedServer) else server,
        request_timeout=request_timeout,
        max_concurrency=max_concurrency,
    )
    return FunctionComputeClient(
        settings, on_waiting, on_attempt=on_attempt, credentials=credentials, canceled=canceled
    )
