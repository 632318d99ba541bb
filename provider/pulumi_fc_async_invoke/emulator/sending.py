"""How answers reach the socket: whole, broken, late or never."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from pulumi_fc_async_invoke.emulator.answers import ERROR_STATUS, Answer, error_answer
from pulumi_fc_async_invoke.emulator.faults import ERROR_KINDS, Fault

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

HUGE_BYTES = 64 << 20
_CHUNK = b"x" * (64 << 10)
_JSON_TYPE = (b"content-type", b"application/json")
_HTML = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1></body></html>"
)
_BODIES: dict[str, tuple[bytes, bytes]] = {
    "html": (b"text/html", _HTML),
    "empty": (b"application/json", b""),
    "broken_json": (b"application/json", b'{"maxAsyncRetryAttempts": 3,'),
    "nonsense": (b"application/json", b'["these", "are", "not", "the", "configs"]'),
}


class DroppableProtocol(H11Protocol):
    """Uvicorn's HTTP protocol; it also tells the application which transport a call came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Put the transport where every scope of this connection has it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def send_answer(send: Send, answer: Answer, extra: tuple[Header, ...] = ()) -> None:
    """Send an answer whole, with a request id of its own."""
    headers: list[Header] = [(b"x-fc-request-id", _request_id()), *extra]
    if answer.status != 204:  # noqa: PLR2004  No Content has neither type nor length
        headers += [_JSON_TYPE, (b"content-length", b"%d" % len(answer.body))]
    await _start(send, answer.status, headers)
    await send({"type": "http.response.body", "body": answer.body})


async def send_fault(
    fault: Fault, answer: Answer | None, scope: Scope, receive: Receive, send: Send
) -> Answer | None:
    """Do to a call what the fault says.

    Args:
        fault: any but ``latency``, which comes before the call; the time of a ``slow_answer`` is
            over.
        answer: what the service answered; None if the call took no effect.
        scope: of the request.
        receive: of the request, its body read.
        send: of the request.

    Returns:
        The answer for the log of calls; None if the connection was dropped instead.
    """
    if fault.kind == "slow_answer" and answer is not None:
        await send_answer(send, answer)
        return answer
    if fault.kind in ERROR_KINDS:
        status = fault.status or ERROR_STATUS[fault.kind]
        error = error_answer(status, fault.kind, f"the emulator was told to answer {fault.kind}")
        after = fault.retry_after
        await send_answer(send, error, () if after is None else ((b"retry-after", after.encode()),))
        return error
    if fault.kind in {"drop_before", "drop_after", "slow_answer"}:
        await drop(scope, receive)
        return None
    status = fault.status or (302 if fault.kind == "redirect" else 200)
    await _send_broken_body(fault.kind, status, scope, receive, send)
    return Answer(status)


async def drop(scope: Scope, receive: Receive) -> None:
    """Close a call's connection without a response, or in the middle of one."""
    scope["state"]["transport"].abort()
    await _disconnected(receive)


async def _send_broken_body(
    kind: str, status: int, scope: Scope, receive: Receive, send: Send
) -> None:
    request_id = (b"x-fc-request-id", _request_id())
    if kind == "redirect":
        location = (b"location", b"/somewhere/else")
        await _start(send, status, [request_id, location, (b"content-length", b"0")])
        await send({"type": "http.response.body"})
    elif kind == "truncated":
        body = b'{"maxAsyncRetryAttempts": 3}'
        await _start(send, status, [request_id, _JSON_TYPE, (b"content-length", b"1000")])
        await send({"type": "http.response.body", "body": body, "more_body": True})
        scope["state"]["transport"].close()  # sends what is written, then ends
        await _disconnected(receive)
    elif kind == "huge":
        transport = scope["state"]["transport"]
        await _start(send, status, [request_id, _JSON_TYPE])
        await send({"type": "http.response.body", "body": b'{"padding":"', "more_body": True})
        for _ in range(HUGE_BYTES // len(_CHUNK)):
            if transport.is_closing():  # the client has seen enough
                return
            await send({"type": "http.response.body", "body": _CHUNK, "more_body": True})
            await asyncio.sleep(0)  # other calls go on
        await send({"type": "http.response.body", "body": b'"}'})
    else:
        content_type, body = _BODIES[kind]
        # A front end's page comes without a request id (fc-nodejs-sdk#78).
        headers = [] if kind == "html" else [request_id]
        headers += [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
        await _start(send, status, headers)
        await send({"type": "http.response.body", "body": body})


async def _start(send: Send, status: int, headers: list[Header]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _disconnected(receive: Receive) -> None:
    """Wait until the server has noticed that the connection is gone: it must not answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _request_id() -> bytes:
    return str(uuid.uuid4()).encode("ascii")
