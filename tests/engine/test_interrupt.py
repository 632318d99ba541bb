"""Ctrl-C while calls wait, hang and queue: the command ends soon, and the next `up` converges."""

import re

import pytest
from tests.support.holds import LONG, wait_for_calls, wait_until_held
from tests.support.processes import running_up
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, api_values, held_values

from pulumi_fc_async_invoke.emulator.faults import DelayKind
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

NAMES = [f"hello-{number}" for number in range(8)]


@pytest.fixture
def patient(stack: Stack) -> Stack:
    """A stack whose calls outlast what a test waits for: a run that ends has ended them."""
    stack.configure(fc__requestTimeout="3600", fc__maxConcurrency="4")
    return stack


def converges(stack: Stack) -> bool:
    stack.up()
    stack.refresh("--clear-pending-creates")
    return stack.is_settled()


def test_calls_that_back_off_end_at_once(patient: Stack, cloud: EmulatorServer) -> None:
    patient.program("".join(declaration(name) for name in NAMES))
    cloud.fault("InternalServerError", method="PUT")
    with running_up(patient) as run:
        wait_for_calls(cloud, "all first calls", lambda made: len(made) >= len(NAMES))
        run.interrupt()
        run.wait()
    assert "the run was interrupted" in run.text
    cloud.clear_faults()
    patient.up()
    assert {config["function"] for config in cloud.configs()} == set(NAMES)


@pytest.mark.parametrize(
    "kind", ["slow_response", pytest.param("latency", marks=pytest.mark.proof)]
)
def test_calls_that_hang_are_abandoned(
    patient: Stack, cloud: EmulatorServer, kind: DelayKind
) -> None:
    patient.program("".join(declaration(name) for name in NAMES))
    cloud.fault(kind, method="PUT", milliseconds=LONG)
    with running_up(patient) as run:
        wait_until_held(cloud, 4)
        run.interrupt()
        run.wait()
    unknown = [
        name
        for name in NAMES
        if re.search(rf"PUT .* of demo.LATEST/{name} .* may or may not have taken effect", run.text)
    ]
    assert len(unknown) == 4
    cloud.clear_faults()
    cloud.release()
    assert converges(patient)
    assert {config["function"] for config in cloud.configs()} == set(NAMES)


def test_a_removal_between_delete_and_put_is_ended(stack: Stack, cloud: EmulatorServer) -> None:
    cloud.rules(merge="deep", null="ignore", empty="ignore")  # a removal takes DELETE and PUT
    stack.declare(destination_config=destinations(failure=QUEUE))
    stack.up()
    stack.declare()
    cloud.fault("latency", method="DELETE", milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 1)
        run.interrupt()
        run.wait_until_said("^C received; cancelling")
        cloud.release()
        run.wait()
    assert held_values(cloud) == api_values()
    assert stack.up().operations == []


def test_a_run_without_an_interrupt_says_nothing_of_one(stack: Stack) -> None:
    stack.declare()
    outcome = stack.up()
    assert "interrupted" not in outcome.text
    assert outcome.diagnostics == []
