"""The plugin, or the whole command line, is killed in the middle of a write."""

from collections.abc import Iterator

import pytest
from tests.support.holds import LONG, wait_for_calls, wait_until_held
from tests.support.processes import COMMAND, PLUGIN, Running, running_up
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

NEW = api_values(max_async_retry_attempts=5, destination_config=destinations(failure=QUEUE))
OLD = api_values(max_async_retry_attempts=1)
CHANGED = api_values(max_async_retry_attempts=2)
BEFORE = declaration("changed", max_async_retry_attempts=1)
AFTER = declaration("changed", max_async_retry_attempts=2) + declaration(
    "new", max_async_retry_attempts=5, destination_config=destinations(failure=QUEUE)
)
HOLDS = [
    pytest.param("latency", id="before", marks=pytest.mark.proof),
    pytest.param("slow_answer", id="after"),
]


@pytest.fixture(params=HOLDS)
def interrupted(
    request: pytest.FixtureRequest, stack: Stack, cloud: EmulatorServer
) -> Iterator[tuple[Running, bool]]:
    """A create and an update, each with its PUT held; whether the PUTs have taken effect."""
    stack.program(BEFORE)
    stack.up()
    cloud.clear_calls()
    stack.program(AFTER)
    cloud.fault(request.param, method="PUT", milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 2)
        yield run, request.param == "slow_answer"


def kill_plugin(run: Running) -> str:
    """What the command says until it ends, which it must."""
    run.kill_every(PLUGIN)
    assert run.wait() != 0
    return run.text


def assert_next_up_converges(stack: Stack, cloud: EmulatorServer, *, took_effect: bool) -> None:
    cloud.clear_faults()
    cloud.clear_calls()
    assert stack.up().by_name == {"changed": ["update"], "new": ["create"]}
    assert held_values(cloud, "changed") == CHANGED
    assert held_values(cloud, "new") == NEW
    assert len(cloud.configs()) == 2
    # What the killed run has created is taken over, not written again.
    calls = [call.method for call in cloud.calls() if call.function == "new"]
    assert calls == (["GET"] if took_effect else ["GET", "PUT"])
    assert stack.settled()


def assert_server_holds(cloud: EmulatorServer, *, took_effect: bool) -> None:
    assert held_values(cloud, "changed") == (CHANGED if took_effect else OLD)
    assert held_values(cloud, "new") == (NEW if took_effect else {})


def test_after_the_plugin_is_killed_in_a_create_and_an_update_the_next_up_converges(
    interrupted: tuple[Running, bool], stack: Stack, cloud: EmulatorServer
) -> None:
    run, took_effect = interrupted
    said = kill_plugin(run)
    assert "error reading from server: EOF" in said
    assert "Traceback" not in said
    assert_server_holds(cloud, took_effect=took_effect)
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
    assert_server_holds(cloud, took_effect=took_effect)
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


def wait_for_the_last_put(cloud: EmulatorServer) -> None:
    made = wait_until_held(cloud, 1)
    assert [call.method for call in made] == ["PUT", "PUT", "PUT", "DELETE", "PUT"]
    assert cloud.configs() == []


@pytest.mark.parametrize("victim", ["plugin", pytest.param("command", marks=pytest.mark.proof)])
def test_after_a_kill_between_delete_and_put_up_with_refresh_restores_what_is_declared(
    victim: str, between_delete_and_put: Stack, cloud: EmulatorServer
) -> None:
    stack = between_delete_and_put
    cloud.fault("latency", method="PUT", after=3, milliseconds=LONG)
    with running_up(stack) as run:
        wait_for_the_last_put(cloud)
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
    assert held_values(cloud) == CHANGED
    assert stack.pending == []
    assert stack.is_settled()


@pytest.mark.proof
def test_after_a_kill_between_delete_and_put_up_without_refresh_does_so_too(
    between_delete_and_put: Stack, cloud: EmulatorServer
) -> None:
    stack = between_delete_and_put
    cloud.fault("latency", method="PUT", after=3, milliseconds=LONG)
    with running_up(stack) as run:
        wait_for_the_last_put(cloud)
        kill_plugin(run)
    cloud.clear_faults()
    assert stack.up().operations == ["update"]
    assert held_values(cloud) == CHANGED
    assert stack.settled()


@pytest.mark.proof
def test_a_plugin_that_outlives_its_command_ends_what_it_has_begun(
    between_delete_and_put: Stack, cloud: EmulatorServer
) -> None:
    stack = between_delete_and_put
    cloud.fault("latency", method="PUT", after=3, milliseconds=LONG)
    with running_up(stack) as run:
        wait_for_the_last_put(cloud)
        run.kill_every(COMMAND)
        cloud.release()
        # No fifth call comes.
        wait_for_calls(
            cloud, "the fourth call has its answer", lambda made: made[3].status is not None
        )
    assert held_values(cloud) == CHANGED
    stack.run("cancel", "--yes", "--stack", stack.name)
    cloud.clear_faults()
    assert stack.up("--refresh").operations == []
    assert stack.settled()
