"""Whatever a server sends, the client ends with a result or one clean error, and soon.

`docs/hostile-input.md` names these tests.
"""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.client.scripted import (
    CONFIG,
    IDENTITY,
    Exchange,
    ScriptedServer,
    Step,
    client,
    response,
)

from pulumi_fc_async_invoke.api.errors import ApiError, BadResponseError, CallError, NoResponseError

if TYPE_CHECKING:
    from pulumi_fc_async_invoke.api.version import Identity

MIB = 1 << 20
LONGEST_MESSAGE = 1500


def failure(step: Step, *, request_timeout: float = 60.0) -> CallError:
    """What a GET fails with; its message is one printable line of a sane length."""
    with (
        ScriptedServer([step]) as server,
        client(server, request_timeout=request_timeout) as fc,
        pytest.raises(CallError) as caught,
    ):
        fc.get(IDENTITY)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < LONGEST_MESSAGE
    return caught.value


# -- too much


def endlessly(start: bytes, again: bytes) -> Callable[[Exchange], None]:
    """Send without an end, as fast as it is read."""

    def send(exchange: Exchange) -> None:
        exchange.send(start)
        while not exchange.over.is_set():
            exchange.send(again)

    return send


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ENDLESS = {
    "headers": (HEAD, b"X-More: of the same\r\n"),
    "one header": (HEAD + b"X-Long: ", b"x" * 1000),
    "informational responses": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "a status line": (b"HTTP/1.1 200 ", b"O" * 1000),
    "a chunk's size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 1000),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-More: of it\r\n"),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_an_answer_without_an_end_ends_with_the_deadline_and_fills_no_memory(what: str) -> None:
    tracemalloc.start()
    error = failure(endlessly(*ENDLESS[what]), request_timeout=0.5)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(error, NoResponseError)
    assert peak < 8 * MIB


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b" " * 0x400 + b"\r\n"),
        (HEAD + b"Content-Length: 1000000000000\r\n\r\n", b" " * 1000),
        (HEAD + b"\r\n", b" " * 1000),
    ],
    ids=["chunks", "content length", "until it closes"],
)
def test_a_body_without_an_end_is_read_up_to_a_mebibyte(start: bytes, again: bytes) -> None:
    tracemalloc.start()
    error = failure(endlessly(start, again))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(error, BadResponseError)
    assert "a body of more than 1,048,576 bytes" in str(error)
    assert peak < 8 * MIB


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_compressed_answer_is_not_unpacked(encoding: str) -> None:
    bomb = gzip.compress(CONFIG + b" " * (100 * MIB), 1)
    with (
        ScriptedServer(
            [response(200, bomb[: MIB // 2], f"Content-Encoding: {encoding}")]
        ) as server,
        client(server) as fc,
    ):
        tracemalloc.start()
        with pytest.raises(BadResponseError, match="not JSON"):
            fc.get(IDENTITY)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert server.received[0].headers["accept-encoding"] == "identity"
    assert peak < 8 * MIB


def test_json_that_is_nested_deeply_is_a_bad_answer() -> None:
    deep = b'{"destinationConfig":' + b"[" * 500_000
    assert isinstance(failure(response(200, deep)), BadResponseError)
    closed = b'{"destinationConfig":' + b'{"onSuccess":' * 30_000 + b"0" + b"}" * 30_001
    assert isinstance(failure(response(200, closed)), BadResponseError)


@pytest.mark.parametrize("number", ["9223372036854775808", "-1" + "0" * 400, "1" * 5000, "1e999"])
def test_a_number_that_the_api_cannot_mean_is_a_bad_answer(number: str) -> None:
    body = f'{{"maxAsyncRetryAttempts":{number}}}'.encode()
    assert isinstance(failure(response(200, body)), BadResponseError)


# -- text for terminals and for people

NASTY = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\r\nerror: forged\u2028line\u202egnp.exe\x00\x9b1m\ufeff"


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 418, 500])
def test_no_text_of_the_server_reaches_the_terminal_as_more_than_one_printable_line(
    status: int,
) -> None:
    body = json.dumps({"ErrorCode": NASTY, "ErrorMessage": NASTY * 10_000}).encode()
    failure(response(status, body), request_timeout=1)
    failure(response(status, NASTY.encode()), request_timeout=1)


@pytest.mark.parametrize(
    "header",
    [
        "Location: https://evil.example/\x1b[31m",
        "X-Fc-Request-Id: \x1b[31mred",
        "Content-Type: text/\x9b1m\x85",
        "Date: \x1b[31m",
        "Retry-After: 1\x00",
        "X-Fc-Request-Id: " + "r" * 50_000,
        "Location: https://" + "e" * 50_000,
        "Location: https://[::1",
        "Location: mailto:somebody",
        "Content-Type: " + "t" * 50_000,
    ],
    ids=ascii,
)
@pytest.mark.parametrize("status", [200, 302, 403])
def test_no_header_of_the_server_does_so_either(status: int, header: str) -> None:
    failure(response(status, b"no", header), request_timeout=1)


@pytest.mark.parametrize("text", [NASTY, "t" * 1000, "\x1b[31m"])
def test_a_time_that_is_none_is_left_out(text: str) -> None:
    body = json.dumps({"qualifier": "LATEST", "createdTime": text, "lastModifiedTime": text})
    with ScriptedServer([response(200, body.encode())]) as server, client(server) as fc:
        found = fc.get(IDENTITY)

    assert found.outputs == {}


def test_a_config_that_cannot_be_read_does_not_show_its_destinations() -> None:
    sides = b'{"onFailure":{"destination":"acs:secret"}}'
    body = b'{"destinationConfig":' + sides + b',"maxAsyncRetryAttempts":[]}'
    problem = failure(response(200, body))

    assert "maxAsyncRetryAttempts" in str(problem)
    assert "acs:secret" not in str(problem)


def test_half_of_a_surrogate_pair_is_a_bad_answer() -> None:
    # No output could carry it to the engine.
    body = b'{"qualifier":"LATEST","destinationConfig":{"onSuccess":{"destination":"\\ud800"}}}'
    assert isinstance(failure(response(200, body)), BadResponseError)


# -- leading the client elsewhere


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_no_redirect_takes_a_signed_call_to_another_host(status: int, method: str) -> None:
    with ScriptedServer([response(200, CONFIG)]) as elsewhere:
        moved = response(status, b"", f"Location: {elsewhere.url}/", "Refresh: 0; url=/")
        with (
            ScriptedServer([moved]) as server,
            client(server) as fc,
        ):
            calls: dict[str, Callable[[Identity], object]] = {
                "get": fc.get,
                "put": partial(fc.put, body={}),
                "delete": fc.delete,
            }
            with pytest.raises(BadResponseError, match="credentials stay with the host"):
                calls[method](IDENTITY)

    assert len(server.received) == 1
    assert elsewhere.connections == 0


def test_cookies_are_not_kept() -> None:
    cookies = ("Set-Cookie: one=1; Path=/", "Set-Cookie: two=2; Domain=127.0.0.1; Max-Age=9999")
    with ScriptedServer([response(200, CONFIG, *cookies)]) as server, client(server) as fc:
        for _ in range(2):
            fc.get(IDENTITY)

    assert ["cookie" in received.headers for received in server.received] == [False, False]


def test_a_challenge_is_not_answered_with_anything_else() -> None:
    challenge = response(
        401, b"", 'WWW-Authenticate: Basic realm="give me all"', "Connection: close"
    )
    with (
        ScriptedServer([challenge]) as server,
        client(server) as fc,
        pytest.raises(ApiError),
    ):
        fc.get(IDENTITY)

    assert len(server.received) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: ws\r\nConnection: upgrade\r\n\r\n",
        b"\x00" * 100_000,
        b"SSH-2.0-OpenSSH_9.6\r\n" * 10_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 999999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello",
    ],
    ids=["an upgrade", "zeros", "ssh", "negative", "twice", "status", "encoding", "chunk"],
)
def test_what_is_not_http_is_no_answer(raw: bytes) -> None:
    assert isinstance(failure(raw, request_timeout=1), NoResponseError)
