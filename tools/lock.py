"""One at a time: a lock between processes that the kernel takes back when its holder dies."""

import fcntl
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tools.process import PROGRESS_SECONDS, say

_POLL_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, waiting_for: str) -> Generator[bool, None, None]:
    """Hold the lock file for the length of a ``with`` block, waiting for it if need be.

    Args:
        path: the lock file; made if it is missing, and left there: only the kernel's lock counts.
        waiting_for: what the other one does, for the message while waiting.

    Yields:
        Whether the lock is held; not so on a file system without locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        yield _acquire(file.fileno(), waiting_for)


def _acquire(descriptor: int, waiting_for: str) -> bool:
    started = time.monotonic()
    reports = 0
    while True:
        held = _try(descriptor)
        if held is not None:
            return held
        elapsed = time.monotonic() - started
        if elapsed >= reports * PROGRESS_SECONDS:
            say(f"  ... waiting for {waiting_for}: {elapsed:.0f} s")
            reports += 1
        time.sleep(_POLL_SECONDS)


def _try(descriptor: int) -> bool | None:
    """Whether the lock was got; ``None`` if somebody else holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except OSError:
        return False
    return True
