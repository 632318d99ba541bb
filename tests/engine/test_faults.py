"""The service, or the way to it, is in trouble: wait, settle what is in doubt, or say it once."""

from collections.abc import Iterable
from typing import Any

import pytest
from tests.support.holds import wait_for_calls
from tests.support.outcome import Outcome
from tests.support.programs import destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.emulator.exceptions import ErrorKind
from pulumi_fc_async_invoke.emulator.faults import BodyKind, FaultKind
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

NAMES = ("one", "two", "three", "four")


def declare_all(stack: Stack, retries: int, names: Iterable[str] = NAMES) -> None:
    stack.program(
        "".join(stack.version.declaration(name, max_async_retry_attempts=retries) for name in names)
    )


def assert_all_hold(
    stack: Stack, cloud: EmulatorServer, retries: int, names: Iterable[str] = NAMES
) -> None:
    """In the cloud and in state, and no others."""
    declared = dict.fromkeys(names, stack.version.values(max_async_retry_attempts=retries))
    held = {
        each["function"]: stack.version.held(cloud, each["function"]) for each in cloud.configs()
    }
    assert held == declared
    assert {name: stack.outputs(name)["maxAsyncRetryAttempts"] for name in stack.resources} == (
        dict.fromkeys(names, retries)
    )


def errors(outcome: Outcome) -> list[str]:
    """What was said about configs; each is one line."""
    said = [said for said in outcome.diagnostics if "async-invoke-config of" in said]
    assert not [line for line in said if "\n" in line]
    return said


def error(outcome: Outcome) -> str:
    (said,) = errors(outcome)
    return said


# -- troubles that pass


@pytest.mark.proof
def test_a_service_that_throttles_every_second_call_gets_it_all_in_the_end(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.fault("ResourceExhausted", every=2)
    declare_all(stack, 1)
    assert stack.up().operations == ["create"] * 4
    assert_all_hold(stack, cloud, 1)
    declare_all(stack, 2)
    assert stack.up().operations == ["update"] * 4
    assert_all_hold(stack, cloud, 2)
    assert stack.settled()
    assert stack.destroy().operations == ["delete"] * 4
    assert cloud.configs() == []
    statuses = [call.status for call in cloud.calls()]
    assert statuses.count(429) == len(statuses) // 2


PASSING: list[FaultKind] = [
    "InternalServerError",
    "drop_before",
    "ResourceThrottled",
    "drop_after",
    "ConcurrentUpdateError",
    "ClientClosedRequest",
]


@pytest.mark.proof
def test_a_storm_of_errors_and_dropped_connections_that_ends_is_waited_out(
    stack: Stack, cloud: EmulatorServer
) -> None:
    def storm() -> None:
        assert all(fault["hits"] == fault["times"] for fault in cloud.faults())
        cloud.clear_faults()
        for kind in PASSING:
            cloud.fault(kind, times=1)
        cloud.fault("InternalServerError", effect=True, times=1)
        cloud.fault("latency", milliseconds=100, times=5)

    storm()
    declare_all(stack, 1)
    assert stack.up().operations == ["create"] * 4
    assert_all_hold(stack, cloud, 1)
    storm()
    declare_all(stack, 2)
    assert stack.up().operations == ["update"] * 4
    assert_all_hold(stack, cloud, 2)
    storm()
    assert stack.destroy().operations == ["delete"] * 4
    assert cloud.configs() == []
    assert all(fault["hits"] == fault["times"] for fault in cloud.faults())


# -- writes that took effect, and whose answer never comes


BROKEN: list[BodyKind] = [
    "html",
    "empty",
    "broken_json",
    "truncated",
    "huge",
    "nonsense",
    "redirect",
]


@pytest.mark.proof
def test_a_write_with_an_answer_that_is_not_the_services_is_settled_by_a_read(
    stack: Stack, cloud: EmulatorServer
) -> None:
    for retries, operation in ((1, "create"), (2, "update")):
        cloud.clear_faults()
        cloud.clear_calls()
        for kind in BROKEN:
            cloud.fault(kind, method="PUT", times=1)
        declare_all(stack, retries, BROKEN)
        assert stack.up().operations == [operation] * len(BROKEN)
        assert_all_hold(stack, cloud, retries, BROKEN)
        assert {call.fault for call in cloud.calls() if call.method == "PUT"} >= set(BROKEN)
    assert stack.settled()


LOST: list[FaultKind] = ["slow_response", "drop_after", "InternalServerError"]


@pytest.mark.proof
def test_a_write_whose_answer_never_comes_is_settled_by_a_read(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.configure(fc__requestTimeout="1")
    declared: list[str] = []
    for retries, kind in enumerate(LOST, start=1):
        updated = ["update"] * len(declared)
        declared.append(kind)
        cloud.clear_faults()
        cloud.fault(kind, method="PUT", effect=True, milliseconds=10_000)
        declare_all(stack, retries, declared)
        assert sorted(stack.up().operations) == ["create", *updated]
        assert_all_hold(stack, cloud, retries, declared)
    cloud.clear_faults()
    assert stack.settled()


@pytest.mark.proof
def test_a_delete_whose_answer_never_comes_is_settled_by_a_read(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.configure(fc__requestTimeout="1")
    stack.declare()
    stack.up()
    cloud.fault("slow_response", method="DELETE", milliseconds=10_000)
    stack.destroy()
    assert cloud.configs() == []
    assert stack.resources == {}


@pytest.mark.proof
def test_a_delete_that_something_else_answers_has_not_happened(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    cloud.fault("html", effect=False)
    assert "is not the service's" in error(stack.destroy_fails())
    assert set(stack.resources) == {"hello"}
    assert len(cloud.configs()) == 1


# -- troubles that last longer than fc:requestTimeout


LASTING: dict[FaultKind, str] = {
    "ResourceThrottled": "HTTP 503, ResourceThrottled",
    "ResourceExhausted": "HTTP 429, ResourceExhausted",
    "drop_before": "dropped the connection",
}


@pytest.fixture
def impatient(stack: Stack) -> Stack:
    """A stack with one config, and a program that changes it and adds another."""
    declare_all(stack, 1, ["changed"])
    stack.up()
    declare_all(stack, 2, ["changed", "new"])
    stack.configure(fc__requestTimeout="1")
    return stack


def assert_next_up_converges(
    stack: Stack, cloud: EmulatorServer, names: Iterable[str] = ("changed", "new")
) -> None:
    cloud.clear_faults()
    stack.up()
    assert_all_hold(stack, cloud, 2, names)
    assert stack.settled()


@pytest.mark.proof
def test_a_write_that_fails_for_good_is_one_line_and_changes_nothing(
    impatient: Stack, cloud: EmulatorServer
) -> None:
    for kind, words in LASTING.items():
        cloud.clear_faults()
        cloud.fault(kind, method="PUT")
        outcome = impatient.up_fails("--continue-on-error")
        assert sorted(outcome.operations) == ["create", "update"]
        assert len(errors(outcome)) == 2
        for line in errors(outcome):
            # The last attempt may be told to wait beyond the deadline.
            assert words in line or "the service asked to wait" in line
        assert_all_hold(impatient, cloud, 1, ["changed"])
    assert_next_up_converges(impatient, cloud)


def test_a_write_that_takes_effect_after_it_was_given_up_is_adopted(
    impatient: Stack, cloud: EmulatorServer
) -> None:
    cloud.fault("latency", method="PUT", milliseconds=2_000)
    cloud.clear_calls()
    outcome = impatient.up_fails("--continue-on-error")
    for line in errors(outcome):
        assert "in time" in line
        assert "may or may not have taken effect" in line
    assert len(errors(outcome)) == 2
    assert set(impatient.resources) == {"changed"}
    assert impatient.outputs("changed")["maxAsyncRetryAttempts"] == 1
    puts = [call.number for call in cloud.calls() if call.method == "PUT"]
    wait_for_calls(
        cloud,
        "the writes that were given up take effect",
        lambda made: all(call.status for call in made if call.number in puts),
    )
    assert impatient.version.held(cloud, "new") == impatient.version.values(
        max_async_retry_attempts=2
    )
    cloud.clear_calls()
    assert_next_up_converges(impatient, cloud)
    assert "PUT" not in [call.method for call in cloud.calls() if call.function == "new"]


def test_a_write_whose_read_fails_too_is_in_doubt_and_says_so(
    impatient: Stack, cloud: EmulatorServer
) -> None:
    cloud.fault("drop_after", method="PUT")
    cloud.fault("InternalServerError", method="GET", after=1)
    outcome = impatient.up_fails("--continue-on-error")
    assert len(errors(outcome)) == 2
    for line in errors(outcome):
        assert "may or may not have taken effect" in line
    assert impatient.version.held(cloud, "changed") == impatient.version.values(
        max_async_retry_attempts=2
    )
    assert impatient.outputs("changed")["maxAsyncRetryAttempts"] == 1
    assert set(impatient.resources) == {"changed"}
    assert_next_up_converges(impatient, cloud)


@pytest.mark.proof
def test_something_else_than_the_service_answers_every_call(
    impatient: Stack, cloud: EmulatorServer
) -> None:
    cloud.fault("html", effect=False)
    refreshed = impatient.run("refresh", "--yes", "--skip-preview", check=False)
    assert refreshed.returncode != 0
    assert "Traceback" not in refreshed.stdout + refreshed.stderr
    outcome = impatient.up_fails("--continue-on-error")
    assert len(errors(outcome)) == 2
    for line in errors(outcome):
        assert "is not the service's: HTTP 200 with a body" in line
        assert "content type text/html, starting with '<!DOCTYPE html>" in line
    assert_all_hold(impatient, cloud, 1, ["changed"])
    assert_next_up_converges(impatient, cloud)


# -- a removal that takes several calls, and loses its permission on the way


BOTH = destinations(success=TOPIC, failure=QUEUE)
ONE = destinations(success=TOPIC)
OLD: dict[str, Any] = {"max_async_retry_attempts": 1, "destination_config": BOTH}
DECLARED: dict[str, Any] = {"max_async_retry_attempts": 2, "destination_config": ONE}
DENIED: ErrorKind = "AccessDenied"


@pytest.fixture
def removal(stack: Stack, cloud: EmulatorServer) -> Stack:
    """A removal of a destination that takes PUT (null), PUT ({}), DELETE and PUT."""
    cloud.rules(merge="deep", null="ignore", empty="ignore")
    stack.declare(**OLD)
    stack.up()
    stack.declare(**DECLARED)
    return stack


def assert_removal_succeeds(stack: Stack, cloud: EmulatorServer) -> None:
    cloud.clear_faults()
    stack.up()
    assert stack.version.held(cloud) == stack.version.values(**DECLARED)
    assert stack.settled()


@pytest.mark.proof
def test_a_403_in_a_removal_says_what_is_on_the_service_and_the_next_up_goes_on(
    removal: Stack, cloud: EmulatorServer
) -> None:
    before = removal.outputs()["destinationConfig"]
    version = removal.version
    old = version.values(**OLD)
    merged = version.values(max_async_retry_attempts=2, destination_config=BOTH)
    # The first PUT; the second; the DELETE; the PUT after it, once: what was there is put back.
    for method, after, held in (
        ("PUT", 0, old),
        ("PUT", 1, merged),
        ("DELETE", 0, merged),
        ("PUT", 2, old),
    ):
        cloud.clear_faults()
        cloud.fault(DENIED, method=method, after=after, times=1)
        said = error(removal.up_fails())
        assert "HTTP 403, AccessDenied" in said
        assert "Check the credentials" in said
        assert ("is back as it was when" in said) == ((method, after) == ("PUT", 2))
        assert version.held(cloud) == held
        assert removal.outputs()["destinationConfig"] == before
    assert_removal_succeeds(removal, cloud)


def test_a_403_that_lasts_after_the_delete_says_what_was_lost_and_the_next_up_restores_it(
    removal: Stack, cloud: EmulatorServer
) -> None:
    cloud.fault(DENIED, method="PUT", after=2)
    said = error(removal.up_fails())
    assert "putting back what was there before failed too" in said
    assert "the service now holds no config" in said
    assert QUEUE in said.partition("before, it held")[2]
    assert cloud.configs() == []
    assert set(removal.resources) == {"hello"}
    assert_removal_succeeds(removal, cloud)
