"""How many attempts are in flight at once, and one pause for all if the service asks to wait."""

import random
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from math import inf

from pulumi_fc_async_invoke.api.errors import ApiError, NoResponseError
from pulumi_fc_async_invoke.config.background import LOOK_SECONDS

from . import retries
from .retries import Retries, TooLateError


class Turns:
    """Gives each attempt its turn; shared by all calls of a client.

    Args:
        max_concurrency: attempts in flight at once.
        longest_pause: seconds after which somebody has to find out whether the service still
            throttles.
    """

    def __init__(self, max_concurrency: int, longest_pause: float) -> None:
        self._max_concurrency = max_concurrency
        self._longest_pause = longest_pause
        self._free = threading.Semaphore(max_concurrency)
        self._lock = threading.Lock()
        self._paused_until = 0.0
        self._was_reached = False

    @contextmanager
    def turn(self, call: Retries) -> Generator[None, None, None]:
        """Wait for a turn and for the end of the pause; pause all calls if the service asks."""
        deadline = call.deadline
        while not self._free.acquire(timeout=min(max(deadline.left, 0), LOOK_SECONDS)):
            call.wait(0)
            if deadline.left <= 0:
                raise self._too_late(call)
        try:
            # What puts back a config in a run that is interrupted must not wait.
            while not call.is_interrupted and (
                (seconds := self._paused_until - time.monotonic()) > 0
            ):
                if seconds > deadline.left:
                    raise self._too_late(call)
                # A random moment longer, so that not all calls come back at once.
                jitter = random.uniform(0, 2 * retries.FIRST_WAIT)  # noqa: S311  no secret
                call.wait(seconds + min(jitter, max(deadline.left - seconds, 0) / 2))
            yield
            self._was_reached = True
        except ApiError as error:
            self._was_reached = True
            if error.throttled or (error.retryable and error.retry_after):
                self._pause(error.retry_after or retries.FIRST_WAIT)
            raise
        except NoResponseError as error:
            if self._was_reached and error.retryable:
                error.retry_for = inf  # it was there, so it may come back
            raise
        finally:
            self._free.release()

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + min(seconds, self._longest_pause)
        with self._lock:
            self._paused_until = max(self._paused_until, until)

    def _too_late(self, call: Retries) -> TooLateError:
        return TooLateError(
            f"{call.request} got no response: its time was over "
            "before its turn came, as other calls were in flight (fc:maxConcurrency is "
            f"{self._max_concurrency}) or the service asked to wait",
            outcome_unknown=False,
            retry_for=inf,
        )
