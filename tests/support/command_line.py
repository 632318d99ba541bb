"""The command line `fc-async-invoke`, run as a user runs it: a process of its own."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("fc-async-invoke")
_KEPT = ("LANG", "TMPDIR", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")


@dataclass(frozen=True)
class Done:
    """What one run did and said."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line of an error."""
        (line,) = self.err.splitlines()
        assert line.startswith("error: ")
        return line.removeprefix("error: ")


class CommandLine:
    """Runs `fc-async-invoke` with nothing in its environment but what is given.

    Args:
        folder: where it runs, and its home.
        environment: its variables.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "HOME": str(folder),
            "PATH": os.defpath,
            # A machine in the vendor's cloud would have keys to offer.
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
            **environment,
        }

    def run(self, *arguments: str, **variables: str | None) -> Done:
        """Run it to its end; a variable that is `None` is not set."""
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self._variables(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start it; its output is piped."""
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self._variables({}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_on_a_terminal(self, *arguments: str, **variables: str | None) -> str:
        """Run it with a terminal for standard output and standard error; what that was sent."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self._variables({"TERM": "xterm", "COLUMNS": "200", **variables}),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            sent = b""
            try:
                while chunk := os.read(ours, 65_536):
                    sent += chunk
            except OSError:  # how Linux says that the other end is closed
                pass
            finally:
                os.close(ours)
            process.wait(60)
        return sent.decode()

    def _variables(self, more: Mapping[str, str | None]) -> dict[str, str]:
        every = {**self.environment, **more}
        return {name: value for name, value in every.items() if value is not None}
