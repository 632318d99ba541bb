"""What a preview makes of values that are not known before something else exists."""

from typing import Any

import pytest
from tests.support.programs import LATE, Source, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")


def _late(value: str, then: str = "") -> Source:
    return Source(f"late({value!r}){then}")


INPUTS: dict[str, dict[str, Any]] = {
    "whole": {
        "destination_config": _late(QUEUE, '.apply(lambda to: {"on_failure": {"destination": to}})')
    },
    "side": {
        "destination_config": Source(
            f"DestinationConfigArgs(on_success={{'destination': {TOPIC!r}}}, on_failure="
            f"late({QUEUE + '-side'!r}).apply(lambda to: DestinationArgs(destination=to)))"
        )
    },
    "nested": {
        "destination_config": Source(
            f"{{'on_failure': {{'destination': late({QUEUE + '-nested'!r})}}}}"
        )
    },
    "number": {"max_async_retry_attempts": _late("2", ".apply(int)")},
}
MEANT: dict[str, dict[str, Any]] = {
    "whole": {"destination_config": destinations(failure=QUEUE)},
    "side": {"destination_config": destinations(success=TOPIC, failure=QUEUE + "-side")},
    "nested": {"destination_config": destinations(failure=QUEUE + "-nested")},
    "number": {"max_async_retry_attempts": 2},
}


def test_unknown_values_pass_a_preview_of_new_and_of_existing_ones(
    stack: Stack, cloud: EmulatorServer
) -> None:
    program = LATE + "".join(
        stack.version.declaration(name, **inputs) for name, inputs in INPUTS.items()
    )
    stack.program(program)
    assert stack.preview().by_name == {name: ["create"] for name in INPUTS}
    stack.program("".join(stack.version.declaration(name) for name in INPUTS))
    stack.up()
    stack.program(program)
    assert stack.preview().by_name == {name: ["update"] for name in INPUTS}
    stack.up()
    assert {name: stack.version.held(cloud, name) for name in INPUTS} == {
        name: stack.version.values(**inputs) for name, inputs in MEANT.items()
    }
    assert stack.settled()


def test_an_unknown_identity_is_a_possible_replacement_and_none_if_it_stays_the_same(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(stack.version.declaration("same") + stack.version.declaration("other"))
    stack.up()
    cloud.clear_calls()
    stack.program(
        LATE
        + stack.version.declaration("same", function_name=_late("same"))
        + stack.version.declaration("other", qualifier=_late("prod"))
    )
    replaced = ["create-replacement", "replace", "delete-replaced"]
    assert stack.preview().by_name == {"same": replaced, "other": replaced}
    assert cloud.calls() == []
    assert stack.up().by_name == {"other": replaced}
    assert stack.version.held(cloud, "same") == stack.version.values()
    assert stack.version.held(cloud, "other") == {}
    assert stack.version.held(cloud, "other", qualifier="prod") == stack.version.values()
    assert stack.settled()


def test_a_new_one_of_unknown_identity_is_created(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        LATE
        + stack.version.declaration(
            function_name=_late("late-function"), account_id=_late("4444444444444444")
        )
    )
    assert stack.preview().operations == ["create"]
    stack.up()
    assert stack.version.held(cloud, "late-function", account="4444444444444444") == (
        stack.version.values()
    )
    assert stack.is_settled()


def test_known_values_beside_unknown_ones_are_validated(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        LATE
        + stack.version.declaration(
            function_name=_late("hello"),
            destination_config=Source(
                f"{{'on_success': {{'destination': 'queue'}}, "
                f"'on_failure': {{'destination': late({QUEUE!r})}}}}"
            ),
            max_async_retry_attempts=9,
        )
    )
    problems = stack.preview_fails().problems
    assert list(problems) == ["hello"]
    assert set(problems["hello"]) == {
        "destinationConfig.onSuccess.destination",
        "maxAsyncRetryAttempts",
    }
    assert cloud.calls() == []


def test_a_value_that_turns_out_wrong_is_refused_before_anything_is_called(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        LATE + stack.version.declaration(max_async_retry_attempts=_late("9", ".apply(int)"))
    )
    stack.preview()
    assert set(stack.up_fails().problems["hello"]) == {"maxAsyncRetryAttempts"}
    assert cloud.calls() == []


def test_a_preview_needs_neither_credentials_nor_a_network(stack: Stack) -> None:
    stack.declare("kept")
    stack.up()
    for name in [name for name in stack.environment if name.startswith("ALIBABA_CLOUD_")]:
        del stack.environment[name]
    stack.configure(fc__endpoint="http://127.0.0.1:1")
    stack.program(
        stack.version.declaration("kept", max_async_retry_attempts=1)
        + stack.version.declaration("new")
    )
    assert stack.preview().by_name == {"kept": ["update"], "new": ["create"]}
