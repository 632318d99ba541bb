"""The command line is killed and its plugin is left: it ends its write, and then itself."""

from tests.support.holds import LONG, wait_until_held
from tests.support.processes import COMMAND, PLUGIN, running_up
from tests.support.stack import Stack, api_values, declaration, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


def test_a_plugin_without_its_engine_ends_after_its_write(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(declaration("hello", max_async_retry_attempts=5))
    cloud.fault("latency", method="PUT", milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 1)
        run.kill(COMMAND, run.parts()[COMMAND])
        cloud.release()

        assert run.outlasting(PLUGIN) == []
    assert held_values(cloud, "hello") == api_values(max_async_retry_attempts=5)


def test_an_up_beside_the_write_of_a_plugin_without_its_engine_converges(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(declaration("hello", max_async_retry_attempts=5))
    cloud.fault("latency", method="PUT", milliseconds=LONG, times=1)
    with running_up(stack) as run:
        wait_until_held(cloud, 1)
        run.kill(COMMAND, run.parts()[COMMAND])
        stack.run("cancel", "--yes", "--stack", stack.name)
        stack.up()
        cloud.release()

        assert run.outlasting(PLUGIN) == []
    assert held_values(cloud, "hello") == api_values(max_async_retry_attempts=5)
    assert len(cloud.configs()) == 1
    stack.refresh()  # the late write has changed the time of the last change
    assert stack.settled()
