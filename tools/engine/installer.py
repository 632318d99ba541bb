"""The vendor's installer, through Pulumi's Python SDK, in a process whose time is limited."""

import importlib.util
import sys
from pathlib import Path

from tools.engine.pins import engine_version
from tools.process import CommandError, run

SECONDS = 300.0
"""Time limit of the download."""
_CONNECT_SECONDS = 15
_PROGRAM = """
import socket, sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
socket.setdefaulttimeout(float(sys.argv[3]))
PulumiCommand.install(sys.argv[1], VersionInfo.parse(sys.argv[2]), skip_version_check=True)
"""


def unavailable() -> str | None:
    """Why it can't be tried at all, or ``None``."""
    if importlib.util.find_spec("pulumi") is None:
        return f"{sys.executable} has no Pulumi SDK, which brings the installer (make setup)"
    return None


def install(home: Path, seconds: float = SECONDS) -> None:
    """Download the pinned version into ``home/bin``.

    Args:
        home: an empty folder that nobody else can write to.
        seconds: time limit.

    Raises:
        CommandError: its host cannot be reached, it failed, or it took too long.
    """
    arguments = (str(home), engine_version(), str(_CONNECT_SECONDS))
    command = (sys.executable, "-c", _PROGRAM, *arguments)
    try:
        run(command, "running the vendor's installer", timeout=seconds)
    except CommandError as error:
        # Its last line is the cause; what stands above is the SDK's traceback.
        raise CommandError(str(error).splitlines()[-1].strip()) from error
