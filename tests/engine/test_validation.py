"""What is wrong with a program is said before anything is called."""

from typing import Any

import pytest
from tests.support.programs import Source, declaration
from tests.support.stack import Stack
from tests.support.values import QUEUE

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


@pytest.mark.parametrize("form", ["{}", "Output.from_input({})"], ids=["plain", "outputs"])
def test_everything_wrong_is_said_at_once_each_on_its_path_and_nothing_is_called(
    stack: Stack, cloud: EmulatorServer, form: str
) -> None:
    wrong = {
        "service_name": "demo.LATEST",
        "function_name": "hello world",
        "qualifier": "a/b",
        "region": "Shanghai",
        "account_id": "me",
        "destination_config": {
            "on_success": {"destination": "https://example.com"},
            "on_failure": {"destination": ""},
        },
        "max_async_event_age_in_seconds": 604_801,
        "max_async_retry_attempts": -1,
        "stateful_invocation": "maybe",
        "allow_overwrite": 1,
    }
    given: dict[str, Any] = {
        name: Source(form.format(repr(value))) for name, value in wrong.items()
    }
    stack.declare(**given)
    found = stack.preview_fails().problems["hello"]
    destination = found.pop("destinationConfig.onSuccess.destination")
    assert destination.startswith('must be the ARN of the target, "acs:service:')
    empty = found.pop("destinationConfig.onFailure.destination")
    assert empty.endswith("but is empty; to have no destination, leave it out")
    assert found == {
        "serviceName": "must be the service's name alone: "
        'give service_name="demo" and qualifier="LATEST"',
        "functionName": "must be 1 to 128 letters, digits, hyphens and underscores, "
        'but is the string "hello world"',
        "qualifier": "must be 1 to 128 letters, digits, hyphens and underscores, "
        'but is the string "a/b"',
        "region": 'must be a region\'s id, such as "cn-shanghai", but is the string "Shanghai"',
        "accountId": 'must be an account\'s id: decimal digits alone, but is the string "me"',
        "maxAsyncEventAgeInSeconds": "must be a whole number of seconds from 1 to 604800, "
        "but is 604801",
        "maxAsyncRetryAttempts": "must be a whole number from 0 to 8, but is -1",
        "statefulInvocation": 'must be true or false, but is the string "maybe"',
        "allowOverwrite": "must be true or false, but is 1",
    }
    assert cloud.calls() == []


def test_misspelt_and_missing_properties_are_named(stack: Stack, cloud: EmulatorServer) -> None:
    stack.configure(alicloud__region=None, alicloud__accountId=None)
    stack.declare(
        destination_config={"on_failur": {"destination": QUEUE}, "on_success": {}},
    )
    found = stack.preview_fails().problems["hello"]
    assert found == {
        "region": "is required: set it on the resource or its Provider, or for the stack: "
        "pulumi config set alicloud:region cn-shanghai",
        "accountId": "is required: set it on the resource or its Provider, or for the stack: "
        "pulumi config set alicloud:accountId 1234567890123456",
        "destinationConfig.onSuccess.destination": "is required; "
        "to send nothing there, leave out on_success",
        "destinationConfig.on_failur": "is not a property of destinationConfig; "
        "did you mean on_failure?",
    }
    assert cloud.calls() == []


def test_a_wrong_call_in_the_program_is_one_line_without_a_traceback(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program('AsyncInvokeConfig("hello", service_name="demo", max_retry_attempts=1)')
    text = stack.preview_fails().text
    assert (
        "error: AsyncInvokeConfig 'hello': AsyncInvokeConfigArgs: function_name is required, and "
        "there is no argument max_retry_attempts; did you mean max_async_retry_attempts?"
    ) in text
    assert "Traceback" not in text
    assert "unhandled exception" not in text
    assert cloud.calls() == []


def test_the_limits_themselves_are_accepted(stack: Stack) -> None:
    stack.program(
        declaration("least", max_async_event_age_in_seconds=1, max_async_retry_attempts=0)
        + declaration("most", max_async_event_age_in_seconds=604_800, max_async_retry_attempts=8)
        + declaration("text", max_async_event_age_in_seconds="300", stateful_invocation="true")
        + declaration("nothing", destination_config={}, qualifier=None)
    )
    stack.up()
    assert stack.is_settled()


def test_an_up_that_fails_validation_leaves_what_exists_alone(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    before = cloud.config("demo", "hello")
    cloud.clear_calls()
    stack.declare(max_async_retry_attempts=9)
    assert set(stack.up_fails().problems["hello"]) == {"maxAsyncRetryAttempts"}
    assert cloud.calls() == []
    assert cloud.config("demo", "hello") == before
    assert stack.outputs()["maxAsyncRetryAttempts"] == 1
