"""A way to a server that ends between two calls: nothing listens there any more."""

import http.client
import threading
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.ports import closed_port

if TYPE_CHECKING:
    from typing_extensions import Self


class Gate:
    """Passes calls on, until it has passed on the answer to one; open it again for more.

    Args:
        url: of the server behind it.
    """

    def __init__(self, url: str) -> None:
        self._behind = urlsplit(url).netloc
        self._last: str | None = None
        self._server: ThreadingHTTPServer | None = None
        self._held = ExitStack()
        self._port = 0

    def __enter__(self) -> "Self":
        # The server asks to reuse addresses, so it can have the port; nobody else gets it.
        self._port = self._held.enter_context(closed_port())
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()
        self._held.close()

    @property
    def url(self) -> str:
        """Where it listens, and will listen."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_open(self) -> bool:
        """Whether anything listens."""
        return self._server is not None

    def open(self, *, until: str | None = None) -> None:
        """Listen.

        Args:
            until: the method of the call after which it closes; None: it stays open.
        """
        self._close()
        self._last = until
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), partial(_Handler, self))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def pass_on(self, request: BaseHTTPRequestHandler) -> None:
        """Ask the server behind, and answer what it answers."""
        length = int(request.headers.get("Content-Length", 0))
        behind = http.client.HTTPConnection(self._behind, timeout=60)
        behind.request(
            request.command,
            request.path,
            request.rfile.read(length),
            dict(request.headers.items()),
        )
        answer = behind.getresponse()
        body = answer.read()
        behind.close()
        if request.command == self._last:
            # Before the answer: with it, the client goes on at once.
            self._close()
        request.send_response_only(answer.status)
        for name, value in answer.getheaders():
            request.send_header(name, value)
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(body)

    def _close(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, gate: Gate, *arguments: Any) -> None:
        self._gate = gate
        super().__init__(*arguments)

    def _pass_on(self) -> None:
        self._gate.pass_on(self)

    do_GET = do_PUT = do_DELETE = _pass_on  # noqa: N815  as the library looks for them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name in the library
        """Say nothing."""
