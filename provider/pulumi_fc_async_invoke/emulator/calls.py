"""The log of calls: requests, responses, and what went wrong. No secrets."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

MAX_CALLS = 100_000
"""Older ones are forgotten."""


@dataclass
class Call:
    """One call of the API."""

    number: int
    """1 for the first since the start; arrival order."""
    time: float
    """Arrival, in seconds since 1970."""
    method: str
    path: str
    """URL-decoded, without the query."""
    query: str = ""
    account: str | None = None
    """None where the call was refused before that was known."""
    region: str | None = None
    service: str | None = None
    function: str | None = None
    qualifier: str | None = None
    """``LATEST`` for none; None for a list."""
    key_id: str | None = None
    in_flight: int = 1
    """Calls that were under way when it arrived, itself included."""
    body: Any = None
    """The JSON that was sent; None for none, or where it could not be read."""
    fault: str | None = None
    """Kind of the fault that hit it."""
    status: int | None = None
    """None while it is under way, and where the connection was dropped."""
    code: str = ""
    """Code of the error in the response."""


class CallLog:
    """The calls since the start, or since they were cleared."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=MAX_CALLS)
        self._number = 0
        self._in_flight: set[asyncio.Task[Any]] = set()
        self._arrived = asyncio.Event()

    def arrive(self, method: str, path: str, query: str) -> Call:
        """Log a new call; what happens to it is filled in later."""
        self._number += 1
        self._in_flight.add(_this_task())
        in_flight = len(self._in_flight)
        call = Call(self._number, time.time(), method, path, query, in_flight=in_flight)
        self._calls.append(call)
        self._arrived.set()
        self._arrived = asyncio.Event()
        return call

    def depart(self) -> None:
        """Count a call as over."""
        self._in_flight.discard(_this_task())

    def drop(self) -> None:
        """End the calls in flight: they take no effect from here on, and get no response."""
        for task in self._in_flight:
            task.cancel()

    def all(self) -> list[Call]:
        """Return the calls that are kept, oldest first."""
        return list(self._calls)

    def clear(self) -> None:
        """Forget the calls; their numbers go on."""
        self._calls.clear()

    async def wait_for(self, count: int, seconds: float) -> None:
        """Wait until so many calls have arrived, or the time is up."""

        async def arrive() -> None:
            while len(self._calls) < count:
                await self._arrived.wait()

        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(arrive(), seconds)


def _this_task() -> "asyncio.Task[Any]":
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  uvicorn runs every request in a task of its own
    return task
