"""Many threads, one client: how many calls are in flight, and how they back off together."""

import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from math import inf
from typing import Any

import pytest
from tests.client.scripted import (
    CONFIG,
    DEFAULTS,
    IDENTITY,
    Clock,
    Exchange,
    ScriptedServer,
    client,
    error,
    response,
)
from tests.support.configs import an_identity
from tests.support.holds import LONG, wait_until_held

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import ApiError, CallError, NoResponseError
from pulumi_fc_async_invoke.client import client as client_module
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.client.deadline import Deadline, Interruption
from pulumi_fc_async_invoke.client.retries import Retries
from pulumi_fc_async_invoke.client.turns import Turns
from pulumi_fc_async_invoke.emulator.server import EmulatorServer


def client_of(cloud: EmulatorServer, **settings: Any) -> FunctionComputeClient:
    key = Credentials(cloud.access_key_id, cloud.access_key_secret)
    return client(cloud.url, lambda: key, **settings)


def put_all(fc: FunctionComputeClient, count: int, threads: int) -> None:
    identities = [
        an_identity("cn-shanghai", "1234567890123456", "demo", "LATEST", f"hello-{number}")
        for number in range(count)
    ]
    with ThreadPoolExecutor(threads) as pool:
        puts = [
            pool.submit(fc.put, identity, {"maxAsyncRetryAttempts": 3}) for identity in identities
        ]
    for put in puts:
        put.result()


def most_in_flight(cloud: EmulatorServer) -> int:
    return max(call.in_flight for call in cloud.calls())


@pytest.mark.parametrize("most", [1, 4, 16])
def test_as_many_calls_are_in_flight_as_allowed(cloud: EmulatorServer, most: int) -> None:
    cloud.fault("latency", milliseconds=LONG)
    with (
        client_of(cloud, max_concurrency=most, request_timeout=3600) as fc,
        ThreadPoolExecutor(1) as pool,
    ):
        puts = pool.submit(put_all, fc, 2 * most, threads=20)
        wait_until_held(cloud, most)
        # That no other comes can only be waited for.
        in_flight = cloud.calls(at_least=most + 1, seconds=0.2)
        cloud.clear_faults()
        cloud.release()
        puts.result()

    assert len(in_flight) == most
    assert most_in_flight(cloud) == most


@pytest.mark.usefixtures("quick_retries")
def test_calls_that_are_throttled_together_come_back_once_each(cloud: EmulatorServer) -> None:
    cloud.fault("ResourceExhausted", times=8)
    with client_of(cloud, max_concurrency=8) as fc:
        put_all(fc, 40, threads=16)

    statuses = [call.status for call in cloud.calls()]
    assert statuses.count(200) == 40
    assert statuses.count(429) == 8
    assert most_in_flight(cloud) <= 8


def test_a_service_that_allows_ten_calls_a_second_is_not_hammered_by_default(
    cloud: EmulatorServer,
) -> None:
    cloud.fault("ResourceExhausted", per_second=10)
    most = DEFAULTS.max_concurrency
    with client_of(cloud, max_concurrency=most, request_timeout=120) as fc:
        put_all(fc, 30, threads=16)  # raises if one fails

    statuses = [call.status for call in cloud.calls()]
    assert statuses.count(200) == 30
    assert statuses.count(429) <= 2 * 30


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize(
    ("refusal", "header"),
    [
        ((429, "ResourceExhausted"), "Retry-After: 600"),
        ((429, "ResourceExhausted"), "x-acs-retry-after: 600000"),
        ((503, "ServiceUnavailable"), "Retry-After: 600"),
    ],
)
def test_when_the_service_asks_to_wait_every_call_waits(
    refusal: tuple[int, str], header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short_pause(most: int, longest: float) -> Turns:
        assert longest == 30, "half of a call's time is left to find out"
        return Turns(most, 0.3)

    monkeypatch.setattr(client_module, "Turns", short_pause)
    script = [error(*refusal, header), response(200, CONFIG)]
    with ScriptedServer(script) as server, client(server, request_timeout=60) as fc:
        with pytest.raises(ApiError, match="The service asks to wait 600 seconds"):
            fc.get(IDENTITY)  # it has no time to wait so long
        fc.get(IDENTITY)  # it finds out

    first, second = server.arrivals
    assert second - first >= 0.3


def test_a_turn_that_never_comes_ends_with_the_deadline() -> None:
    start = time.monotonic()
    with (
        ScriptedServer([Exchange.hang]) as server,
        client(server, request_timeout=0.5, max_concurrency=1) as fc,
        ThreadPoolExecutor(40) as pool,
    ):
        futures = [pool.submit(fc.get, IDENTITY) for _ in range(40)]
        problems = [future.exception() for future in futures]
        elapsed = time.monotonic() - start

    assert [each for each in problems if not isinstance(each, NoResponseError)] == []
    assert elapsed < 15  # one after the other they would take twenty seconds


@contextmanager
def another_call_in_flight(turns: Turns, clock: Clock) -> Generator[None, None, None]:
    """Take the only turn, for longer than any call has."""
    with turns.turn(a_call()):
        clock.forward(61)
        yield


@contextmanager
def another_call_throttled(turns: Turns, clock: Clock) -> Generator[None, None, None]:
    """Let all calls pause for longer than one has that began a while ago."""
    clock.forward(40)
    with pytest.raises(ApiError), turns.turn(a_call()):
        raise throttled()
    yield


def a_call() -> Retries:
    return Retries(IDENTITY.api.get(IDENTITY), Deadline(60), Interruption(threading.Event()))


def throttled() -> ApiError:
    error = ApiError("GET", status=429, code="Busy", retryable=True, throttled=True)
    error.retry_after = 30
    return error


def refused() -> ApiError:
    return ApiError("GET", status=503, code="Down", retryable=True)


def dropped() -> NoResponseError:
    return NoResponseError("GET got no response: dropped", retry_for=inf)


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize("other", [another_call_in_flight, another_call_throttled])
@pytest.mark.parametrize(
    ("failure", "shown"),
    [(refused, "GET failed: HTTP 503, Down"), (dropped, "GET got no response: dropped")],
)
def test_a_turn_that_comes_too_late_does_not_hide_why_the_attempt_before_it_failed(
    other: Callable[[Turns, Clock], AbstractContextManager[None]],
    failure: Callable[[], CallError],
    shown: str,
    clock: Clock,
) -> None:
    turns, call = Turns(1, 30), a_call()
    attempts = 0
    with ExitStack() as stack:

        def attempt() -> None:
            nonlocal attempts
            if attempts:
                stack.enter_context(other(turns, clock))
            with turns.turn(call):
                attempts += 1
                raise failure()

        with pytest.raises(CallError) as caught:
            call.run(attempt)

    assert attempts == 1
    assert str(caught.value).startswith(shown)
    assert ". There was no time for another attempt: GET async-invoke" in str(caught.value)
    assert "Tried" not in str(caught.value), "the second attempt was never made"


def test_a_call_that_never_has_its_turn_says_so(clock: Clock) -> None:
    turns, call = Turns(1, 30), a_call()

    def attempt() -> None:
        with turns.turn(call):
            raise AssertionError("the turn is taken")

    with (
        another_call_in_flight(turns, clock),
        pytest.raises(NoResponseError, match=r"before its turn came.*\(fc:maxConcurrency is 1\)"),
    ):
        call.run(attempt)
