"""Mention calls that take long."""

import contextvars
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial

from .retries import Retries

NOTICE_AFTER = 5.0
"""Seconds after which a call that still has no result is mentioned, once."""


class SlowCalls:
    """Mentions calls that take long; one thread for all: a timer for each is a fifth of a call.

    Args:
        on_waiting: called with one line about such a call, in its context.
    """

    def __init__(self, on_waiting: Callable[[str], object]) -> None:
        self._on_waiting = on_waiting
        self._lock = threading.Lock()
        self._calls: dict[Retries, contextvars.Context] = {}
        self._is_watching = False

    @contextmanager
    def watching(self, call: Retries) -> Generator[None, None, None]:
        """Watch a call for the length of a ``with`` block."""
        with self._lock:
            self._calls[call] = contextvars.copy_context()
            if not self._is_watching:
                self._is_watching = _start(self._watch)
        try:
            yield
        finally:
            with self._lock:
                self._calls.pop(call, None)

    def _watch(self) -> None:
        while True:
            time.sleep(NOTICE_AFTER / 5)
            with self._lock:
                if not self._calls:
                    self._is_watching = False
                    return
                slow = [call for call in self._calls if call.deadline.elapsed >= NOTICE_AFTER]
                contexts = [self._calls.pop(call) for call in slow]
            for call, context in zip(slow, contexts, strict=True):
                # In a thread: one that fails or is slow must not keep the others from theirs.
                _start(partial(context.run, self._on_waiting, call.notice))


def _start(target: Callable[..., object]) -> bool:
    """Start a thread; where there can be no more, no call fails for want of a notice."""
    try:
        threading.Thread(target=target, name="slow-calls", daemon=True).start()
    except RuntimeError:
        return False
    return True
