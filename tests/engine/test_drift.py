"""Someone changes a config behind the program's back."""

from typing import Any

import pytest
from tests.support.outcome import Change, Outcome
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

DECLARED: dict[str, dict[str, Any]] = {
    "age": {"max_async_event_age_in_seconds": 300},
    "retries": {},
    "stateful": {"stateful_invocation": True},
    "added": {},
    "other-side-added": {"destination_config": destinations(failure=QUEUE)},
    "changed": {"destination_config": destinations(failure=QUEUE)},
    "one-removed": {"destination_config": destinations(failure=QUEUE, success=TOPIC)},
    "all-removed": {"destination_config": destinations(failure=QUEUE, success=TOPIC)},
}
CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    # resource → the property that drifts, and what someone writes
    "age": ("maxAsyncEventAgeInSeconds", {"maxAsyncEventAgeInSeconds": 604_800}),
    "retries": ("maxAsyncRetryAttempts", {"maxAsyncRetryAttempts": 0}),
    "stateful": ("statefulInvocation", {"statefulInvocation": False}),
    "added": ("destinationConfig", {"destinationConfig": {"onFailure": {"destination": TOPIC}}}),
    "other-side-added": (
        "destinationConfig",
        {"destinationConfig": {"onSuccess": {"destination": TOPIC}}},
    ),
    "changed": ("destinationConfig", {"destinationConfig": {"onFailure": {"destination": TOPIC}}}),
    "one-removed": ("destinationConfig", {"destinationConfig": {"onSuccess": None}}),
    "all-removed": ("destinationConfig", {"destinationConfig": None}),
}
PROGRAM = "".join(declaration(name, **inputs) for name, inputs in DECLARED.items())


def _drift(cloud: EmulatorServer) -> None:
    for name, (_, change) in CHANGES.items():
        cloud.modify("demo", name, change)


def _is_as_declared(cloud: EmulatorServer) -> bool:
    return all(
        held_values(cloud, name) == api_values(**inputs) for name, inputs in DECLARED.items()
    )


def _found(outcome: Outcome) -> dict[str, set[str]]:
    """Name → what a refresh found to have changed, the time of it aside."""
    assert {change.operation for change in outcome.drift} == {"update"}
    return {change.name: set(change.properties) - {"lastModifiedTime"} for change in outcome.drift}


DRIFT = {name: {key} for name, (key, _) in CHANGES.items()}
CORRECTIONS = {Change("update", name, (key,)) for name, (key, _) in CHANGES.items()}


def test_preview_with_refresh_shows_it_and_up_with_refresh_corrects_it(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(PROGRAM)
    stack.up()
    _drift(cloud)
    outcome = stack.preview("--refresh")
    assert _found(outcome) == DRIFT
    assert set(outcome.changes) == CORRECTIONS
    outcome = stack.up("--refresh")
    assert _found(outcome) == DRIFT
    assert set(outcome.changes) == CORRECTIONS
    assert _is_as_declared(cloud)
    assert stack.settled()


@pytest.mark.proof
def test_refresh_takes_it_into_state_and_up_corrects_it(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(PROGRAM)
    stack.up()
    _drift(cloud)
    assert _found(stack.refresh()) == DRIFT
    assert stack.outputs("retries")["maxAsyncRetryAttempts"] == 0
    assert set(stack.preview().changes) == CORRECTIONS
    assert set(stack.up().changes) == CORRECTIONS
    assert _is_as_declared(cloud)
    assert stack.settled()


def test_drift_that_the_program_then_declares_is_accepted_without_a_write(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    cloud.modify("demo", "hello", {"maxAsyncRetryAttempts": 0})
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
    cloud.modify("demo", "hello", {"destinationConfig": {"onFailure": {"destination": QUEUE}}})
    stack.declare(max_async_retry_attempts=1)
    outcome = stack.up()
    assert held_values(cloud) == api_values(max_async_retry_attempts=1)
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
    cloud.modify("demo", "hello", {"maxAsyncEventAgeInSeconds": 2_592_000})
    assert stack.up("--refresh").operations == ["update"]
    assert held_values(cloud) == api_values()
    assert stack.settled()
