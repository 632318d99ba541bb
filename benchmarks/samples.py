"""What was measured, on which machine, with which versions; JSON on disk. Pure but for the file."""

import json
import platform
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from math import comb
from pathlib import Path

import psutil

_PACKAGES = ("pulumi", "grpcio", "pydantic", "httpx", "httpcore", "h11")
_COVERAGE = 0.9
"""Least chance that an interval holds the true median; five pairs are the fewest that reach it."""


@dataclass(frozen=True)
class Sample:
    """One run of one provider."""

    work: str
    """What was done, such as ``up``."""
    provider: str
    """Whose provider did it: ``no-op``, ``textbook``, ``2.0`` or ``3.0``."""
    round: int
    """Samples of one round were taken one after the other, and are compared with each other."""
    resources: int
    milliseconds: int
    """What each call takes on the service."""
    figures: dict[str, float]
    """What was measured, by the names of `project.Run`."""


@dataclass(frozen=True)
class Interval:
    """The median of some numbers, and between what it lies."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, numbers: list[float]) -> "Interval":
        """From the ranks of the numbers alone (the sign test), whatever their distribution.

        With fewer than five numbers it is all that there is.
        """
        ordered, count, skipped = sorted(numbers), len(numbers), 0
        outside = 2 * 0.5**count  # the chance that the median is outside of them all
        while True:
            outside += 2 * comb(count, skipped + 1) * 0.5**count
            if outside > 1 - _COVERAGE or 2 * (skipped + 1) >= count:
                break
            skipped += 1
        return cls(statistics.median(ordered), ordered[skipped], ordered[-1 - skipped])


@dataclass
class Results:
    """Everything that one run of the benchmarks has measured."""

    machine: dict[str, str] = field(default_factory=dict[str, str])
    samples: list[Sample] = field(default_factory=list[Sample])

    @classmethod
    def load(cls, file: Path) -> "Results":
        """Read them back; empty if nothing has been measured yet."""
        if not file.exists():
            return cls()
        stored = json.loads(file.read_text())
        return cls(stored["machine"], [Sample(**each) for each in stored["samples"]])

    def save(self, file: Path) -> None:
        """Write them, a line for each sample."""
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n".join(json.dumps(asdict(each)) for each in self.samples)
        file.write_text(f'{{"machine": {json.dumps(self.machine)},\n"samples": [\n{lines}\n]}}\n')

    def values(
        self, figure: str, work: str, provider: str, resources: int, milliseconds: int
    ) -> dict[int, float]:
        """Round → figure."""
        return {
            each.round: each.figures[figure]
            for each in self.samples
            if (each.work, each.provider, each.resources, each.milliseconds)
            == (work, provider, resources, milliseconds)
            and figure in each.figures
        }

    def median(
        self, figure: str, work: str, provider: str, resources: int, milliseconds: int
    ) -> float | None:
        """Return the middle of a figure over the rounds; `None` if it was not measured."""
        found = self.values(figure, work, provider, resources, milliseconds).values()
        return statistics.median(found) if found else None

    def paired(
        self,
        compare: Callable[[float, float], float],
        figure: str,
        work: str,
        *,
        providers: tuple[str, str],
        resources: int,
        milliseconds: int = 0,
    ) -> list[float]:
        """Compare a figure of two providers, round by round."""
        one, other = (
            self.values(figure, work, each, resources, milliseconds) for each in providers
        )
        return [compare(one[number], other[number]) for number in one if number in other]

    def sizes(self, work: str) -> Iterator[int]:
        """Yield the numbers of resources that a work was done with, the least first."""
        yield from sorted({each.resources for each in self.samples if each.work == work})


def this_machine(engine_version: str) -> dict[str, str]:
    """What the numbers depend on, in words."""
    model = platform.processor()
    if (cpus := Path("/proc/cpuinfo")).exists():
        lines = (line.partition(":") for line in cpus.read_text().splitlines())
        model = next((value.strip() for name, _, value in lines if "model name" in name), model)
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return {
        "date": datetime.now(timezone.utc).date().isoformat(),
        "hardware": f"{psutil.cpu_count()} CPUs ({model}), "
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()}",
        "software": f"engine {engine_version.removeprefix('v')}, "
        f"Python {'.'.join(map(str, sys.version_info[:3]))}, {packages}",
    }
