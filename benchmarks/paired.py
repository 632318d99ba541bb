"""Comparing samples that were taken side by side. Pure."""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.results import Sample


@dataclass(frozen=True)
class Spread:
    """The middle of some numbers, and how far they go."""

    median: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, numbers: Iterable[float]) -> "Spread":
        """The spread of at least one number.

        Raises:
            ValueError: if there is none.
        """
        ordered = sorted(numbers)
        if not ordered:
            raise ValueError("no numbers")
        return cls(statistics.median(ordered), ordered[0], ordered[-1], len(ordered))


def by_run(samples: Iterable[Sample], variant: str) -> dict[int, Sample]:
    """Run → its sample of one variant."""
    return {sample.run: sample for sample in samples if sample.variant == variant}


def pairs(samples: Sequence[Sample], one: str, other: str) -> list[tuple[Sample, Sample]]:
    """The samples of two variants, run by run; runs that lack one of the two are left out."""
    first, second = by_run(samples, one), by_run(samples, other)
    return [(first[run], second[run]) for run in sorted(first.keys() & second.keys())]


def ratios(samples: Sequence[Sample], one: str, other: str) -> list[float]:
    """How many times the other variant's value one variant's is, run by run."""
    return [mine.value / its.value for mine, its in pairs(samples, one, other)]


def differences(samples: Sequence[Sample], one: str, other: str) -> list[float]:
    """By how much one variant's value is over the other's, run by run."""
    return [mine.value - its.value for mine, its in pairs(samples, one, other)]


def medians(samples: Iterable[Sample]) -> dict[str, float]:
    """Variant → the middle of its values, in the order in which they first appear."""
    values: dict[str, list[float]] = {}
    for sample in samples:
        values.setdefault(sample.variant, []).append(sample.value)
    return {variant: statistics.median(each) for variant, each in values.items()}


def marginal(costs: dict[int, float]) -> list[float]:
    """What one more resource costs, between each two neighbouring sizes.

    Args:
        costs: number of resources → cost.
    """
    sizes = sorted(costs)
    return [
        (costs[larger] - costs[smaller]) / (larger - smaller)
        for smaller, larger in itertools.pairwise(sizes)
    ]
