"""What happens to a config that exists before the program declares it."""

from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

NAME = f"demo.LATEST/hello ({REGION}, account {ACCOUNT})"
THERE = {"maxAsyncRetryAttempts": 7, "destinationConfig": {"onFailure": {"destination": TOPIC}}}


def test_one_that_is_as_declared_is_adopted_without_a_write(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed("demo", "hello", THERE)
    stack.declare(
        max_async_retry_attempts=7, destination_config={"on_failure": {"destination": TOPIC}}
    )
    outcome = stack.up()
    assert outcome.operations == ["create"]
    assert outcome.information == {"hello": [f"{NAME}: adopted: it exists already, as declared"]}
    assert [call.method for call in cloud.calls()] == ["GET"]
    assert stack.settled()


def test_a_different_one_is_refused_with_the_difference_and_left_alone(
    stack: Stack, cloud: EmulatorServer
) -> None:
    before = cloud.seed("demo", "hello", THERE)
    stack.declare(max_async_retry_attempts=1, stateful_invocation=True)
    outcome = stack.up_fails()
    assert cloud.config("demo", "hello") == before
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert stack.resources == {}
    (message,) = [line for line in outcome.diagnostics if "a different config exists" in line]
    assert "demo.LATEST/hello" in message
    assert "maxAsyncRetryAttempts is 7 on the service, 1 declared" in message
    assert "statefulInvocation is false on the service, true declared" in message
    assert f'destinationConfig.onFailure.destination is "{TOPIC}" on the service' in message
    assert "allow_overwrite" in message
    assert "pulumi config set fc:allowOverwrite true" in message


def test_a_different_one_is_overwritten_if_the_resource_says_so(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed("demo", "hello", THERE)
    stack.declare(allow_overwrite=True, destination_config=destinations(success=QUEUE))
    (line,) = stack.up().information["hello"]
    assert line.startswith(f"{NAME}: overwritten: ")
    assert "maxAsyncRetryAttempts was 7 on the service, 3 declared" in line
    assert f'destinationConfig.onFailure.destination was "{TOPIC}" on the service' in line
    assert held_values(cloud) == {
        "destinationConfig": {"onSuccess": {"destination": QUEUE}},
        "maxAsyncEventAgeInSeconds": 86_400,
        "maxAsyncRetryAttempts": 3,
        "statefulInvocation": False,
    }
    assert stack.settled()


def test_a_different_one_is_overwritten_if_the_stack_says_so_and_the_resource_does_not_object(
    stack: Stack, cloud: EmulatorServer
) -> None:
    before = cloud.seed("demo", "careful", THERE)
    cloud.seed("demo", "hello", THERE)
    stack.configure(fc__allowOverwrite="true")
    stack.program(declaration("hello") + declaration("careful", allow_overwrite=False))
    stack.up_fails("--continue-on-error")
    assert held_values(cloud, "hello")["maxAsyncRetryAttempts"] == 3
    assert cloud.config("demo", "careful") == before


def test_permission_to_overwrite_is_no_reason_for_a_call(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    cloud.clear_calls()
    stack.declare(allow_overwrite=True)
    assert stack.up().operations == []
    assert cloud.calls() == []
    assert stack.is_settled()
