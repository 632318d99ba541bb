"""Ctrl-C: end what waits, refuse what is queued, and answer everything within 10 seconds.

The engine tells its plugins with a Cancel call, which the SDK's servicer ignores. gRPC looks for a
thread pool on the method that it is about to call (see `thread_pool`), so a pool of its own tells
of the call, also while the servicer's threads are all busy. With an SDK that is built differently
calls run to their end, as they do without this module
(https://github.com/pulumi/pulumi/issues/1613, https://github.com/pulumi/pulumi/pull/22516).

A Cancel also comes at the normal end of a run. Nothing is under way then, and nothing is said.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache
from threading import Event, Timer
from typing import Any, TypeVar

from pulumi_fc_async_invoke.api.errors import CanceledError

from . import process

T = TypeVar("T")

GRACE = 9.5
"""Seconds from the interrupt until attempts in flight are abandoned; the rest is for answering."""
_MOST_CALLS = 128
"""Threads: more than operations that a plugin runs at once."""


class Cancellation:
    """One interrupt, and what is still allowed after it.

    Attributes:
        requested: set once the run is interrupted.
    """

    def __init__(self) -> None:
        self.requested = Event()
        self._grace_over: Future[None] = Future()
        self._calls = ThreadPoolExecutor(_MOST_CALLS, thread_name_prefix="call")

    def request(self) -> None:
        """Interrupt the run; idempotent."""
        if self.requested.is_set():
            return
        self.requested.set()
        timer = Timer(GRACE, self._grace_over.set_result, [None])
        timer.daemon = True
        timer.start()

    def sleep(self, seconds: float) -> bool:
        """Let some time pass; return at once, with `True`, if the run is interrupted."""
        return self.requested.wait(seconds)

    def run(self, call: Callable[[], T], *, method: str, resource: str) -> T:
        """Make a call of the service, but do not wait for it beyond the grace period.

        Args:
            call: the call.
            method: its HTTP method.
            resource: what it is about, as a user would name it.

        Returns:
            What the call returns.

        Raises:
            CanceledError: if the time was over before the call was sent or had a result.
        """
        sent = not self._grace_over.done()
        if sent:
            made = self._calls.submit(copy_context().run, call)
            pending: list[Future[Any]] = [made, self._grace_over]
            wait(pending, return_when=FIRST_COMPLETED)
            if made.done():
                return made.result()
        raise CanceledError(method=method, resource=resource, sent=sent)


class _Listening(ThreadPoolExecutor):
    """The thread pool of the servicer's Cancel: whatever is submitted is an interrupt."""

    def __init__(self, cancellation: Cancellation) -> None:
        super().__init__(1, thread_name_prefix="cancel")
        self._cancellation = cancellation

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        self._cancellation.request()
        return super().submit(fn, *args, **kwargs)


@cache
def of_this_process() -> Cancellation:
    """Return the one that the engine's Cancel reaches."""
    cancellation = Cancellation()
    for method in process.methods(["Cancel"]) or ():
        method.experimental_thread_pool = _Listening(cancellation)
    return cancellation
