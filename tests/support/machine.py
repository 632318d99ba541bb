"""Random programs, edits from elsewhere, faults and server rules, against whatever runs programs.

The same machine drives the provider in this process (thousands of steps) and the real engine
(a few hundred): each is a `Runner`.
"""

import itertools
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

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

SERVICE = "demo"
VERSIONS = {"one": V2, "two": V2, "three": V3, "four": V3}
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


def config_of(function: str, properties: PropertyBag) -> Config:
    """A config of a function's version; the task feature has another name in each."""
    version = VERSIONS[function]
    task = properties.get("asyncTask", properties.get("statefulInvocation"))
    api = v2023.API if version.is_v3 else v2016.API
    return api.config.read({**properties, version.task_key: task}, Reading.STATE)


Program = dict[str, Declared]
"""Function → the resource that means its config."""


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

    def up(self, program: Program, *, refresh: bool, overwrite: bool) -> None:
        """Bring the cloud to what the program declares, or raise `Failed`."""
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

    def names(self) -> dict[str, str]:
        """Name in the program → function, of all managed resources in state."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


class ProgramMachine(RuleBasedStateMachine):
    """What must hold after each run of any program, on any server."""

    def make_runner(self) -> Runner:
        """The runner under test."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.runner = self.make_runner()
        self.cloud = self.runner.cloud
        self.program: Program = {}
        self.edited = False
        self._numbers = itertools.count()

    def teardown(self) -> None:
        self.runner.close()

    # Something is there from the start: of nothing, no edit makes anything.
    @initialize(
        rules=st.sampled_from(list(all_rules())),
        declared=st.dictionaries(functions, values, min_size=2, max_size=3),
        delete_first=st.booleans(),
    )
    def begin(self, rules: Rules, declared: dict[str, Config], *, delete_first: bool) -> None:
        self.cloud.use_rules(rules)
        for function, each in declared.items():
            self.declare(function=function, declared=each, delete_first=delete_first)
        self._up(refresh=False, overwrite=False)

    def _new(self, function: str, declared: Config, **options: Any) -> Declared:
        values = config_of(function, declared.to_properties())
        return Declared(f"n{next(self._numbers)}", values, **options)

    @rule(function=functions, declared=values, delete_first=st.booleans())
    def declare(self, function: str, declared: Config, *, delete_first: bool) -> None:
        before = self.program.get(function)
        if before is None or before.gets:
            self.program[function] = self._new(function, declared, delete_first=delete_first)
        else:
            values = config_of(function, declared.to_properties())
            self.program[function] = replace(before, values=values, delete_first=delete_first)

    # One rule, as each is as likely as any other, and half of the steps are to be runs.
    @rule(
        edit=st.sampled_from(["remove", "rename", "trigger", "move", "swap", "import", "get"]),
        function=functions,
        other=functions,
        delete_first=st.booleans(),
    )
    def edit(self, edit: str, function: str, other: str, *, delete_first: bool) -> None:
        if edit == "import":
            found = self._held().get(function, a_config())
            self.program[function] = self._new(function, found, imports=True)
            return
        if edit == "get":
            self.program[function] = self._new(function, a_config(), gets=True)
            return
        if VERSIONS[function] is not VERSIONS[other]:
            return  # another version's is another resource
        before = self.program.pop(function, None)
        if before is None or edit == "remove":
            return
        before = replace(before, imports=False, delete_first=delete_first)
        there = self.program.pop(other, None)
        match edit:
            case "rename":
                self.program[function] = replace(
                    before, name=self._new(function, before.values).name
                )
            case "trigger":
                self.program[function] = replace(before, trigger=before.trigger + 1)
            case "move":
                self.program[other] = before
                return
            case _ if there is not None:  # swap
                self.program[function] = there
                there = before
            case _:
                self.program[function] = before
        if there is not None and other != function:
            self.program[other] = there

    @rule(function=functions, found=st.none() | values)
    def edit_from_elsewhere(self, function: str, found: Config | None) -> None:
        self.edited = True
        if found is None:
            self.cloud.clear_configs(function=function)
        else:
            values = config_of(function, found.to_properties()).to_properties()
            self.cloud.seed(VERSIONS[function].service, function, values)

    @rule(names=st.sampled_from(["service", "serviceName", "both"]), absent=st.booleans())
    def answer_otherwise(self, names: Any, *, absent: bool) -> None:
        self.cloud.rules(names=names, absent_as="absent" if absent else "null")

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
        self._up(refresh=self.edited, overwrite=overwrite)
        self._up(refresh=True, overwrite=True)

    @rule(stale=st.integers(1, 2))
    def up_with_stale_reads(self, stale: int) -> None:
        self.cloud.rules(stale_reads_count=stale)
        try:
            self._up(refresh=self.edited, overwrite=True, check=False)
        finally:
            self.cloud.rules(stale_reads_count=0)
        self._up(refresh=True, overwrite=True)

    def _up(self, *, refresh: bool, overwrite: bool, check: bool = True) -> str:
        before, names = self._held(), self.runner.names()
        # Without those whose replacement is pending: taken out of the program, they are forgotten.
        managed = set(self.runner.state()) | self.runner.replaced()
        try:
            self.runner.up(self.program, refresh=refresh, overwrite=overwrite)
        except Failed as failure:
            note(f"failed: {failure}")
            if refresh:  # what is gone is gone from state
                names = {name: function for name, function in names.items() if function in before}
            if check:
                self._must_be_a_refusal(str(failure), before, names, overwrite=overwrite)
            return str(failure)
        if not check:
            return ""
        self.edited = False
        # What somebody else made is overwritten only with permission, and never by an import.
        assert [
            function
            for function, each in self.program.items()
            if function not in names.values()
            and not each.gets
            and (each.imports or not overwrite)
            and before.get(function) not in (None, each.values)
        ] == []
        kept = {
            function: held
            for function, held in before.items()
            if (function not in managed and function not in self.program)
            or (function in self.program and self.program[function].gets)
        }
        declared = {
            function: each.values for function, each in self.program.items() if not each.gets
        }
        assert self._held() == {**kept, **declared}
        assert self.runner.unsettled(self.program, overwrite=overwrite) == []
        return ""

    def _truth_is_in_state_or_told(self, before: dict[str, Config], told: str) -> None:
        """What a failed run has changed stands in state, or in what the user was told."""
        held, state = self._held(), self.runner.state()
        for function in set(FUNCTIONS) - self.runner.pending():
            known = [before.get(function)]
            if function in state:
                known = [config_of(function, state[function])]
            elif function not in self.program:
                known.append(None)  # deleted, before something else has failed
            if held.get(function) not in known:
                assert function in told, told
                assert "may or may not have taken effect" in told or "now holds" in told, told

    def _must_be_a_refusal(
        self, told: str, before: dict[str, Config], names: dict[str, str], *, overwrite: bool
    ) -> None:
        """Without a fault, the only failures are to refuse what exists and is not the resource's
        own, to import what is not there as declared, and to read what is not there."""
        new = {
            function: each
            for function, each in self.program.items()
            if names.get(each.name) != function or each.gets
        }
        absent = [
            function
            for function, each in new.items()
            if (each.imports or each.gets) and before.get(function) is None
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
        for function in set(different) - set(names.values()):
            assert held[function] == before[function]

    @precondition(lambda self: not self.edited)
    @invariant()
    def state_tells_the_truth(self) -> None:
        held = self._held()
        for function, outputs in self.runner.state().items():
            assert config_of(function, outputs) == held.get(function), function

    def _held(self) -> dict[str, Config]:
        """What the cloud holds of the functions that the machine knows."""
        return {
            config["function"]: config_of(config["function"], config)
            for config in self.cloud.configs()
        }
