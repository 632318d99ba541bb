"""What goes wrong, and when: the plan of faults."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Iterable
from typing import Annotated, Any, Literal, cast

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from .exceptions import ERROR_STATUS, ErrorKind
from .rules import STRICT, Count

BodyKind = Literal["html", "empty", "broken_json", "truncated", "huge", "nonsense", "redirect"]
DropKind = Literal["drop_before", "drop_after"]
DelayKind = Literal["latency", "slow_response"]
FaultKind = Literal[ErrorKind, BodyKind, DropKind, DelayKind]
Positive = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, config=STRICT)
class Fault:
    """One thing that goes wrong. Without a limit it hits every call."""

    kind: FaultKind
    """``latency`` waits before, ``slow_response`` after the call took effect; ``drop_before`` and
    ``drop_after`` close the connection without a response; the error codes respond with that
    error; the rest respond with something that is not the API's."""
    method: Annotated[str, Field(pattern="^(GET|PUT|DELETE)$")] | None = None
    """Only calls with this HTTP method; None is any."""
    function: str | None = None
    """Only calls about this function; None is any."""
    times: Positive | None = None
    """Ends after so many hits; None never does."""
    every: Positive = 1
    """Hits every Nth call that matches."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Hits a call with this chance, 0 to 1."""
    seed: int = 0
    """Of the random numbers behind it: the same seed hits the same calls."""
    after: Count = 0
    """Lets so many matching calls pass first."""
    per_second: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    """Lets so many matching calls a second pass (a second's worth may come at once), as a service
    that throttles does."""
    milliseconds: Count = 0
    """How long ``latency`` and ``slow_response`` wait."""
    retry_after: str | int | None = None
    """Header ``Retry-After`` of an error: seconds or a date."""
    retry_after_milliseconds: Positive | None = None
    """Header ``x-acs-retry-after`` of an error, as OpenAPI hosts send it."""
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    """HTTP status of the response; by default the error's own, 302 for ``redirect``, and 200 for
    any other body that is not the API's."""
    effect: bool | None = None
    """Whether the call takes effect first, for every kind and every method; by default it does
    for ``drop_after``, ``slow_response`` and the broken bodies, and not for ``drop_before`` and the
    errors."""

    def __post_init__(self) -> None:
        """Refuse a slow response to a call that took no effect.

        Raises:
            ValueError: says what to use.
        """
        if self.kind == "slow_response" and self.effect is False:
            raise ValueError("slow_response delays the response to what took effect; use latency")

    @property
    def takes_effect(self) -> bool:
        """Whether the call does what it should before things go wrong."""
        if self.effect is not None:
            return self.effect
        return self.kind not in ERROR_STATUS and self.kind != "drop_before"

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read ``kind=drop_after,method=PUT,times=2``, or the same as a JSON object.

        Raises:
            ValueError: says what is wrong.
        """
        if text.lstrip().startswith("{"):
            return cls(**cast("dict[str, Any]", json.loads(text)))
        values: dict[str, str] = {}
        for part in text.split(","):
            name, equals, value = part.partition("=")
            if not equals:
                raise ValueError(f"{part!r} is not key=value")
            values[name] = value
        return TypeAdapter(cls).validate_strings(values, strict=False)


class PlannedFault:
    """A fault and how far it has come."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        """Calls that matched."""
        self.hits = 0
        """Calls that it hit."""
        self._allowance = max(fault.per_second or 0.0, 1.0)
        self._seen_at = time.monotonic()
        self._random = random.Random(fault.seed)  # noqa: S311  repeatable, not secret

    def hit(self, method: str, function: str | None = None) -> bool:
        """Count a call, and tell whether the fault hits it."""
        fault = self.fault
        if fault.method not in {None, method} or fault.function not in {None, function}:
            return False
        if fault.times is not None and self.hits >= fault.times:
            return False
        self.seen += 1
        if self.seen <= fault.after or (self.seen - fault.after) % fault.every:
            return False
        if fault.probability < 1 and self._random.random() >= fault.probability:
            return False
        if fault.per_second is not None and self._passes(fault.per_second):
            return False
        self.hits += 1
        return True

    def _passes(self, per_second: float) -> bool:
        """Tell whether a call is within the rate: a token bucket that holds a second's worth."""
        now = time.monotonic()
        grown = self._allowance + (now - self._seen_at) * per_second
        self._allowance, self._seen_at = min(grown, max(per_second, 1.0)), now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True


class FaultPlan:
    """All faults that are set, in the order in which they were."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self.planned = [PlannedFault(fault) for fault in faults]
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let the calls that wait because of ``latency`` or ``slow_response`` go on at once."""
        self._released.set()
        self._released = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait for so many seconds, or until `release`."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._released.wait(), seconds)

    def next(self, method: str, function: str | None = None) -> tuple[float, Fault | None]:
        """Decide what happens to the next call.

        Args:
            method: its HTTP method.
            function: what it is about, if that is known.

        Returns:
            Seconds to wait first (every ``latency`` that hits adds up), and the first other
            fault that hits, if any does.
        """
        seconds = 0.0
        chosen: Fault | None = None
        for planned in self.planned:
            if planned.fault.kind == "latency":
                if planned.hit(method, function):
                    seconds += planned.fault.milliseconds / 1000
            elif chosen is None and planned.hit(method, function):
                chosen = planned.fault
        return seconds, chosen
