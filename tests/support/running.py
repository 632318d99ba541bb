"""A `pulumi up` under way, which can be watched and killed."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

LONG = 600_000
"""Milliseconds: longer than a test."""


class Run:
    """A `pulumi up` under way, in a session of its own: every process it starts belongs to it."""

    def __init__(self, stack: Stack) -> None:
        self._output = stack.folder / "killed.txt"
        with self._output.open("w") as output:
            self._command = subprocess.Popen(
                ["pulumi", "up", "--yes", "--skip-preview", "--stack", stack.name],
                cwd=stack.folder,
                env=stack.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill_plugin(self) -> str:
        """kill -9 of the plugin; what the command said until it ended, which it must."""
        plugins = [pid for pid in self._processes() if b"pulumi.dynamic" in _command_line(pid)]
        assert len(plugins) == 1
        _kill(plugins[0])
        assert self._command.wait(timeout=60) != 0
        return self._output.read_text()

    def kill_command(self) -> None:
        """kill -9 of the command alone; the engine gives its plugins groups of their own."""
        os.killpg(self._command.pid, signal.SIGKILL)
        self._command.wait()

    def kill_all(self) -> None:
        """kill -9 of the command, and then of everything that it started."""
        others = self._processes()
        if self._command.poll() is None:
            self.kill_command()
        for pid in others:
            _kill(pid)

    def _processes(self) -> list[int]:
        running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in running if _session(pid) == self._command.pid]


def _session(pid: int) -> int | None:
    with contextlib.suppress(ProcessLookupError):
        return os.getsid(pid)
    return None


def _command_line(pid: int) -> bytes:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def running_up(stack: Stack) -> Generator[Run, None, None]:
    run = Run(stack)
    try:
        yield run
    finally:
        run.kill_all()


def wait_until_held(cloud: EmulatorServer, *, calls: int, held: int) -> None:
    """Wait for so many calls, and until so many of them hang (``slow_answer``: have done their
    work)."""
    made = cloud.calls(at_least=calls, seconds=60)
    assert len(made) >= calls
    while sum(call.fault is not None for call in made) < held:
        made = cloud.calls()


def pending(stack: Stack) -> list[str]:
    """What the engine thinks is still under way, as ``operation name``."""
    operations: list[dict[str, Any]] = stack.latest.get("pending_operations", [])
    return sorted(
        f"{each['type']} {each['resource']['urn'].rsplit('::', 1)[1]}" for each in operations
    )
