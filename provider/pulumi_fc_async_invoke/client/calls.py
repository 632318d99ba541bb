"""Makes calls: with retries, within a deadline, over connections that all of them share."""

import contextvars
import threading
import time
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from math import inf
from typing import TypeVar

import httpx

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import ApiError, NoResponseError
from pulumi_fc_async_invoke.api.responses import Response
from pulumi_fc_async_invoke.api.version import Request
from pulumi_fc_async_invoke.config.settings import Settings

from .attempt import send
from .deadline import Deadline, Interruption
from .retries import Pause, Retries
from .transport import DeadlineTransport

T = TypeVar("T")
NOTICE_AFTER = 5.0
"""Seconds after which a call that still has no result is mentioned, once."""

_LOOK_SECONDS = 0.5
"""Between two looks at whether the run is interrupted, while a call waits for its turn."""


class Calls:
    """Makes the calls of a client; safe to share between threads.

    Args:
        credentials: called for every attempt.
        settings: how long a call may take, and how many attempts are in flight at once.
        on_waiting: called with one line about a call that takes long.
        on_attempt: called with one line about each attempt.
        canceled: set when the run is interrupted.
    """

    def __init__(
        self,
        credentials: Callable[[], Credentials],
        settings: Settings,
        on_waiting: Callable[[str], object],
        on_attempt: Callable[[str], object],
        canceled: threading.Event,
    ) -> None:
        self._credentials = credentials
        self._settings = settings
        self._on_attempt = on_attempt
        self._interruption = Interruption(canceled)
        # Half of a call's time is left to find out whether the service still throttles.
        self._pause = Pause(longest=settings.request_timeout / 2)
        self._turns = threading.Semaphore(settings.max_concurrency)
        self._transport = DeadlineTransport(self._interruption)
        self._slow_calls = _SlowCalls(on_waiting)
        self._was_reached = False
        weakref.finalize(self, self._transport.close)  # also when the process ends

    def call(self, request: Request, url: httpx.URL, host: str, read: Callable[[Response], T]) -> T:
        """Send a request until there is a result; see `retries`.

        Args:
            request: what to send.
            url: where to send it.
            host: the ``Host`` header.
            read: makes the result from a response with a 2xx status.
        """
        deadline = Deadline(self._settings.request_timeout)
        retries = Retries(request, deadline, self._interruption)

        def attempt() -> T:
            start = time.monotonic()
            credentials = self._credentials()
            deadline.extend(time.monotonic() - start)  # that has a limit of its own
            with self._turn(request, retries):
                return send(
                    self._transport,
                    request,
                    url,
                    credentials,
                    read,
                    host=host,
                    end=deadline.end_of_attempt(),
                    on_attempt=self._on_attempt,
                )

        with self._slow_calls.watching(retries):
            return retries.run(attempt)

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self._transport.close()

    @contextmanager
    def _turn(self, request: Request, retries: Retries) -> Generator[None, None, None]:
        """Wait for a turn and for the end of the pause; pause all calls when throttled."""
        deadline = retries.deadline
        while not self._turns.acquire(timeout=min(max(deadline.left, 0), _LOOK_SECONDS)):
            retries.wait(0)
            if deadline.left <= 0:
                raise self._too_late(request)
        try:
            while (seconds := self._pause.left()) > 0:
                if seconds > deadline.left:
                    raise self._too_late(request)
                retries.wait(seconds)
            yield
            self._was_reached = True
        except ApiError as error:
            self._was_reached = True
            if error.throttled:
                self._pause.extend(error.retry_after)
            raise
        except NoResponseError as error:
            if self._was_reached:
                error.retry_for = inf  # it was there, so it may come back
            raise
        finally:
            self._turns.release()

    def _too_late(self, request: Request) -> NoResponseError:
        return NoResponseError(
            f"{request} got no response: its time was over "
            "before its turn came, as other calls were in flight (fc:maxConcurrency is "
            f"{self._settings.max_concurrency}) or the service asked to wait",
            outcome_unknown=False,
        )


class _SlowCalls:
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
                self._is_watching = True
                threading.Thread(target=self._watch, name="slow-calls", daemon=True).start()
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
                say = partial(context.run, self._on_waiting, call.notice)
                threading.Thread(target=say, daemon=True).start()
