"""Random programs through the provider, with an engine of a few lines in place of the real one."""

import json
import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from pulumi.dynamic import Config as StackConfig
from pulumi.dynamic import ConfigureRequest
from pulumi.output import Unknown
from tests.support.fuzzing import examples, seeded
from tests.support.machine import (
    VERSIONS,
    Failed,
    Program,
    ProgramMachine,
    Registration,
    Runner,
    Twin,
    registrations,
)
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.plugin import lifecycle, session
from pulumi_fc_async_invoke.provider import (
    IMPORT_KEY,
    AsyncInvokeConfigProvider,
    V3AsyncInvokeConfigProvider,
)

PARTS = 4
"""Of the random programs; workers share them."""


def wire(bag: dict[str, Any]) -> dict[str, Any]:
    """Property bags as the protocol carries them: every number is a float."""
    floats: dict[str, Any] = json.loads(json.dumps(bag), parse_int=float)
    return floats


@dataclass
class Resource:
    """One resource in state."""

    registration: Registration
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    pending: bool = False
    """Whether it is deleted, and its replacement not created yet."""

    @property
    def place(self) -> str:
        return self.registration.place

    @property
    def function(self) -> str:
        return self.id.removesuffix("/LATEST").rpartition("/")[2]


@dataclass
class Request:
    """What the SDK's servicer holds in a variable of this name while it calls the provider."""

    urn: str

    @classmethod
    def of(cls, place: str) -> "Request":
        return cls(f"urn:pulumi:dev::project::{place}")


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
        self._declared: set[str] = set()
        """Places of what the program declares."""
        self._registered: set[str] = set()
        """Places of what was registered in this run."""
        self._deleted: set[str] = set()
        """Places of what was deleted in this run, as it depends on what is replaced."""
        self._touched: set[str] = set()

    def up(
        self, program: Program, *, refresh: bool, overwrite: bool, twin: Twin | None = None
    ) -> set[str]:
        declared = registrations(program, twin)
        self._declared = {each.place for each in declared if not each.declared.gets}
        self._registered, self._deleted, self._touched = set(), set(), set()
        providers = self._providers(overwrite=overwrite)
        failures: list[str] = []
        if refresh:
            self._refresh(providers, failures)
        if not failures:
            for each in declared:
                # What depends on what has failed is never registered.
                if each.parent is None or each.parent.place in self._registered:
                    with Collected(failures):
                        self._step(providers, each)
                        self._registered.add(each.place)
        if not failures:
            for place in self._resources.keys() - self._declared:
                gone = self._resources[place]
                if gone.pending:
                    del self._resources[place]
                    continue
                with Collected(failures):
                    self._delete(providers, gone)
                    del self._resources[place]
            for condemned in list(self._condemned):
                with Collected(failures):
                    self._delete(providers, condemned)
                    self._condemned.remove(condemned)
        if failures:
            raise Failed("\n".join(failures))
        return self._touched

    def unsettled(self, program: Program, *, overwrite: bool) -> list[str]:
        providers = self._providers(overwrite=overwrite)
        found: list[str] = []
        for each in registrations(program):
            if each.declared.gets:
                continue
            resource = self._resources[each.place]
            provider = providers.of(each.function)
            inputs, failures = self._check(providers, each, resource.inputs)
            assert not failures
            if provider.diff(resource.id, wire(resource.outputs), inputs).changes:
                found.append(f"{each.place}: preview")
            read = provider.read(resource.id, wire(resource.outputs))
            if provider.diff(resource.id, wire(read.outs or {}), inputs).changes:
                found.append(f"{each.place}: refresh")
        return found

    def state(self) -> dict[str, dict[str, Any]]:
        live = [each for each in self._resources.values() if not each.pending]
        live.sort(key=lambda each: each.place in self._declared)
        return {each.function: each.outputs for each in live}

    def pending(self) -> set[str]:
        return {each.function for each in self._resources.values() if each.pending}

    def replaced(self) -> set[str]:
        return {each.function for each in self._condemned}

    def places(self) -> dict[str, str]:
        return {place: each.function for place, each in self._resources.items()}

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
            request = Request.of(resource.place)
            if resource.pending:
                continue
            with Collected(failures):
                read = providers.of(resource.function).read(resource.id, wire(resource.outputs))
                outputs = wire(read.outs or {})
                if outputs != resource.outputs:
                    self._touched.add(resource.registration.declared.name)
                if read.id:
                    resource.inputs, resource.outputs = wire(read.inputs or {}), outputs
                else:
                    del self._resources[resource.place]
            del request

    def _step(self, providers: Providers, registration: Registration) -> None:
        request = Request.of(registration.place)
        function, declared = registration.function, registration.declared
        if declared.gets:
            providers.of(function).read(VERSIONS[function].id_of(function), {})
            return
        resource = self._resources.get(registration.place)
        if resource is None or registration.place in self._deleted:
            self._create(providers, registration)
            return
        provider = providers.of(function)
        inputs, failures = self._check(providers, registration, resource.inputs)
        if failures:
            raise FunctionComputeError(failures[0].reason)
        difference = provider.diff(resource.id, wire(resource.outputs), inputs)
        is_triggered = declared.triggered not in (0, resource.registration.declared.triggered)
        if difference.replaces or is_triggered or resource.pending:
            if declared.delete_first:
                self._delete_dependents(providers, resource)
                if not resource.pending:
                    self._delete(providers, resource)
                    resource.pending = True
            self._create(providers, registration)
            if not resource.pending:
                self._condemned.append(resource)
            return
        if difference.changes:
            self._touched.add(registration.declared.name)
            updated = provider.update(resource.id, wire(resource.outputs), inputs)
            resource.inputs, resource.outputs = inputs, wire(updated.outs or {})
        resource.registration = registration
        del request

    def _delete_dependents(self, providers: Providers, root: Resource) -> None:
        """Delete what a replacement may replace, the last ones first.

        Even what is deleted already, and not created again yet.
        """
        for each in [*self._resources.values(), *self._condemned]:
            depends_on = each.registration.parent
            if (
                depends_on is None
                or depends_on.place != root.place
                or each.place in self._registered | self._deleted
            ):
                continue
            kind: type[object] = Unknown  # its own constructor has no types
            inputs = {**each.inputs, "functionName": kind()}
            provider = providers.of(each.function)
            assert provider.diff(each.id, wire(each.outputs), inputs).replaces
            self._delete_dependents(providers, each)
            self._delete(providers, each)
            self._deleted.add(each.place)
            if each in self._condemned:
                self._condemned.remove(each)
            else:
                each.pending = True

    def _create(self, providers: Providers, registration: Registration) -> None:
        request = Request.of(registration.place)
        self._touched.add(registration.declared.name)
        inputs, failures = self._check(providers, registration, {})
        if failures:
            raise FunctionComputeError(failures[0].reason)
        created = providers.of(registration.function).create(inputs)
        self._resources[registration.place] = Resource(
            registration, created.id, inputs, wire(created.outs or {})
        )
        del request

    def _check(
        self, providers: Providers, registration: Registration, olds: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Any]]:
        request = Request.of(registration.place)
        function, declared = registration.function, registration.declared
        version = VERSIONS[function]
        news = {
            **({} if version.is_v3 else {"serviceName": version.service}),
            "functionName": function,
            **declared.values.to_properties(),
            **({IMPORT_KEY: version.id_of(function)} if declared.imports else {}),
        }
        checked = providers.of(function).check(wire(olds), wire(news))
        del request
        return wire(checked.inputs), checked.failures

    def _delete(self, providers: Providers, resource: Resource) -> None:
        request = Request.of(resource.place)
        self._touched.add(resource.registration.declared.name)
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


@pytest.mark.parametrize("number", range(PARTS))
def test_every_run_of_any_program_ends_as_declared_or_says_why(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(session, "interrupted", NoTime)
    with EmulatorServer() as cloud:

        class Machine(ProgramMachine):
            looks_each = 3

            def make_runner(self) -> Runner:
                return SmallEngine(cloud)

        seeded(Machine, number)
        Machine.TestCase.settings = settings(
            examples(4),
            stateful_step_count=25,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.data_too_large],
        )
        Machine.TestCase().runTest()
