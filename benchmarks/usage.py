"""What the Python processes of a run use, while it lasts."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:  # only the type checkers need it
    from typing_extensions import Self

_SECONDS_BETWEEN_LOOKS = 0.05
_LOOKS_BETWEEN_SEARCHES = 4  # each search looks at every process of the machine
_PARTS = {"plugin": "pulumi.dynamic", "program": "pulumi-language-python-exec"}
"""Process → what its command line holds."""


@dataclass(frozen=True)
class Usage:
    """As last seen: what happened after that (at most one interval) is not in it."""

    cpu_seconds: float = 0.0
    """User and system time."""
    most_bytes: int = 0
    """Largest resident set size."""


class Watch:
    """Looks at the program's and the plugin's process below a given one.

    Args:
        process_id: of the Pulumi command line, which starts them.
    """

    def __init__(self, process_id: int) -> None:
        self._root = psutil.Process(process_id)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.usage = dict.fromkeys(_PARTS, Usage())

    def __enter__(self) -> "Self":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        found: dict[str, psutil.Process] = {}
        looks = 0
        while not self._done.wait(_SECONDS_BETWEEN_LOOKS):
            if len(found) < len(_PARTS) and looks % _LOOKS_BETWEEN_SEARCHES == 0:
                found = self._search()
            looks += 1
            for part, process in found.items():
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    self._look(part, process)

    def _look(self, part: str, process: psutil.Process) -> None:
        times, resident = process.cpu_times(), process.memory_info().rss
        most = max(self.usage[part].most_bytes, resident)
        self.usage[part] = Usage(times.user + times.system, most)

    def _search(self) -> dict[str, psutil.Process]:
        found: dict[str, psutil.Process] = {}
        for child in self._root.children(recursive=True):
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                line = " ".join(child.cmdline())
                found.update({part: child for part, text in _PARTS.items() if text in line})
        return found
