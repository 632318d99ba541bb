"""Ctrl-C: the engine's Cancel, while operations run, wait and queue."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from tests.plugin.conftest import MakePlugin
from tests.support.holds import LONG, wait_until_held
from tests.support.plugin import Bag, FakeEngine, Found, Plugin, PluginError
from tests.support.token_sources import Issued, TokenSources

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

WITHIN = 60.0
"""Seconds that no operation takes once it is cancelled; the deadline of a call is far beyond."""


@pytest.fixture
def up(make_plugin: MakePlugin, configuration: Bag, cloud: EmulatorServer) -> Iterator[Plugin]:
    del cloud  # empty first
    more = {"fc:requestTimeout": "3600", "fc:maxConcurrency": "4"}
    with make_plugin(configuration={**configuration, **more}) as plugin:
        yield plugin


def checked(plugin: Plugin, name: str) -> Bag:
    return plugin.check({"serviceName": "demo", "functionName": name}).inputs


def lines(creations: list[Future[Found]]) -> list[str]:
    """What each creation was refused with; all are, within the time."""
    deadline = time.monotonic() + WITHIN
    failures = [each.exception(deadline - time.monotonic()) for each in creations]
    assert all(isinstance(each, PluginError) for each in failures)
    return [str(each) for each in failures]


def test_an_attempt_without_a_response_is_abandoned_and_the_queue_is_refused(
    up: Plugin, cloud: EmulatorServer
) -> None:
    # With every thread busy: four run, eight wait for a thread.
    cloud.fault("latency", method="PUT", milliseconds=LONG)
    inputs = [checked(up, f"hello-{number}") for number in range(12)]
    with ThreadPoolExecutor(len(inputs)) as engine:
        creations = [engine.submit(up.create, each) for each in inputs]
        wait_until_held(cloud, 4)
        up.cancel()
        answered = lines(creations)
        cloud.release()

    unknown = [line for line in answered if "It may or may not have taken effect" in line]
    refused = [line for line in answered if "nothing was called" in line]
    assert (len(unknown), len(refused)) == (4, 8)
    assert all("run `pulumi up` again, which finds out" in line for line in unknown)


def test_an_attempt_that_gets_its_response_in_time_is_done(
    up: Plugin, cloud: EmulatorServer
) -> None:
    cloud.fault("latency", method="PUT", milliseconds=LONG)
    inputs = checked(up, "hello")
    with ThreadPoolExecutor(1) as engine:
        creation = engine.submit(up.create, inputs)
        wait_until_held(cloud, 1)
        up.cancel()
        cloud.release()
        assert creation.result(WITHIN).outputs["functionName"] == "hello"


def test_a_wait_of_the_provider_ends_at_once(up: Plugin, cloud: EmulatorServer) -> None:
    # A different config is looked at twice, two seconds apart: cancelled before that begins.
    cloud.seed("demo", "hello", {"maxAsyncRetryAttempts": 1})
    cloud.fault("slow_response", milliseconds=LONG)
    inputs = checked(up, "hello")
    with ThreadPoolExecutor(1) as engine:
        creation = engine.submit(up.create, inputs)
        wait_until_held(cloud, 1)
        up.cancel()
        cloud.release()
        (line,) = lines([creation])
    assert "the run was interrupted" in line
    assert len(cloud.calls()) == 1


def test_a_wait_for_credentials_ends_at_once_for_all_who_wait(
    make_plugin: MakePlugin, configuration: Bag, cloud: EmulatorServer
) -> None:
    issued = Issued("uri-id", "uri-secret", "uri-token")
    with TokenSources(lambda _asked: issued) as sources:
        sources.drips = 5.0  # so that no timeout of the vendor's library ends it
        more = {
            "fc:requestTimeout": "3600",
            "alicloud:credentialsUri": f"{sources.url}/cloud-credentials",
        }
        with make_plugin(configuration={**configuration, **more}, environment={}) as plugin:
            inputs = [checked(plugin, f"hello-{number}") for number in range(4)]
            with ThreadPoolExecutor(len(inputs)) as engine:
                creations = [engine.submit(plugin.create, each) for each in inputs]
                sources.wait_until_asked()
                plugin.cancel()
                refused = lines(creations)
    ended = [line for line in refused if "GET" in line and "the run was interrupted" in line]
    queued = [line for line in refused if "nothing was called" in line]
    assert ended
    assert len(ended) + len(queued) == len(inputs)
    assert cloud.calls() == []


def test_what_comes_later_is_refused_and_check_is_not(up: Plugin, cloud: EmulatorServer) -> None:
    inputs = checked(up, "hello")
    up.cancel()
    for call in (
        lambda: up.create(inputs),
        lambda: up.update(ID, inputs, inputs),
        lambda: up.refresh(ID, inputs),
        lambda: up.delete(ID, inputs),
    ):
        with pytest.raises(PluginError, match=r"\A.*nothing was called, as the run was inter.*\Z"):
            call()
    assert checked(up, "hello") == inputs
    assert cloud.calls() == []


def test_a_run_that_ends_normally_says_nothing(
    make_plugin: MakePlugin, cloud: EmulatorServer
) -> None:
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        plugin.create(checked(plugin, "hello"))
        plugin.cancel()
        assert engine.logged == []
        assert plugin.messages == ""
    assert len(cloud.configs()) == 1


ID = "acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/hello"
