"""Ctrl-C: waits end, what is queued is refused, and every operation ends within 10 seconds.

The engine sends its plugins a Cancel call, which the SDK's servicer ignores. gRPC looks for a
thread pool on the method that it is about to call (see `thread_pool`), so a pool of its own notices
the call, also while the servicer's threads are all busy. With an SDK that is built differently
calls run to their end, as they do without this module
(https://github.com/pulumi/pulumi/issues/1613, https://github.com/pulumi/pulumi/pull/22516).

A Cancel also comes at the normal end of a run. Nothing is under way then, and no message is shown.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from threading import Event
from typing import Any, TypeVar

from . import process

T = TypeVar("T")


class _Listening(ThreadPoolExecutor):
    """The thread pool of the servicer's Cancel: whatever is submitted is an interrupt."""

    def __init__(self, interrupted: Event) -> None:
        super().__init__(1, thread_name_prefix="cancel")
        self._interrupted = interrupted

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        self._interrupted.set()
        return super().submit(fn, *args, **kwargs)


@cache
def interrupted() -> Event:
    """Return the event that the engine's Cancel sets in this process."""
    event = Event()
    for method in process.methods(["Cancel"]) or ():
        method.experimental_thread_pool = _Listening(event)
    return event
