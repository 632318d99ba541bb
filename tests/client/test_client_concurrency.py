"""Many threads, one client: how many calls are in flight, and how they back off together."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.client.scripted import CONFIG, IDENTITY, Exchange, ScriptedServer, answer, client, error

from pulumi_fc_async_invoke.api.errors import NoResponseError
from pulumi_fc_async_invoke.api.identity import Identity
from pulumi_fc_async_invoke.api.signing import Credentials
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.emulator.server import EmulatorServer


def client_of(cloud: EmulatorServer, max_concurrency: int) -> FunctionComputeClient:
    key = Credentials(cloud.access_key_id, cloud.access_key_secret)
    return FunctionComputeClient(lambda: key, endpoint=cloud.url, max_concurrency=max_concurrency)


def put_all(fc: FunctionComputeClient, count: int, threads: int) -> None:
    identities = [
        Identity("cn-shanghai", "1234567890123456", "demo", "LATEST", f"hello-{number}")
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
    cloud.fault("latency", milliseconds=200)
    with client_of(cloud, most) as fc:
        put_all(fc, 2 * most, threads=20)

    assert most_in_flight(cloud) == most


def test_throttled_calls_all_succeed_with_few_more_tries(cloud: EmulatorServer) -> None:
    """A service that takes 100 calls a second; alone, 32 threads are refused twice as often."""
    cloud.fault("latency", milliseconds=20)
    cloud.fault("ResourceExhausted", per_second=100)
    with client_of(cloud, 32) as fc:
        put_all(fc, 300, threads=32)

    statuses = [call.status for call in cloud.calls()]
    assert statuses.count(200) == 300
    assert statuses.count(429) <= 100


def test_a_throttled_round_halves_what_is_in_flight_once(cloud: EmulatorServer) -> None:
    cloud.fault("latency", milliseconds=100)
    cloud.fault("ResourceExhausted", times=8)
    with client_of(cloud, 8) as fc:
        put_all(fc, 40, threads=16)

    calls = cloud.calls()
    after = [call.in_flight for call in calls[8:16]]
    assert max(call.in_flight for call in calls[:8]) == 8
    assert max(after) in {4, 5}  # half, and soon more again
    assert most_in_flight(cloud) == 8


def test_a_retry_after_holds_every_call() -> None:
    script = [error(429, "ResourceExhausted", "Retry-After: 1"), answer(200, CONFIG)]
    arrivals: list[float] = []

    def get(fc: FunctionComputeClient) -> None:
        fc.get(IDENTITY)
        arrivals.append(time.monotonic() - start)

    with (
        ScriptedServer(script) as server,
        client(server, max_concurrency=2) as fc,
        ThreadPoolExecutor(2) as pool,
    ):
        start = time.monotonic()
        first = pool.submit(get, fc)
        while not server.received:
            time.sleep(0.01)
        time.sleep(0.2)  # the refusal has arrived; a call that starts now is not its cause
        second = pool.submit(get, fc)
        first.result()
        second.result()

    assert min(arrivals) >= 1


def test_a_turn_that_never_comes_ends_with_the_deadline() -> None:
    start = time.monotonic()
    with (
        ScriptedServer([Exchange.hang]) as server,
        client(server, request_timeout=1, max_concurrency=1) as fc,
        ThreadPoolExecutor(2) as pool,
    ):
        futures = [pool.submit(fc.get, IDENTITY) for _ in range(2)]
        problems: list[Any] = [future.exception() for future in futures]
        elapsed = time.monotonic() - start

    assert [type(problem) for problem in problems] == [NoResponseError, NoResponseError]
    assert elapsed < 1.8  # not one after the other
