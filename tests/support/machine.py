"""Random programs, edits from elsewhere, faults and server rules, against whatever runs programs.

The same machine drives the provider in this process (thousands of steps) and the real engine
(a few hundred): each is a `Runner`.
"""

from dataclasses import asdict
from typing import Any, Protocol

import hypothesis.strategies as st
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.api.model import ConfigValues
from pulumi_fc_async_invoke.emulator.faults import Fault
from pulumi_fc_async_invoke.emulator.rules import Rules, all_rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

SERVICE = "demo"
FUNCTIONS = ("one", "two")

destinations = st.sampled_from([None, QUEUE, TOPIC])
values = st.builds(
    ConfigValues,
    on_success=destinations,
    on_failure=destinations,
    max_async_event_age_in_seconds=st.sampled_from([86_400, 1, 604_800]),
    max_async_retry_attempts=st.sampled_from([3, 0, 8]),
    stateful_invocation=st.booleans(),
)
# Those that end a call: what is retried by the client is its own tests' matter. Where the answer
# is not the API's, the call may have taken effect or not; a refusal has none.
_when = {
    "method": st.sampled_from([None, "GET", "PUT", "DELETE"]),
    "times": st.integers(1, 2),
    "after": st.integers(0, 3),
}
faults = st.builds(
    Fault, kind=st.sampled_from(["AccessDenied", "InvalidArgument"]), **_when
) | st.builds(
    Fault,
    kind=st.sampled_from(["html", "empty", "nonsense"]),
    effect=st.booleans(),
    **_when,
)


class Failed(Exception):  # noqa: N818  what a runner raises when a run of the program fails
    """A run failed; ``str()`` is what the user was told."""


class Runner(Protocol):
    """Runs programs that declare configs of the functions of one service."""

    cloud: EmulatorServer

    def up(self, program: dict[str, ConfigValues], *, refresh: bool, overwrite: bool) -> None:
        """Bring the cloud to what the program declares, or raise `Failed`."""
        ...

    def unsettled(self, program: dict[str, ConfigValues], *, overwrite: bool) -> list[str]:
        """What a preview and a refresh of the same program would find to do."""
        ...

    def state(self) -> dict[str, dict[str, Any]]:
        """Function name → outputs of the resource in state."""
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
        self.program: dict[str, ConfigValues] = {}
        self.edited = False

    def teardown(self) -> None:
        self.runner.close()

    @initialize(rules=st.sampled_from(list(all_rules())))
    def follow(self, rules: Rules) -> None:
        self.cloud.use_rules(rules)

    @rule(function=st.sampled_from(FUNCTIONS), declared=values)
    def declare(self, function: str, declared: ConfigValues) -> None:
        self.program[function] = declared

    @rule(function=st.sampled_from(FUNCTIONS))
    def take_out(self, function: str) -> None:
        self.program.pop(function, None)

    @rule(function=st.sampled_from(FUNCTIONS), found=st.none() | values)
    def edit_from_elsewhere(self, function: str, found: ConfigValues | None) -> None:
        self.edited = True
        if found is None:
            self.cloud.clear_configs(function=function)
        else:
            self.cloud.seed(SERVICE, function, found.to_properties())

    @rule(names=st.sampled_from(["service", "serviceName", "both"]), absent=st.booleans())
    def answer_otherwise(self, names: Any, *, absent: bool) -> None:
        self.cloud.rules(names=names, absent_as="absent" if absent else "null")

    @rule(refresh=st.booleans(), overwrite=st.booleans())
    def up(self, *, refresh: bool, overwrite: bool) -> None:
        self._up(refresh=refresh or self.edited, overwrite=overwrite)

    @rule(fault=faults, overwrite=st.booleans())
    def up_with_a_fault(self, fault: Fault, *, overwrite: bool) -> None:
        self.cloud.fault(**asdict(fault))
        held = self._held()
        try:
            told = self._up(refresh=self.edited, overwrite=overwrite, check=False)
        finally:
            self.cloud.clear_faults()
        if told and not self.edited:
            self._truth_is_in_state_or_told(held, told)
        # Whatever happened: with the fault gone, the documented next command converges.
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
        before = self._held()
        managed = set(self.runner.state())
        try:
            self.runner.up(self.program, refresh=refresh, overwrite=overwrite)
        except Failed as failure:
            note(f"failed: {failure}")
            if check:
                self._must_be_a_refusal(str(failure), before, managed, overwrite=overwrite)
            return str(failure)
        if not check:
            return ""
        self.edited = False
        others = {
            function: held
            for function, held in before.items()
            if function not in managed and function not in self.program
        }
        assert self._held() == {**self.program, **others}
        assert self.runner.unsettled(self.program, overwrite=overwrite) == []
        return ""

    def _truth_is_in_state_or_told(self, before: dict[str, ConfigValues], told: str) -> None:
        """What a failed run has changed stands in state, or in what the user was told."""
        held, state = self._held(), self.runner.state()
        for function in FUNCTIONS:
            known = (
                ConfigValues.from_properties(state[function])
                if function in state
                else before.get(function)
            )
            if held.get(function) != known:
                assert function in told, told
                assert "may or may not have taken effect" in told or "now holds" in told, told

    def _must_be_a_refusal(
        self, told: str, before: dict[str, ConfigValues], managed: set[str], *, overwrite: bool
    ) -> None:
        """Without a fault, the only failure is to refuse what exists and is not ours."""
        assert not overwrite, told
        refused = [
            function
            for function, declared in self.program.items()
            if function in before and function not in managed and before[function] != declared
        ]
        assert refused, told
        assert "a different config exists already" in told
        held = self._held()
        for function in refused:
            assert held[function] == before[function]

    @precondition(lambda self: not self.edited)
    @invariant()
    def state_tells_the_truth(self) -> None:
        held = self._held()
        for function, outputs in self.runner.state().items():
            assert ConfigValues.from_properties(outputs) == held.get(function), function

    def _held(self) -> dict[str, ConfigValues]:
        """What the cloud holds of the functions that the machine knows."""
        return {
            config["function"]: ConfigValues.from_properties(config)
            for config in self.cloud.configs(service=SERVICE)
        }
