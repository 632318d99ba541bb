"""How long one call may take, and when to tell the user that it takes long."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

NOTICE_AFTER = 5.0
"""Seconds after which a call that still has no result is mentioned, once."""

MIN_ATTEMPT = 10.0
"""Seconds that one attempt may take at least, as far as the deadline allows."""


class Deadline:
    """The clock of one call, with all its attempts.

    Args:
        seconds: the call's whole time.
        on_slow: called once, with the seconds since the start, when the call has taken
            `NOTICE_AFTER` seconds.
    """

    def __init__(self, seconds: float, on_slow: Callable[[float], None]) -> None:
        self.seconds = seconds
        self._start = time.monotonic()
        self._end = self._start + seconds
        self._attempt_end = self._end
        self._on_slow = on_slow
        self._noticed = False

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        """Seconds until the end of the call; negative when it has passed."""
        return self._end - time.monotonic()

    @contextmanager
    def attempt(self) -> Generator[None, None, None]:
        """One attempt: the sockets that this thread uses inside keep to its end.

        A third of the whole at most (`MIN_ATTEMPT` at least), so that one connection that hangs
        leaves time for another.
        """
        longest = max(self.seconds / 3, MIN_ATTEMPT)
        self._attempt_end = min(time.monotonic() + longest, self._end)
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    @contextmanager
    def paused(self) -> Generator[None, None, None]:
        """What happens inside does not use up the call's time."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - start

    @property
    def attempt_left(self) -> float:
        """Seconds until the end of the current attempt; negative when it has passed."""
        return self._attempt_end - time.monotonic()

    @property
    def notice_in(self) -> float:
        """Seconds until the user is to be told; infinite once that has happened."""
        return float("inf") if self._noticed else max(NOTICE_AFTER - self.elapsed, 0.0)

    def notice_if_due(self, *, after: float = 0.0) -> None:
        """Tell the user if the call has taken long, or will have ``after`` so many seconds."""
        if not self._noticed and self.elapsed + after >= NOTICE_AFTER:
            self._noticed = True
            self._on_slow(self.elapsed)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """The deadline of the attempt that this thread is making."""
    return _current.get()
