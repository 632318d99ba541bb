"""The ASGI application: the API's calls on a short path of their own, the rest to `control`."""

import asyncio
import time
from email.utils import formatdate
from functools import lru_cache

from pulumi_fc_async_invoke.emulator.calls import Call
from pulumi_fc_async_invoke.emulator.control import PREFIX, control_app
from pulumi_fc_async_invoke.emulator.sending import (
    Message,
    Receive,
    Scope,
    Send,
    drop,
    send_answer,
    send_fault,
)
from pulumi_fc_async_invoke.emulator.service import Service
from pulumi_fc_async_invoke.emulator.state import State
from pulumi_fc_async_invoke.emulator.validation import MAX_BODY_BYTES


class EmulatorApp:
    """Function Compute's async-invoke-config API, and the control paths beside it.

    The API is plain ASGI rather than Starlette: it is one path, and this halves the time a call
    takes.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._service = Service(state)
        self._control = control_app(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: str = scope["path"]
        if path.startswith(PREFIX):
            await self._control(scope, receive, send)
            return
        call = self._state.calls.arrive(
            scope["method"], path, scope["query_string"].decode("latin-1")
        )
        try:
            raw = await _read_body(receive)
            if raw is not None:  # None: the client went away while sending
                await self._answer(call, raw, scope, receive, self._dated(send))
        except asyncio.CancelledError:  # the emulator was reset, or stops
            await drop(scope, receive)
        finally:
            self._state.calls.depart()

    async def _answer(
        self, call: Call, raw: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        route = self._service.describe(call, headers, raw)
        fault = None
        if self._state.faults.planned:
            seconds, fault = self._state.faults.next(call.method, call.function)
            if seconds:
                call.fault = "latency"
                await self._state.faults.wait(seconds)
        if fault is None:
            answer = self._service.answer(call, route, headers, raw)
            call.status, call.code = answer.status, answer.code
            await send_answer(send, answer)
            return
        call.fault = fault.kind
        true_answer = (
            self._service.answer(call, route, headers, raw) if fault.takes_effect else None
        )
        if fault.kind == "slow_answer" and true_answer is not None:
            await self._state.faults.wait(fault.milliseconds / 1000)
        sent = await send_fault(fault, true_answer, scope, receive, send)
        if sent is not None:
            call.status, call.code = sent.status, sent.code

    def _dated(self, send: Send) -> Send:
        """Adds the header ``Date``, by the clock of the service."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = int(time.time()) + self._state.rules.clock_offset
                message["headers"].append((b"date", _http_date(now)))
            await send(message)

        return dated


@lru_cache(maxsize=4)
def _http_date(seconds: int) -> bytes:
    return formatdate(seconds, usegmt=True).encode("ascii")


async def _read_body(receive: Receive) -> bytes | None:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(body) <= MAX_BODY_BYTES:  # more is refused anyway: read on, keep nothing
            body += message.get("body", b"")
        if not message.get("more_body", False):
            return body
