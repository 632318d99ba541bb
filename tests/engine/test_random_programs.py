"""Random programs through the real engine: `make random-programs` (`PROGRAMS=`)."""

import itertools
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from tests.engine.conftest import MakeStack
from tests.support.configs import a_config
from tests.support.machine import (
    GROUP,
    VERSIONS,
    Failed,
    Program,
    ProgramMachine,
    Registration,
    Runner,
    Twin,
    config_of,
    registrations,
    type_of_group,
)
from tests.support.programs import Source, declaration_of
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.provider import RESOURCE_TYPE, V3_RESOURCE_TYPE

PROGRAMS = int(os.environ.get("PROGRAMS", "10"))
"""Random programs, each with its own stack."""
SEED = int(os.environ.get("SEED", "0"))
STEPS = 20
"""Of each program."""

# A resource's transforms see its children too.
TRANSFORMS = """
def into(name, **props):
    "A transform that gives one resource other values, or another name."
    def transform(args):
        if args.name == name:
            return pulumi.ResourceTransformResult({**args.props, **props}, args.opts)
    return transform

"""


class CommandLine:
    """Runs programs with the real command line, each machine in a stack of its own."""

    def __init__(self, stack: Stack, cloud: EmulatorServer) -> None:
        self.cloud = cloud
        self._stack = stack
        self._places: set[str] = set()

    def up(
        self, program: Program, *, refresh: bool, overwrite: bool, twin: Twin | None = None
    ) -> set[str]:
        self._write(program, overwrite=overwrite, twin=twin)
        outcome = self._stack.try_up(*(["--refresh"] if refresh else []))
        if outcome.exit_code != 0:
            assert "Traceback" not in outcome.text, outcome.text
            raise Failed(outcome.text)
        return {
            each.name for each in (*outcome.changes, *outcome.drift) if each.operation != "read"
        }

    def unsettled(self, program: Program, *, overwrite: bool) -> list[str]:
        self._write(program, overwrite=overwrite)
        return [] if self._stack.is_settled() else ["preview --refresh"]

    def state(self) -> dict[str, dict[str, Any]]:
        live = [each for each in self._managed() if not each.get("pendingReplacement")]
        live.sort(key=lambda each: _place(each["urn"]) in self._places)
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

    def places(self) -> dict[str, str]:
        return {_place(each["urn"]): each["outputs"]["functionName"] for each in self._managed()}

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

    def _write(self, program: Program, *, overwrite: bool, twin: Twin | None = None) -> None:
        self._stack.configure(fc__allowOverwrite=str(overwrite).lower())
        registered = registrations(program, twin)
        self._places = {each.place for each in registered}
        groups = {each.declared.parent for each in registered if each.parent is None}
        self._stack.program(
            TRANSFORMS
            + "".join(_group(each) for each in groups if each.startswith(GROUP))
            + "".join(_source(each) for each in registered)
        )


def _place(urn: str) -> str:
    return "::".join(urn.split("::")[2:])


def _group(name: str) -> str:
    return f"{name} = pulumi.ComponentResource({type_of_group(name)!r}, {name!r})\n"


def _source(registration: Registration) -> str:
    declared, above = registration.declared, registration.parent
    version, values = VERSIONS[registration.function], declared.values
    id_ = version.id_of(registration.function)
    if declared.gets:
        return f"{version.resource}.get({declared.name!r}, {id_!r})\n"
    options: dict[str, str] = {}
    if declared.triggered:
        options["replacement_trigger"] = str(declared.triggered)
    if declared.delete_first:
        options["delete_before_replace"] = "True"
    if declared.imports:
        options["import_"] = repr(id_)
    if above is not None or declared.parent.startswith(GROUP):
        options["parent"] = declared.parent
    name: Any = registration.function
    if above is not None:
        name = Source(f"{above.declared.name}.id.apply(lambda _: {registration.function!r})")
    source = ""
    if declared.transform:
        # What a transform sets in place of an Output is none; what `import_` names is compared.
        props = values.to_properties()
        if above is None and not declared.imports:
            props["functionName"], name = registration.function, "to-be-transformed"
        values = config_of(registration.function, a_config().to_properties())
        into = f"into({declared.name!r}, **{props!r})"
        if declared.transform == "resource":
            options["transforms"] = f"[{into}]"
        else:
            source = f"pulumi.runtime.register_resource_transform({into})\n"
    opts = f"ResourceOptions({', '.join(f'{key}={value}' for key, value in options.items())})"
    return source + declaration_of(declared.name, values, opts=opts, function_name=name)


@pytest.mark.proof
@pytest.mark.parametrize("number", range(PROGRAMS))
def test_every_run_of_any_program_ends_as_declared_or_says_why(
    make_stack: MakeStack, cloud: EmulatorServer, number: int
) -> None:
    numbers = itertools.count()

    class Machine(ProgramMachine):
        looks_each = 4

        def make_runner(self) -> Runner:
            return CommandLine(make_stack(f"s{next(numbers)}"), cloud)

    seed(1000 * SEED + number)(Machine)
    Machine.TestCase.settings = settings(
        max_examples=2,  # the first one is the simplest, where nothing happens
        deadline=None,
        stateful_step_count=STEPS,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    Machine.TestCase().runTest()
