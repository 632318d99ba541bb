"""The vendor's installer, through Pulumi's Python SDK, in a process that can be bounded."""

import importlib.util
import sys
from pathlib import Path

from tools.engine.pins import engine_version
from tools.process import CommandError, run

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


def install(home: Path, timeout: float) -> None:
    """Download the pinned version into ``home/bin``.

    Raises:
        CommandError: it could not be reached, failed, or took longer than ``timeout`` seconds.
    """
    arguments = (str(home), engine_version(), str(_CONNECT_SECONDS))
    command = (sys.executable, "-c", _PROGRAM, *arguments)
    try:
        run(command, "running the vendor's installer", timeout=timeout)
    except CommandError as error:
        # Its last line is the cause; what stands above is the SDK's traceback.
        raise CommandError(str(error).splitlines()[-1].strip()) from error
