"""Random programs through the real engine."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from tests.engine.conftest import MakeStack
from tests.support.machine import Failed, ProgramMachine, Runner
from tests.support.programs import declaration_of
from tests.support.stack import Stack

from pulumi_fc_async_invoke.api.model import ConfigValues
from pulumi_fc_async_invoke.emulator.server import EmulatorServer


class CommandLine:
    """Runs programs with the real command line, each machine in a stack of its own."""

    def __init__(self, stack: Stack, cloud: EmulatorServer) -> None:
        self.cloud = cloud
        self._stack = stack

    def up(self, program: dict[str, ConfigValues], *, refresh: bool, overwrite: bool) -> None:
        self._write(program, overwrite=overwrite)
        outcome = self._stack.try_up(*(["--refresh"] if refresh else []))
        if outcome.exit_code != 0:
            assert "Traceback" not in outcome.text, outcome.text
            raise Failed(outcome.text)

    def unsettled(self, program: dict[str, ConfigValues], *, overwrite: bool) -> list[str]:
        self._write(program, overwrite=overwrite)
        return [] if self._stack.is_settled() else ["preview --refresh"]

    def state(self) -> dict[str, dict[str, Any]]:
        return {name: resource["outputs"] for name, resource in self._stack.resources.items()}

    def close(self) -> None:
        self.cloud.reset()

    def _write(self, program: dict[str, ConfigValues], *, overwrite: bool) -> None:
        self._stack.configure(fc__allowOverwrite=str(overwrite).lower())
        self._stack.program("".join(declaration_of(name, each) for name, each in program.items()))


@pytest.mark.proof
def test_every_run_of_any_program_ends_as_declared_or_says_why(
    make_stack: MakeStack, cloud: EmulatorServer
) -> None:
    numbers = itertools.count()

    class Machine(ProgramMachine):
        def make_runner(self) -> Runner:
            return CommandLine(make_stack(f"s{next(numbers)}"), cloud)

    Machine.TestCase.settings = settings(
        max_examples=10,
        deadline=None,
        stateful_step_count=12,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    Machine.TestCase().runTest()
