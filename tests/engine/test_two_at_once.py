"""More than one program, or someone else, on the same configs at the same time."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from tests.engine.conftest import MakeStack
from tests.support.fault_steps import (
    in_words,
    next_step,
    said_of,
    said_on_screen,
    values_in_state,
)
from tests.support.faults_page import ACCOUNT, BETWEEN, REFUSED, SUCCESS, TOGETHER
from tests.support.holds import LONG, wait_for_calls, wait_until_held
from tests.support.outcome import Outcome
from tests.support.processes import running
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


def patient(stack: Stack) -> Stack:
    """A call of it that is held is not given up, and made again, meanwhile."""
    stack.configure(fc__requestTimeout="3600")
    return stack


def line_of(outcome: Outcome) -> str:
    return said_of(outcome).get("hello", SUCCESS)


def retries(cloud: EmulatorServer) -> str:
    return in_retries(held_values(cloud))


def retries_in_state(stack: Stack) -> str:
    return in_retries(values_in_state(stack, "hello"))


def in_retries(values: Mapping[str, Any]) -> str:
    return f"`maxAsyncRetryAttempts` {values['maxAsyncRetryAttempts']}" if values else "nothing"


def following(outcome: Outcome, cloud: EmulatorServer, name: str, before: str) -> str:
    """What the next up said about a resource; where it said nothing, what it did.

    Args:
        outcome: of the next up.
        cloud: with the calls of it.
        name: of the resource.
        before: what the up before said.
    """
    said = said_of(outcome).get(name)
    if said is None:
        return next_step(outcome, cloud, name)
    return "says the same" if said == before else said


def refreshed(stack: Stack, cloud: EmulatorServer, before: str) -> str:
    """The next up, and what it said or did."""
    cloud.clear_calls()
    outcome = stack.try_up("--refresh")
    assert outcome.exit_code == 0 or "hello" in said_of(outcome), outcome.text
    return following(outcome, cloud, "hello", before)


@pytest.mark.proof
def test_two_stacks_on_one_config(make_stack: MakeStack, cloud: EmulatorServer) -> None:
    first, second = patient(make_stack("first")), make_stack("second")
    rows: list[tuple[str, ...]] = []

    first.declare(max_async_retry_attempts=1)
    first.up()
    second.declare(max_async_retry_attempts=2)
    said = line_of(second.up_fails())
    there = (retries(cloud), retries_in_state(second))
    rows.append(
        ("a second stack declares other values", said, *there, refreshed(second, cloud, said))
    )

    second.declare(max_async_retry_attempts=1)
    said = line_of(second.up())
    there = (retries(cloud), retries_in_state(second))
    rows.append(
        ("a second stack declares the same values", said, *there, refreshed(second, cloud, said))
    )

    said = line_of(second.destroy())
    there = (retries(cloud), retries_in_state(first))
    rows.append(
        ("… and is destroyed; the first goes on", said, *there, refreshed(first, cloud, said))
    )
    first.destroy()
    assert cloud.configs() == []

    cloud.fault("latency", method="PUT", times=1, milliseconds=LONG)
    cloud.clear_calls()
    with running(first, "up") as run:
        wait_until_held(cloud, 1)
        second.declare(max_async_retry_attempts=2)
        said = line_of(second.up())
        cloud.release()
        assert run.wait() == 0
    said_by_first = said_on_screen(run.text, "hello")
    of_each = (f"{retries_in_state(first)} (the first)", f"{retries_in_state(second)} (the second)")
    there = (retries(cloud), ", ".join(of_each))
    rows.append(
        (
            "two stacks create it at the same time, and the first writes last",
            f"{said_by_first} (the first), {said} (the second)",
            *there,
            f"of the second: {refreshed(second, cloud, said)}",
        )
    )
    assert second.settled()
    TOGETHER.check(rows)


@pytest.mark.proof
def test_two_stacks_on_one_account_that_throttles_both_at_the_same_time(
    make_stack: MakeStack, cloud: EmulatorServer
) -> None:
    stacks = {number: patient(make_stack(name)) for number, name in ((1, "first"), (2, "second"))}
    names = {number: [f"of-{number}-{each}" for each in range(5)] for number in stacks}
    for number, stack in stacks.items():
        stack.program(
            "".join(declaration(name, max_async_retry_attempts=number) for name in names[number])
        )
    cloud.fault("ResourceExhausted")
    with running(stacks[1], "up") as first, running(stacks[2], "up") as second:
        wait_for_calls(
            cloud,
            "a call of each stack that is throttled",
            lambda calls: len({(call.function or "")[:4] for call in calls if call.code}) == 2,
        )
        # From here on, every second call is: of whichever stack.
        cloud.clear_faults()
        cloud.fault("ResourceExhausted", every=2)
        assert (first.wait(), second.wait()) == (0, 0), first.text + second.text
    (fault,) = cloud.faults()
    assert fault["hits"] > 0
    cloud.clear_faults()
    cloud.clear_calls()
    said = {
        number: {said_on_screen(run.text, name) for name in names[number]}
        for number, run in ((1, first), (2, second))
    }
    rows: list[tuple[str, ...]] = []
    for number, stack in stacks.items():
        held = {in_words(held_values(cloud, name), new=number) for name in names[number]}
        in_state = {in_words(values_in_state(stack, name), new=number) for name in names[number]}
        outcome = stack.up()
        then = {next_step(outcome, cloud, name) for name in names[number]}
        rows += [
            (stack.name, *each) for each in itertools.product(said[number], held, in_state, then)
        ]
    assert cloud.calls() == []
    ACCOUNT.check(rows)


@pytest.mark.proof
def test_an_up_and_a_refresh_side_by_side(make_stack: MakeStack, cloud: EmulatorServer) -> None:
    first, second = patient(make_stack("first")), make_stack("second")
    first.declare("one", max_async_retry_attempts=1)
    second.declare("two", max_async_retry_attempts=2)
    second.up()
    cloud.fault("latency", method="PUT", times=1, milliseconds=LONG)
    with running(first, "up") as run:
        wait_until_held(cloud, 1)
        # Another stack's refresh goes on; the same stack's is refused by the engine's lock.
        refreshed_second = second.refresh()
        assert refreshed_second.drift == []
        assert LOCKED in first.refresh_fails().text
        cloud.release()
        assert run.wait() == 0
    assert said_on_screen(run.text, "one") == SUCCESS
    assert said_of(refreshed_second) == {}
    assert first.settled()
    assert held_values(cloud, "one") == api_values(max_async_retry_attempts=1)
    assert held_values(cloud, "two") == api_values(max_async_retry_attempts=2)


LOCKED = "the stack is currently locked by 1 lock(s)"


def test_a_config_that_changes_between_look_and_write(stack: Stack, cloud: EmulatorServer) -> None:
    """Someone else writes while our PUT is under way."""
    theirs = {
        "maxAsyncRetryAttempts": 7,
        "destinationConfig": {"onFailure": {"destination": QUEUE}},
    }
    patient(stack).program(declaration("updated", max_async_retry_attempts=1))
    stack.up()
    stack.program(
        declaration("updated", max_async_retry_attempts=2)
        + declaration("created", max_async_retry_attempts=2)
        + declaration("overwritten", max_async_retry_attempts=2, allow_overwrite=True)
    )
    cloud.clear_calls()
    names = ("created", "overwritten", "updated")
    for name in names:
        cloud.fault("latency", method="PUT", function=name, times=1, milliseconds=LONG)
    with running(stack, "up", "--continue-on-error") as run:
        wait_until_held(cloud, len(names))
        for name in names:
            cloud.seed("demo", name, theirs)
        cloud.release()
        assert run.wait() != 0
    said = {name: said_on_screen(run.text, name) for name in names}
    held = {name: held_values(cloud, name) for name in names}
    declared = api_values(max_async_retry_attempts=2)
    merged = api_values(max_async_retry_attempts=2, destination_config=destinations(failure=QUEUE))
    assert held == {"created": merged, "overwritten": declared, "updated": declared}
    in_state = {name: values_in_state(stack, name) for name in names}
    assert in_state == {"created": {}, "overwritten": declared, "updated": declared}
    cloud.clear_calls()
    outcome = stack.try_up("--continue-on-error")
    then = {name: following(outcome, cloud, name, said[name]) for name in names}
    assert held_values(cloud, "created") == merged
    # The program now says that it may have it.
    stack.configure(fc__allowOverwrite="true")
    cloud.clear_calls()
    outcome = stack.up()
    assert outcome.by_name == {"created": ["create"]}
    assert [call.method for call in cloud.calls()].count("PUT") > 0
    assert held_values(cloud, "created") == declared
    assert stack.settled()
    then["created"] += "<br>with `allow_overwrite`: overwrites it"
    rows = [
        (
            words,
            said[name],
            "their destination, our numbers" if held[name] == merged else "new",
            in_words(in_state[name], new=2),
            then[name],
        )
        for words, name in (
            ("create", "created"),
            ("create with `allow_overwrite`", "overwritten"),
            ("update", "updated"),
        )
    ]
    BETWEEN.check(rows)


def test_credentials_that_are_refused_half_way(stack: Stack, cloud: EmulatorServer) -> None:
    opts = "ResourceOptions(depends_on=[{}])"
    stack.program(
        declaration("first", max_async_retry_attempts=3)
        + declaration("second", opts=opts.format("first"), max_async_retry_attempts=3)
        + declaration("third", opts=opts.format("second"), max_async_retry_attempts=3)
    )
    names = {"first": "before", "second": "at the first call that is refused", "third": "after"}
    cloud.fault("AccessDenied", after=2)
    outcome = stack.up_fails()
    said = dict.fromkeys(outcome.by_name, SUCCESS) | said_of(outcome)
    seen = {
        name: (
            said.get(name, "nothing: it is not tried"),
            in_words(held_values(cloud, name), new=3),
            in_words(values_in_state(stack, name), new=3),
        )
        for name in names
    }
    cloud.clear_faults()
    cloud.clear_calls()
    outcome = stack.up()
    assert {call.function for call in cloud.calls()} == {"second", "third"}
    assert stack.is_settled()
    rows = [(words, *seen[name], next_step(outcome, cloud, name)) for name, words in names.items()]
    REFUSED.check(rows)
