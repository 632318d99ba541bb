"""Commands that take a while: they show signs of life, are bounded, and end with their children."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

PROGRESS_SECONDS = 10
"""How often a command that is still running says so."""
_LAST_LINES = 25


class CommandError(Exception):
    """A command failed; ``str()`` says which, how, and the last lines of what it printed."""


def say(text: str) -> None:
    """Tell the user something: standard output stays free for results."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def end_cleanly_when_terminated() -> None:
    """Let SIGTERM and SIGHUP run the `finally` blocks, as Ctrl-C does."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def run(
    command: Sequence[str],
    label: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> None:
    """Run a command whose output matters only if it fails.

    Args:
        command: program and arguments.
        label: what it does, for the progress lines, such as ``building pulumi``.
        cwd: where it runs.
        env: its whole environment; this process's own if left out.
        timeout: seconds after which it is ended.

    Raises:
        CommandError: it could not be started, failed, or ran out of time.
    """
    with tempfile.TemporaryFile() as output:
        try:
            # A session of its own, so that it can be ended together with its children.
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise CommandError(f"{label}: {command[0]} does not start: {error}") from error
        try:
            _wait(process, label, timeout)
        finally:
            _end_group(process)
        if process.returncode != 0:
            output.seek(0)
            lines = output.read().decode(errors="replace").splitlines()[-_LAST_LINES:]
            tail = "".join(f"\n    {line}" for line in lines)
            raise CommandError(f"{label}: failed with exit code {process.returncode}{tail}")


def command_line(pid: int) -> str:
    """A process's command line; empty if there is no such process, or only its exit code."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    ps = shutil.which("ps")
    if ps is None or Path("/proc/self").exists():
        return ""
    done = subprocess.run(
        (ps, "-ww", "-o", "command=", "-p", str(pid)), capture_output=True, text=True, check=False
    )
    return done.stdout


def attend(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Run a command that talks to the user itself; its exit code.

    If it is interrupted it gets the time that it needs to stop: it may have something to save.
    """
    with subprocess.Popen(command, cwd=cwd, env=env) as process:
        while process.poll() is None:
            _wait_through_interrupts(process)
        return process.returncode


def _wait_through_interrupts(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait()
    except KeyboardInterrupt:
        return  # the terminal has interrupted the command as well
    except SystemExit:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise


def _wait(process: "subprocess.Popen[bytes]", label: str, timeout: float | None) -> None:
    started = time.monotonic()
    while True:
        elapsed = time.monotonic() - started
        pause = PROGRESS_SECONDS if timeout is None else min(PROGRESS_SECONDS, timeout - elapsed)
        try:
            process.wait(max(pause, 0))
        except subprocess.TimeoutExpired:
            elapsed = time.monotonic() - started
            if timeout is not None and elapsed >= timeout:
                raise CommandError(f"{label}: no end after {timeout:g} s") from None
            say(f"  ... {label}: {elapsed:.0f} s")
        else:
            return


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
