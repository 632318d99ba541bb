"""A Pulumi project in a temporary folder, whose runs are measured from start to end."""

import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import yaml
from tests.support.stack import stack_environment

from benchmarks.noop import ACCOUNT, REGION
from benchmarks.usage import Watch
from pulumi_fc_async_invoke.emulator.process import EmulatorProcess

ROOT = Path(__file__).resolve().parents[1]
PROVIDERS = {"no-op": "noop", "textbook": "textbook", "2.0": "ours", "3.0": "ours"}
"""Name of a provider → its program in `programs/`; 2.0 and 3.0 are ours."""

_LIMIT_SECONDS = 600
_OPERATIONS = {
    "up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
_SUMMARY = re.compile(r"^\s+(?:[-+~]{1,2} )?(\d+) (?:to )?([a-z]+)(?:\.|$)", re.MULTILINE)


class RunError(Exception):
    """A run did not do what was to be measured; ``str()`` says what it did."""


class Cloud:
    """An emulator in a process of its own, with what a benchmark asks of it."""

    def __init__(self, emulator: EmulatorProcess) -> None:
        self._emulator = emulator
        self._process = psutil.Process(emulator.process.pid)
        self.url = emulator.url
        self.key_id = emulator.access_key_id
        self.key_secret = emulator.access_key_secret
        self.seconds_per_call = 0.0

    def answer_after(self, milliseconds: int) -> None:
        """Let each call take so long; 0: as long as it takes."""
        self._emulator.clear_faults()
        self.seconds_per_call = milliseconds / 1000
        if milliseconds:
            self._emulator.fault("latency", milliseconds=milliseconds)

    def empty(self) -> None:
        """No configs, and no calls so far."""
        self._emulator.clear_configs()
        self._emulator.clear_calls()

    def forget_calls(self) -> None:
        """No calls so far."""
        self._emulator.clear_calls()

    def calls(self) -> tuple[int, float]:
        """Number of calls, and the seconds from the first one's arrival to the last one's."""
        times = [call.time for call in self._emulator.calls()]
        return len(times), max(times) - min(times) if times else 0.0

    def cpu_seconds(self) -> float:
        """CPU time of the emulator so far."""
        times = self._process.cpu_times()
        return times.user + times.system


class Project:
    """One stack of one of the programs.

    Args:
        provider: one of `PROVIDERS`.
        resources: how many it declares.
        engine: folder of the Pulumi command line.
        cloud: what it talks to.
        variables: more environment variables.
    """

    def __init__(
        self,
        provider: str,
        resources: int,
        engine: Path,
        cloud: Cloud,
        *,
        variables: Mapping[str, str] | None = None,
    ) -> None:
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
            "benchmark:provider": provider,
            "benchmark:resources": str(resources),
            # One of its own, as all of them talk to one emulator; the names are as long.
            "benchmark:service": f"{provider:-<8}".replace(".", "-"),
        }
        (self._folder / ".state").mkdir()
        project = {
            "name": "benchmark",
            "runtime": "python",
            "backend": {"url": f"file://{self._folder / '.state'}"},
        }
        (self._folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        program = ROOT / "benchmarks" / "programs" / f"{PROVIDERS[provider]}.py"
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

    def run(self, operation: str, done: str) -> dict[str, float]:
        """Run one command of the command line, and measure it.

        Args:
            operation: ``up``, ``preview``, ``refresh`` or ``destroy``.
            done: what it must have done to every resource, in the command line's word.

        Returns:
            ``seconds`` from its start to its end, ``plugin_cpu``, ``program_cpu`` and
            ``emulator_cpu`` in seconds, ``plugin_bytes`` (the most that were resident), ``calls``,
            and ``calls_seconds`` from the first call to the end of the last one.

        Raises:
            RunError: it fails, or does something else.
        """
        self._cloud.forget_calls()
        emulator_before = self._cloud.cpu_seconds()
        with tempfile.TemporaryFile() as output:
            started = time.perf_counter()
            process = subprocess.Popen(
                self._line(*_OPERATIONS[operation], "--stack", "benchmark"),
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            # Not a limit of `wait`, which would look for the end of the process every 50 ms.
            limit = threading.Timer(_LIMIT_SECONDS, process.kill)
            limit.start()
            try:
                with Watch(process.pid) as watch:
                    process.wait()
                    seconds = time.perf_counter() - started
            finally:
                limit.cancel()
                if process.poll() is None:
                    process.kill()
                    process.wait()
            output.seek(0)
            text = output.read().decode(errors="replace")
        # The stack itself is among what is created, unchanged or deleted.
        counted = summary(text).get(done, 0)
        if process.returncode != 0 or counted not in (self.resources, self.resources + 1):
            raise RunError(f"pulumi {operation} was to have {done} {self.resources}:\n{text}")
        calls, calls_seconds = self._cloud.calls()
        return {
            "seconds": seconds,
            "plugin_cpu": watch.usage["plugin"].cpu_seconds,
            "program_cpu": watch.usage["program"].cpu_seconds,
            "emulator_cpu": self._cloud.cpu_seconds() - emulator_before,
            "plugin_bytes": watch.usage["plugin"].most_bytes,
            "calls": calls,
            "calls_seconds": calls_seconds + self._cloud.seconds_per_call,
        }

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
