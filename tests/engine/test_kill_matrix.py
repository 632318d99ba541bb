"""kill -9 at random moments, of a random part of a run: `make kill-matrix` (`KILLS=`)."""

import itertools
import os
import random
from typing import Any

import pytest
from tests.support.configs import a_config, stored
from tests.support.holds import wait_for_calls
from tests.support.processes import COMMAND, Running, running
from tests.support.programs import declaration_of
from tests.support.records import record
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.emulator.calls import Call
from pulumi_fc_async_invoke.emulator.rules import all_rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

KILLS = int(os.environ.get("KILLS", "40"))
SEED = int(os.environ.get("SEED", "0"))
PER_SERIES = 10

FUNCTIONS = [f"function-{number}" for number in range(20)]
FOREIGN = ("someone-else-1", "someone-else-2")
MILLISECONDS = 60
"""Each call waits as long before it takes effect, and again before its answer goes out."""
START_SECONDS = 3.0
"""About what the engine needs until the first call."""
MOST_CALLS = 40
"""Of a create or a destroy; an update may take fewer, or more."""

UNREADABLE = "error: failed to load checkpoint: EOF"
"""All that a command says where the file of attributes beside a file of state is empty."""

Configs = dict[str, Config]
"""Function → what its config holds."""


class Series:
    """One stack, brought up, changed and destroyed over and over, each time with a kill.

    Args:
        stack: an empty stack.
        cloud: its cloud.
        number: of the series; it is the seed.
    """

    def __init__(self, stack: Stack, cloud: EmulatorServer, number: int) -> None:
        self._stack = stack
        self._cloud = cloud
        self._number = number
        self._random = random.Random(f"{SEED} {number}")  # noqa: S311  repeatable, not secret
        self._cloud.use_rules(self._random.choice(list(all_rules())))
        for function in FOREIGN:
            cloud.seed("demo", function, {"maxAsyncRetryAttempts": 7})
        self._foreign = cloud.configs()
        self._declared: Configs = {}

    def run(self, kills: int) -> None:
        """So many kills; each series begins with another operation."""
        operations = itertools.cycle(["create", "update", "destroy"])
        for _ in range(self._number % 3):
            self._prepare(next(operations))
        done = 0
        for operation in operations:
            if done == kills:
                return
            done += self._interrupted(operation)

    def _prepare(self, operation: str) -> None:
        """Write the program of an operation, and carry that out with no kill."""
        self._write(operation)
        self._finish(operation)

    def _interrupted(self, operation: str) -> bool:
        """An operation, a kill and the next command; whether the run lived to be killed."""
        cloud, stack = self._cloud, self._stack
        self._write(operation)
        cloud.clear_calls()
        cloud.fault("latency", milliseconds=MILLISECONDS)
        cloud.fault("slow_response", milliseconds=MILLISECONDS)
        with running(stack, _command(operation)) as run:
            kill = self._kill(run, operation) if self._moment_has_come(run) else {}
            command_was_killed = kill.get("victim") == COMMAND
            if command_was_killed:
                run.end_orphans()
            else:
                code = run.wait()
                assert kill or code == 0, run.text
            assert run.left() == []
        wait_until_quiet(cloud)
        cloud.clear_faults()
        removed: list[str] = []
        if command_was_killed:
            removed += self._documented("cancel", command_was_killed=True)
        removed += self._finish(operation, command_was_killed=command_was_killed)
        if operation == "create":
            self._nothing_was_made_twice()
        if self._declared:  # with nothing declared and nothing in state, a preview sees nothing
            assert self._stack.is_settled()
        if kill:
            record(series=self._number, operation=operation, **kill, removed=removed)
        return bool(kill)

    def _moment_has_come(self, run: Running) -> bool:
        """Wait for a random call, and a random while longer; whether the run is still under way."""
        calls = self._random.choice([0, *range(1, MOST_CALLS + 1)])
        longest = 2 * MILLISECONDS / 1000 if calls else START_SECONDS
        while len(self._cloud.calls(at_least=calls, seconds=0.2)) < calls:
            if run.ends_within(0):
                return False
        return not run.ends_within(self._random.uniform(0, longest))

    def _kill(self, run: Running, operation: str) -> dict[str, Any]:
        """Kill one of the parts that live; which and when, or nothing if none did any more."""
        parts = run.parts()
        victim = self._random.choice(sorted(parts)) if parts else ""
        if not victim or not run.kill(victim, parts[victim]):
            return {}
        calls = self._cloud.calls()
        return {
            "victim": victim,
            "phase": phase(calls, self._is_done(operation)),
            "calls": len(calls),
            "under_way": sum(call.status is None for call in calls),
        }

    def _write(self, operation: str) -> None:
        if operation != "destroy":
            self._declared = {function: self._values() for function in FUNCTIONS}
        self._stack.program(
            "".join(declaration_of(function, each) for function, each in self._declared.items())
        )

    def _values(self) -> Config:
        return a_config(
            on_success=self._random.choice([None, QUEUE, TOPIC]),
            on_failure=self._random.choice([None, QUEUE, TOPIC]),
            max_async_event_age_in_seconds=self._random.randint(1, 604_800),
            max_async_retry_attempts=self._random.randint(0, 8),
            stateful_invocation=self._random.random() < 0.5,
        )

    def _finish(self, operation: str, *, command_was_killed: bool = False) -> list[str]:
        """The documented next command, which must do what it says; what was removed for it."""
        removed = self._documented(
            _command(operation), "--skip-preview", command_was_killed=command_was_killed
        )
        if operation == "destroy":
            self._declared = {}
        assert self._held() == self._declared
        assert set(self._stack.resources) == set(self._declared)
        assert self._others() == self._foreign
        return removed

    def _documented(self, command: str, *options: str, command_was_killed: bool) -> list[str]:
        """Run a command, which must succeed; the empty files that had to be removed for it."""
        arguments = (command, "--yes", "--stack", self._stack.name, *options)
        done = self._stack.run(*arguments, check=False)
        removed: list[str] = []
        if command_was_killed and done.returncode != 0 and done.stderr.strip() == UNREADABLE:
            removed = remove_emptied_sidecars(self._stack)
            assert removed, "nothing is empty"
            done = self._stack.run(*arguments, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return removed

    def _is_done(self, operation: str) -> bool:
        return self._held() == ({} if operation == "destroy" else self._declared)

    def _held(self) -> Configs:
        return {
            config["function"]: stored(config)
            for config in self._cloud.configs()
            if config["function"] not in FOREIGN
        }

    def _others(self) -> list[dict[str, Any]]:
        return [each for each in self._cloud.configs() if each["function"] in FOREIGN]

    def _nothing_was_made_twice(self) -> None:
        made = [call.function for call in self._cloud.calls() if call.method == "PUT"]
        assert sorted(made, key=str) == sorted(FUNCTIONS)


def _command(operation: str) -> str:
    return "destroy" if operation == "destroy" else "up"


def wait_until_quiet(cloud: EmulatorServer) -> None:
    """Until the cloud has done what it was asked to, by those who have been killed since too."""
    wait_for_calls(
        cloud,
        "every call is over",
        # One without a fault never arrived whole: its sender was killed while sending it.
        lambda made: not any(call.status is None and call.fault for call in made),
    )


def remove_emptied_sidecars(stack: Stack) -> list[str]:
    """The remedy for `UNREADABLE` in docs/errors.md; the names of what it removed.

    The engine's backend writes a file of state to another name and renames it, but the file of
    attributes beside it, which nothing needs, in place: a kill in that moment leaves it empty.
    """
    emptied = [
        file for file in (stack.folder / ".state").rglob("*.attrs") if file.stat().st_size == 0
    ]
    for file in emptied:
        file.unlink()
    return [file.name for file in emptied]


def phase(calls: list[Call], done: bool) -> str:  # noqa: FBT001  a fact, not a switch
    """How far a run had come when it was killed."""
    under_way = [call for call in calls if call.status is None]
    writes = [call for call in under_way if call.method != "GET"]
    if not calls:
        return "1 before the first call"
    if any(call.fault == "slow_response" for call in writes):
        return "4 a write has taken effect, its response is due"
    if writes:
        return "3 a write is under way"
    if under_way:
        return "2 a read is under way"
    return "6 after the last call" if done else "5 between two calls"


def series_of(kills: int) -> list[tuple[int, int]]:
    """Number of each series and its kills."""
    starts = range(0, kills, PER_SERIES)
    return [(number, min(PER_SERIES, kills - start)) for number, start in enumerate(starts)]


@pytest.mark.proof
@pytest.mark.parametrize(("number", "kills"), series_of(KILLS))
def test_after_a_kill_at_any_moment_the_next_command_converges(
    stack: Stack, cloud: EmulatorServer, number: int, kills: int
) -> None:
    Series(stack, cloud, number).run(kills)


def test_state_that_a_kill_left_unreadable_is_readable_without_its_empty_attributes(
    stack: Stack,
) -> None:
    stack.declare()
    stack.up()
    attributes = stack.state_file.with_suffix(".json.attrs")
    assert attributes.stat().st_size > 0
    attributes.write_bytes(b"")
    for command in ("cancel", "up", "destroy"):
        done = stack.run(command, "--yes", "--stack", stack.name, check=False)
        assert (done.returncode != 0, done.stderr.strip()) == (True, UNREADABLE), command
    assert remove_emptied_sidecars(stack) == [attributes.name]
    assert stack.is_settled()
