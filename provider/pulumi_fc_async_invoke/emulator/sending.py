"""How responses reach the socket: whole, broken, late or never."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import NamedTuple

from starlette.responses import Response as HttpResponse
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .exceptions import ERROR_STATUS
from .faults import Fault
from .responses import Response
from .service import Operation


class Exchange(NamedTuple):
    """An HTTP request and its response, as ASGI has them."""

    scope: Scope
    receive: Receive
    send: Send


_JSON = "application/json"
_JSON_TYPE = {"content-type": _JSON}
_CHUNK = b"x" * (64 << 10)
_HTML = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1></body></html>"
)
_BODIES: dict[str, tuple[dict[str, str], bytes]] = {
    "html": ({"content-type": "text/html"}, _HTML),
    "empty": (_JSON_TYPE, b""),
    "broken_json": (_JSON_TYPE, b'{"maxAsyncRetryAttempts": 3,'),
    "nonsense": (_JSON_TYPE, b'["these", "are", "not", "the", "configs"]'),
    "redirect": ({"location": "/somewhere/else"}, b""),
}


class DroppableProtocol(H11Protocol):
    """Uvicorn's HTTP protocol; it also tells the application which transport a call came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Put the transport where every scope of this connection has it."""
        super().connection_made(transport)
        # Else every response, which is written in two parts, waits some 40 ms.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}


async def send_response(exchange: Exchange, response: Response, headers: dict[str, str]) -> None:
    """Send a response whole."""
    media_type = None if response.status == 204 else _JSON  # noqa: PLR2004  No Content has no type
    await HttpResponse(response.body, response.status, headers, media_type)(*exchange)


async def send_fault(
    fault: Fault, response: Response | None, operation: Operation, exchange: Exchange
) -> Response | None:
    """Send what a fault makes of a call.

    Args:
        fault: any but ``latency``, which comes before the call; the time of a ``slow_response`` is
            over.
        response: what the service responds; None if the call took no effect.
        operation: the call.
        exchange: its body read.

    Returns:
        The response for the log of calls; None if the connection was dropped instead.
    """
    kind, request_id = fault.kind, operation.request_id
    if kind == "slow_response" and response is not None:
        await send_response(exchange, response, request_id)
        return response
    if kind in ERROR_STATUS:
        status = fault.status or ERROR_STATUS[kind]
        error = operation.error(status, kind, f"the emulator was set to respond with {kind}")
        hints = {
            "retry-after": fault.retry_after,
            "x-acs-retry-after": fault.retry_after_milliseconds,
        }
        given = {name: str(hint) for name, hint in hints.items() if hint is not None}
        await send_response(exchange, error, request_id | given)
        return error
    if kind in {"drop_before", "drop_after"}:
        await drop(exchange)
        return None
    status = fault.status or (302 if kind == "redirect" else 200)
    if kind == "truncated":
        announced = request_id | {"content-length": "1000"}
        await StreamingResponse(_truncated(exchange), status, announced, _JSON)(*exchange)
    elif kind == "huge":
        await StreamingResponse(_huge(), status, request_id, _JSON)(*exchange)
    else:
        headers, body = _BODIES[kind]
        # A front end's page comes without a request id (fc-nodejs-sdk#78).
        headers = headers if kind == "html" else headers | request_id
        await HttpResponse(body, status, headers)(*exchange)
    return Response(status)


async def drop(exchange: Exchange) -> None:
    """Close a call's connection without a response, or in the middle of one."""
    exchange.scope["state"]["transport"].abort()
    await _disconnected(exchange)


async def _truncated(exchange: Exchange) -> AsyncIterator[bytes]:
    yield b'{"maxAsyncRetryAttempts": 3}'
    exchange.scope["state"]["transport"].close()  # sends what is written, then ends
    await _disconnected(exchange)


async def _huge() -> AsyncIterator[bytes]:
    """Generate 64 MiB, or less once the client has seen enough."""
    yield b'{"padding":"'
    for _ in range(1024):
        yield _CHUNK
        await asyncio.sleep(0)  # other calls go on
    yield b'"}'


async def _disconnected(exchange: Exchange) -> None:
    """Wait until the server has noticed that the connection is gone: it must not respond."""
    while (await exchange.receive())["type"] != "http.disconnect":
        pass
