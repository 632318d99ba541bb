"""What goes wrong, and when: the plan of faults."""

import asyncio
import contextlib
import json
import random
import time
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, cast, get_args

ErrorKind = Literal[
    "ResourceExhausted",
    "InternalServerError",
    "ResourceThrottled",
    "ConcurrentUpdateError",
    "ClientClosedRequest",
    "InvalidArgument",
    "AccessDenied",
]
BodyKind = Literal["html", "empty", "broken_json", "truncated", "huge", "nonsense", "redirect"]
DropKind = Literal["drop_before", "drop_after"]
DelayKind = Literal["latency", "slow_answer"]
FaultKind = Literal[ErrorKind, BodyKind, DropKind, DelayKind]

ERROR_KINDS = frozenset(get_args(ErrorKind))
MAX_PER_SECOND = 1_000_000
ALL_KINDS: tuple[str, ...] = (
    *get_args(ErrorKind),
    *get_args(BodyKind),
    *get_args(DropKind),
    *get_args(DelayKind),
)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. Without a limit it hits every call."""

    kind: FaultKind
    """``latency`` waits before, ``slow_answer`` after the call took effect; ``drop_before`` and
    ``drop_after`` close the connection without an answer; the error codes answer that error; the
    rest answer something that is not the API's."""
    method: str | None = None
    """Only calls with this HTTP method; None is any."""
    function: str | None = None
    """Only calls about this function; None is any."""
    times: int | None = None
    """Ends after so many hits; None never does."""
    every: int = 1
    """Hits every Nth call that matches."""
    probability: float = 1.0
    """Hits a call with this chance, 0 to 1."""
    seed: int = 0
    """Of the random numbers behind it: the same seed hits the same calls."""
    after: int = 0
    """Lets so many matching calls pass first."""
    per_second: float | None = None
    """Lets so many matching calls a second pass (a second's worth may come at once), as a service
    that throttles does."""
    milliseconds: int = 0
    """How long ``latency`` and ``slow_answer`` wait."""
    retry_after: str | None = None
    """Header ``Retry-After`` of an error: seconds or a date."""
    status: int | None = None
    """HTTP status of the response; by default the error's own, 302 for ``redirect``, and 200 for
    any other body that is not the API's."""
    effect: bool | None = None
    """Whether the call takes effect first, for every kind and every method; by default it does
    for ``drop_after``, ``slow_answer`` and the broken bodies, and not for ``drop_before`` and the
    errors."""

    def __post_init__(self) -> None:
        """Refuse what cannot be: faults come from command lines and over HTTP.

        Raises:
            ValueError: says what is wrong.
        """
        if self.kind not in ALL_KINDS:
            raise ValueError(f"kind must be one of {', '.join(ALL_KINDS)}")
        whole = {"every": 1, "after": 0, "milliseconds": 0, "seed": None, "times": 1, "status": 200}
        for name, least in whole.items():
            value = getattr(self, name)
            if value is None and name in {"times", "status"}:
                continue
            if type(value) is not int or (least is not None and value < least):
                raise ValueError(f"{name} must be a whole number of at least {least}")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be between 0 and 1")
        if self.per_second is not None and not (
            type(self.per_second) in {int, float} and 0 < self.per_second <= MAX_PER_SECOND
        ):
            raise ValueError(f"per_second must be a number above 0, at most {MAX_PER_SECOND}")
        if self.kind == "slow_answer" and self.effect is False:
            raise ValueError("slow_answer answers what took effect; use latency")
        if self.method is not None and self.method not in {"GET", "PUT", "DELETE"}:
            raise ValueError("method must be GET, PUT or DELETE")

    @property
    def takes_effect(self) -> bool:
        """Whether the call does what it should before things go wrong."""
        if self.effect is not None:
            return self.effect
        return self.kind not in ERROR_KINDS and self.kind != "drop_before"

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Fault":
        """Read a fault.

        Raises:
            ValueError: for an unknown property or an impossible value.
        """
        unknown = set(values) - {each.name for each in fields(cls)}
        if unknown or "kind" not in values:
            raise ValueError(
                f"a fault needs a kind and has no {', '.join(sorted(unknown)) or 'more'}"
            )
        if isinstance(values.get("retry_after"), int | float):
            values = {**values, "retry_after": str(values["retry_after"])}
        return cls(**values)

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read ``kind=drop_after,method=PUT,times=2``, or the same as a JSON object.

        Raises:
            ValueError: says what is wrong.
        """
        if text.lstrip().startswith("{"):
            return cls.from_json(cast("dict[str, Any]", json.loads(text)))
        values: dict[str, Any] = {}
        for part in text.split(","):
            name, equals, value = part.partition("=")
            if not equals:
                raise ValueError(f"{part!r} is not key=value")
            values[name.strip()] = _literal(value.strip())
        return cls.from_json(values)


def _literal(text: str) -> Any:
    words = {"true": True, "false": False}
    if text in words:
        return words[text]
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


@dataclass
class PlannedFault:
    """A fault and how far it has come."""

    number: int
    fault: Fault
    seen: int = 0
    """Calls that matched."""
    hits: int = 0
    """Calls that it hit."""
    _random: random.Random = field(init=False, repr=False)
    _allowance: float = field(init=False, repr=False)
    _seen_at: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Start the random numbers, and the first second."""
        self._allowance = max(self.fault.per_second or 0.0, 1.0)
        self._seen_at = time.monotonic()
        self._random = random.Random(self.fault.seed)  # noqa: S311  repeatable, not secret

    def hit(self, method: str, function: str | None = None) -> bool:
        """Whether it hits this call; counts."""
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
        """Whether it is within the rate; a token bucket that holds a second's worth."""
        now = time.monotonic()
        grown = self._allowance + (now - self._seen_at) * per_second
        self._allowance, self._seen_at = min(grown, max(per_second, 1.0)), now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def as_json(self) -> dict[str, Any]:
        """For the control path."""
        return {"number": self.number, "seen": self.seen, "hits": self.hits, **asdict(self.fault)}


class FaultPlan:
    """All faults that are set, in the order in which they were."""

    def __init__(self, faults: list[Fault] | None = None) -> None:
        self.planned: list[PlannedFault] = []
        self._number = 0
        self._released = asyncio.Event()
        for fault in faults or []:
            self.add(fault)

    def add(self, fault: Fault) -> PlannedFault:
        """Set one more."""
        self._number += 1
        planned = PlannedFault(self._number, fault)
        self.planned.append(planned)
        return planned

    def clear(self) -> None:
        """Nothing goes wrong any more; calls that wait go on waiting."""
        self.planned.clear()

    def release(self) -> None:
        """Let the calls that wait because of ``latency`` or ``slow_answer`` go on at once."""
        self._released.set()
        self._released = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait so long, or until calls are released."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._released.wait(), seconds)

    def next(self, method: str, function: str | None = None) -> tuple[float, Fault | None]:
        """What happens to the next call.

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
