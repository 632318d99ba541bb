"""One fault in each of create, update and delete; many of them in the same runs of a stack.

Each case is one resource. As the engine runs them side by side, a run takes about as long as the
slowest of them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import pytest
from tests.support.faults_page import NOTHING_TO_DO, STEPS, SUCCESS
from tests.support.outcome import Outcome
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, REGION, TOPIC, api_values, held_values

from pulumi_fc_async_invoke.emulator.calls import Call
from pulumi_fc_async_invoke.emulator.remote import EmulatorControl
from pulumi_fc_async_invoke.emulator.rules import Rules

ALL = 64
"""Calls at once, of one plugin and of the engine: more than there are."""
SHORT = 5
"""Seconds: the deadline of a case that is not said to be patient."""
PATIENT = 120
"""Seconds: enough for whatever passes."""
EACH_STEP = pytest.mark.parametrize(
    "steps",
    [
        pytest.param(("create",), id="create"),
        pytest.param(STEPS, id="all", marks=pytest.mark.proof),
    ],
)
"""A create alone, which meets each fault; and all steps."""

STILL_WAITING = "still waiting after"
"""In a warning that comes and goes with how fast the machine is."""


@dataclass(frozen=True)
class Case:
    """One fault, and the resource that meets it."""

    name: str
    """Of the resource and its function."""
    fault: str
    """In words, as in the table."""
    faults: Sequence[Mapping[str, Any]] = ()
    """What the emulator does to the writes of this function: arguments of `fault`."""
    endpoint: str | None = None
    """Where the calls go as long as the fault lasts, if not to the emulator."""
    cloud: EmulatorControl | None = None
    """An emulator of its own."""
    rules: Rules = field(default_factory=Rules)
    """How it behaves as long as the fault lasts."""
    patient: bool = False
    """Whether the deadline is longer than the fault."""
    throttled: bool = False
    """Whether it slows down all calls of a plugin process; such cases have one of their own."""
    steps: Sequence[str] = field(default=STEPS)
    """The steps that it hits."""
    shows: Callable[[Sequence[Call]], bool] = bool
    """Whether calls of this function have met what `cloud` and `rules` are about: without that, a
    row would say nothing."""


def read_after_a_write(reads: int = 1) -> Callable[[Sequence[Call]], bool]:
    """Whether what is off in the answer to a write, or in so many reads after it, came to be seen.

    Args:
        reads: GETs after the last write.
    """

    def shows(calls: Sequence[Call]) -> bool:
        methods = [call.method for call in calls]
        after = list(takewhile(lambda method: method == "GET", reversed(methods)))
        return reads <= len(after) < len(methods)

    return shows


def refused(calls: Sequence[Call]) -> bool:
    """Whether the service took none of them."""
    return {call.status for call in calls} == {403}


class Steps:
    """Takes a stack through create, update and delete, each with the faults of all cases.

    Args:
        stack: with an empty program.
        cloud: the emulator of the cases that have none of their own.
        cases: what goes wrong.
        trouble: environment variables as long as it does.
    """

    def __init__(
        self,
        stack: Stack,
        cloud: EmulatorControl,
        cases: Sequence[Case],
        trouble: Mapping[str, str] | None = None,
    ) -> None:
        self._stack = stack
        self._cloud = cloud
        self._cases = cases
        self._trouble = dict(trouble or {})
        self._retries = 1

    def rows(self) -> list[tuple[str, ...]]:
        """Go through all steps; what was seen, case by case."""
        hit = {step for case in self._cases for step in case.steps}
        seen = {step: self._step(step) for step in STEPS if step in hit}
        return [
            (case.fault, step, *seen[step][case.name])
            for case in self._cases
            for step in case.steps
        ]

    def _step(self, step: str) -> dict[str, tuple[str, ...]]:
        stack = self._stack
        quiet = stack.environment
        for case in self._cases:
            self._cloud_of(case).clear_calls()
            if step in case.steps:
                self._cloud_of(case).use_rules(case.rules)
                for fault in case.faults:
                    method = "DELETE" if step == "delete" else "PUT"
                    given: dict[str, Any] = {"function": case.name, "method": method, **fault}
                    self._cloud_of(case).fault(**given)
        stack.environment = {**quiet, **self._trouble}
        self._write_program(step, troubled=True)
        outcome = stack.try_up("--continue-on-error", "--parallel", str(ALL))
        assert "Traceback" not in outcome.text, outcome.text
        stack.environment = quiet
        for case in self._cases:
            if step in case.steps:
                self._must_have_met(case)
        said = said_of(outcome)
        held = {case.name: (self._held(case), self._in_state(case)) for case in self._cases}
        for case in self._cases:
            self._cloud_of(case).use_rules(Rules())
            self._cloud_of(case).clear_faults()
            self._cloud_of(case).clear_calls()
        self._write_program(step, troubled=False)
        following = stack.up("--parallel", str(ALL))
        for case in self._cases:
            expected = "nothing" if step == "delete" else "new"
            assert (self._held(case), self._in_state(case)) == (expected, expected), case.name
            assert len(self._cloud_of(case).configs(function=case.name)) == (step != "delete")
        self._retries += 1
        return {
            case.name: (
                said.get(case.name, SUCCESS),
                *held[case.name],
                next_step(following, self._cloud_of(case), case.name),
            )
            for case in self._cases
        }

    def _must_have_met(self, case: Case) -> None:
        """A fault that has hit nothing proves nothing."""
        cloud = self._cloud_of(case)
        calls = [call for call in cloud.calls() if call.function == case.name]
        if case.endpoint:
            assert calls == [], case.name
            return
        assert case.shows(calls), (case.name, calls)
        hits, least = Counter[str](), Counter[str]()
        for fault in cloud.faults():
            if fault["function"] == case.name:
                hits[fault["kind"]] += fault["hits"]
                least[fault["kind"]] += fault["times"] or 0
        assert set(least) == {fault["kind"] for fault in case.faults}, case.name
        assert all(hits[kind] >= max(least[kind], 1) for kind in least), (case.name, hits, calls)

    def _write_program(self, step: str, *, troubled: bool) -> None:
        self._stack.program("".join(self._source(step, troubled=troubled)))

    def _source(self, step: str, *, troubled: bool) -> Iterator[str]:
        # One plugin process for each of these.
        providers: dict[tuple[str, int, bool], str] = {}
        for case in self._cases:
            hit = troubled and step in case.steps
            usual = self._cloud_of(case).url
            seconds = PATIENT if case.patient else SHORT
            key = (case.endpoint or usual, seconds, case.throttled)
            if key not in providers:
                providers[key] = f"provider{len(providers)}"
                endpoint = case.endpoint if case.endpoint and hit else usual
                yield (
                    f"{providers[key]} = Provider({providers[key]!r}, endpoint={endpoint!r}, "
                    f"request_timeout={seconds}, max_concurrency={ALL}, "
                    f"region={REGION!r}, account_id={ACCOUNT!r})\n"
                )
            if step != "delete":
                yield declaration(
                    case.name,
                    opts=f"ResourceOptions(provider={providers[key]})",
                    max_async_retry_attempts=self._retries,
                )

    def _cloud_of(self, case: Case) -> EmulatorControl:
        return case.cloud or self._cloud

    def _held(self, case: Case) -> str:
        return self._named(held_values(self._cloud_of(case), case.name))

    def _in_state(self, case: Case) -> str:
        return self._named(values_in_state(self._stack, case.name))

    def _named(self, values: Mapping[str, Any]) -> str:
        return in_words(values, old=self._retries - 1, new=self._retries)


def values_in_state(stack: Stack, name: str) -> dict[str, Any]:
    """The API's values that state holds for a resource; empty if it holds none."""
    resources = stack.resources
    outputs: dict[str, Any] = resources[name]["outputs"] if name in resources else {}
    keys = api_values(destination_config=destinations(success=TOPIC))
    return {key: outputs[key] for key in keys if key in outputs}


def in_words(values: Mapping[str, Any], *, new: int, old: int | None = None) -> str:
    """Values, as in the tables.

    Args:
        values: of a config; empty if there is none.
        new: the retries that the program declares; all else has its default.
        old: those that it declared before.
    """
    if not values:
        return "nothing"
    for retries, name in ((new, "new"), (old, "old")):
        if retries is not None and values == api_values(max_async_retry_attempts=retries):
            return name
    return f"`{dict(values)}`"


def said_of(outcome: Outcome) -> dict[str, str]:
    """Resource → the errors and warnings about it."""
    said: dict[str, list[str]] = {}
    for event in outcome.events:
        diagnostic = event.get("diagnosticEvent", {})
        name = diagnostic.get("urn", "").rsplit("::", 1)[-1]
        message = diagnostic.get("message", "").strip()
        if diagnostic.get("severity") not in ("error", "warning", "info#err"):
            continue
        if STILL_WAITING in message:
            continue
        assert "\n" not in message, message
        # What the plugin says by itself is about the stack, as the engine sees it.
        named = re.search(r"/(\S+) \(", message)
        if not name and named:
            name = named[1]
        said.setdefault(name, []).append(message)
    return {name: "<br>".join(lines) for name, lines in said.items()}


def said_on_screen(text: str, name: str) -> str:
    """The errors and warnings about one function, in what a run printed."""
    found = re.findall(rf"^ +(?:error|warning): (.*/{name} .*)", text, re.MULTILINE)
    lines = [line for line in found if STILL_WAITING not in line]
    return "<br>".join(dict.fromkeys(lines)) or SUCCESS


def next_step(outcome: Outcome, cloud: EmulatorControl, name: str) -> str:
    """What an up did about a resource."""
    operations = outcome.by_name.get(name)
    if not operations:
        return NOTHING_TO_DO
    calls = [call.method for call in cloud.calls() if call.function == name]
    if operations == ["create"] and calls == ["GET"]:
        return "adopts it"
    return _WORDS[tuple(operations)]


_WORDS: dict[tuple[str, ...], str] = {
    ("create",): "creates it",
    ("update",): "updates it",
    ("delete",): "deletes it",
    ("create-replacement", "replace", "delete-replaced"): "replaces it",
    ("delete-replaced", "replace", "create-replacement"): "replaces it",
    ("replace", "create-replacement"): "creates the new one",
    ("create-replacement", "replace"): "creates the new one",
    ("create-replacement",): "creates the new one",
    ("delete-replaced",): "deletes the old one",
    ("create", "delete-replaced"): "adopts it, deletes the old one",
}
"""Operations of the engine, as in the tables."""
