"""Start and stop the emulator that belongs to this checkout, and no other process.

`.emulator/` holds its data (which outlives it), its log, its port (the same at every start, as
long as it is free) and its process id.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.lock import exclusive
from tools.process import command_line, say

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
FOLDER = ROOT / ".emulator"

_MODULE = "pulumi_fc_async_invoke.emulator"
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.05

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class EmulatorError(Exception):
    """The emulator cannot be started; ``str()`` says why."""


class Emulator:
    """The emulator of one folder.

    Args:
        folder: where its data, log, port and process id are kept.
        python: the interpreter that has the package.
    """

    def __init__(self, folder: Path = FOLDER, python: Path = PYTHON) -> None:
        self._python = python
        self._data = folder / "data.db"
        self._log = folder / "log.txt"
        self._port = folder / "port"
        self._pid = folder / "pid"
        self._ready = folder / "ready"
        self._lock = folder / "lock"

    def start(self) -> str:
        """Have it running; its URL. An emulator that already runs is left as it is.

        Raises:
            EmulatorError: it does not start; ends with what its log says.
        """
        with exclusive(self._lock, "another run that starts the emulator"):
            if self.running_pid() is not None:
                url = self._wait_until_ready()
                if url is not None:
                    say(f"Emulator: running at {url}")
                    return url
                self._end()
            remembered = self._remembered_port()
            for port in (remembered, 0) if remembered else (0,):
                if port and not _is_free(port):
                    say(f"Emulator: port {port} is taken by something else; taking another")
                    continue
                self._spawn(port)
                url = self._wait_until_ready()
                if url is not None:
                    self._port.write_text(url.rpartition(":")[2])
                    say(f"Emulator: started at {url}")
                    return url
                self._end()
            log = self._log.read_text(errors="replace") if self._log.exists() else ""
            raise EmulatorError("The emulator does not start:\n" + log[-3000:])

    def stop(self) -> bool:
        """Stop it; whether there was one."""
        if not self._pid.exists():
            return False
        with exclusive(self._lock, "another run that starts the emulator"):
            return self._end()

    def configs(self, url: str) -> Any:
        """Everything that it holds, as its control path returns it."""
        with _DIRECT.open(f"{url}/_emulator/configs", timeout=10) as response:
            return json.load(response)

    def running_pid(self) -> int | None:
        """Its process id if that process is there and really is this emulator."""
        try:
            pid = int(self._pid.read_text())
        except (OSError, ValueError):
            return None
        # Process ids are given out again: only its command line tells. The data file's whole
        # path in it tells apart the emulators of two checkouts.
        line = command_line(pid)
        return pid if f"{_MODULE} --port " in line and f" --data {self._data} " in line else None

    def _remembered_port(self) -> int:
        try:
            return int(self._port.read_text())
        except (OSError, ValueError):
            return 0

    def _spawn(self, port: int) -> None:
        self._ready.unlink(missing_ok=True)
        emulator = (
            *(str(self._python), "-m", _MODULE, "--port", str(port)),
            *("--data", str(self._data), "--ready-file", str(self._ready)),
        )
        # The shell writes its process id, then becomes the emulator: there is never an emulator
        # whose id is unknown, even if this process is killed right here.
        note_pid = 'echo $$ >"$1" && shift && exec "$@"'
        with self._log.open("ab") as log:
            subprocess.Popen(
                ("/bin/sh", "-c", note_pid, "sh", str(self._pid), *emulator),
                cwd=self._data.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> str | None:
        """Its URL as soon as it responds; ``None`` if it died or takes too long."""
        deadline = time.monotonic() + _START_SECONDS
        noted = time.monotonic() + 1  # the shell needs a moment to write its process id
        while time.monotonic() < deadline:
            url = self._answering_url()
            if url is not None:
                return url
            if time.monotonic() > noted and self.running_pid() is None:
                return None
            time.sleep(_POLL_SECONDS)
        return None

    def _answering_url(self) -> str | None:
        try:
            url = self._ready.read_text().strip().removeprefix("ready: ")
        except OSError:
            return None
        if not url:
            return None
        with suppress(OSError, ValueError):
            self.configs(url)
            return url
        return None

    def _end(self) -> bool:
        pid = self.running_pid()
        if pid is not None:
            self._signal(pid, signal.SIGTERM)
            deadline = time.monotonic() + _STOP_SECONDS
            while self.running_pid() is not None:
                if time.monotonic() > deadline:
                    self._signal(pid, signal.SIGKILL)
                time.sleep(_POLL_SECONDS)
        self._pid.unlink(missing_ok=True)
        self._ready.unlink(missing_ok=True)
        return pid is not None

    @staticmethod
    def _signal(pid: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main() -> int:
    """``start`` prints the URL; ``stop`` says whether there was one to stop."""
    emulator = Emulator()
    if sys.argv[1:] == ["start"]:
        try:
            print(emulator.start())
        except EmulatorError as error:
            say(str(error))
            return 1
        return 0
    if sys.argv[1:] == ["stop"]:
        say("Emulator: stopped" if emulator.stop() else "Emulator: not running")
        return 0
    say("usage: python -m tools.emulator.control start|stop")
    return 2


if __name__ == "__main__":
    sys.exit(main())
