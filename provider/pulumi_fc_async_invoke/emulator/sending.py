"""How responses reach the socket: whole, broken, late or never."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, NamedTuple

from uvicorn.protocols.http.h11_impl import H11Protocol

from .exceptions import ERROR_STATUS
from .faults import Fault
from .responses import Response
from .service import Operation

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]


class Exchange(NamedTuple):
    """An HTTP request and its response, as ASGI has them."""

    scope: Scope
    receive: Receive
    send: Send


HUGE_BYTES = 64 << 20
_CHUNK = b"x" * (64 << 10)
_JSON_TYPE = (b"content-type", b"application/json")
_HTML = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1></body></html>"
)
_BODIES: dict[str, tuple[Header, bytes]] = {
    "html": ((b"content-type", b"text/html"), _HTML),
    "empty": (_JSON_TYPE, b""),
    "broken_json": (_JSON_TYPE, b'{"maxAsyncRetryAttempts": 3,'),
    "nonsense": (_JSON_TYPE, b'["these", "are", "not", "the", "configs"]'),
    "redirect": ((b"location", b"/somewhere/else"), b""),
}


class DroppableProtocol(H11Protocol):
    """Uvicorn's HTTP protocol; it also tells the application which transport a call came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Put the transport where every scope of this connection has it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def send_response(
    exchange: Exchange, response: Response, request_id: Header, extra: Iterable[Header] = ()
) -> None:
    """Send a response whole."""
    headers: list[Header] = [request_id, *extra]
    if response.status != 204:  # noqa: PLR2004  No Content has neither type nor length
        headers += [_JSON_TYPE, (b"content-length", b"%d" % len(response.body))]
    await _start(exchange, response.status, headers)
    await exchange.send({"type": "http.response.body", "body": response.body})


async def send_fault(
    fault: Fault, response: Response | None, operation: Operation, exchange: Exchange
) -> Response | None:
    """Send what a fault makes of a call.

    Args:
        fault: any but ``latency``, which comes before the call; the time of a ``slow_answer`` is
            over.
        response: what the service responds; None if the call took no effect.
        operation: the call.
        exchange: its body read.

    Returns:
        The response for the log of calls; None if the connection was dropped instead.
    """
    if fault.kind == "slow_answer" and response is not None:
        await send_response(exchange, response, operation.request_id)
        return response
    if fault.kind in ERROR_STATUS:
        status = fault.status or ERROR_STATUS[fault.kind]
        message = f"the emulator was set to respond with {fault.kind}"
        error = operation.error(status, fault.kind, message)
        hints = {
            b"retry-after": fault.retry_after,
            b"x-acs-retry-after": fault.retry_after_milliseconds,
        }
        extra = [(name, str(hint).encode()) for name, hint in hints.items() if hint is not None]
        await send_response(exchange, error, operation.request_id, extra)
        return error
    if fault.kind in {"drop_before", "drop_after"}:
        await drop(exchange)
        return None
    status = fault.status or (302 if fault.kind == "redirect" else 200)
    await _send_broken_body(fault.kind, status, operation.request_id, exchange)
    return Response(status)


async def drop(exchange: Exchange) -> None:
    """Close a call's connection without a response, or in the middle of one."""
    exchange.scope["state"]["transport"].abort()
    await _disconnected(exchange)


async def _send_broken_body(kind: str, status: int, request_id: Header, exchange: Exchange) -> None:
    if kind == "truncated":
        body = b'{"maxAsyncRetryAttempts": 3}'
        await _start(exchange, status, [request_id, _JSON_TYPE, (b"content-length", b"1000")])
        await exchange.send({"type": "http.response.body", "body": body, "more_body": True})
        exchange.scope["state"]["transport"].close()  # sends what is written, then ends
        await _disconnected(exchange)
    elif kind == "huge":
        transport = exchange.scope["state"]["transport"]
        await _start(exchange, status, [request_id, _JSON_TYPE])
        await exchange.send(
            {"type": "http.response.body", "body": b'{"padding":"', "more_body": True}
        )
        for _ in range(HUGE_BYTES // len(_CHUNK)):
            if transport.is_closing():  # the client has seen enough
                return
            await exchange.send({"type": "http.response.body", "body": _CHUNK, "more_body": True})
            await asyncio.sleep(0)  # other calls go on
        await exchange.send({"type": "http.response.body", "body": b'"}'})
    else:
        header, body = _BODIES[kind]
        # A front end's page comes without a request id (fc-nodejs-sdk#78).
        headers = [] if kind == "html" else [request_id]
        headers += [header, (b"content-length", b"%d" % len(body))]
        await _start(exchange, status, headers)
        await exchange.send({"type": "http.response.body", "body": body})


async def _start(exchange: Exchange, status: int, headers: list[Header]) -> None:
    await exchange.send({"type": "http.response.start", "status": status, "headers": headers})


async def _disconnected(exchange: Exchange) -> None:
    """Wait until the server has noticed that the connection is gone: it must not respond."""
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
