"""What an interrupted run (Ctrl-C) leaves of the calls of a client."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.client.scripted import (
    CONFIG,
    IDENTITY,
    Exchange,
    ScriptedServer,
    Step,
    client,
    error,
    response,
)

from pulumi_fc_async_invoke.api.errors import ApiError, CanceledError
from pulumi_fc_async_invoke.client import deadline

LONG = 30.0
"""Seconds that nothing here takes, if the interruption ends it."""


def put_until_canceled(*steps: Step, request_timeout: float = LONG) -> CanceledError:
    """What a PUT ends with when the run is interrupted after the first attempt has arrived."""
    canceled = threading.Event()

    def first(exchange: Exchange) -> None:
        canceled.set()
        step = steps[0]
        if callable(step):
            step(exchange)
        else:
            exchange.send(step)

    start = time.monotonic()
    with (
        ScriptedServer([first, *steps[1:]]) as server,
        client(server, request_timeout=request_timeout, canceled=canceled) as fc,
        pytest.raises(CanceledError) as caught,
    ):
        fc.put(IDENTITY, {})
    assert len(server.received) == 1
    assert time.monotonic() - start < LONG / 2
    return caught.value


def test_a_call_that_backs_off_ends_at_once() -> None:
    ended = put_until_canceled(error(429, "ResourceExhausted", "Retry-After: 20"))

    assert not ended.outcome_unknown
    assert str(ended) == (
        "PUT async-invoke-config of svc.LATEST/fn (cn-test, account 123456): the run was "
        "interrupted, and nothing was changed"
    )


def test_a_call_whose_last_attempt_may_have_taken_effect_says_so() -> None:
    ended = put_until_canceled(error(500, "InternalServerError"))

    assert ended.outcome_unknown
    assert "It may or may not have taken effect" in str(ended)


def test_an_attempt_in_flight_is_abandoned_after_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "GRACE", 0.1)
    ended = put_until_canceled(Exchange.hang)

    assert ended.outcome_unknown


def test_a_name_that_is_not_resolved_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "GRACE", 0.1)
    canceled, over = threading.Event(), threading.Event()

    def resolve(*_: object, **__: object) -> object:
        canceled.set()
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "as the test wants it")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with client(None, request_timeout=3600, canceled=canceled) as fc, ThreadPoolExecutor(1) as pool:
        put = pool.submit(fc.put, IDENTITY, {})
        try:
            error = put.exception(LONG)
        finally:
            over.set()
    assert isinstance(error, CanceledError)
    assert not error.outcome_unknown


def test_an_attempt_in_flight_that_ends_in_its_grace_is_a_result() -> None:
    canceled = threading.Event()

    def respond(exchange: Exchange) -> None:
        canceled.set()
        exchange.send(response(200, CONFIG))

    with ScriptedServer([respond]) as server, client(server, canceled=canceled) as fc:
        assert fc.put(IDENTITY, {}).values.max_async_retry_attempts == 1


def test_the_grace_and_a_look_take_less_than_ten_seconds() -> None:
    assert deadline.GRACE + deadline.LONGEST_READ < 10
    assert 2 * deadline.LONGEST_CONNECT < 10


def test_a_later_call_gets_one_attempt_and_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "GRACE", LONG)
    canceled = threading.Event()
    canceled.set()
    script = [response(200, CONFIG), error(503, "ResourceThrottled")]
    with ScriptedServer(script) as server, client(server, canceled=canceled) as fc:
        fc.put(IDENTITY, {})  # it may put back what the call before it has removed
        with pytest.raises(CanceledError, match="nothing was changed"):
            fc.put(IDENTITY, {})

    assert len(server.received) == 2


def test_a_call_after_the_grace_is_refused_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deadline, "GRACE", 0.0)
    canceled = threading.Event()
    canceled.set()
    with (
        ScriptedServer([response(200, CONFIG)]) as server,
        client(server, canceled=canceled) as fc,
        pytest.raises(CanceledError, match="nothing was changed"),
    ):
        fc.put(IDENTITY, {})

    assert server.connections == 0


def test_a_call_that_waits_for_its_turn_is_refused() -> None:
    canceled, arrived, refused = threading.Event(), threading.Event(), threading.Event()

    def hang(exchange: Exchange) -> None:
        arrived.set()
        refused.wait(LONG)
        exchange.send(response(200, CONFIG))

    with (
        ScriptedServer([hang]) as server,
        client(server, max_concurrency=1, canceled=canceled) as fc,
        ThreadPoolExecutor(2) as pool,
    ):
        first = pool.submit(fc.get, IDENTITY)
        assert arrived.wait(LONG)
        second = pool.submit(fc.get, IDENTITY)
        canceled.set()
        assert isinstance(second.exception(), CanceledError)
        refused.set()
        assert first.result().names["qualifier"] == "LATEST"

    assert len(server.received) == 1


def test_a_call_that_waits_for_the_end_of_the_pause_is_refused() -> None:
    canceled = threading.Event()
    throttled = error(429, "ResourceExhausted", "Retry-After: 20")
    with (
        ScriptedServer([throttled]) as server,
        client(server, request_timeout=40, canceled=canceled) as fc,
        ThreadPoolExecutor(2) as pool,
    ):
        calls = [pool.submit(fc.get, IDENTITY) for _ in range(2)]
        while not server.received:
            time.sleep(0.01)
        canceled.set()
        problems = [call.exception() for call in calls]

    assert [type(problem) for problem in problems] == [CanceledError, CanceledError]


def test_a_call_that_begins_after_the_interruption_does_not_wait_for_the_end_of_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deadline, "GRACE", LONG)
    canceled = threading.Event()
    script = [error(429, "ResourceExhausted", "Retry-After: 9999"), response(200, CONFIG)]
    with ScriptedServer(script) as server, client(server, canceled=canceled) as fc:
        with pytest.raises(ApiError):
            fc.get(IDENTITY)
        canceled.set()
        # It may put back what another call has removed.
        assert fc.put(IDENTITY, {}).names["qualifier"] == "LATEST"
