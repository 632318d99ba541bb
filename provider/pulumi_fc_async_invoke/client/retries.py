"""Which attempts of a call are repeated, how long to wait between them, and how the call ends."""

import random
from collections.abc import Callable
from typing import TypeVar

from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    CallError,
    CanceledError,
    NoResponseError,
    SettingsError,
)
from pulumi_fc_async_invoke.api.version import Request

from .deadline import Deadline, Interruption

T = TypeVar("T")

FIRST_WAIT = 0.5
"""Seconds: the longest first wait; it doubles from attempt to attempt."""
LONGEST_WAIT = 10.0
"""Seconds between two attempts at most, unless the service asks for more."""
_LEAST_SHARE = 0.1
_LEAST_SECONDS = 1.0
"""What another attempt needs of the deadline: a share of it, or so many seconds where that is more.
One that is cut off at once would hide why those before it failed, and leave a write's outcome
unknown."""


class TooLateError(NoResponseError):
    """There was no time for an attempt, so it was not made."""


class Retries:
    """Repeats one call until it has a result, its time is over or the run is interrupted.

    Exponential backoff with full jitter, so that many calls that were throttled together do not
    come back together. A ``Retry-After`` that goes beyond the deadline ends the call at once: a
    wait without another attempt would be in vain.

    Args:
        request: what is repeated.
        deadline: the call's clock.
        interruption: ends every wait, and leaves no second attempt.
    """

    def __init__(self, request: Request, deadline: Deadline, interruption: Interruption) -> None:
        self.request = request
        self.deadline = deadline
        self._interruption = interruption
        self._longest_wait = FIRST_WAIT
        self._attempts = 0
        self._refused: ApiError | None = None
        self._broken: CallError | None = None
        """Why the last attempt failed that had its time; one that is cut off says nothing."""
        self._unknown: CallError | None = None
        """Why the last attempt failed whose outcome is unknown."""

    @property
    def notice(self) -> str:
        """What is waited for, why the last attempt failed, and for how long at most."""
        return (
            f"{self._refused or self._broken or self.request}; still waiting after "
            f"{self.deadline.elapsed:.0f} seconds, for at most {self.deadline.seconds:g}"
        )

    def run(self, attempt: Callable[[], T]) -> T:
        """Call ``attempt`` until it returns, or raises what is not worth another attempt.

        Raises:
            CanceledError: the run was interrupted.
            ApiError: the service's last error, if it responded at all.
            NoResponseError: if it never did.
            SettingsError: from ``attempt``; it says so if an earlier attempt has an unknown
                outcome.
        """
        while True:
            if self._interruption.is_final:
                raise self._interrupted()
            try:
                return attempt()
            except CanceledError:
                raise self._interrupted() from None
            except TooLateError as error:
                raise self._final(error) from None
            except CallError as error:
                self._note(error)
                seconds = self._wait_after(error)
                if seconds is None:
                    raise self._final(error) from None
            except SettingsError as error:
                self._add_earlier_failure(error)
                raise
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Wait, unless the run is or becomes interrupted.

        Raises:
            CanceledError: it is.
        """
        canceled = self._interruption.event
        if canceled.is_set() or canceled.wait(seconds):
            raise self._interrupted()

    @property
    def is_interrupted(self) -> bool:
        """Whether the run is interrupted."""
        return self._interruption.event.is_set()

    def _interrupted(self) -> CanceledError:
        message = f"{self.request}: the run was interrupted"
        unknown = self._unknown is not None and self.request.writes
        if unknown:
            message += ", and there was no response in time. It may or may not have taken effect"
        elif self.request.writes:
            message += ", and nothing was changed"
        return CanceledError(message, outcome_unknown=unknown)

    def _note(self, error: CallError) -> None:
        """Keep what an attempt says that failed."""
        self._attempts += 1
        if isinstance(error, ApiError):
            self._refused = error
        elif self.deadline.left > 0:
            self._broken = error
        if error.outcome_unknown:
            self._unknown = error

    def _wait_after(self, error: CallError) -> float | None:
        """Seconds until the next attempt; `None`: there is none."""
        if not error.retryable:
            return None
        jitter = random.uniform(0, self._longest_wait)  # noqa: S311  no secret
        self._longest_wait = min(2 * self._longest_wait, LONGEST_WAIT)
        # Never to the very end: what is left after the wait is an attempt's time.
        backoff = min(jitter, max(self.deadline.left, 0.0) / 2)
        # On top of what the service asks for, so that not all calls come back at once.
        seconds = (error.retry_after or 0.0) + backoff
        if self._interruption.event.is_set():
            return seconds  # the wait says so
        least = min(self.deadline.seconds * _LEAST_SHARE, _LEAST_SECONDS)
        is_last = (
            self.deadline.elapsed + seconds > error.retry_for
            or self.deadline.left - seconds < least
        )
        return None if is_last else seconds

    def _final(self, last: CallError) -> CallError:
        """Choose the error that says most, and add what is known of all attempts."""
        error = (self._refused or self._broken or last) if last.retryable else last
        details: list[str] = []
        if last.retryable and self._attempts > 1:
            details.append(f"Tried {self._attempts} times in {self.deadline.elapsed:.1f} seconds")
        if error is not last:
            details.append(
                f"There was no time for another attempt: {last}"
                if isinstance(last, TooLateError)
                else f"The last attempt failed differently: {last}"
            )
        if last.retry_after is not None and last.retry_after > self.deadline.left:
            details.append(
                f"The service asks to wait {last.retry_after:.0f} seconds, longer than "
                f"fc:requestTimeout ({self.deadline.seconds:g} seconds) allows"
            )
        error.outcome_unknown |= self._unknown is not None
        if self.request.writes:
            if error.outcome_unknown:
                details.append("It may or may not have taken effect")
            elif isinstance(error, NoResponseError):
                details.append("It was not sent, so it has changed nothing")
        if details:
            error.add_detail(". ".join(details))
        return error

    def _add_earlier_failure(self, error: SettingsError) -> None:
        """Do not let an attempt that could not be made hide one whose outcome is unknown."""
        if self._unknown is None or not self.request.writes:
            return
        error.outcome_unknown = True
        error.add_detail(f"An earlier attempt failed as well: {self._unknown}")
        error.add_detail("It may or may not have taken effect")
