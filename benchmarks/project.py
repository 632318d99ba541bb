"""A Pulumi project in a temporary folder, whose runs are measured from start to end."""

import json
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import yaml
from tests.support.stack import stack_environment

from benchmarks.noop import ACCOUNT, REGION
from benchmarks.plugin_usage import PluginWatch, Usage
from pulumi_fc_async_invoke.emulator.process import EmulatorProcess

ROOT = Path(__file__).resolve().parents[1]
VARIANTS = ("textbook", "noop", "typed", "ours")
"""Names of the programs in `programs/`."""

_LIMIT_SECONDS = 3 * 3600
_OPERATIONS = {
    "up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview",),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
_SUMMARY = re.compile(r"^\s+(?:[-+~]{1,2} )?(\d+) (?:to )?([a-z]+)(?:\.|$)", re.MULTILINE)


class RunError(Exception):
    """A run did not do what was to be measured; ``str()`` says what it did."""


@dataclass(frozen=True)
class Run:
    """One command, measured."""

    seconds: float
    """From its start to its end."""
    summary: dict[str, int]
    """What was done → to how many resources, the stack itself included."""
    calls: dict[str, int]
    """HTTP method → how often the emulator was called."""
    emulator_cpu_seconds: float
    """Spent by the server, which in life is another machine."""
    plugin: Usage
    """Of the plugin process."""


class Cloud:
    """An emulator in a process of its own, with what a benchmark asks of it."""

    def __init__(self, emulator: EmulatorProcess) -> None:
        self._emulator = emulator
        self._process = psutil.Process(emulator.process.pid)
        self.url = emulator.url
        self.key_id = emulator.access_key_id
        self.key_secret = emulator.access_key_secret

    def answer_after(self, milliseconds: int) -> None:
        """Let each call take so long; 0: as long as it takes."""
        self._emulator.clear_faults()
        if milliseconds:
            self._emulator.fault("latency", milliseconds=milliseconds)

    def empty(self) -> None:
        """No configs, and no calls so far."""
        self._emulator.clear_configs()
        self._emulator.clear_calls()

    def forget_calls(self) -> None:
        """No calls so far."""
        self._emulator.clear_calls()

    def calls(self) -> dict[str, int]:
        """HTTP method → number of calls."""
        return dict(Counter(call.method for call in self._emulator.calls()))

    def cpu_seconds(self) -> float:
        """CPU time of the emulator so far."""
        times = self._process.cpu_times()
        return times.user + times.system


class Project:
    """One stack of one of the three programs.

    Args:
        variant: name of the program.
        resources: how many it declares.
        engine: folder of the Pulumi command line.
        cloud: what it talks to.
        settings: more of the stack's configuration.
        variables: more environment variables.
    """

    def __init__(
        self,
        variant: str,
        resources: int,
        engine: Path,
        cloud: Cloud,
        settings: Mapping[str, str] | None = None,
        *,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.variant = variant
        self.resources = resources
        self._cloud = cloud
        self._temporary = tempfile.TemporaryDirectory(prefix="benchmark-")
        self._folder = Path(self._temporary.name)
        self._environment = stack_environment(
            engine,
            self._folder / "home",
            PYTHONPATH=str(ROOT),
            NO_PROXY="127.0.0.1",
            ALIBABA_CLOUD_ACCESS_KEY_ID=cloud.key_id,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET=cloud.key_secret,
            **(variables or {}),
        )
        self._settings = {
            "alicloud:region": REGION,
            "alicloud:accountId": ACCOUNT,
            "fc:endpoint": cloud.url,
            "benchmark:keyId": cloud.key_id,
            "benchmark:keySecret": cloud.key_secret,
            "benchmark:resources": str(resources),
            # One of its own, as all of them talk to one emulator; the names are as long.
            "benchmark:service": f"{variant:-<8}",
            **(settings or {}),
        }
        (self._folder / ".state").mkdir()
        project = {
            "name": "benchmark",
            "runtime": "python",
            "backend": {"url": f"file://{self._folder / '.state'}"},
        }
        (self._folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        program = ROOT / "benchmarks" / "programs" / f"{variant}.py"
        (self._folder / "__main__.py").write_text(program.read_text())
        self._pulumi("stack", "init", "benchmark")
        self.declare(seconds=3600)

    def close(self) -> None:
        """Remove the folder."""
        self._temporary.cleanup()

    def declare(self, *, seconds: int) -> None:
        """Change one number of every resource in the program."""
        file = self._folder / "Pulumi.benchmark.yaml"
        settings: dict[str, Any] = yaml.safe_load(file.read_text()) if file.exists() else {}
        settings["config"] = {**self._settings, "benchmark:seconds": str(seconds)}
        file.write_text(yaml.safe_dump(settings))

    def run(self, operation: str, *arguments: str) -> Run:
        """Run one command of the command line.

        Args:
            operation: ``up``, ``preview`` or ``destroy``.
            *arguments: more of its command line.

        Raises:
            RunError: if it fails.
        """
        self._cloud.forget_calls()
        emulator_before = self._cloud.cpu_seconds()
        with tempfile.TemporaryFile() as output:
            started = time.perf_counter()
            process = subprocess.Popen(
                self._line(*_OPERATIONS[operation], "--stack", "benchmark", *arguments),
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                with PluginWatch(process.pid) as watch:
                    process.wait(_LIMIT_SECONDS)
                seconds = time.perf_counter() - started
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            output.seek(0)
            text = output.read().decode(errors="replace")
        if process.returncode != 0:
            raise RunError(f"{self.variant}: pulumi {operation} failed:\n{text}")
        return Run(
            seconds,
            summary(text),
            self._cloud.calls(),
            self._cloud.cpu_seconds() - emulator_before,
            watch.usage,
        )

    def state(self) -> list[dict[str, Any]]:
        """The resources in state, without the stack and the provider."""
        file = self._folder / ".state/.pulumi/stacks/benchmark/benchmark.json"
        latest: dict[str, Any] = json.loads(file.read_text())["checkpoint"]["latest"]
        return [each for each in latest["resources"] if "dynamic" in each["type"].split("/")[0]]

    def _pulumi(self, *arguments: str) -> None:
        done = subprocess.run(
            self._line(*arguments),
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RunError(f"pulumi {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")

    @staticmethod
    def _line(*arguments: str) -> tuple[str, ...]:
        return ("pulumi", *arguments, "--non-interactive", "--color", "never")


def summary(text: str) -> dict[str, int]:
    """What the command line says at its end that it did, such as ``{"created": 301}``."""
    _, _, end = text.rpartition("\nResources:\n")
    return {what: int(number) for number, what in _SUMMARY.findall(end)}
