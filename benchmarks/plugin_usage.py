"""What the plugin process of a run used: its CPU time, and the most memory it was seen with."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:  # only the type checkers need it
    from typing_extensions import Self

_SECONDS_BETWEEN_SEARCHES = 0.2  # each looks at every process of the machine
_SECONDS_BETWEEN_LOOKS = 0.05


@dataclass(frozen=True)
class Usage:
    """As last seen: what happened after that (at most one interval) is not in it."""

    cpu_seconds: float = 0.0
    """User and system time."""
    most_bytes: int = 0
    """Largest resident set size."""


class PluginWatch:
    """Looks at the dynamic provider's process below a given one, while it runs.

    Args:
        process_id: of the Pulumi command line, which starts the plugin.
    """

    def __init__(self, process_id: int) -> None:
        self._root = psutil.Process(process_id)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.usage = Usage()

    def __enter__(self) -> "Self":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        plugin: psutil.Process | None = None
        while not self._done.wait(_SECONDS_BETWEEN_LOOKS if plugin else _SECONDS_BETWEEN_SEARCHES):
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                plugin = plugin or find_plugin(self._root)
                if plugin is not None:
                    self._look(plugin)

    def _look(self, plugin: psutil.Process) -> None:
        with plugin.oneshot():
            times = plugin.cpu_times()
            resident = plugin.memory_info().rss
        self.usage = Usage(times.user + times.system, max(self.usage.most_bytes, resident))


def find_plugin(root: psutil.Process) -> psutil.Process | None:
    """The dynamic provider's process among those that a process has started."""
    for child in root.children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if "pulumi.dynamic" in child.cmdline():
                return child
    return None
