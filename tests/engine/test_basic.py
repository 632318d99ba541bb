"""The main road: declare, look, change, remove."""

from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ID = f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/hello"


def test_up_creates_what_the_program_declares_with_one_get_and_one_put(
    stack: Stack, cloud: EmulatorServer
) -> None:
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
    assert [call.method for call in cloud.calls()] == ["GET", "PUT"]
    held = cloud.config("demo", "hello")
    assert held is not None
    assert held["destinationConfig"] == {
        "onFailure": {"destination": QUEUE},
        "onSuccess": {"destination": TOPIC},
    }
    assert held["maxAsyncEventAgeInSeconds"] == 300
    assert held["maxAsyncRetryAttempts"] == 1
    assert held["statefulInvocation"] is True
    assert stack.is_settled()


def test_state_holds_the_id_and_the_line_of_each_resource_and_no_key_and_no_code(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        """
def declare(name: str) -> None:
    AsyncInvokeConfig(name, service_name="demo", function_name=name)


declare("hello")
Output.from_input("decided-by-an-output").apply(declare)
"""
    )
    stack.up()
    program = (stack.folder / "__main__.py").read_text().splitlines()
    (line,) = [n for n, each in enumerate(program, 1) if each.lstrip().startswith("AsyncInv")]
    assert stack.resources["hello"]["id"] == ID
    for resource in stack.resources.values():
        assert resource["sourcePosition"] == f"project:///__main__.py#{line}"
        assert len(resource["inputs"]["__provider"]) <= 120
    state = stack.state_file.read_text()
    assert cloud.access_key_secret not in state
    assert cloud.access_key_id not in state


def test_no_change_calls_nothing_a_changed_number_is_one_put_and_destroy_deletes(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    cloud.clear_calls()
    assert stack.up().operations == []
    assert cloud.calls() == []

    stack.declare(max_async_retry_attempts=2)
    (change,) = stack.preview().changes
    assert (change.operation, change.properties) == ("update", ("maxAsyncRetryAttempts",))
    assert stack.up().operations == ["update"]
    assert [call.method for call in cloud.calls()] == ["PUT"]
    held = cloud.config("demo", "hello")
    assert held is not None
    assert held["maxAsyncRetryAttempts"] == 2

    assert stack.destroy().operations == ["delete"]
    assert cloud.configs() == []


def test_a_missing_region_is_one_clear_sentence(stack: Stack, cloud: EmulatorServer) -> None:
    stack.configure(alicloud__region=None)
    stack.declare()
    outcome = stack.preview_fails()
    assert "is required: set it on the resource or its Provider, or for the stack: " in outcome.text
    assert "pulumi config set alicloud:region cn-shanghai" in outcome.text
    assert cloud.calls() == []
