"""More than one program, or someone else, on the same configs at the same time."""

import re

from tests.engine.conftest import MakeStack
from tests.support.fault_steps import next_step, said_of
from tests.support.faults_page import check_block, normal, table
from tests.support.holds import LONG, wait_until_held
from tests.support.processes import running
from tests.support.stack import (
    QUEUE,
    Outcome,
    Stack,
    api_values,
    declaration,
    destinations,
    held_values,
)

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

COLUMNS = ("what happens", "you see", "the service holds then", "the next `pulumi up --refresh`")


def patient(stack: Stack) -> Stack:
    """A call of it that is held is not given up, and made again, meanwhile."""
    stack.configure(fc__requestTimeout="3600")
    return stack


def line_of(outcome: Outcome) -> str:
    return said_of(outcome).get("hello", "success")


def retries(cloud: EmulatorServer) -> str:
    held = held_values(cloud)
    return f"`maxAsyncRetryAttempts` {held['maxAsyncRetryAttempts']}" if held else "nothing"


def refreshed(stack: Stack, cloud: EmulatorServer) -> str:
    """The next up, and what it did."""
    cloud.clear_calls()
    outcome = stack.try_up("--refresh")
    if outcome.exit_code:
        return "says the same"
    return next_step(outcome, cloud, "hello")


def test_two_stacks_on_one_config(make_stack: MakeStack, cloud: EmulatorServer) -> None:
    first, second = patient(make_stack("first")), make_stack("second")
    rows: list[tuple[str, ...]] = []

    first.declare(max_async_retry_attempts=1)
    first.up()
    second.declare(max_async_retry_attempts=2)
    said = line_of(second.up_fails())
    rows.append(
        ("a second stack declares other values", said, retries(cloud), refreshed(second, cloud))
    )

    second.declare(max_async_retry_attempts=1)
    said = line_of(second.up())
    rows.append(
        ("a second stack declares the same values", said, retries(cloud), refreshed(second, cloud))
    )

    said = line_of(second.destroy())
    there = retries(cloud)
    rows.append(("… and is destroyed; the first goes on", said, there, refreshed(first, cloud)))
    first.destroy()
    assert cloud.configs() == []

    cloud.fault("latency", method="PUT", times=1, milliseconds=LONG)
    cloud.clear_calls()
    with running(first, "up") as run:
        wait_until_held(cloud, 1)
        second.declare(max_async_retry_attempts=2)
        second.up()
        cloud.release()
        assert run.wait() == 0
    rows.append(
        (
            "two stacks create it at the same time, and the first writes last",
            "success, both",
            retries(cloud),
            f"of the second {refreshed(second, cloud)}",
        )
    )
    assert second.settled()
    check_block("together", table(COLUMNS, rows))


def test_an_up_and_a_refresh_side_by_side(make_stack: MakeStack, cloud: EmulatorServer) -> None:
    first, second = patient(make_stack("first")), make_stack("second")
    first.declare("one", max_async_retry_attempts=1)
    second.declare("two", max_async_retry_attempts=2)
    second.up()
    cloud.fault("latency", method="PUT", times=1, milliseconds=LONG)
    with running(first, "up") as run:
        wait_until_held(cloud, 1)
        # Another stack's refresh goes on; the same stack's is refused by the engine's lock.
        assert second.refresh().drift == []
        refused = first.run("refresh", "--yes", "--skip-preview", check=False)
        assert refused.returncode != 0
        assert LOCKED in refused.stderr
        cloud.release()
        assert run.wait() == 0
    assert first.settled()
    assert held_values(cloud, "one") == api_values(max_async_retry_attempts=1)
    assert held_values(cloud, "two") == api_values(max_async_retry_attempts=2)
    rows = [
        ("another stack's, on the same account", "success"),
        ("the same stack's", f"`{LOCKED}`, and the `up` goes on"),
    ]
    check_block("side-by-side", table(("whose", "you see"), rows))


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
    said = {name: words_about(name, run.text) for name in names}
    held = {name: held_values(cloud, name) for name in names}
    declared = api_values(max_async_retry_attempts=2)
    merged = api_values(max_async_retry_attempts=2, destination_config=destinations(failure=QUEUE))
    assert held == {"created": merged, "overwritten": declared, "updated": declared}
    assert set(stack.resources) == {"overwritten", "updated"}
    # The program now says that it may have it.
    stack.configure(fc__allowOverwrite="true")
    stack.up()
    assert held_values(cloud, "created") == declared
    assert stack.settled()
    rows = [
        (
            words,
            said[name],
            "their destination, our numbers" if held[name] == merged else "new",
            following,
        )
        for words, name, following in (
            ("create", "created", "says the same; with `allow_overwrite`, it overwrites"),
            ("create with `allow_overwrite`", "overwritten", "has nothing to do"),
            ("update", "updated", "has nothing to do"),
        )
    ]
    check_block("between", table(COLUMNS_BETWEEN, rows))


COLUMNS_BETWEEN = ("in", "you see", "the service holds", "the next `pulumi up`")


def words_about(name: str, text: str) -> str:
    """The errors and warnings of a run about one function."""
    found = re.findall(rf"^ +(?:error|warning): (.*/{name} .*)", text, re.MULTILINE)
    lines = [normal(line).replace(f"/{name} ", "/hello ") for line in found]
    return "<br>".join(dict.fromkeys(lines)) or "success"


def test_credentials_that_are_refused_half_way(stack: Stack, cloud: EmulatorServer) -> None:
    opts = "ResourceOptions(depends_on=[{}])"
    stack.program(
        declaration("first")
        + declaration("second", opts=opts.format("first"))
        + declaration("third", opts=opts.format("second"))
    )
    cloud.fault("AccessDenied", after=2)
    said = said_of(stack.up_fails())
    assert set(stack.resources) == {"first"}
    assert [config["function"] for config in cloud.configs()] == ["first"]
    cloud.clear_faults()
    cloud.clear_calls()
    assert stack.up().by_name == {"second": ["create"], "third": ["create"]}
    assert {call.function for call in cloud.calls()} == {"second", "third"}
    assert stack.settled()
    rows = [
        ("before", "success", "new", "new", "has nothing to do"),
        ("at the first call that is refused", said["second"], "nothing", "nothing", "creates it"),
        ("after", "nothing: it is not tried", "nothing", "nothing", "creates it"),
    ]
    header = ("a resource", "you see", "the service holds", "state holds", "the next `pulumi up`")
    check_block("refused", table(header, rows))
