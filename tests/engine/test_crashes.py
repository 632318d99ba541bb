"""A process dies, or is told to stop, while every call of every operation is under way.

Each resource is held at one call of its operation, before or after the call has taken effect; all
of them at once, in one run. Then the victim is hit, and the documented next command is run.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.fault_steps import in_words, next_step, values_in_state
from tests.support.faults_page import CHANGED_BACK, COMPLETED, CUT_OFF, Table
from tests.support.holds import LONG, wait_until_held
from tests.support.processes import LANGUAGE_HOST, PLUGIN, PROGRAM, PROGRAM_LOST, Running, running
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC, api_values, held_values

from pulumi_fc_async_invoke.emulator.faults import DelayKind
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

BEFORE: DelayKind = "latency"
AFTER: DelayKind = "slow_response"
HOUR = 3600
"""Seconds: no try is given up, and made again, while it is held."""
ALL = 64
"""Calls at once, of one plugin and of the engine: more than there are."""
BOTH = destinations(success=TOPIC, failure=QUEUE)
ONE = destinations(success=TOPIC)


@dataclass(frozen=True)
class Case:
    """A resource that is held at one call."""

    words: str
    """The operation and the call, as in the tables."""
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
    delete_first: bool = False
    """Whether a replacement deletes before it creates."""
    undo: bool = False
    """Whether the PUT after the DELETE is refused, so that what was there has to be put back."""

    @property
    def text(self) -> str:
        state = "before" if self.when == BEFORE else "after"
        return f"{self.words}, {state} it takes effect"

    @property
    def pending(self) -> str:
        """What the engine thinks is under way."""
        if "delete:" in self.words:
            return "deleting"
        return "creating" if "create:" in self.words else "updating"


def put(retries: int, **inputs: Any) -> dict[str, Any]:
    return {"max_async_retry_attempts": retries, **inputs}


OLD, NEW = put(1), put(2)
OLD_BOTH, NEW_ONE = put(1, destination_config=BOTH), put(2, destination_config=ONE)
MOVED = put(2, qualifier="prod")
FIRST = "replacement, delete-first"

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
    Case(f"{FIRST}, delete: DELETE", "DELETE", BEFORE, 0, OLD, MOVED, delete_first=True),
    Case(f"{FIRST}, delete: DELETE", "DELETE", AFTER, 0, OLD, MOVED, delete_first=True),
    Case(f"{FIRST}, delete: the GET after it", "GET", BEFORE, 0, OLD, MOVED, delete_first=True),
    Case(f"{FIRST}, create: GET", "GET", BEFORE, 1, OLD, MOVED, delete_first=True),
    Case(f"{FIRST}, create: PUT", "PUT", BEFORE, 0, OLD, MOVED, delete_first=True),
    Case(f"{FIRST}, create: PUT", "PUT", AFTER, 0, OLD, MOVED, delete_first=True),
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
        stack.configure(fc__maxConcurrency=str(ALL), fc__requestTimeout=str(HOUR))
        self._stack = stack
        self._cloud = cloud
        self.cases: dict[str, Case] = {}
        self._declared: dict[str, tuple[Mapping[str, Any] | None, bool]] = {}

    def begin(self, cases: Sequence[Case]) -> None:
        """Declare what these cases change, and hold their calls."""
        self.cases = {f"case-{number}": case for number, case in enumerate(cases)}
        self._cloud.clear_calls()
        self._declare({name: (case.new, case.delete_first) for name, case in self.cases.items()})
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
        self._declare(
            {f"case-{number}": (case.old, case.delete_first) for number, case in enumerate(cases)}
        )
        self._stack.up("--parallel", str(ALL))

    def look(self) -> dict[str, tuple[str, str]]:
        """Case → what the service holds, and what state does."""
        return {name: (self._held(name), self._in_state(name)) for name in self.cases}

    def expected(self) -> dict[str, tuple[str, str]]:
        """The same, once all is well."""
        return {
            name: ("nothing", "nothing") if case.new is None else ("new", "new")
            for name, case in self.cases.items()
        }

    def _declare(self, inputs: Mapping[str, tuple[Mapping[str, Any] | None, bool]]) -> None:
        self._declared.update(inputs)
        self._stack.program(
            "".join(
                declaration(
                    name, opts=f"ResourceOptions(delete_before_replace={delete_first})", **declared
                )
                for name, (declared, delete_first) in self._declared.items()
                if declared is not None
            )
        )

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


@dataclass(frozen=True)
class Moment:
    """All calls hang, and something is about to happen."""

    run: Running
    cloud: EmulatorServer
    is_deleting: bool
    """Whether the program is at its end, and the engine deletes what it no longer declares."""


def stop_plugin(now: Moment) -> None:
    now.run.kill_every(PLUGIN)


def stop_command(now: Moment) -> None:
    now.run.kill_all()


def stop_language_host(now: Moment) -> None:
    now.run.kill_every(LANGUAGE_HOST)
    # The program lives on, and must not come to its end before the engine has noticed. While it
    # deletes, the engine does not look, and the program is at its end anyway.
    if not now.is_deleting:
        now.run.wait_until_said(LOST)
    now.cloud.release()


def stop_program(now: Moment) -> None:
    now.run.kill_every(PROGRAM)
    if not now.is_deleting:  # as above
        now.run.wait_until_said(PROGRAM_LOST)
    now.cloud.release()


def interrupt(now: Moment) -> None:
    now.run.interrupt()
    now.run.wait_until_said(CANCELLING)
    now.cloud.release()


def interrupt_twice(now: Moment) -> None:
    now.run.interrupt()
    now.run.wait_until_said(CANCELLING)
    now.run.interrupt()
    now.run.wait_until_said(TERMINATING)
    # What the provider still does then is a matter of time: here it does no more.
    now.run.kill_every(PLUGIN)


LOST = "error reading from server"
CANCELLING = "^C received; cancelling. If you would like to terminate immediately, press ^C again."
TERMINATING = "^C received; terminating"


@dataclass(frozen=True)
class Victim:
    """What is hit, and what the command says to it.

    In which words, and in which order, the engine says how a run ended differs from run to run;
    of all that it says these words alone are sure.
    """

    stop: Callable[[Moment], None]
    ends: Table
    """What is there then."""
    says: Sequence[str] = ()
    leaves_pending: bool = False
    leaves_lock: bool = False


VICTIMS = {
    "plugin": Victim(stop_plugin, CUT_OFF, [LOST]),
    "command": Victim(stop_command, CUT_OFF, leaves_pending=True, leaves_lock=True),
    "language-host": Victim(stop_language_host, COMPLETED, [LOST]),
    "program": Victim(stop_program, COMPLETED, [PROGRAM_LOST]),
    "interrupt": Victim(interrupt, COMPLETED, [CANCELLING]),
    "interrupt-twice": Victim(
        interrupt_twice, CUT_OFF, [CANCELLING, TERMINATING], leaves_pending=True
    ),
}


def pending_of(stack: Stack, name: str) -> str:
    """What state has pending about a resource, in the engine's words."""
    return " and ".join(
        each.removesuffix(f" {name}") for each in stack.pending if each.endswith(f" {name}")
    )


def clear(stack: Stack) -> None:
    """Clear what is pending for good: creates are, until that is done by hand."""
    left = stack.pending
    assert {each.partition(" ")[0] for each in left} == {"creating"}
    assert "pending operations from previous deployment" in stack.up().text
    assert stack.pending == left
    stack.refresh("--clear-pending-creates")


USUAL = "command"


@pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=() if each == USUAL else pytest.mark.proof) for each in VICTIMS],
)
def test_after_a_crash_at_any_call_the_next_up_converges(
    name: str, stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.rules(merge="deep", null="ignore", empty="ignore")
    scene = Scene(stack, cloud)
    scene.create(WRITES)
    victim = VICTIMS[name]
    rows: list[tuple[str, ...]] = []
    for cases in (WRITES, DELETES):
        scene.begin(cases)
        with running(stack, "up", "--parallel", str(ALL)) as run:
            wait_until_held(cloud, len(cases))
            victim.stop(Moment(run, cloud, is_deleting=cases is DELETES))
            assert run.wait() != 0
        assert "Traceback" not in run.text
        assert [words for words in victim.says if words not in run.text] == []
        found = scene.look()
        for case_name, case in scene.cases.items():
            pending = case.pending if victim.leaves_pending else ""
            assert pending_of(stack, case_name) == pending, case.text
        cloud.clear_faults()
        cloud.clear_calls()
        if victim.leaves_lock:
            assert "the stack is currently locked" in stack.up_fails().text
            stack.run("cancel", "--yes", "--stack", stack.name)
        outcome = stack.up("--parallel", str(ALL))
        assert scene.look() == scene.expected()
        rows += [
            (case.text, *found[each], next_step(outcome, cloud, each))
            for each, case in scene.cases.items()
        ]
        if stack.pending:
            clear(stack)
    assert stack.pending == []
    assert stack.is_settled()
    victim.ends.check(rows)


def killed_up(stack: Stack, cloud: EmulatorServer, program: str, writes: int) -> None:
    """An up whose writes have all taken effect when the command line is killed."""
    stack.program(program)
    for method in ("PUT", "DELETE"):
        cloud.fault(AFTER, method=method, milliseconds=LONG)
    with running(stack, "up") as run:
        wait_until_held(cloud, writes)
        run.kill_all()
    cloud.clear_faults()


@pytest.mark.proof
def test_a_program_that_was_changed_back_after_a_kill_needs_a_refresh(
    stack: Stack, cloud: EmulatorServer
) -> None:
    created = declaration("created", max_async_retry_attempts=2)
    deleted = declaration("deleted", max_async_retry_attempts=1)
    old, new = (declaration("updated", max_async_retry_attempts=each) for each in (1, 2))
    before = old + deleted
    stack.program(before)
    stack.up()
    rows: list[tuple[str, ...]] = []
    for names, program in (
        ({"created": "create", "updated": "update"}, created + new + deleted),
        ({"deleted": "delete"}, old),
    ):
        killed_up(stack, cloud, program, len(names))
        seen = {
            name: (
                in_words(held_values(cloud, name), old=1, new=2),
                in_words(values_in_state(stack, name), old=1, new=2),
                pending_of(stack, name),
            )
            for name in names
        }
        stack.program(before)
        stack.run("cancel", "--yes", "--stack", stack.name)
        cloud.clear_calls()
        outcome = stack.up()
        unrefreshed = {name: next_step(outcome, cloud, name) for name in names}
        assert cloud.calls() == []
        outcome = stack.up("--refresh")
        rows += [
            (
                words,
                *seen[name],
                unrefreshed[name],
                next_step(outcome, cloud, name),
                in_words(held_values(cloud, name), old=1, new=2),
            )
            for name, words in names.items()
        ]
    assert stack.settled()
    # What state does not know of is still there, and can be taken over.
    stack.program(before + created)
    cloud.clear_calls()
    assert next_step(stack.up(), cloud, "created") == "adopts it"
    stack.refresh("--clear-pending-creates")
    assert stack.pending == []
    assert stack.settled()
    CHANGED_BACK.check(rows)
