"""How many operations one plugin process runs at once (`fc:maxConcurrency`)."""

from concurrent.futures import ThreadPoolExecutor, wait
from importlib.metadata import version

import pytest
from tests.plugin.conftest import MakePlugin
from tests.support.plugin import Bag, Plugin

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.plugin import thread_pool


def checked(plugin: Plugin, name: str) -> Bag:
    return plugin.check({"serviceName": "demo", "functionName": name}).inputs


@pytest.mark.parametrize(("configured", "most"), [(None, 4), ("1", 1), ("2", 2), ("16", 16)])
def test_so_many_creations_run_at_once(
    make_plugin: MakePlugin,
    configuration: Bag,
    cloud: EmulatorServer,
    configured: str | None,
    most: int,
) -> None:
    configured_too = {} if configured is None else {"fc:maxConcurrency": configured}
    cloud.fault("latency", milliseconds=300)
    with make_plugin(configuration={**configuration, **configured_too}) as plugin:
        inputs = [checked(plugin, f"hello-{number}") for number in range(max(2 * most, 6))]
        with ThreadPoolExecutor(len(inputs)) as engine:
            list(engine.map(plugin.create, inputs))

    assert max(call.in_flight for call in cloud.calls()) == most


def test_a_destroy_runs_more_at_once_after_its_first_deletes(
    make_plugin: MakePlugin, configuration: Bag, cloud: EmulatorServer
) -> None:
    """What comes before the first delete has loaded the provider waits in the SDK's own queue."""
    names = [f"hello-{number}" for number in range(64)]
    with make_plugin() as plugin, ThreadPoolExecutor(4) as engine:
        created = list(engine.map(plugin.create, [checked(plugin, name) for name in names]))
    cloud.clear_calls()
    cloud.fault("latency", milliseconds=200)

    with (
        make_plugin(configuration={**configuration, "fc:maxConcurrency": "16"}) as plugin,
        ThreadPoolExecutor(16) as engine,
    ):
        deletes = [engine.submit(plugin.delete, each.id, each.outputs) for each in created]
    for delete in deletes:
        delete.result()

    most = max(call.in_flight for call in cloud.calls())
    assert 4 < most <= 16
    assert cloud.configs() == []


def test_check_and_diff_do_not_wait_behind_calls(
    make_plugin: MakePlugin, cloud: EmulatorServer
) -> None:
    cloud.fault("latency", milliseconds=3_000)
    with make_plugin() as plugin, ThreadPoolExecutor(8) as engine:
        inputs = [checked(plugin, f"hello-{number}") for number in range(8)]
        creations = [engine.submit(plugin.create, each) for each in inputs]
        cloud.calls(at_least=4)
        later = checked(plugin, "later")
        difference = plugin.diff(
            "acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/later", later, later
        )

        assert not any(creation.done() for creation in creations)
        assert not difference.changes
        cloud.clear_faults()
        wait(creations)


def test_an_sdk_that_is_built_differently_is_said_to_have_no_effect(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """This process is no plugin, so there is nothing to give threads to."""
    thread_pool.provide(16)
    assert capsys.readouterr().err == (
        f"warning: fc:maxConcurrency 16 has no effect with pulumi {version('pulumi')}: "
        "4 calls run at once\n"
    )
    thread_pool.provide(4)
    assert capsys.readouterr().err == ""
