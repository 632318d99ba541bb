"""Random programs through the provider, with an engine of a few lines in place of the real one."""

import json
import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from pulumi.dynamic import Config as StackConfig
from pulumi.dynamic import ConfigureRequest
from tests.support.fuzzing import examples
from tests.support.machine import VERSIONS, Declared, Failed, Program, ProgramMachine, Runner
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.plugin import lifecycle, session
from pulumi_fc_async_invoke.provider import (
    IMPORT_KEY,
    AsyncInvokeConfigProvider,
    V3AsyncInvokeConfigProvider,
)


def wire(bag: dict[str, Any]) -> dict[str, Any]:
    """Property bags as the protocol carries them: every number is a float."""
    floats: dict[str, Any] = json.loads(json.dumps(bag), parse_int=float)
    return floats


@dataclass
class Resource:
    """One resource in state."""

    name: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    trigger: int
    pending: bool = False
    """Whether it is deleted, and its replacement not created yet."""

    @property
    def function(self) -> str:
        return self.id.removesuffix("/LATEST").rpartition("/")[2]


@dataclass
class Request:
    """What the SDK's servicer holds in a variable of this name while it calls the provider."""

    urn: str

    @classmethod
    def of(cls, name: str) -> "Request":
        return cls(f"urn:pulumi:dev::project::pulumi-python:dynamic/fc:Config::{name}")


class Providers(NamedTuple):
    """Of a run: one for each version."""

    v2: AsyncInvokeConfigProvider
    v3: V3AsyncInvokeConfigProvider

    def of(self, function: str) -> AsyncInvokeConfigProvider | V3AsyncInvokeConfigProvider:
        return self.v3 if VERSIONS[function].is_v3 else self.v2


class SmallEngine:
    """What the engine does with one stack, in the order in which it does it."""

    def __init__(self, cloud: EmulatorServer) -> None:
        self.cloud = cloud
        self._resources: dict[str, Resource] = {}
        self._condemned: list[Resource] = []
        """Replaced, and to be deleted at the end of a run."""
        self._program: Program = {}

    def up(self, program: Program, *, refresh: bool, overwrite: bool) -> None:
        self._program = program
        providers = self._providers(overwrite=overwrite)
        failures: list[str] = []
        if refresh:
            self._refresh(providers, failures)
        if not failures:
            for function, declared in program.items():
                with Collected(failures):
                    self._step(providers, function, declared)
        if not failures:
            names = {each.name for each in program.values() if not each.gets}
            for name in self._resources.keys() - names:
                gone = self._resources[name]
                if gone.pending:
                    del self._resources[name]
                    continue
                with Collected(failures):
                    self._delete(providers, gone)
                    del self._resources[name]
            for condemned in list(self._condemned):
                with Collected(failures):
                    self._delete(providers, condemned)
                    self._condemned.remove(condemned)
        if failures:
            raise Failed("\n".join(failures))

    def unsettled(self, program: Program, *, overwrite: bool) -> list[str]:
        providers = self._providers(overwrite=overwrite)
        found: list[str] = []
        for resource in self._resources.values():
            function = resource.function
            inputs, failures = self._check(providers, function, program[function], resource.inputs)
            assert not failures
            if (
                providers.of(resource.function)
                .diff(resource.id, wire(resource.outputs), inputs)
                .changes
            ):
                found.append(f"{resource.name}: preview")
            read = providers.of(resource.function).read(resource.id, wire(resource.outputs))
            if (
                providers.of(resource.function)
                .diff(resource.id, wire(read.outs or {}), inputs)
                .changes
            ):
                found.append(f"{resource.name}: refresh")
        return found

    def state(self) -> dict[str, dict[str, Any]]:
        declared = {each.name for each in self._program.values()}
        live = [each for each in self._resources.values() if not each.pending]
        live.sort(key=lambda each: each.name in declared)
        return {each.function: each.outputs for each in live}

    def pending(self) -> set[str]:
        return {each.function for each in self._resources.values() if each.pending}

    def replaced(self) -> set[str]:
        return {each.function for each in self._condemned}

    def names(self) -> dict[str, str]:
        return {name: each.function for name, each in self._resources.items()}

    def close(self) -> None:
        self.cloud.clear_configs()
        self.cloud.reset()

    def _providers(self, *, overwrite: bool) -> Providers:
        # Each run has a plugin of its own.
        lifecycle.start.cache_clear()
        session.session.cache_clear()
        config = {
            "alicloud:region": REGION,
            "alicloud:accountId": ACCOUNT,
            "alicloud:accessKey": self.cloud.access_key_id,
            "alicloud:secretKey": self.cloud.access_key_secret,
            "fc:endpoint": self.cloud.url,
            "fc:allowOverwrite": str(overwrite).lower(),
        }
        providers = Providers(AsyncInvokeConfigProvider(), V3AsyncInvokeConfigProvider())
        for provider in providers:
            provider.configure(ConfigureRequest(StackConfig(config, "project")))
        return providers

    def _refresh(self, providers: Providers, failures: list[str]) -> None:
        for resource in list(self._resources.values()):
            request = Request.of(resource.name)
            if resource.pending:
                continue
            with Collected(failures):
                read = providers.of(resource.function).read(resource.id, wire(resource.outputs))
                if read.id:
                    resource.inputs, resource.outputs = (
                        wire(read.inputs or {}),
                        wire(read.outs or {}),
                    )
                else:
                    del self._resources[resource.name]
            del request

    def _step(self, providers: Providers, function: str, declared: Declared) -> None:
        request = Request.of(declared.name)
        resource = self._resources.get(declared.name)
        if declared.gets:
            providers.of(function).read(VERSIONS[function].id_of(function), {})
            return
        if resource is None:
            self._create(providers, function, declared)
            return
        inputs, failures = self._check(providers, function, declared, resource.inputs)
        assert not failures
        difference = providers.of(resource.function).diff(
            resource.id, wire(resource.outputs), inputs
        )
        if difference.replaces or declared.trigger != resource.trigger or resource.pending:
            if declared.delete_first and not resource.pending:
                self._delete(providers, resource)
                resource.pending = True
            self._create(providers, function, declared)
            if not resource.pending:
                self._condemned.append(resource)
        elif difference.changes:
            updated = providers.of(resource.function).update(
                resource.id, wire(resource.outputs), inputs
            )
            resource.inputs, resource.outputs = inputs, wire(updated.outs or {})
        del request

    def _create(self, providers: Providers, function: str, declared: Declared) -> None:
        request = Request.of(declared.name)
        inputs, failures = self._check(providers, function, declared, {})
        if failures:
            raise FunctionComputeError(failures[0].reason)
        created = providers.of(function).create(inputs)
        self._resources[declared.name] = Resource(
            declared.name, created.id, inputs, wire(created.outs or {}), declared.trigger
        )
        del request

    def _check(
        self,
        providers: Providers,
        function: str,
        declared: Declared,
        olds: dict[str, Any],
    ) -> tuple[dict[str, Any], list[Any]]:
        request = Request.of(declared.name)
        version = VERSIONS[function]
        news = {
            **({} if version.is_v3 else {"serviceName": version.service}),
            "functionName": function,
            **declared.values.to_properties(),
            **({IMPORT_KEY: VERSIONS[function].id_of(function)} if declared.imports else {}),
        }
        checked = providers.of(function).check(wire(olds), wire(news))
        del request
        return wire(checked.inputs), checked.failures

    def _delete(self, providers: Providers, resource: Resource) -> None:
        request = Request.of(resource.name)
        providers.of(resource.function).delete(resource.id, wire(resource.outputs))
        del request


class Collected:
    """Collects our errors; any other is a bug and goes on."""

    def __init__(self, failures: list[str]) -> None:
        self._failures = failures

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, FunctionComputeError):
            return False
        self._failures.append(str(error))
        return True


class NoTime(threading.Event):
    """Nothing interrupts the run, and to wait for that takes no time."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return False


def test_every_run_of_any_program_ends_as_declared_or_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "interrupted", NoTime)
    with EmulatorServer() as cloud:

        class Machine(ProgramMachine):
            def make_runner(self) -> Runner:
                return SmallEngine(cloud)

        Machine.TestCase.settings = settings(
            examples(40),
            stateful_step_count=25,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.data_too_large],
        )
        Machine.TestCase().runTest()
