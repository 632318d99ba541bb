"""Random programs through the provider, with an engine of a few lines in place of the real one."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from pulumi.dynamic import Config, ConfigureRequest
from tests.support.fuzzing import examples
from tests.support.machine import SERVICE, Failed, ProgramMachine, Runner
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.model import ConfigValues
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.plugin import lifecycle
from pulumi_fc_async_invoke.plugin.cancellation import Cancellation
from pulumi_fc_async_invoke.provider import AsyncInvokeConfigProvider


def wire(bag: dict[str, Any]) -> dict[str, Any]:
    """Property bags as the protocol carries them: every number is a float."""
    floats: dict[str, Any] = json.loads(json.dumps(bag), parse_int=float)
    return floats


class SmallEngine:
    """What the engine does with one stack, in the order in which it does it."""

    def __init__(self, cloud: EmulatorServer) -> None:
        self.cloud = cloud
        self._resources: dict[str, tuple[str, dict[str, Any]]] = {}

    def up(self, program: dict[str, ConfigValues], *, refresh: bool, overwrite: bool) -> None:
        provider = self._provider(overwrite=overwrite)
        failures: list[str] = []
        if refresh:
            self._refresh(provider, failures)
        if not failures:
            for name, declared in program.items():
                self._step(provider, name, declared, failures)
        if not failures:
            for name in self._resources.keys() - program.keys():
                resource_id, outputs = self._resources[name]
                with Collected(failures):
                    provider.delete(resource_id, wire(outputs))
                    del self._resources[name]
        if failures:
            raise Failed("\n".join(failures))

    def unsettled(self, program: dict[str, ConfigValues], *, overwrite: bool) -> list[str]:
        provider = self._provider(overwrite=overwrite)
        found: list[str] = []
        for name, (resource_id, outputs) in self._resources.items():
            inputs = provider.check({}, wire(_inputs(name, program[name]))).inputs
            if provider.diff(resource_id, wire(outputs), wire(inputs)).changes:
                found.append(f"{name}: preview")
            read = provider.read(resource_id, wire(outputs))
            if provider.diff(resource_id, wire(read.outs or {}), wire(inputs)).changes:
                found.append(f"{name}: refresh")
        return found

    def state(self) -> dict[str, dict[str, Any]]:
        return {name: outputs for name, (_, outputs) in self._resources.items()}

    def close(self) -> None:
        self.cloud.clear_configs()
        self.cloud.reset()

    def _provider(self, *, overwrite: bool) -> AsyncInvokeConfigProvider:
        lifecycle.start.cache_clear()  # each run has a plugin of its own
        provider = AsyncInvokeConfigProvider()
        config = {
            "alicloud:region": REGION,
            "alicloud:accountId": ACCOUNT,
            "alicloud:accessKey": self.cloud.access_key_id,
            "alicloud:secretKey": self.cloud.access_key_secret,
            "fc:endpoint": self.cloud.url,
            "fc:allowOverwrite": str(overwrite).lower(),
        }
        provider.configure(ConfigureRequest(Config(config, "project")))
        return provider

    def _refresh(self, provider: AsyncInvokeConfigProvider, failures: list[str]) -> None:
        for name, (resource_id, outputs) in list(self._resources.items()):
            with Collected(failures):
                read = provider.read(resource_id, wire(outputs))
                if read.id:
                    self._resources[name] = (read.id, wire(read.outs or {}))
                else:
                    del self._resources[name]

    def _step(
        self,
        provider: AsyncInvokeConfigProvider,
        name: str,
        declared: ConfigValues,
        failures: list[str],
    ) -> None:
        checked = provider.check({}, wire(_inputs(name, declared)))
        assert not checked.failures
        inputs = wire(checked.inputs)
        with Collected(failures):
            if name not in self._resources:
                created = provider.create(inputs)
                self._resources[name] = (created.id, wire(created.outs or {}))
                return
            resource_id, outputs = self._resources[name]
            if provider.diff(resource_id, wire(outputs), inputs).changes:
                updated = provider.update(resource_id, wire(outputs), inputs)
                self._resources[name] = (resource_id, wire(updated.outs or {}))


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


def _no_time_passes(_self: Cancellation, _seconds: float) -> bool:
    """In place of waiting, which nothing interrupts."""
    return False


def _inputs(name: str, declared: ConfigValues) -> dict[str, Any]:
    return {"serviceName": SERVICE, "functionName": name, **declared.to_properties()}


def test_every_run_of_any_program_ends_as_declared_or_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Cancellation, "sleep", _no_time_passes)
    with EmulatorServer() as cloud:

        class Machine(ProgramMachine):
            def make_runner(self) -> Runner:
                return SmallEngine(cloud)

        Machine.TestCase.settings = settings(
            examples(60),
            stateful_step_count=25,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.data_too_large],
        )
        Machine.TestCase().runTest()
