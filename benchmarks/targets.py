"""What is aimed at, and whether what was measured reaches it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.paired import Spread, by_run, differences, marginal, pairs, ratios
from benchmarks.results import Measurement, Results

_PLUGIN_THREADS = 4
"""Calls that a plugin carries out at once by default."""

Judge = Callable[[Measurement], Spread]


@dataclass(frozen=True)
class Target:
    """One number to reach."""

    work: str
    """Name of the measurement."""
    text: str
    """What the number is."""
    bound: float
    unit: str
    judge: Judge
    """From the measurement to the number, with its spread over the runs."""
    at_least: bool = False
    """Whether more is better."""

    @property
    def aim(self) -> str:
        """As a reader sees it, such as ``≤ 1.10 ×``."""
        return f"{'≥' if self.at_least else '≤'} {number(self.bound, self.unit)}"


@dataclass(frozen=True)
class Verdict:
    """A target, and what was measured."""

    target: Target
    measurement: Measurement | None
    found: Spread | None
    """`None`: not measured."""

    @property
    def passed(self) -> bool | None:
        """Whether the median reaches the target; `None`: not measured."""
        if self.found is None:
            return None
        if self.target.at_least:
            return self.found.median >= self.target.bound
        return self.found.median <= self.target.bound


def verdicts(results: Results) -> list[Verdict]:
    """Every target in the order of `TARGETS`."""
    return [Verdict(target, *_judged(target, results)) for target in TARGETS]


def _judged(target: Target, results: Results) -> tuple[Measurement | None, Spread | None]:
    measurement = results.measurements.get(target.work)
    if measurement is None:
        return None, None
    try:
        return measurement, target.judge(measurement)
    except ValueError:  # a small one has no number for it
        return measurement, None


def number(value: float, unit: str) -> str:
    """A value as a reader sees it."""
    if not unit:
        return f"{value:g}"
    return f"{value:.2f} {unit}" if unit == "×" else f"{value:.0f} {unit}"


def times(one: str, other: str) -> Judge:
    """How many times the other's value one's is, run by run."""
    return lambda measurement: Spread.of(ratios(measurement.samples, one, other))


def over(one: str, other: str, factor: float) -> Judge:
    """By how much one is over the other, run by run, in a unit of which a second has so many."""
    return lambda measurement: Spread.of(
        factor * each for each in differences(measurement.samples, one, other)
    )


def over_the_bound(measurement: Measurement) -> Spread:
    """Ours against the larger of the floor and the time that the calls take, four at once."""
    return Spread.of(
        ours.value / max(floor.value, _waiting(measurement, sum(ours.details["calls"].values())))
        for ours, floor in pairs(measurement.samples, "ours", "noop")
    )


def _waiting(measurement: Measurement, calls: int) -> float:
    return float(calls * measurement.settings["milliseconds"] / 1000 / _PLUGIN_THREADS)


def calls_per_resource(measurement: Measurement) -> Spread:
    """How many calls each resource took, of ours."""
    resources: int = measurement.settings["resources"]
    return Spread.of(
        sum(sample.details["calls"].values()) / resources
        for sample in by_run(measurement.samples, "ours").values()
    )


def state_detail(key: str) -> Judge:
    """One of the numbers about ours in state."""
    return lambda measurement: Spread.of(
        float(sample.details[key]) for sample in by_run(measurement.samples, "ours").values()
    )


def outputs_beyond_need(measurement: Measurement) -> Spread:
    """Outputs that are neither an input nor one of the two times, which refresh would miss."""
    return Spread.of(
        len(
            set(sample.details["outputs"])
            - set(sample.details["inputs"])
            - {"createdTime", "lastModifiedTime"}
        )
        for sample in by_run(measurement.samples, "ours").values()
    )


def memory_times(resources: int) -> Judge:
    """How many times the floor's memory ours is, at one size."""

    def judge(measurement: Measurement) -> Spread:
        at_size = [sample for sample in measurement.samples if sample.run == resources]
        return Spread.of(ratios(at_size, "ours", "noop"))

    return judge


def memory_growth(measurement: Measurement) -> Spread:
    """How many times the memory at the smallest size ours is at the largest."""
    ours = by_run(measurement.samples, "ours")
    return Spread.of([ours[max(ours)].value / ours[min(ours)].value])


def growth_of_calls(measurement: Measurement) -> Spread:
    """Calls per resource at the size that takes the most, against the one with the least."""
    each = [
        sum(sample.details["calls"].values()) / size
        for size, sample in by_run(measurement.samples, "ours").items()
    ]
    return Spread.of([max(each) / min(each)])


def growth_of_time(measurement: Measurement) -> Spread:
    """CPU time of the plugin over the floor's: one more resource, last size against first."""
    own = {
        ours.run: ours.details["plugin"]["cpu_seconds"] - floor.details["plugin"]["cpu_seconds"]
        for ours, floor in pairs(measurement.samples, "ours", "noop")
    }
    slopes = marginal(own)
    return Spread.of([slopes[-1] / slopes[0]] if len(slopes) > 1 else [])


TARGETS: Sequence[Target] = (
    Target("creates", "ours ÷ no-op", 1.10, "×", times("ours", "noop")),
    Target("creates", "textbook ÷ ours", 1.7, "×", times("textbook", "ours"), at_least=True),
    Target("creates", "ours ÷ no-op, typed", 1.10, "×", times("ours", "typed")),
    Target("latency", "ours ÷ max(no-op, calls · RTT / 4)", 1.25, "×", over_the_bound),
    Target(
        "concurrency",
        "default ÷ `fc:maxConcurrency: 16`",
        3,
        "×",
        times("default", "concurrent"),
        at_least=True,
    ),
    Target(
        "concurrency-small",
        "default ÷ `fc:maxConcurrency: 16`",
        2,
        "×",
        times("default", "concurrent"),
        at_least=True,
    ),
    Target("unchanged", "ours ÷ no-op", 1.02, "×", times("ours", "noop")),
    Target("unchanged", "ours ÷ no-op, typed", 1.02, "×", times("ours", "typed")),
    Target("preview", "ours ÷ no-op", 1.02, "×", times("ours", "noop")),
    Target("preview", "ours ÷ no-op, typed", 1.02, "×", times("ours", "typed")),
    Target("destroy", "ours ÷ no-op", 1.10, "×", times("ours", "noop")),
    Target("updates", "calls per update", 1, "", calls_per_resource),
    Target("updates", "ours ÷ no-op", 1.10, "×", times("ours", "noop")),
    Target("import", "over `import pulumi`", 30, "ms", over("ours", "pulumi", 1000)),
    Target("start", "over a bare dynamic provider", 120, "ms", over("ours", "noop", 1000)),
    Target("state", "size of `__provider`", 120, "bytes", state_detail("provider_bytes")),
    Target("state", "`__provider` is secret (1: yes)", 0, "", state_detail("provider_is_secret")),
    Target("state", "outputs beyond inputs and times", 0, "", outputs_beyond_need),
    Target("memory", "ours ÷ no-op at 1,000 resources", 1.3, "×", memory_times(1000)),
    Target("memory", "largest ÷ smallest number of resources", 1.05, "×", memory_growth),
    Target("growth", "calls per resource, most ÷ least", 1, "×", growth_of_calls),
    Target("growth", "CPU time of one more resource, last ÷ first", 1.25, "×", growth_of_time),
    Target("growth-no-checkpoints", "calls per resource, most ÷ least", 1, "×", growth_of_calls),
    Target(
        "growth-no-checkpoints",
        "CPU time of one more resource, last ÷ first",
        1.25,
        "×",
        growth_of_time,
    ),
)
