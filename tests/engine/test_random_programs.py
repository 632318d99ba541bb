"""Random programs through the real engine."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from tests.engine.conftest import MakeStack
from tests.support.machine import VERSIONS, Declared, Failed, Program, ProgramMachine, Runner
from tests.support.programs import declaration_of
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.provider import RESOURCE_TYPE, V3_RESOURCE_TYPE


class CommandLine:
    """Runs programs with the real command line, each machine in a stack of its own."""

    def __init__(self, stack: Stack, cloud: EmulatorServer) -> None:
        self.cloud = cloud
        self._stack = stack
        self._names: set[str] = set()

    def up(self, program: Program, *, refresh: bool, overwrite: bool) -> None:
        self._write(program, overwrite=overwrite)
        outcome = self._stack.try_up(*(["--refresh"] if refresh else []))
        if outcome.exit_code != 0:
            assert "Traceback" not in outcome.text, outcome.text
            raise Failed(outcome.text)

    def unsettled(self, program: Program, *, overwrite: bool) -> list[str]:
        self._write(program, overwrite=overwrite)
        return [] if self._stack.is_settled() else ["preview --refresh"]

    def state(self) -> dict[str, dict[str, Any]]:
        live = [each for each in self._managed() if not each.get("pendingReplacement")]
        live.sort(key=lambda each: _name(each) in self._names)
        return {each["outputs"]["functionName"]: each["outputs"] for each in live}

    def pending(self) -> set[str]:
        return {
            each["outputs"]["functionName"]
            for each in self._managed()
            if each.get("pendingReplacement")
        }

    def replaced(self) -> set[str]:
        return {
            each["outputs"]["functionName"] for each in self._all() if each.get("delete") is True
        }

    def names(self) -> dict[str, str]:
        return {_name(each): each["outputs"]["functionName"] for each in self._managed()}

    def _managed(self) -> list[dict[str, Any]]:
        return [each for each in self._all() if not each.get("delete")]

    def _all(self) -> list[dict[str, Any]]:
        return [
            each
            for each in self._stack.latest.get("resources", [])
            if each["type"] in (RESOURCE_TYPE, V3_RESOURCE_TYPE) and not each.get("external")
        ]

    def close(self) -> None:
        self.cloud.reset()

    def _write(self, program: Program, *, overwrite: bool) -> None:
        self._stack.configure(fc__allowOverwrite=str(overwrite).lower())
        self._names = {each.name for each in program.values()}
        self._stack.program("".join(_source(function, each) for function, each in program.items()))


def _name(resource: dict[str, Any]) -> str:
    name: str = resource["urn"].rpartition("::")[2]
    return name


def _source(function: str, declared: Declared) -> str:
    version = VERSIONS[function]
    id_ = version.id_of(function)
    if declared.gets:
        return f"{version.resource}.get({declared.name!r}, {id_!r})\n"
    options = f"replacement_trigger={declared.trigger}"
    if declared.delete_first:
        options += ", delete_before_replace=True"
    if declared.imports:
        options += f", import_={id_!r}"
    opts = f"ResourceOptions({options})"
    return declaration_of(declared.name, declared.values, opts=opts, function_name=function)


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
