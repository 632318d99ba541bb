"""Which tries of a call are repeated, how long to wait between them, and how it ends."""

from collections.abc import Callable
from typing import TypeVar

import tenacity

from pulumi_fc_async_invoke.api.errors import ApiError, CallError, NoResponseError, SettingsError

from .deadline import Deadline

T = TypeVar("T")

FIRST_WAIT = 0.5
"""Seconds: the longest first wait; it doubles from try to try."""
LONGEST_WAIT = 10.0
"""Seconds between two tries at most, unless the service asks for more."""
_LEAST_SHARE = 0.1
_LEAST_SECONDS = 1.0
"""What another try needs of the deadline: a share of it, or so many seconds where that is more. A
try that is cut off at once would hide why the ones before it failed, and leave a write in doubt."""


class Transient(Exception):  # noqa: N818  no error of this package: it never leaves the client
    """One try failed in a way that may pass.

    Args:
        error: what the caller gets if no later try does better.
        retry_after: seconds that the service asks to wait.
    """

    def __init__(self, error: CallError, retry_after: float | None = None) -> None:
        super().__init__()
        self.error = error
        self.retry_after = retry_after


class Retries:
    """Repeats one call until it has a result or its time is over.

    Exponential backoff with full jitter, so that many programs that were throttled together do
    not come back together. A ``Retry-After`` that goes beyond the deadline ends the call at once:
    to wait and then not to try would help nobody.

    Args:
        deadline: the call's clock.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._jitter = tenacity.wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)
        self._answered: ApiError | None = None
        self._broke: CallError | None = None
        """Why the last try failed that had its time; one that is cut off says nothing."""
        self._doubtful: CallError | None = None
        """Why the last try failed that may have taken effect: no answer, or a 5xx."""
        self._tries = 0

    def run(self, attempt: Callable[[], T]) -> T:
        """Call ``attempt`` until it returns or raises something else than `Transient`.

        Raises:
            ApiError: the last one of the service, if it answered at all.
            NoResponseError: if it never did.
            SettingsError: from ``attempt``; it says so if an earlier try of a write is in doubt.
        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Transient),
            wait=self._wait,
            stop=self._stop,
            before_sleep=self._before_sleep,
            reraise=True,
        )
        try:
            return retrying(lambda: self._try(attempt))
        except Transient as last:
            error = self._final(last)
        except CallError as hopeless:
            self._say_what_it_did(hopeless)
            raise
        except SettingsError as no_try:
            self._say_what_came_before(no_try)
            raise
        # Outside of the block above, so that no Transient shows in a traceback.
        raise error

    @property
    def maybe_applied(self) -> bool:
        """Whether an earlier try may have taken effect."""
        return self._doubtful is not None

    def _try(self, attempt: Callable[[], T]) -> T:
        self._tries += 1
        try:
            return attempt()
        except Transient as transient:
            error = transient.error
            if isinstance(error, ApiError):
                self._answered = error
            elif self._deadline.left > 0:
                self._broke = error
            if error.outcome_unknown:
                self._doubtful = error
            raise

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Seconds until the next try."""
        # Never to the very end: what is left after the wait is a try's time.
        backoff = min(self._jitter(state), max(self._deadline.left, 0.0) / 2)
        # A service that asks for no wait at all still gets one: it would be hammered else.
        return max(_transient(state).retry_after or 0.0, backoff)

    def _stop(self, state: tenacity.RetryCallState) -> bool:
        # tenacity asks for the wait first (`upcoming_sleep`), then whether to stop.
        least = min(self._deadline.seconds * _LEAST_SHARE, _LEAST_SECONDS)
        return self._deadline.left - state.upcoming_sleep < least

    def _before_sleep(self, state: tenacity.RetryCallState) -> None:
        self._deadline.notice_if_due(after=state.upcoming_sleep)

    def _final(self, last: Transient) -> CallError:
        error: CallError = self._answered or self._broke or last.error
        words: list[str] = []
        if self._tries > 1:
            words.append(f"Tried {self._tries} times in {self._deadline.elapsed:.1f} seconds")
        if error is not last.error:
            words.append(f"The last try had no answer: {last.error}")
        if last.retry_after is not None and last.retry_after > self._deadline.left:
            words.append(
                f"The service asks to wait {last.retry_after:.0f} seconds, longer than "
                f"fc:requestTimeout ({self._deadline.seconds:g} seconds) allows"
            )
        if words:
            error.add_detail(". ".join(words))
        self._say_what_it_did(error)
        return error

    def _say_what_it_did(self, error: CallError) -> None:
        error.outcome_unknown |= self.maybe_applied
        if error.method == "GET":
            return
        if error.outcome_unknown:
            error.add_detail("It may or may not have taken effect")
        elif isinstance(error, NoResponseError):
            error.add_detail("It was not sent, so it has changed nothing")

    def _say_what_came_before(self, no_try: SettingsError) -> None:
        """A try that could not be made must not hide that an earlier one is in doubt."""
        if self._doubtful is None or self._doubtful.method == "GET":
            return
        no_try.outcome_unknown = True
        no_try.add_detail(f"An earlier try failed as well: {self._doubtful}")
        no_try.add_detail("It may or may not have taken effect")


def _transient(state: tenacity.RetryCallState) -> Transient:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Transient):
        return error
    raise TypeError("only a Transient is waited for")
