"""How many tries are in flight at once, over all calls of a client; fewer while it is throttled."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from pulumi_fc_async_invoke.api.errors import ApiError, CallError, NoResponseError
from pulumi_fc_async_invoke.api.responses import Call

from .deadline import Deadline
from .retries import LONGEST_WAIT, Transient


class Concurrency:
    """Shared by all threads of a client, so that they back off together.

    Additive increase, multiplicative decrease, as in TCP: a throttled try halves what may be in
    flight, each round of tries that the service took adds one, up to ``most``. Beside it each
    call waits on its own before its next try (`retries`). A ``Retry-After`` holds everyone.

    Args:
        most: tries in flight at once, at least 1.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._allowed = float(most)
        self._in_flight = 0
        self._reduced_at = 0.0
        self._paused_until = 0.0
        self._changed = threading.Condition()

    @property
    def allowed(self) -> int:
        """Tries that may be in flight now: 1 to ``most``."""
        return int(self._allowed)

    @contextmanager
    def slot(self, deadline: Deadline, call: Call) -> Generator[None, None, None]:
        """Wait for one's turn, make one try inside, and let the next one go.

        Raises:
            Transient: the call's time was over before its turn came.
        """
        started = self._enter(deadline, call)
        try:
            yield
        except Transient as transient:
            self._leave(started, transient)
            raise
        except BaseException:
            self._leave(started, None)
            raise
        else:
            self._leave(started, None)

    def _enter(self, deadline: Deadline, call: Call) -> float:
        """The time at which the turn came."""
        while True:
            with self._changed:
                now = time.monotonic()
                free = self._in_flight < self.allowed
                if free and now >= self._paused_until:
                    self._in_flight += 1
                    return now
                if deadline.left <= 0:
                    raise Transient(_too_late(call, self._most))
                until_unpaused = self._paused_until - now if free else deadline.left
                self._changed.wait(min(until_unpaused, deadline.left, deadline.notice_in))
            # Without the lock: it takes a call of the engine, which may be slow.
            deadline.notice_if_due()

    def _leave(self, started: float, failed: Transient | None) -> None:
        with self._changed:
            self._in_flight -= 1
            if failed is None:
                self._allowed = min(self._allowed + 1 / self._allowed, float(self._most))
            elif isinstance(failed.error, ApiError) and failed.error.throttled:
                self._slow_down(started, failed.retry_after)
            self._changed.notify_all()

    def _slow_down(self, started: float, retry_after: float | None) -> None:
        now = time.monotonic()
        # Those that were in flight together were throttled together: that counts once.
        if started >= self._reduced_at:
            self._allowed = max(self._allowed / 2, 1.0)
            self._reduced_at = now
        if retry_after is not None:
            # Not for ever: somebody has to find out whether it still holds.
            pause = now + min(retry_after, LONGEST_WAIT)
            self._paused_until = max(self._paused_until, pause)


def _too_late(call: Call, most: int) -> CallError:
    return NoResponseError(
        f"{call.method} async-invoke-config of {call.resource} had no answer: its time was over "
        f"before its turn came, behind other calls (fc:maxConcurrency is {most}, and less while "
        "the service throttles)",
        method=call.method,
        resource=call.resource,
        sent=False,
    )
