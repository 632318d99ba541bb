"""Another program, run to its end within a time."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


def run(
    command: Sequence[str],
    *,
    seconds: float,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run a program with no input; what it printed, whatever its exit code.

    Args:
        command: the program and its arguments.
        seconds: how long it may take.
        folder: where it runs; by default here.
        environment: variables that it gets besides ours.

    Raises:
        OSError: it does not start.
        subprocess.TimeoutExpired: it took longer, and is gone.
    """
    with subprocess.Popen(  # noqa: S603  what the caller names
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException:
            # With its children: they hold its pipes, which would be waited for.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)
