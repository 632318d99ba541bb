"""How many operations one plugin process runs at once (`fc:maxConcurrency`)."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from importlib.metadata import version

import pytest
from tests.plugin.conftest import MakePlugin
from tests.support.holds import LONG
from tests.support.plugin import Bag, Plugin

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.plugin import thread_pool


def checked(plugin: Plugin, name: str) -> Bag:
    return plugin.check({"serviceName": "demo", "functionName": name}).inputs


@pytest.fixture
def held(cloud: EmulatorServer) -> Iterator[EmulatorServer]:
    """Every call waits until it is released."""
    cloud.fault("latency", milliseconds=LONG)
    yield cloud
    cloud.clear_faults()
    cloud.release()


def most_in_flight(cloud: EmulatorServer) -> int:
    return max(call.in_flight for call in cloud.calls())


@pytest.mark.parametrize(("configured", "most"), [(None, 16), ("1", 1), ("2", 2), ("16", 16)])
def test_so_many_creations_run_at_once(
    make_plugin: MakePlugin,
    configuration: Bag,
    held: EmulatorServer,
    configured: str | None,
    most: int,
) -> None:
    configured_too = {} if configured is None else {"fc:maxConcurrency": configured}
    with make_plugin(configuration={**configuration, **configured_too}) as plugin:
        inputs = [checked(plugin, f"hello-{number}") for number in range(most + 2)]
        with ThreadPoolExecutor(len(inputs)) as engine:
            creations = [engine.submit(plugin.create, each) for each in inputs]
            held.calls(at_least=most)
            # That no other comes can only be waited for.
            in_flight = held.calls(at_least=most + 1, seconds=0.2)
            held.clear_faults()
            held.release()
            wait(creations)

    assert len(in_flight) == most
    assert most_in_flight(held) == most


def test_a_destroy_runs_more_at_once_after_its_first_deletes(
    make_plugin: MakePlugin, configuration: Bag, held: EmulatorServer
) -> None:
    """What comes before the first delete has loaded the provider waits in the SDK's own queue."""
    names = [f"hello-{number}" for number in range(16)]
    for name in names:
        held.seed("demo", name)
    configured = {**configuration, "fc:maxConcurrency": "16"}
    with make_plugin(configuration=configured) as plugin, ThreadPoolExecutor(16) as engine:

        def delete(name: str) -> Future[None]:
            id_ = f"acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/{name}"
            outputs = {"serviceName": "demo", "functionName": name, "qualifier": "LATEST"}
            place = {"region": "cn-shanghai", "accountId": "1234567890123456"}
            return engine.submit(plugin.delete, id_, {**outputs, **place})

        deletes = [delete(names[0])]
        held.calls(at_least=1)
        deletes += [delete(name) for name in names[1:]]
        held.calls(at_least=16)
        held.clear_faults()
        held.release()
        for each in deletes:
            each.result()

    assert most_in_flight(held) == 16
    assert held.configs() == []


def test_check_and_diff_do_not_wait_behind_calls(
    make_plugin: MakePlugin, held: EmulatorServer
) -> None:
    with make_plugin() as plugin, ThreadPoolExecutor(8) as engine:
        inputs = [checked(plugin, f"hello-{number}") for number in range(8)]
        creations = [engine.submit(plugin.create, each) for each in inputs]
        held.calls(at_least=4)
        later = checked(plugin, "later")
        difference = plugin.diff(
            "acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/later", later, later
        )

        assert not any(creation.done() for creation in creations)
        assert not difference.changes
        held.clear_faults()
        held.release()
        wait(creations)


def test_an_sdk_that_is_built_differently_is_said_to_have_no_effect(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """This process is no plugin, so there is nothing to give threads to."""
    thread_pool.provide(16, is_configured=True)
    assert capsys.readouterr().err == (
        f"warning: fc:maxConcurrency 16 has no effect with pulumi {version('pulumi')}: "
        "4 calls run at once\n"
    )
    thread_pool.provide(4, is_configured=True)
    thread_pool.provide(16, is_configured=False)
    assert capsys.readouterr().err == ""
