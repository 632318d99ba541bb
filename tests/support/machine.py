"""Random programs, edits from elsewhere, faults and server rules, against whatever runs programs.

The same machine drives the provider in this process (thousands of steps) and the real engine
(a few hundred): each is a `Runner`.
"""

import itertools
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Protocol

import hypothesis.strategies as st
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.support.configs import a_config
from tests.support.values import QUEUE, TOPIC
from tests.support.versions import V2, V3

from pulumi_fc_async_invoke.api import v2016, v2023
from pulumi_fc_async_invoke.api.fields import Config, PropertyBag, Reading
from pulumi_fc_async_invoke.emulator.faults import Fault
from pulumi_fc_async_invoke.emulator.rules import Rules, all_rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.provider import RESOURCE_TYPE, V3_RESOURCE_TYPE

SERVICE = "demo"
VERSIONS = {"one": V2, "two": V2, "three": V3, "four": V3, "five": V2, "six": V3}
"""Function → the version of Function Compute that it is of."""
FUNCTIONS = tuple(VERSIONS)

functions = st.sampled_from(FUNCTIONS)
destinations = st.sampled_from([None, QUEUE, TOPIC])
values = st.builds(
    a_config,
    on_success=destinations,
    on_failure=destinations,
    max_async_event_age_in_seconds=st.sampled_from([86_400, 1, 604_800]),
    max_async_retry_attempts=st.sampled_from([3, 0, 8]),
    stateful_invocation=st.booleans(),
)
# Where the response is not the API's, is a server error or a 499, the call may have taken effect or
# not; a refusal has none.
_when = {
    "method": st.sampled_from([None, "GET", "PUT", "DELETE"]),
    "times": st.integers(1, 2),
    "after": st.integers(0, 3),
}
faults = st.builds(
    Fault, kind=st.sampled_from(["AccessDenied", "InvalidArgument"]), **_when
) | st.builds(
    Fault,
    kind=st.sampled_from(
        ["html", "empty", "nonsense", "ClientClosedRequest", "InternalServerError"]
    ),
    effect=st.booleans(),
    **_when,
)


EDITS = ("remove", "rename", "trigger", "move", "swap", "below", "groups", "import", "get")
"""Of a program, beside other values."""


answers = st.fixed_dictionaries(
    {
        "names": st.sampled_from(["service", "serviceName", "both"]),
        "absent_as": st.sampled_from(["null", "absent"]),
    }
)


@dataclass(frozen=True)
class Declared:
    """One resource of a program."""

    name: str
    """In the program; a new one is a rename without alias."""
    values: Config
    trigger: int = 0
    """Another one is a replacement by the same config."""
    delete_first: bool = False
    imports: bool = False
    """Whether it has the option `import_`."""
    gets: bool = False
    """Whether the config is read, and not managed."""
    parent: str = ""
    """Its parent: a group (`GROUP` and a number), or the name of the config that its function's
    name depends on too. One that the program does not declare is none."""
    transform: Literal["", "resource", "stack"] = ""
    """What gives it its values and its name: a transform, of its own or of the stack's."""

    @property
    def triggered(self) -> int:
        """The trigger that it has; the SDK fails where there is a transform as well."""
        return 0 if self.transform else self.trigger


def config_of(function: str, properties: PropertyBag) -> Config:
    """A config of a function's version; the task feature has another name in each."""
    version = VERSIONS[function]
    task = properties.get("asyncTask", properties.get("statefulInvocation"))
    api = v2023.API if version.is_v3 else v2016.API
    return api.config.read({**properties, version.task_key: task}, Reading.STATE)


Program = dict[str, Declared]
"""Function → the resource that means its config."""

GROUP = "group"
"""What the names of components begin with; each has a type of its own."""
TYPES = {V2: RESOURCE_TYPE, V3: V3_RESOURCE_TYPE}


Lineage = tuple[tuple[str, Declared], ...]
"""A function and its resource, then those of its parents."""


@dataclass(frozen=True)
class Registration:
    """One resource as the engine gets to know it."""

    function: str
    declared: Declared
    types: str
    """Its type, after those of its parents, as in its URN."""
    parent: "Registration | None"
    """The config that it depends on."""

    @property
    def place(self) -> str:
        """What distinguishes it from all other resources: the end of its URN."""
        return f"{self.types}::{self.declared.name}"

    @property
    def lineage(self) -> "Lineage":
        """What it is, and what each of its parents is."""
        return ((self.function, self.declared), *(self.parent.lineage if self.parent else ()))


@dataclass(frozen=True)
class Twin:
    """A second resource that means a config, as a transform gives it the names of the first."""

    function: str
    declared: Declared
    first: bool
    """Whether it comes before all others."""


def registrations(program: Program, twin: Twin | None = None) -> list[Registration]:
    """The resources of a program, in the order in which they are registered: parents first."""
    found: dict[str, Registration] = {}
    functions = {each.name: function for function, each in program.items() if not each.gets}

    def register(function: str, declared: Declared) -> Registration:
        if declared.name in found:
            return found[declared.name]
        types, parent = TYPES[VERSIONS[function]], None
        if declared.parent in functions:
            above = functions[declared.parent]
            parent = register(above, program[above])
            types = f"{parent.types}${types}"
        elif declared.parent.startswith(GROUP):
            types = f"{type_of_group(declared.parent)}${types}"
        found[declared.name] = Registration(function, declared, types, parent)
        return found[declared.name]

    if twin is not None and twin.first:
        register(twin.function, twin.declared)
    for function, declared in program.items():
        register(function, declared)
    if twin is not None:
        register(twin.function, twin.declared)
    return list(found.values())


def type_of_group(name: str) -> str:
    """The type of a component: another one moves its children to other URNs."""
    return f"test:index:{name.capitalize()}"


TWICE = "declares the same config already"
REFUSALS = (
    "a different config exists already",
    "import_ writes nothing",
    "there is none to adopt",
    "There is no async-invoke-config to get",
)


class Failed(Exception):  # noqa: N818  what a runner raises when a run of the program fails
    """A run failed; ``str()`` is what the user was told."""


class Runner(Protocol):
    """Runs programs that declare configs of `FUNCTIONS`."""

    cloud: EmulatorServer

    def up(
        self, program: Program, *, refresh: bool, overwrite: bool, twin: Twin | None = None
    ) -> set[str]:
        """Bring the cloud to what the program declares, or raise `Failed`.

        Returns:
            The names of the managed resources to which something was done.
        """
        ...

    def unsettled(self, program: Program, *, overwrite: bool) -> list[str]:
        """What a preview and a refresh of the same program would find to do."""
        ...

    def state(self) -> dict[str, dict[str, Any]]:
        """Function name → outputs of the resource in state that manages its config.

        Of two resources that mean one config, as a failed run may leave, the one that the program
        declares. Not those whose replacement is pending.
        """
        ...

    def pending(self) -> set[str]:
        """The functions whose resources were to be replaced and are not created yet."""
        ...

    def replaced(self) -> set[str]:
        """The functions whose resources are replaced and are still to be deleted."""
        ...

    def places(self) -> dict[str, str]:
        """Place → function, of all managed resources in state."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


class ProgramMachine(RuleBasedStateMachine):
    """What must hold after each run of any program, on any server."""

    looks_each = 1
    """After so many runs that succeed comes a look at whether anything is left to do. What a run
    does to a resource that nobody has changed since the last one is seen in each."""

    def make_runner(self) -> Runner:
        """The runner under test."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.runner = self.make_runner()
        self.cloud = self.runner.cloud
        self.program: Program = {}
        self.edited = False
        self._done: dict[str, Lineage] = {}
        """Place → lineage, of what the last run left as declared; empty if it failed."""
        self._managed: set[str] = set()
        """Functions whose configs were managed before the last run."""
        self._shared: set[str] = set()
        """Functions that several resources in state mean, as runs that failed may leave them: what
        one of them does to the config, state cannot tell of the others."""
        self._succeeded = 0
        self._numbers = itertools.count()

    def teardown(self) -> None:
        self.runner.close()

    # Something is there from the start: of nothing, no edit makes anything.
    @initialize(
        rules=st.sampled_from(list(all_rules())),
        declared=st.dictionaries(functions, values, min_size=3, max_size=5),
        delete_first=st.booleans(),
        shape=st.sampled_from(["flat", "group", "fan", "chain"]),
    )
    def begin(
        self, rules: Rules, declared: dict[str, Config], shape: str, *, delete_first: bool
    ) -> None:
        self.cloud.use_rules(rules)
        parent = first = f"{GROUP}0" if shape == "group" else ""
        for function, each in declared.items():
            new = self._new(function, each, delete_first=delete_first, parent=parent)
            self.program[function] = new
            first = first or new.name
            parent = {"chain": new.name, "flat": ""}.get(shape, first)
        self._up(refresh=False, overwrite=False)

    def _new(self, function: str, declared: Config, **options: Any) -> Declared:
        values = config_of(function, declared.to_properties())
        return Declared(f"n{next(self._numbers)}", values, **options)

    @rule(
        function=functions,
        declared=values,
        delete_first=st.booleans(),
        transform=st.sampled_from(["", "resource", "stack"]),
    )
    def declare(
        self, function: str, declared: Config, *, delete_first: bool, transform: Any = ""
    ) -> None:
        before = self.program.get(function)
        options = {"delete_first": delete_first, "transform": transform}
        if before is None or before.gets:
            self.program[function] = self._new(function, declared, **options)
        else:
            values = config_of(function, declared.to_properties())
            self.program[function] = replace(before, values=values, **options)

    # One rule, as each is as likely as any other, and half of the steps are to be runs.
    @rule(
        data=st.data(),
        edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=3),
        delete_first=st.booleans(),
    )
    def edit(self, data: st.DataObject, edits: list[str], *, delete_first: bool) -> None:
        for edit in edits:
            managed = [function for function, each in self.program.items() if not each.gets]
            if edit in ("import", "get") or not managed:
                self._bring_in(data.draw(functions), gets=edit == "get")
                continue
            function = data.draw(st.sampled_from(managed))
            before = replace(self.program[function], imports=False, delete_first=delete_first)
            self.program[function] = before
            match edit:
                case "remove":
                    del self.program[function]
                case "trigger":
                    self.program[function] = replace(before, trigger=before.trigger + 1)
                case "rename":
                    self._rename(function)
                case "move" | "swap":
                    same = [each for each in FUNCTIONS if VERSIONS[each] is VERSIONS[function]]
                    self._move(function, data.draw(st.sampled_from(same)), swap=edit == "swap")
                case "below":
                    parents = ["", f"{GROUP}0", *(self.program[each].name for each in managed)]
                    self._move_below(function, data.draw(st.sampled_from(parents)))
                case _:
                    self._rename_groups()

    def _bring_in(self, function: str, *, gets: bool) -> None:
        """Declare what is there already, or only read it."""
        found = a_config() if gets else self._held().get(function, a_config())
        self.program[function] = self._new(function, found, gets=gets, imports=not gets)

    def _rename(self, function: str) -> None:
        before = self.program[function]
        name = self._new(function, before.values).name
        self.program[function] = replace(before, name=name)
        for child, each in self.program.items():
            if each.parent == before.name:
                self.program[child] = replace(each, parent=name)

    def _move(self, function: str, other: str, *, swap: bool) -> None:
        """Let a resource mean another config, and the one that meant it take its place or go."""
        before, there = self.program.pop(function), self.program.pop(other, None)
        if swap and there is not None:
            self.program[function] = there
        self.program[other] = before

    def _move_below(self, function: str, parent: str) -> None:
        """Give it another parent, without alias; a descendant is none."""
        moved = self.program[function]
        above = [
            each.lineage for each in registrations(self.program) if each.declared.name == parent
        ]
        if not any((function, moved) in lineage for lineage in above):
            self.program[function] = replace(moved, parent=parent)

    def _rename_groups(self) -> None:
        """Give components another type: that is another place for each child of theirs."""
        group = f"{GROUP}{next(self._numbers)}"
        for function, each in self.program.items():
            if each.parent.startswith(GROUP):
                self.program[function] = replace(each, parent=group)

    @rule(function=functions, found=st.none() | values)
    def edit_from_elsewhere(self, function: str, found: Config | None) -> None:
        self.edited = True
        if found is None:
            self.cloud.clear_configs(function=function)
        else:
            values = config_of(function, found.to_properties()).to_properties()
            self.cloud.seed(VERSIONS[function].service, function, values)

    # The rule of the fewest arguments: hypothesis begins with a program of nothing but this.
    @rule(answers=answers)
    def answer_otherwise(self, answers: dict[str, Any]) -> None:
        self.cloud.rules(**answers)

    @rule(refresh=st.booleans(), overwrite=st.booleans())
    def up(self, *, refresh: bool, overwrite: bool) -> None:
        self._up(refresh=refresh or self.edited, overwrite=overwrite)

    @rule(fault=faults, overwrite=st.booleans(), changed=st.none() | values)
    def up_with_a_fault(self, fault: Fault, *, overwrite: bool, changed: Config | None) -> None:
        self.cloud.fault(**asdict(fault))
        held = self._held()
        try:
            told = self._up(refresh=self.edited, overwrite=overwrite, check=False)
        finally:
            self.cloud.clear_faults()
        if told and not self.edited:
            self._truth_is_in_state_or_told(held, told)
        # Whatever happened: with the fault gone, the documented next command converges, also for
        # an edited program.
        if changed is not None:
            for function, each in self.program.items():
                values = config_of(function, changed.to_properties())
                self.program[function] = replace(each, values=values)
        if self._up(refresh=self.edited, overwrite=overwrite):
            self._up(refresh=True, overwrite=True)

    @rule(declared=values, first=st.booleans(), data=st.data())
    def up_with_a_twin(self, declared: Config, data: st.DataObject, *, first: bool) -> None:
        managed = [function for function, each in self.program.items() if not each.gets]
        if not managed:
            return
        function = data.draw(st.sampled_from(managed))
        twin = Twin(function, self._new(function, declared, transform="stack"), first)
        before = self._held()
        told = self._up(refresh=self.edited, overwrite=False, check=False, twin=twin)
        assert told, "two resources declare one config"
        assert TWICE in told or any(words in told for words in REFUSALS), told
        if not self.edited:
            self._truth_is_in_state_or_told(before, told)
        self._up(refresh=True, overwrite=True)

    @rule(stale=st.integers(1, 2))
    def up_with_stale_reads(self, stale: int) -> None:
        self.cloud.rules(stale_reads_count=stale)
        try:
            self._up(refresh=self.edited, overwrite=True, check=False)
        finally:
            self.cloud.rules(stale_reads_count=0)
        self._up(refresh=True, overwrite=True)

    def _up(
        self, *, refresh: bool, overwrite: bool, check: bool = True, twin: Twin | None = None
    ) -> str:
        before, places = self._held(), self.runner.places()
        meant = Counter(places.values())
        self._shared |= {function for function, times in meant.items() if times > 1}
        # Without those whose replacement is pending: taken out of the program, they are forgotten.
        managed = self._managed = set(self.runner.state()) | self.runner.replaced()
        # Those that depend on another one are deleted once more, if that is still to be replaced.
        deleted = self.runner.pending() - set(self.program)
        declared_at = {each.place: each for each in registrations(self.program)}
        settled = {
            each.declared.name
            for place, each in declared_at.items()
            if self._done.get(place) == each.lineage and not self.edited
        }
        self._done = {}
        try:
            touched = self.runner.up(self.program, refresh=refresh, overwrite=overwrite, twin=twin)
        except Failed as failure:
            note(f"failed: {failure}")
            if refresh:  # what is gone is gone from state
                places = {
                    place: function for place, function in places.items() if function in before
                }
            if check:
                self._must_be_a_refusal(str(failure), before, places, overwrite=overwrite)
            return str(failure)
        if not check:
            return ""
        assert touched & settled == set()
        # What somebody else made is overwritten only with permission, and never by an import.
        assert [
            function
            for function, each in self.program.items()
            if function not in places.values()
            and not each.gets
            and (each.imports or not overwrite)
            and before.get(function) not in (None, each.values)
        ] == []
        kept = {
            function: held
            for function, held in before.items()
            if (function not in managed | deleted and function not in self.program)
            or (function in self.program and self.program[function].gets)
        }
        declared = {
            function: each.values for function, each in self.program.items() if not each.gets
        }
        held = self._held()
        assert {each: held[each] for each in held.keys() - deleted} == {**kept, **declared}
        self.edited = False
        self._shared = set()
        self._done = {place: each.lineage for place, each in declared_at.items()}
        self._succeeded += 1
        if self._succeeded % self.looks_each == 0:
            assert self.runner.unsettled(self.program, overwrite=overwrite) == []
        return ""

    def _truth_is_in_state_or_told(self, before: dict[str, Config], told: str) -> None:
        """What a failed run has changed stands in state, or in what the user was told."""
        held, state = self._held(), self.runner.state()
        for function in set(FUNCTIONS) - self.runner.pending() - self._shared:
            known = [before.get(function)]
            if function in state:
                known = [config_of(function, state[function])]
            elif function not in self.program or function in self._managed:
                known.append(None)  # deleted, before something else has failed
            if held.get(function) not in known:
                assert function in told, told
                assert "may or may not have taken effect" in told or "now holds" in told, told

    def _must_be_a_refusal(
        self, told: str, before: dict[str, Config], places: dict[str, str], *, overwrite: bool
    ) -> None:
        """Without a fault, the only failures are to refuse what exists and is not the resource's
        own, to import what is not there as declared, and to read what is not there."""
        new = {
            each.function: each.declared
            for each in registrations(self.program)
            if places.get(each.place) != each.function or each.declared.gets
        }
        # What depends on a config that is replaced delete-first is deleted before the engine knows
        # what the program reads or adopts.
        dependents = {
            function
            for place, function in places.items()
            if any(each in place.split("$")[:-1] for each in TYPES.values())
        }
        absent = [
            function
            for function, each in new.items()
            if (each.imports or each.gets)
            and (before.get(function) is None or function in dependents)
        ]
        different = [
            function
            for function, each in new.items()
            if not each.gets
            and (each.imports or not overwrite)
            and before.get(function) not in (None, each.values)
        ]
        assert absent or different, told
        assert any(words in told for words in REFUSALS), told
        held = self._held()
        for function in set(different) - set(places.values()):
            assert held[function] == before[function]

    @precondition(lambda self: not self.edited)
    @invariant()
    def state_tells_the_truth(self) -> None:
        held = self._held()
        for function, outputs in self.runner.state().items():
            if function not in self._shared:
                assert config_of(function, outputs) == held.get(function), function

    def _held(self) -> dict[str, Config]:
        """What the cloud holds of the functions that the machine knows."""
        return {
            config["function"]: config_of(config["function"], config)
            for config in self.cloud.configs()
        }
