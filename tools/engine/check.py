"""Whether a folder holds an engine that works."""

import os
import subprocess
from pathlib import Path

from tools.engine.pins import BINARIES, SCRIPTS

_VERSION_SECONDS = 60


def runs(pulumi: Path) -> str | None:
    """What `pulumi version` prints, or ``None`` if it does not run."""
    try:
        done = subprocess.run(
            [pulumi, "version"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def complete(folder: Path) -> bool:
    """Whether all four files are there, can be run, and `pulumi` runs."""
    files = [folder / name for name in (*BINARIES, *SCRIPTS)]
    if not all(file.is_file() and os.access(file, os.X_OK) for file in files):
        return False
    return runs(folder / "pulumi") is not None
