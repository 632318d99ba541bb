"""Work that no deadline and no interruption reaches, in a thread that nobody has to wait for.

A library's request with timeouts of its own, or the operating system's resolver.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

LOOK_SECONDS = 0.1
"""Between two looks at whether to go on waiting for it."""


def in_background(work: Callable[[], T]) -> Future[T]:
    """Start ``work`` in a thread of its own, which does not keep the process from ending.

    Returns:
        Its outcome: what it returns or raises.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except Exception as error:  # noqa: BLE001  whoever waits for the outcome gets it
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome
