"""Someone changes a config behind the program's back."""

from typing import Any

import pytest
from tests.support.outcome import Change, Outcome
from tests.support.programs import destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

DECLARED: dict[str, dict[str, Any]] = {
    "age": {"max_async_event_age_in_seconds": 300},
    "retries": {},
    "stateful": {"task": True},
    "added": {},
    "other-side-added": {"destination_config": destinations(failure=QUEUE)},
    "changed": {"destination_config": destinations(failure=QUEUE)},
    "one-removed": {"destination_config": destinations(failure=QUEUE, success=TOPIC)},
    "all-removed": {"destination_config": destinations(failure=QUEUE, success=TOPIC)},
}
CHANGES: dict[str, dict[str, Any]] = {
    # resource → what someone writes, which is the property that drifts
    "age": {"maxAsyncEventAgeInSeconds": 604_800},
    "retries": {"maxAsyncRetryAttempts": 0},
    "stateful": {"task": False},
    "added": {"destinationConfig": {"onFailure": {"destination": TOPIC}}},
    "other-side-added": {"destinationConfig": {"onSuccess": {"destination": TOPIC}}},
    "changed": {"destinationConfig": {"onFailure": {"destination": TOPIC}}},
    "one-removed": {"destinationConfig": {"onSuccess": None}},
    "all-removed": {"destinationConfig": None},
}


def _changes(stack: Stack) -> dict[str, dict[str, Any]]:
    keys = {"task": stack.version.task_key}
    return {
        name: {keys.get(key, key): value for key, value in change.items()}
        for name, change in CHANGES.items()
    }


def _program(stack: Stack) -> str:
    return "".join(stack.version.declaration(name, **inputs) for name, inputs in DECLARED.items())


def _drift(stack: Stack, cloud: EmulatorServer) -> None:
    for name, change in _changes(stack).items():
        cloud.modify(stack.version.service, name, change)


def _is_as_declared(stack: Stack, cloud: EmulatorServer) -> bool:
    return all(
        stack.version.held(cloud, name) == stack.version.values(**inputs)
        for name, inputs in DECLARED.items()
    )


def _found(outcome: Outcome) -> dict[str, set[str]]:
    """Name → what a refresh found to have changed, the time of it aside."""
    assert {change.operation for change in outcome.drift} == {"update"}
    return {change.name: set(change.properties) - {"lastModifiedTime"} for change in outcome.drift}


def _drifted(stack: Stack) -> dict[str, set[str]]:
    return {name: set(change) for name, change in _changes(stack).items()}


def _corrections(stack: Stack) -> set[Change]:
    return {Change("update", name, tuple(change)) for name, change in _changes(stack).items()}


def test_preview_with_refresh_shows_it_and_up_with_refresh_corrects_it(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(_program(stack))
    stack.up()
    _drift(stack, cloud)
    outcome = stack.preview("--refresh")
    assert _found(outcome) == _drifted(stack)
    assert set(outcome.changes) == _corrections(stack)
    outcome = stack.up("--refresh")
    assert _found(outcome) == _drifted(stack)
    assert set(outcome.changes) == _corrections(stack)
    assert _is_as_declared(stack, cloud)
    assert stack.settled()


@pytest.mark.proof
def test_refresh_takes_it_into_state_and_up_corrects_it(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(_program(stack))
    stack.up()
    _drift(stack, cloud)
    assert _found(stack.refresh()) == _drifted(stack)
    assert stack.outputs("retries")["maxAsyncRetryAttempts"] == 0
    assert set(stack.preview().changes) == _corrections(stack)
    assert set(stack.up().changes) == _corrections(stack)
    assert _is_as_declared(stack, cloud)
    assert stack.settled()


def test_drift_that_the_program_then_declares_is_accepted_without_a_write(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    cloud.modify(stack.version.service, "hello", {"maxAsyncRetryAttempts": 0})
    stack.refresh()
    cloud.clear_calls()
    stack.declare(max_async_retry_attempts=0)
    assert stack.up().operations == []
    assert cloud.calls() == []
    assert stack.is_settled()


def test_an_up_that_changes_something_else_removes_an_added_destination_and_warns(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    cloud.modify(
        stack.version.service, "hello", {"destinationConfig": {"onFailure": {"destination": QUEUE}}}
    )
    stack.declare(max_async_retry_attempts=1)
    outcome = stack.up()
    assert stack.version.held(cloud) == stack.version.values(max_async_retry_attempts=1)
    (warning,) = [line for line in outcome.diagnostics if QUEUE in line]
    assert "destinationConfig.onFailure.destination" in warning
    assert "outside of this program" in warning
    assert stack.settled()


@pytest.mark.proof
def test_an_age_beyond_what_can_be_written_is_read_and_corrected(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    cloud.modify(stack.version.service, "hello", {"maxAsyncEventAgeInSeconds": 2_592_000})
    assert stack.up("--refresh").operations == ["update"]
    assert stack.version.held(cloud) == stack.version.values()
    assert stack.settled()
