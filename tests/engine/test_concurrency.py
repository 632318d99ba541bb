"""`fc:maxConcurrency`: more calls in flight, the program and the state unchanged."""

from collections import Counter

import pytest
from tests.support.holds import LONG, wait_until_held
from tests.support.processes import running
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

MANY = """
for number in range(40):
    AsyncInvokeConfig(f"hello-{number}", service_name="demo", function_name=f"hello-{number}")
"""


def most_in_flight(cloud: EmulatorServer) -> int:
    return max(call.in_flight for call in cloud.calls())


def test_an_up_has_as_many_calls_in_flight_as_configured(
    stack: Stack, cloud: EmulatorServer
) -> None:
    # A destroy may have fewer in its first wave: tests/plugin/test_concurrency.py.
    stack.program(MANY)
    stack.configure(fc__maxConcurrency="20")
    cloud.fault("latency", milliseconds=LONG)
    with running(stack, "up", "--parallel", "64") as run:
        wait_until_held(cloud, 20)
        cloud.clear_faults()
        cloud.release()
        assert run.wait() == 0, run.text
    assert most_in_flight(cloud) == 20
    assert len(cloud.configs()) == 40


@pytest.mark.proof
def test_changing_the_number_changes_nothing_else(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(MANY)
    stack.up()
    before = stack.resources
    cloud.clear_calls()
    for number in ("64", None):
        stack.configure(fc__maxConcurrency=number)
        assert stack.up().changes == []
        assert cloud.calls() == []
        assert stack.resources == before
    assert stack.settled()


@pytest.mark.proof
def test_each_explicit_provider_has_its_own(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        f"""
class Functions(pulumi.ComponentResource):
    def __init__(self, name, count, opts=None):
        super().__init__("project:index:Functions", name, None, opts)
        for number in range(count):
            AsyncInvokeConfig(
                f"{{name}}-{{number}}",
                service_name=name,
                function_name=f"hello-{{number}}",
                opts=ResourceOptions(parent=self),
            )


common = dict(region="cn-shanghai", account_id="1234567890123456", endpoint={cloud.url!r})
one = Provider("one", max_concurrency=1, **common)
many = Provider("many", max_concurrency=12, **common)
Functions("narrow", 6, ResourceOptions(providers=[one]))
Functions("wide", 24, ResourceOptions(providers=[many]))
"""
    )
    cloud.fault("latency", milliseconds=LONG)
    with running(stack, "up", "--parallel", "64") as run:
        wait_until_held(cloud, 1 + 12)
        # That no other comes can only be waited for.
        held = cloud.calls(at_least=1 + 12 + 1, seconds=0.5)
        cloud.clear_faults()
        cloud.release()
        assert run.wait() == 0, run.text

    assert Counter(call.service for call in held) == {"narrow": 1, "wide": 12}
    assert most_in_flight(cloud) == 1 + 12


@pytest.mark.proof
def test_a_throttled_up_of_many_succeeds_without_a_storm(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(MANY.replace("40", "100"))
    stack.configure(fc__maxConcurrency="32")
    cloud.fault("latency", milliseconds=50)
    cloud.fault("ResourceExhausted", per_second=50)

    stack.up("--parallel", "64")

    statuses = [call.status for call in cloud.calls()]
    assert len(cloud.configs()) == 100
    assert statuses.count(429) < 100  # of 200 calls that had to be made
