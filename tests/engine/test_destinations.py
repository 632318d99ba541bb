"""The helpers that name destinations, in programs that the engine runs."""

from tests.support.programs import LATE, declaration, destinations
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PROGRAM = f"""{LATE}
AsyncInvokeConfig(
    "hello", service_name="demo", function_name="hello",
    destination_config={{
        "on_success": {{"destination": destinations.fc_function(late("next"), "step")}},
        "on_failure": {{"destination": destinations.mns_queue("failures")}}}})
AsyncInvokeConfig(
    "other", service_name="demo", function_name="other",
    destination_config={{
        "on_success": {{"destination": destinations.mns_topic("results", region="cn-hangzhou")}},
        "on_failure": {{"destination": destinations.fc_function("s", "f", qualifier="prod")}}}})
"""


def test_names_of_plain_and_of_late_values_are_what_the_cloud_holds(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(PROGRAM)
    stack.preview()  # where the service's name is not known yet
    stack.up()
    held = {config["function"]: config["destinationConfig"] for config in cloud.configs()}
    function = f"acs:fc:{REGION}:{ACCOUNT}:services"
    assert held == {
        "hello": {
            "onSuccess": {"destination": f"{function}/next/functions/step"},
            "onFailure": {"destination": f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"},
        },
        "other": {
            "onSuccess": {"destination": f"acs:mns:cn-hangzhou:{ACCOUNT}:/topics/results/messages"},
            "onFailure": {"destination": f"{function}/s.prod/functions/f"},
        },
    }
    assert stack.is_settled()


def test_a_name_written_out_is_no_change(stack: Stack) -> None:
    stack.program(
        'at = destinations.mns_queue("failures")\n'
        + declaration(
            destination_config=destinations(
                failure=f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"
            )
        )
    )
    stack.up()
    stack.program("""
AsyncInvokeConfig(
    "hello", service_name="demo", function_name="hello",
    destination_config={"on_failure": {"destination": destinations.mns_queue("failures")}})
""")
    assert stack.up().operations == []


def test_a_mistake_is_one_line(stack: Stack, cloud: EmulatorServer) -> None:
    problem = "destinations: queue_name must be one name without slashes, colons or spaces"
    stack.program('destinations.mns_queue("a/b")')
    assert f"{problem}, but is 'a/b'" in stack.preview_fails().diagnostics

    stack.program(f'{LATE}\ndestinations.mns_queue(late("a/b"))')
    (said,) = [said for said in stack.up_fails().diagnostics if problem in said]
    assert said == problem
    assert cloud.calls() == []
