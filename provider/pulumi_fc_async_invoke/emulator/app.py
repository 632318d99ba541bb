"""The ASGI application: the API's calls on a short path of their own, the rest to `control`."""

import asyncio
import time
from email.utils import formatdate

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.types import Message, Receive, Scope, Send

from .control import control_app
from .remote import PREFIX
from .sending import Exchange, drop, send_fault, send_response
from .service import Operation
from .state import State
from .validation import MAX_BODY_BYTES
from .versions import Request


class EmulatorApp:
    """Function Compute's async-invoke-config API, and the control paths beside it.

    The API is plain ASGI rather than Starlette: it is one path, and this halves the time a call
    takes.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._control = control_app(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        path: str = scope["path"]
        if path.startswith(PREFIX):
            await self._control(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        call = self._state.calls.arrive(scope["method"], path, query)
        try:
            request = _request(scope, await _read_body(scope, receive))
            exchange = Exchange(scope, receive, self._dated(send))
            await self._respond(Operation(self._state, call, request), exchange)
        except ClientDisconnect:
            pass  # while it was sending
        except asyncio.CancelledError:  # the emulator was reset, or stops
            await drop(Exchange(scope, receive, send))
        finally:
            self._state.calls.depart()

    async def _respond(self, operation: Operation, exchange: Exchange) -> None:
        call = operation.call
        fault = None
        if self._state.faults.planned:
            seconds, fault = self._state.faults.next(call.method, call.function)
            if seconds:
                call.fault = "latency"
                await self._state.faults.wait(seconds)
        if fault is None:
            response = operation.respond()
            call.status, call.code = response.status, response.code
            await send_response(exchange, response, operation.request_id)
            return
        call.fault = fault.kind
        true_response = operation.respond() if fault.takes_effect else None
        if fault.kind == "slow_response":
            await self._state.faults.wait(fault.milliseconds / 1000)
        sent = await send_fault(fault, true_response, operation, exchange)
        if sent is not None:
            call.status, call.code = sent.status, sent.code

    def _dated(self, send: Send) -> Send:
        """Add the header ``Date``, by the clock of the service."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = time.time() + self._state.rules.clock_offset
                message["headers"].append((b"date", formatdate(now, usegmt=True).encode()))
            await send(message)

        return dated


def _request(scope: Scope, body: bytes) -> Request:
    return Request(
        scope["method"],
        scope["raw_path"].decode("latin-1"),
        scope["path"],
        scope["query_string"].decode("latin-1"),
        {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body,
    )


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    body = b""
    async for chunk in HttpRequest(scope, receive).stream():
        if len(body) <= MAX_BODY_BYTES:  # more is refused anyway: read on, keep nothing
            body += chunk
    return body
