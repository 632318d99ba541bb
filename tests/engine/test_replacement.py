"""Replacements that end halfway, and configs that change hands: the next `up` always converges."""

import pytest
from tests.support.holds import LONG, wait_until_held
from tests.support.processes import COMMAND, PLUGIN, PROGRAM, PROGRAM_LOST, running_up
from tests.support.programs import Source
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

DELETE_FIRST = "ResourceOptions(delete_before_replace=True)"
ORDERS = [DELETE_FIRST, pytest.param("None", marks=pytest.mark.proof)]
"""Options of a resource that is replaced: what is deleted first, and what is made first."""


def test_a_put_that_is_refused_after_the_delete_is_made_by_the_next_up(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare(opts=DELETE_FIRST, function_name="old")
    stack.up()
    stack.declare(opts=DELETE_FIRST, function_name="new")
    cloud.fault("AccessDenied", method="PUT", times=1)
    stack.up_fails()
    assert cloud.configs() == []
    stack.up()
    assert stack.version.held(cloud, "new") == stack.version.values()
    assert stack.settled()


@pytest.mark.parametrize("refused", ["parent", pytest.param("child", marks=pytest.mark.proof)])
def test_a_dependent_of_what_is_replaced_delete_first_is_made_by_the_next_up(
    stack: Stack, cloud: EmulatorServer, refused: str
) -> None:
    # The engine deletes it before the program has registered it, and then creates it anew.
    dependent = stack.version.declaration(
        "child", function_name=Source("parent.id.apply(lambda _: 'child')")
    )
    stack.program(
        stack.version.declaration("parent", opts=DELETE_FIRST, function_name="old") + dependent
    )
    stack.up()
    stack.program(
        stack.version.declaration("parent", opts=DELETE_FIRST, function_name="new") + dependent
    )
    function = "child" if refused == "child" else "new"
    cloud.fault("AccessDenied", method="PUT", function=function, times=1)
    stack.up_fails()
    stack.up()
    assert {config["function"] for config in cloud.configs()} == {"new", "child"}
    assert stack.settled()


@pytest.mark.parametrize("part", [pytest.param(COMMAND, marks=pytest.mark.proof), PLUGIN])
@pytest.mark.parametrize("opts", ORDERS)
def test_a_kill_between_delete_and_create_is_healed_by_the_next_up(
    stack: Stack, cloud: EmulatorServer, part: str, opts: str
) -> None:
    stack.declare(opts=opts, function_name="old")
    stack.up()
    stack.declare(opts=opts, function_name="new")
    method, function = ("PUT", "new") if opts == DELETE_FIRST else ("DELETE", "old")
    cloud.fault("latency", method=method, function=function, times=1, milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 1)
        run.kill(part, run.parts()[part])
        cloud.clear_faults()
        if part == COMMAND:
            run.kill_all()
        else:
            run.wait()
    stack.run("cancel", "--yes", "--stack", stack.name, check=False)
    stack.up()
    assert {config["function"] for config in cloud.configs()} == {"new"}
    stack.refresh("--clear-pending-creates")
    assert stack.settled()


# At each other call of a replacement, and for each other part of a run: test_crashes.py.
@pytest.mark.parametrize("opts", ORDERS)
def test_a_replacement_whose_program_was_killed_is_finished_by_the_next_up(
    stack: Stack, cloud: EmulatorServer, opts: str
) -> None:
    stack.declare(opts=opts, function_name="old")
    stack.up()
    stack.declare(opts=opts, function_name="new")
    method = "DELETE" if opts == DELETE_FIRST else "PUT"
    cloud.fault("latency", method=method, times=1, milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 1)
        run.kill_every(PROGRAM)
        run.wait_until_said(PROGRAM_LOST)  # else it may begin the next call
        cloud.release()
        assert run.wait() != 0
    # The call that was under way came to its end, and the next one was not begun.
    held = {config["function"] for config in cloud.configs()}
    assert held == (set() if opts == DELETE_FIRST else {"old", "new"})
    stack.up()
    assert {config["function"] for config in cloud.configs()} == {"new"}
    assert stack.settled()


@pytest.mark.parametrize("opts", ORDERS)
def test_a_replacement_on_demand_whose_get_fails_is_made_by_the_next_up(
    stack: Stack, cloud: EmulatorServer, opts: str
) -> None:
    stack.declare(opts=opts, max_async_retry_attempts=1)
    stack.up()
    cloud.fault("AccessDenied", method="GET", times=1)
    stack.up_fails("--replace", stack.urn())
    assert stack.version.held(cloud) == stack.version.values(max_async_retry_attempts=1)
    # Its creation is pending, if it was deleted first; values may change meanwhile.
    stack.declare(opts=opts, max_async_retry_attempts=2)
    stack.up()
    assert stack.version.held(cloud) == stack.version.values(max_async_retry_attempts=2)
    assert stack.settled()


@pytest.mark.proof
def test_a_tainted_resource_keeps_its_config(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    stack.run("state", "taint", stack.urn(), "--stack", stack.name, "--yes")
    assert "replace" in stack.up().operations
    assert stack.version.held(cloud) == stack.version.values(max_async_retry_attempts=1)
    assert stack.settled()


def test_a_trigger_may_change_values_at_the_same_time(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare(opts="ResourceOptions(replacement_trigger=1)", max_async_retry_attempts=1)
    stack.up()
    stack.declare(opts="ResourceOptions(replacement_trigger=2)", max_async_retry_attempts=2)
    assert "create-replacement" in stack.up().operations
    assert stack.version.held(cloud) == stack.version.values(max_async_retry_attempts=2)
    assert stack.is_settled()


@pytest.mark.proof
@pytest.mark.parametrize("opts", [DELETE_FIRST, "None"])
def test_a_swap_of_two_identities_loses_nothing(
    stack: Stack, cloud: EmulatorServer, opts: str
) -> None:
    def program(first: str, second: str) -> str:
        return stack.version.declaration(
            "first", opts=opts, function_name=first, max_async_retry_attempts=1
        ) + stack.version.declaration(
            "second", opts=opts, function_name=second, max_async_retry_attempts=2
        )

    stack.program(program("one", "two"))
    stack.up()
    stack.program(program("two", "one"))
    outcome = stack.try_up("--continue-on-error")
    if outcome.exit_code:
        stack.program(program("one", "two"))
        stack.up()
    held = {config["function"]: config["maxAsyncRetryAttempts"] for config in cloud.configs()}
    assert held == ({"one": 1, "two": 2} if outcome.exit_code else {"two": 1, "one": 2})
    assert stack.settled()


@pytest.mark.proof
def test_a_state_that_moves_to_another_stack_keeps_the_config(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stays, moves = (stack.version.declaration(name) for name in ("stays", "moves"))
    stack.program(stays + moves)
    stack.up()
    cloud.clear_calls()
    stack.run("stack", "init", "other")
    settings = stack.folder / "Pulumi.dev.yaml"
    settings.with_name("Pulumi.other.yaml").write_text(settings.read_text())
    stack.run("state", "move", "--source=dev", "--dest=other", "--yes", stack.urn("moves"))

    stack.program(stays)
    assert stack.up().operations == []
    stack.name = "other"
    stack.program(moves)
    assert stack.up().operations == []
    assert cloud.calls() == []
    assert set(stack.resources) == {"moves"}
    assert stack.destroy().by_name == {"moves": ["delete"]}


@pytest.mark.proof
def test_a_state_that_moves_to_another_name_keeps_the_config(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare("old", function_name="hello")
    stack.up()
    cloud.clear_calls()
    stack.run("state", "rename", stack.urn("old"), "new", "--stack", stack.name, "--yes")
    stack.declare("new", function_name="hello")
    assert stack.up().operations == []
    assert cloud.calls() == []


def test_a_config_that_becomes_a_get_of_another_name_is_kept(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    version = stack.version
    stack.program(f"{version.resource}.get('found', {version.id_of()!r})\n")
    outcome = stack.up()
    (warning,) = [line for line in outcome.diagnostics if "is not deleted" in line]
    assert "'found' reads it in this run (get)" in warning
    assert stack.version.held(cloud) == stack.version.values()
    assert stack.settled()


def test_a_destroy_that_runs_the_program_deletes(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare()
    stack.up()
    assert stack.destroy("--run-program").operations == ["delete"]
    assert cloud.configs() == []
