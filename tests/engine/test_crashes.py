"""A process dies, or is told to stop, while every call of every operation is under way.

Each resource is held at one call of its operation, before or after the call has taken effect; all
of them at once, in one run. Then the victim is hit, and the documented next command is run.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.fault_steps import AT_ONCE, next_step
from tests.support.faults_page import check_block, normal, table
from tests.support.running import LONG, Run, pending, running
from tests.support.stack import (
    ACCOUNT,
    QUEUE,
    REGION,
    TOPIC,
    Outcome,
    Stack,
    api_values,
    declaration,
    destinations,
    held_values,
)

from pulumi_fc_async_invoke.emulator.calls import Call
from pulumi_fc_async_invoke.emulator.faults import DelayKind
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

BEFORE: DelayKind = "latency"
AFTER: DelayKind = "slow_answer"
COLUMNS = ("in", "the service holds", "state holds", "the next `pulumi up`")
ENDINGS = {"error: update failed", "error: context canceled", "error: update cancelled"}
"""How the engine ends a run for whatever reason; which of them is a matter of luck."""
HOUR = 3600
"""Seconds: no try is given up, and made again, while it is held."""
BOTH = destinations(success=TOPIC, failure=QUEUE)
ONE = destinations(success=TOPIC)


@dataclass(frozen=True)
class Case:
    """A resource that is held at one call."""

    words: str
    """The operation and the call, for the page."""
    method: str
    """Of the call."""
    when: DelayKind
    """Whether it is held before or after it takes effect."""
    number: int = 0
    """Calls of this method that pass first."""
    old: Mapping[str, Any] | None = None
    """Inputs before; None: it is new."""
    new: Mapping[str, Any] | None = None
    """Inputs now; None: it is deleted."""
    undo: bool = False
    """Whether the PUT after the DELETE is refused, so that what was there has to be put back."""

    @property
    def text(self) -> str:
        state = "before" if self.when == BEFORE else "after"
        return f"{self.words}, {state} it takes effect"


def put(retries: int, **inputs: Any) -> dict[str, Any]:
    return {"max_async_retry_attempts": retries, **inputs}


OLD, NEW = put(1), put(2)
OLD_BOTH, NEW_ONE = put(1, destination_config=BOTH), put(2, destination_config=ONE)
MOVED = put(2, qualifier="prod")

WRITES = [
    Case("create: GET", "GET", BEFORE, new=NEW),
    Case("create: PUT", "PUT", BEFORE, new=NEW),
    Case("create: PUT", "PUT", AFTER, new=NEW),
    Case("update: PUT", "PUT", BEFORE, old=OLD, new=NEW),
    Case("update: PUT", "PUT", AFTER, old=OLD, new=NEW),
    Case("replacement, create: PUT", "PUT", BEFORE, old=OLD, new=MOVED),
    Case("replacement, create: PUT", "PUT", AFTER, old=OLD, new=MOVED),
    Case("removal: first PUT", "PUT", BEFORE, old=OLD_BOTH, new=NEW_ONE),
    Case("removal: first PUT", "PUT", AFTER, old=OLD_BOTH, new=NEW_ONE),
    Case("removal: second PUT", "PUT", AFTER, 1, OLD_BOTH, NEW_ONE),
    Case("removal: DELETE", "DELETE", BEFORE, 0, OLD_BOTH, NEW_ONE),
    Case("removal: DELETE", "DELETE", AFTER, 0, OLD_BOTH, NEW_ONE),
    Case("removal: last PUT", "PUT", BEFORE, 2, OLD_BOTH, NEW_ONE),
    Case("removal: last PUT", "PUT", AFTER, 2, OLD_BOTH, NEW_ONE),
    Case("removal, undone: PUT of the old one", "PUT", BEFORE, 3, OLD_BOTH, NEW_ONE, undo=True),
    Case("removal, undone: PUT of the old one", "PUT", AFTER, 3, OLD_BOTH, NEW_ONE, undo=True),
]
DELETES = [
    Case("delete: DELETE", "DELETE", BEFORE, old=NEW),
    Case("delete: DELETE", "DELETE", AFTER, old=NEW),
    Case("delete: the GET that confirms it", "GET", BEFORE, old=NEW),
    Case("replacement, delete: DELETE", "DELETE", BEFORE, old=NEW, new=MOVED),
    Case("replacement, delete: DELETE", "DELETE", AFTER, old=NEW, new=MOVED),
]
"""What the first of the resources that `WRITES` leaves there goes through."""


class Scene:
    """The resources of one stack, each of them held at its call."""

    def __init__(self, stack: Stack, cloud: EmulatorServer) -> None:
        self._stack = stack
        self._cloud = cloud
        self.cases: dict[str, Case] = {}
        self._declared: dict[str, Mapping[str, Any] | None] = {}

    def begin(self, cases: Sequence[Case]) -> None:
        """Declare what these cases change, and hold their calls."""
        self.cases = {f"case-{number}": case for number, case in enumerate(cases)}
        self._cloud.clear_calls()
        self._declare({name: case.new for name, case in self.cases.items()})
        for name, case in self.cases.items():
            self._cloud.fault(
                case.when,
                method=case.method,
                function=name,
                after=case.number,
                times=1,
                milliseconds=LONG,
            )
            if case.undo:
                self._cloud.fault("AccessDenied", method="PUT", function=name, after=2, times=1)

    def create(self, cases: Sequence[Case]) -> None:
        """Create what is there before."""
        self._declare({f"case-{number}": case.old for number, case in enumerate(cases)})
        self._stack.up("--parallel", "64")

    def wait(self) -> None:
        """Until all of them hang."""
        made: list[Call] = []
        while sum(is_held(call) for call in made) < len(self.cases):
            made = self._cloud.calls(at_least=len(made) + 1, seconds=0.5)

    def look(self) -> dict[str, tuple[str, str]]:
        """Case → what the service holds, and what state does."""
        return {name: (self._held(name), self._in_state(name)) for name in self.cases}

    def expected(self) -> dict[str, tuple[str, str]]:
        """The same, once all is well."""
        return {
            name: ("nothing", "nothing") if case.new is None else ("new", "new")
            for name, case in self.cases.items()
        }

    def _declare(self, inputs: Mapping[str, Mapping[str, Any] | None]) -> None:
        self._declared.update(inputs)
        lines: list[str] = []
        for number, (name, declared) in enumerate(self._declared.items()):
            provider = f"provider{number // AT_ONCE}"
            if number % AT_ONCE == 0:
                lines.append(
                    f"{provider} = Provider({provider!r}, endpoint={self._cloud.url!r}, "
                    f"request_timeout={HOUR}, region={REGION!r}, account_id={ACCOUNT!r})\n"
                )
            if declared is not None:
                opts = f"ResourceOptions(provider={provider})"
                lines.append(declaration(name, opts=opts, **declared))
        self._stack.program("".join(lines))

    def _held(self, name: str) -> str:
        qualifiers = [config["qualifier"] for config in self._cloud.configs(function=name)]
        return self._named(
            name, {each: held_values(self._cloud, name, qualifier=each) for each in qualifiers}
        )

    def _in_state(self, name: str) -> str:
        keys = api_values(destination_config=BOTH)
        found = {
            outputs["qualifier"]: {key: outputs[key] for key in keys if key in outputs}
            for outputs in self._stack.all_outputs(name)
        }
        return self._named(name, found)

    def _named(self, name: str, found: Mapping[str, Mapping[str, Any]]) -> str:
        """Qualifier → values, in words."""
        case = self.cases[name]
        words: dict[tuple[str, str], str] = {}
        for word, inputs in (("old", case.old), ("new", case.new)):
            if inputs is not None:
                wanted = dict(inputs)
                qualifier = wanted.pop("qualifier", "LATEST")
                words[qualifier, spelled(api_values(**wanted))] = word
        both = api_values(max_async_retry_attempts=2, destination_config=BOTH)
        words["LATEST", spelled(both)] = "new, with the old destination too"
        named = [words[qualifier, spelled(values)] for qualifier, values in found.items()]
        return " and ".join(sorted(named, reverse=True)) or "nothing"


def spelled(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True)


def is_held(call: Call) -> bool:
    """Whether it hangs; after it has taken effect, if that is meant."""
    return call.fault is not None and call.status is None


def stop_plugins(run: Run, _cloud: EmulatorServer) -> None:
    run.kill_plugins()
    assert run.wait() != 0


def stop_command(run: Run, _cloud: EmulatorServer) -> None:
    run.kill_all()


def stop_language_host(run: Run, cloud: EmulatorServer) -> None:
    run.kill_language_host()
    run.wait_until_said("error reading from server")
    cloud.release()
    assert run.wait() != 0


def stop_program(run: Run, cloud: EmulatorServer) -> None:
    run.kill_program()
    run.wait_until_said("error")
    cloud.release()
    assert run.wait() != 0


def interrupt(run: Run, cloud: EmulatorServer) -> None:
    run.interrupt()
    run.wait_until_said("^C received")
    cloud.release()
    assert run.wait() != 0


def interrupt_twice(run: Run, _cloud: EmulatorServer) -> None:
    run.interrupt()
    run.wait_until_said("^C received")
    run.interrupt()
    run.wait_until_said("error: update cancelled")
    # What the provider still does then is a matter of time: here it does no more.
    run.kill_plugins()
    assert run.wait() != 0


VICTIMS: dict[str, Callable[[Run, EmulatorServer], None]] = {
    "plugin": stop_plugins,
    "command": stop_command,
    "language-host": stop_language_host,
    "program": stop_program,
    "interrupt": interrupt,
    "interrupt-twice": interrupt_twice,
}


def next_up(stack: Stack) -> tuple[Outcome, str]:
    """The next `pulumi up`, and what had to be run for it."""
    outcome = stack.try_up("--parallel", "64")
    if "the stack is currently locked" not in outcome.text:
        assert outcome.exit_code == 0, outcome.text
        return outcome, "`pulumi up`"
    stack.run("cancel", "--yes", "--stack", stack.name)
    return stack.up("--parallel", "64"), "`pulumi cancel`, `pulumi up`"


def words_of(run: Run) -> list[str]:
    """The errors that are about no resource of ours, and what Ctrl-C answers; each once."""
    said = re.findall(r"^ +(error: .*)|^(\^C received.*)", run.text, re.MULTILINE)
    lines = dict.fromkeys(normal(error or answer) for error, answer in said)
    return [line for line in lines if line not in ENDINGS and "async-invoke-config of" not in line]


@pytest.mark.parametrize("victim", VICTIMS)
def test_after_a_crash_at_any_call_the_next_up_converges(
    victim: str, stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.rules(merge="deep", null="ignore", empty="ignore")
    scene = Scene(stack, cloud)
    scene.create(WRITES)
    block: list[str] = []
    for cases in (WRITES, DELETES):
        scene.begin(cases)
        with running(stack, "up", "--parallel", "64") as run:
            scene.wait()
            VICTIMS[victim](run, cloud)
        assert "Traceback" not in run.text
        found = scene.look()
        cloud.clear_faults()
        cloud.clear_calls()
        outcome, command = next_up(stack)
        assert scene.look() == scene.expected()
        rows = [
            (case.text, *found[name], next_step(outcome, cloud, name))
            for name, case in scene.cases.items()
        ]
        said = "".join(f"You see `{line}`. " for line in words_of(run))
        block.append(f"{said}Run {command}.\n\n{table(COLUMNS, rows)}")
    left = [each for each in pending(stack) if not each.startswith("creating")]
    assert left == []
    # An interrupted create is remembered, and warned of, until it is cleared by hand.
    stack.refresh("--clear-pending-creates")
    assert pending(stack) == []
    assert stack.settled()
    check_block(f"crash-{victim}", "\n".join(block))
