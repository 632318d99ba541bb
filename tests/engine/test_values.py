"""Values that a program may not pass in: one line, also where an output turns out to hold one."""

import pytest
from tests.support.programs import LATE, Source, declaration
from tests.support.stack import Stack
from tests.support.values import QUEUE, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

LIST = (
    "AsyncInvokeConfig 'hello': destination_config.on_failure must be DestinationArgs or a dict, "
    "but is a list: give the object itself, not a list"
)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"{{'on_failure': [{{'destination': {QUEUE!r}}}]}}", LIST),
        (f"late({QUEUE!r}).apply(lambda to: {{'on_failure': [{{'destination': to}}]}})", LIST),
        (
            (
                "late('a/b').apply(lambda name: {'on_failure': {'destination': "
                "destinations.mns_queue(Output.secret(name))}})"
            ),
            "destinations: queue_name must be one name without slashes, colons or spaces",
        ),
    ],
    ids=["plain", "in an output", "in a helper"],
)
def test_a_value_that_cannot_be_sent_is_one_line(
    stack: Stack, cloud: EmulatorServer, given: str, said: str
) -> None:
    stack.program(LATE + declaration(destination_config=Source(given)))
    outcome = stack.up_fails()
    assert [line for line in outcome.diagnostics if "must be" in line] == [said]
    assert cloud.calls() == []


def test_members_of_enums_are_their_values(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        LATE
        + "from enum import Enum\n"
        + "class Name(str, Enum):\n    DEMO = 'demo'\n    FAILURES = 'failures'\n"
        + declaration(
            service_name=Source("late('demo').apply(Name)"),
            destination_config=Source(
                "{'on_failure': {'destination': destinations.mns_queue(Name.FAILURES)}}"
            ),
        )
    )
    stack.up()
    held = held_values(cloud, "hello")
    assert held["destinationConfig"]["onFailure"]["destination"].endswith(
        "/queues/failures/messages"
    )
    assert stack.is_settled()
