"""Many threads, one client: how many calls are in flight, and how they back off together."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.client.scripted import (
    CONFIG,
    DEFAULTS,
    IDENTITY,
    Exchange,
    ScriptedServer,
    client,
    error,
    response,
)
from tests.support.configs import an_identity
from tests.support.holds import LONG, wait_until_held

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import ApiError, NoResponseError
from pulumi_fc_async_invoke.client import client as client_module
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
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
@pytest.mark.parametrize("header", ["Retry-After: 600", "x-acs-retry-after: 600000"])
def test_when_the_service_asks_to_wait_every_call_waits(
    header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short_pause(most: int, longest: float) -> Turns:
        assert longest == 30, "half of a call's time is left to find out"
        return Turns(most, 0.3)

    monkeypatch.setattr(client_module, "Turns", short_pause)
    script = [error(429, "ResourceExhausted", header), response(200, CONFIG)]
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
