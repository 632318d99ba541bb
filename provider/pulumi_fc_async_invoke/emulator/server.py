"""The HTTP server: in a thread of a test, or for the command line."""

import asyncio
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from .app import EmulatorApp
from .remote import EmulatorControl
from .sending import DroppableProtocol
from .state import Options, State

if TYPE_CHECKING:  # only the type checkers need it
    from typing_extensions import Self

_START_SECONDS = 30


def base_url(listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket; port 0 takes a free one.

    Raises:
        OSError: if the address is taken or none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


class EmulatorHttpServer(uvicorn.Server):
    """Report when it serves, and stop at once.

    Uvicorn's own loop looks ten times a second whether it should stop, and its shutdown then waits
    for 0.1 s and for calls in flight. Here every test may stop a server.
    """

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Stop serving, and drop the calls in flight; from any thread, or a signal handler."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop because of a signal."""
        super().handle_exit(sig, frame)
        self.stop()

    async def main_loop(self) -> None:
        """Serve until `stop` is called."""
        self._loop = asyncio.get_running_loop()
        self._on_ready()
        if not self.should_exit:
            await self._stopping.wait()
        self._loop = None  # to be stopped once more does nothing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection."""
        del sockets  # asyncio's servers close them
        for server in self.servers:
            server.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()  # at once, unless a call is in flight
        tasks = tuple(self.server_state.tasks)
        for task in tasks:
            task.cancel()  # the application drops its connection
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the transports close in the next turn of the loop


def make_server(state: State, on_ready: Callable[[], None]) -> EmulatorHttpServer:
    """Make the server of an emulator; its ``run([listener])`` serves until `stop` is called."""
    config = uvicorn.Config(
        EmulatorApp(state),
        http=DroppableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # a client may go away at any time
        access_log=False,
        server_header=False,
        date_header=False,  # the application's own: the service's clock may be off
        proxy_headers=False,
        # Longer than clients keep idle connections: one closed under a request would look like
        # a fault that was not set.
        timeout_keep_alive=300,
    )
    return EmulatorHttpServer(config, on_ready)


class EmulatorServer(EmulatorControl):
    """An emulator in a thread of this process, on a free port of loopback.

    ```python
    with EmulatorServer() as emulator:
        emulator.seed("service", "function", {"maxAsyncRetryAttempts": 1})
        ...  # talk to emulator.url with emulator.access_key_id and .access_key_secret
    ```

    Args:
        options: how it starts; by default in memory, with the default rules and key.
        port: 0 takes a free one.
    """

    def __init__(self, options: Options | None = None, *, port: int = 0) -> None:
        self.options = options or Options()
        self._state = State(self.options)
        try:
            self._listener = listen("127.0.0.1", port)
        except OSError:
            self._state.storage.close()
            raise
        super().__init__(base_url(self._listener))
        self._ready = threading.Event()
        self._server = make_server(self._state, self._ready.set)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name="emulator", daemon=True
        )

    def start(self) -> "Self":
        """Serve in a thread; returns as soon as it responds.

        Raises:
            RuntimeError: if it does not.
        """
        self._thread.start()
        if not self._ready.wait(_START_SECONDS) or not self._thread.is_alive():
            raise RuntimeError("the emulator did not start")
        return self

    def close(self) -> None:
        """Stop serving; a data file stays as it is."""
        super().close()
        self._server.stop()
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()
        self._state.storage.close()

    def __enter__(self) -> "Self":
        return self.start()
