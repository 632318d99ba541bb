"""Work that no deadline and no interruption reaches, in a thread that nobody has to wait for.

A library's request with timeouts of its own, or the operating system's resolver.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")

LOOK_SECONDS = 0.1
"""Between two looks at whether to go on waiting for it."""


def in_background(work: Callable[[], T], end: Callable[[], float]) -> Future[T]:
    """Do ``work`` in a thread that does not keep the process from ending, and wait for it.

    Args:
        work: what to do.
        end: tells until which moment of `time.monotonic` to wait. It is asked again and again: an
            interruption may shorten the wait.

    Returns:
        The outcome, what ``work`` returns or raises; not `Future.done` if that was not in time.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except Exception as error:  # noqa: BLE001  whoever waits for the outcome gets it
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    while not outcome.done() and (left := end() - time.monotonic()) > 0:
        wait([outcome], min(left, LOOK_SECONDS))
    return outcome
