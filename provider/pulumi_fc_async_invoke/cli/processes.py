"""Pulumi's command line, run to its end within a time limit."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path


def run_pulumi(
    executable: str, *arguments: str, seconds: float, folder: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run Pulumi with no input.

    Args:
        executable: its name or path.
        arguments: what it is to do.
        seconds: how long it may take.
        folder: where it runs; by default here.

    Returns:
        What it printed, whatever its exit code.

    Raises:
        OSError: it does not start.
        subprocess.TimeoutExpired: it took longer, and was killed.
    """
    with subprocess.Popen(  # noqa: S603  what the caller names
        (executable, *arguments),
        cwd=folder,
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
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
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
