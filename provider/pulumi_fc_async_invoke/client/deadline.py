"""How long a call and each of its attempts may take, and what an interrupted run leaves of it."""

import threading
import time
from math import inf

MIN_ATTEMPT = 10.0
"""Seconds that one attempt gets at least, as far as the call's own deadline allows."""

GRACE = 8.0
"""Seconds for what is in flight when the run is interrupted, and for what may have to follow it: a
call that puts back what another one has removed."""


class Deadline:
    """The clock of one call, with all its attempts.

    Args:
        seconds: how long the whole call may take.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._start = time.monotonic()
        self._end = self._start + seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        """Seconds until the end of the call; negative once it has passed."""
        return self._end - time.monotonic()

    def extend(self, seconds: float) -> None:
        """Do not count so many seconds."""
        self._end += seconds

    def end_of_attempt(self) -> float:
        """Say when an attempt that starts now must end, as a moment of `time.monotonic`.

        A third of the whole time (`MIN_ATTEMPT` at least), so that one connection that hangs
        leaves time for another.
        """
        return min(time.monotonic() + max(self.seconds / 3, MIN_ATTEMPT), self._end)


class Interruption:
    """Whether the run is interrupted; shared by all calls of a client.

    Args:
        event: set by whoever notices it, and never cleared.
    """

    def __init__(self, event: threading.Event) -> None:
        self.event = event
        self._grace_ends: float | None = None

    def limit(self, end: float) -> float:
        """Shorten what may take until a moment of `time.monotonic`, if the run is interrupted."""
        if not self.event.is_set():
            return end
        if self._grace_ends is None:
            self._grace_ends = time.monotonic() + GRACE
        return min(end, self._grace_ends)

    @property
    def is_final(self) -> bool:
        """Whether the run is interrupted and no time is left for another attempt."""
        return self.limit(inf) <= time.monotonic()
