"""The main road: declare, look, change, remove."""

import json

from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ID = f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/hello"


def test_up_creates_what_the_program_declares(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare(
        destination_config={
            "on_failure": {"destination": QUEUE},
            "on_success": {"destination": TOPIC},
        },
        max_async_event_age_in_seconds=300,
        max_async_retry_attempts=1,
        stateful_invocation=True,
    )
    assert stack.up().operations == ["create"]
    held = cloud.config("demo", "hello")
    assert held is not None
    assert held["destinationConfig"] == {
        "onFailure": {"destination": QUEUE},
        "onSuccess": {"destination": TOPIC},
    }
    assert held["maxAsyncEventAgeInSeconds"] == 300
    assert held["maxAsyncRetryAttempts"] == 1
    assert held["statefulInvocation"] is True
    assert stack.settled()


def test_the_id_is_the_functions_resource_name(stack: Stack) -> None:
    stack.declare()
    stack.up()
    assert stack.resources["hello"]["id"] == ID


def test_a_resource_has_the_line_that_declares_it_in_state(stack: Stack) -> None:
    stack.program(
        """
def declare() -> None:
    AsyncInvokeConfig("hello", service_name="demo", function_name="hello")


declare()
"""
    )
    program = (stack.folder / "__main__.py").read_text().splitlines()
    (line,) = [n for n, each in enumerate(program, 1) if each.lstrip().startswith("AsyncInv")]
    stack.up()
    assert stack.resources["hello"]["sourcePosition"] == f"project:///__main__.py#{line}"


def test_a_resource_that_an_output_decides_on_has_its_line_in_state(stack: Stack) -> None:
    stack.program(
        """
def declare(name: str) -> None:
    AsyncInvokeConfig("hello", service_name="demo", function_name=name)


Output.from_input("hello").apply(declare)
"""
    )
    stack.up()
    line = (stack.folder / "__main__.py").read_text().splitlines()
    number = 1 + next(i for i, each in enumerate(line) if each.lstrip().startswith("AsyncInv"))
    assert stack.resources["hello"]["sourcePosition"] == f"project:///__main__.py#{number}"


def test_create_is_one_get_and_one_put(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare()
    stack.up()
    assert [call.method for call in cloud.calls()] == ["GET", "PUT"]


def test_a_changed_number_is_exactly_that_property_and_one_put(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    stack.declare(max_async_retry_attempts=2)
    (change,) = stack.preview().changes
    assert (change.operation, change.properties) == ("update", ("maxAsyncRetryAttempts",))
    cloud.clear_calls()
    assert stack.up().operations == ["update"]
    assert [call.method for call in cloud.calls()] == ["PUT"]
    held = cloud.config("demo", "hello")
    assert held is not None
    assert held["maxAsyncRetryAttempts"] == 2
    assert stack.settled()


def test_up_without_a_change_calls_nothing(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare()
    stack.up()
    cloud.clear_calls()
    assert stack.up().operations == []
    assert cloud.calls() == []


def test_destroy_deletes(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare()
    stack.up()
    assert stack.destroy().operations == ["delete"]
    assert cloud.configs() == []


def test_state_holds_no_key_and_no_code(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare()
    stack.up()
    state = stack.state_file.read_text()
    assert cloud.access_key_secret not in state
    assert cloud.access_key_id not in state
    provider = stack.resources["hello"]["inputs"]["__provider"]
    assert len(provider) <= 120
    assert json.dumps(provider) in state


def test_a_missing_region_is_one_clear_sentence(stack: Stack, cloud: EmulatorServer) -> None:
    stack.configure(alicloud__region=None)
    stack.declare()
    outcome = stack.preview_fails()
    assert "is required: set it on the resource, or for the stack: " in outcome.text
    assert "pulumi config set alicloud:region cn-shanghai" in outcome.text
    assert cloud.calls() == []
