"""Ctrl-C while calls wait, hang and queue: the command ends soon, and the next `up` converges."""

import re
import time

import pytest
from tests.support.holds import LONG, wait_for_calls, wait_until_held
from tests.support.processes import running_up
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, api_values, held_values

from pulumi_fc_async_invoke.emulator.faults import DelayKind
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

NAMES = [f"hello-{number}" for number in range(8)]
MOST = 15.0
"""Seconds: 10 for what is in flight, and up to 5 that the engine itself adds."""
SLACK = 5.0
"""Seconds that a slow machine may need besides, to end the processes."""


def interrupted(stack: Stack, cloud: EmulatorServer, ready: int) -> tuple[float, str]:
    """Press Ctrl-C once so many calls were made; the seconds until the end, and what was said."""
    with running_up(stack) as run:
        wait_for_calls(cloud, "all first calls", lambda made: len(made) >= ready)
        started = time.monotonic()
        run.interrupt()
        run.wait()
        return time.monotonic() - started, run.text


def converges(stack: Stack) -> bool:
    stack.up()
    stack.refresh("--clear-pending-creates")
    return stack.is_settled()


def test_calls_that_back_off_end_at_once(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program("".join(declaration(name) for name in NAMES))
    cloud.fault("InternalServerError", method="PUT")
    seconds, text = interrupted(stack, cloud, ready=8)
    assert seconds < MOST + SLACK
    assert "the run was interrupted" in text
    cloud.clear_faults()
    stack.up()
    assert {config["function"] for config in cloud.configs()} == set(NAMES)


@pytest.mark.parametrize("kind", ["slow_answer", pytest.param("latency", marks=pytest.mark.proof)])
def test_calls_that_hang_are_abandoned(
    stack: Stack, cloud: EmulatorServer, kind: DelayKind
) -> None:
    stack.program("".join(declaration(name) for name in NAMES))
    cloud.fault(kind, method="PUT", milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 4)
        started = time.monotonic()
        run.interrupt()
        run.wait()
        seconds, text = time.monotonic() - started, run.text
    assert seconds < MOST + SLACK
    unknown = [
        name
        for name in NAMES
        if re.search(rf"PUT .* of demo.LATEST/{name} .* may or may not have taken effect", text)
    ]
    assert len(unknown) == 4
    cloud.clear_faults()
    cloud.release()
    assert converges(stack)
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
