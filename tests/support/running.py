"""A run of the command line under way, and the signals that end it or a part of it early."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.remote import EmulatorControl

LONG = 600_000
"""Milliseconds: longer than a test."""
_SECONDS = 120


class Run:
    """A command under way, in a session of its own: every process it starts belongs to it."""

    def __init__(self, stack: Stack, command: str, *arguments: str) -> None:
        self._output = stack.folder / "running.txt"
        with self._output.open("w") as output:
            self._command = subprocess.Popen(
                [
                    *("pulumi", command, "--yes", "--skip-preview", "--stack", stack.name),
                    *("--non-interactive", "--color", "never", *arguments),
                ],
                cwd=stack.folder,
                env=stack.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        return self._command.wait(timeout=_SECONDS)

    @property
    def text(self) -> str:
        """What it has said so far."""
        return self._output.read_text()

    def kill_plugins(self) -> None:
        """kill -9 of every process of the provider."""
        self._kill_all_named(b"pulumi.dynamic")

    def kill_plugin(self) -> str:
        """kill -9 of the plugin; what the command said until it ended, which it must."""
        self.kill_plugins()
        assert self.wait() != 0
        return self.text

    def kill_program(self) -> None:
        """kill -9 of the Python process that runs the program."""
        self._kill_all_named(b"pulumi-language-python-exec")

    def kill_language_host(self) -> None:
        """kill -9 of ``pulumi-language-python`` alone; the program runs on."""
        self._kill_all_named(b"pulumi-language-python\0")

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

    def interrupt(self) -> None:
        """What a terminal sends for Ctrl-C: SIGINT to the group in the foreground."""
        os.killpg(self._command.pid, signal.SIGINT)

    def wait_until_said(self, words: str) -> None:
        """Wait until it has said something; it must not end without."""
        ended = False
        while words not in self.text:
            assert not ended, self.text
            ended = self._command.poll() is not None

    def _kill_all_named(self, part: bytes) -> None:
        for pid in self._processes():
            if part in _command_line(pid):
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
def running(stack: Stack, command: str, *arguments: str) -> Generator[Run, None, None]:
    """A command under way; whatever is left of it at the end is killed."""
    run = Run(stack, command, *arguments)
    try:
        yield run
    finally:
        run.kill_all()


def running_up(stack: Stack) -> contextlib.AbstractContextManager[Run]:
    """A `pulumi up` under way."""
    return running(stack, "up")


def wait_until_held(cloud: EmulatorControl, *, calls: int, held: int) -> None:
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
