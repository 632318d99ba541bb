"""The plugin, or the whole command line, is killed in the middle of a write."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.engine.conftest import BOTH_VERSIONS
from tests.support.holds import LONG, wait_for_calls, wait_until_held
from tests.support.processes import COMMAND, PLUGIN, Running, running_up
from tests.support.programs import destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

OLD: dict[str, Any] = {"max_async_retry_attempts": 1}
CHANGED: dict[str, Any] = {"max_async_retry_attempts": 2}
NEW: dict[str, Any] = {
    "max_async_retry_attempts": 5,
    "destination_config": destinations(failure=QUEUE),
}
HOLDS = [
    pytest.param("latency", id="before", marks=pytest.mark.proof),
    pytest.param("slow_response", id="after"),
]


@pytest.fixture(params=HOLDS)
def interrupted(
    request: pytest.FixtureRequest, stack: Stack, cloud: EmulatorServer
) -> Iterator[tuple[Running, bool]]:
    """A create and an update, each with its PUT held; whether the PUTs have taken effect."""
    stack.program(stack.version.declaration("changed", **OLD))
    stack.up()
    cloud.clear_calls()
    stack.program(
        stack.version.declaration("changed", **CHANGED) + stack.version.declaration("new", **NEW)
    )
    cloud.fault(request.param, method="PUT", milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 2)
        yield run, request.param == "slow_response"


def kill_plugin(run: Running) -> str:
    """What the command says until it ends, which it must."""
    run.kill_every(PLUGIN)
    assert run.wait() != 0
    return run.text


def assert_next_up_converges(stack: Stack, cloud: EmulatorServer, *, took_effect: bool) -> None:
    cloud.clear_faults()
    cloud.clear_calls()
    assert stack.up().by_name == {"changed": ["update"], "new": ["create"]}
    assert_server_holds(stack, cloud, took_effect=True)
    assert len(cloud.configs()) == 2
    # What the killed run has created is taken over, not written again.
    calls = [call.method for call in cloud.calls() if call.function == "new"]
    assert calls == (["GET"] if took_effect else ["GET", "PUT"])
    assert stack.settled()


def assert_server_holds(stack: Stack, cloud: EmulatorServer, *, took_effect: bool) -> None:
    version = stack.version
    changed = version.values(**(CHANGED if took_effect else OLD))
    assert version.held(cloud, "changed") == changed
    assert version.held(cloud, "new") == (version.values(**NEW) if took_effect else {})


@BOTH_VERSIONS
def test_after_the_plugin_is_killed_in_a_create_and_an_update_the_next_up_converges(
    interrupted: tuple[Running, bool], stack: Stack, cloud: EmulatorServer
) -> None:
    run, took_effect = interrupted
    said = kill_plugin(run)
    assert "error reading from server: EOF" in said
    assert "Traceback" not in said
    assert_server_holds(stack, cloud, took_effect=took_effect)
    assert set(stack.resources) == {"changed"}
    assert stack.outputs("changed")["maxAsyncRetryAttempts"] == 1
    assert stack.pending == []
    assert_next_up_converges(stack, cloud, took_effect=took_effect)


@pytest.mark.proof
def test_after_the_command_is_killed_in_a_create_and_an_update_the_next_up_converges(
    interrupted: tuple[Running, bool], stack: Stack, cloud: EmulatorServer
) -> None:
    run, took_effect = interrupted
    run.kill_all()
    assert_server_holds(stack, cloud, took_effect=took_effect)
    assert set(stack.resources) == {"changed"}
    assert stack.pending == ["creating new", "updating changed"]
    assert "currently locked" in stack.up_fails().text
    stack.run("cancel", "--yes", "--stack", stack.name)
    assert_next_up_converges(stack, cloud, took_effect=took_effect)
    # An interrupted create is remembered, and warned of, until it is cleared by hand.
    assert stack.pending == ["creating new"]
    assert stack.refresh("--clear-pending-creates").drift == []
    assert stack.pending == []
    assert set(stack.resources) == {"changed", "new"}


@pytest.fixture
def between_delete_and_put(stack: Stack, cloud: EmulatorServer) -> Stack:
    """A removal that takes a DELETE and a PUT; the PUT that comes after the DELETE is held."""
    cloud.rules(merge="deep", null="ignore", empty="ignore")
    stack.declare(max_async_retry_attempts=2, destination_config=destinations(failure=QUEUE))
    stack.up()
    cloud.clear_calls()
    stack.declare(max_async_retry_attempts=2)
    return stack


def hold_the_last_put(stack: Stack, cloud: EmulatorServer) -> int:
    """Hold the PUT after the DELETE; how many come before it, in ways that have no effect."""
    before = 2 if stack.version.is_v3 else 3
    cloud.fault("latency", method="PUT", after=before, milliseconds=LONG)
    return before


def wait_for_the_last_put(cloud: EmulatorServer, before: int) -> None:
    made = wait_until_held(cloud, 1)
    assert [call.method for call in made] == [*["PUT"] * before, "DELETE", "PUT"]
    assert cloud.configs() == []


@pytest.mark.parametrize("victim", ["plugin", pytest.param("command", marks=pytest.mark.proof)])
def test_after_a_kill_between_delete_and_put_up_with_refresh_restores_what_is_declared(
    victim: str, between_delete_and_put: Stack, cloud: EmulatorServer
) -> None:
    stack = between_delete_and_put
    before = hold_the_last_put(stack, cloud)
    with running_up(stack) as run:
        wait_for_the_last_put(cloud, before)
        if victim == "plugin":
            assert "Traceback" not in kill_plugin(run)
        else:
            run.kill_all()
            stack.run("cancel", "--yes", "--stack", stack.name)
    assert stack.pending == ([] if victim == "plugin" else ["updating hello"])
    cloud.clear_faults()
    outcome = stack.up("--refresh")
    assert [(change.operation, change.name) for change in outcome.drift] == [("delete", "hello")]
    assert outcome.operations == ["create"]
    assert stack.version.held(cloud) == stack.version.values(**CHANGED)
    assert stack.pending == []
    assert stack.is_settled()


@pytest.mark.proof
def test_after_a_kill_between_delete_and_put_up_without_refresh_does_so_too(
    between_delete_and_put: Stack, cloud: EmulatorServer
) -> None:
    stack = between_delete_and_put
    before = hold_the_last_put(stack, cloud)
    with running_up(stack) as run:
        wait_for_the_last_put(cloud, before)
        kill_plugin(run)
    cloud.clear_faults()
    assert stack.up().operations == ["update"]
    assert stack.version.held(cloud) == stack.version.values(**CHANGED)
    assert stack.settled()


@pytest.mark.proof
def test_a_plugin_that_outlives_its_command_ends_what_it_has_begun(
    between_delete_and_put: Stack, cloud: EmulatorServer
) -> None:
    stack = between_delete_and_put
    before = hold_the_last_put(stack, cloud)
    with running_up(stack) as run:
        wait_for_the_last_put(cloud, before)
        run.kill_every(COMMAND)
        cloud.release()
        wait_for_calls(
            cloud, "the last PUT has its answer", lambda made: made[-1].status is not None
        )
    assert stack.version.held(cloud) == stack.version.values(**CHANGED)
    stack.run("cancel", "--yes", "--stack", stack.name)
    cloud.clear_faults()
    assert stack.up("--refresh").operations == []
    assert stack.settled()
