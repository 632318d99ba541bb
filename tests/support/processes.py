"""A run of the command line under way, the processes that it consists of, and what ends them."""

import os
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import psutil
from tests.support.stack import Stack

COMMAND = "command line"
PLUGIN = "plugin"
LANGUAGE_HOST = "language host"
PROGRAM = "program"
PROGRAM_LOST = "program exited with non-zero exit code"
"""What the engine says as soon as it has noticed that the program was killed."""

_END_SECONDS = 240
_LEFT_SECONDS = 30
_LOOK_SECONDS = 0.02


class Running:
    """A command in a session of its own: every process that it starts belongs to it."""

    def __init__(self, stack: Stack, command: str, *arguments: str) -> None:
        self._output: Path = stack.folder / "running.txt"
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

    @property
    def text(self) -> str:
        """What it has said so far."""
        return self._output.read_text()

    def wait_until_said(self, words: str) -> None:
        """Wait until it has said something, which it must before it ends."""
        deadline = time.monotonic() + _END_SECONDS
        while words not in self.text:
            assert not self.ends_within(_LOOK_SECONDS) or words in self.text, self.text
            assert time.monotonic() < deadline, self.text

    def ends_within(self, seconds: float) -> bool:
        """Whether the command ends in this time; returns as soon as it does."""
        try:
            self._command.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def wait(self) -> int:
        """Its exit code, once it has ended, which it must."""
        return self._command.wait(_END_SECONDS)

    def parts(self) -> dict[str, psutil.Process]:
        """Name → process, of those parts of the run that live."""
        return {role: process for process in self._members() if (role := _role(process))}

    def kill(self, part: str, process: psutil.Process) -> bool:
        """kill -9 of one part; whether it was still there."""
        if part == COMMAND and self._command.poll() is None:
            self._command.kill()
            self._command.wait()
            return True
        with suppress(psutil.NoSuchProcess):
            process.kill()
            return True
        return False

    def kill_every(self, part: str) -> None:
        """kill -9 of all processes of one part, and wait until they have gone."""
        processes = [process for process in self._members() if _role(process) == part]
        for process in processes:
            self.kill(part, process)
        assert not _outlasting(processes, _LEFT_SECONDS)

    def interrupt(self) -> None:
        """What a terminal sends for Ctrl-C: SIGINT to the group in the foreground."""
        os.killpg(self._command.pid, signal.SIGINT)

    def end_orphans(self) -> None:
        """After a kill of the command: let its plugin end what it has begun, and wait for that.

        The engine starts each plugin in a process group of its own. A plugin that notices that its
        engine has gone sends itself what this sends at once: SIGINT ends it after its work, not
        within it. The language host looks for its engine every few minutes; it writes nothing.
        """
        orphans = self._members()
        plugins = [process for process in orphans if _role(process) == PLUGIN]
        for process in plugins:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGINT)
        assert not _outlasting(plugins, _END_SECONDS), "a plugin does not end what it has begun"
        for process in orphans:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def left(self) -> list[str]:
        """Command lines of what has outlived the command."""
        left = _outlasting(self._members(), _LEFT_SECONDS)
        return [" ".join(_arguments(process)) for process in left]

    def outlasting(self, part: str) -> list[int]:
        """Process ids of one part that still live after half a minute."""
        processes = [process for process in self._members() if _role(process) == part]
        return [process.pid for process in _outlasting(processes, _LEFT_SECONDS)]

    def kill_all(self) -> None:
        """kill -9 of the command, and of everything that it has started."""
        members = self._members()
        self._command.kill()
        self._command.wait()
        for process in members:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _members(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter()
            if _session(process.pid) == self._command.pid and _lives(process)
        ]


@contextmanager
def running(stack: Stack, command: str, *arguments: str) -> Generator[Running, None, None]:
    """A command under way; whatever is left of it at the end is killed."""
    run = Running(stack, command, *arguments)
    try:
        yield run
    finally:
        run.kill_all()


def running_up(stack: Stack) -> AbstractContextManager[Running]:
    """A `pulumi up` under way."""
    return running(stack, "up")


def _outlasting(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that still live when the time is up; returns as soon as there are none."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(_lives(process) for process in processes):
        time.sleep(_LOOK_SECONDS)  # nobody tells of the end of a process that is not one's child
    return [process for process in processes if _lives(process)]


def _lives(process: psutil.Process) -> bool:
    # Where no init reaps, what has ended stays in the table.
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def _session(pid: int) -> int | None:
    with suppress(ProcessLookupError):
        return os.getsid(pid)
    return None


def _arguments(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def _role(process: psutil.Process) -> str:
    arguments = _arguments(process)
    programs = {Path(each).name for each in arguments[:3]}
    if "pulumi.dynamic" in arguments:
        return PLUGIN
    if "pulumi-language-python-exec" in programs:
        return PROGRAM
    if "pulumi-language-python" in programs:
        return LANGUAGE_HOST
    return COMMAND if programs & {"pulumi"} else ""
