"""The pieces of work, measured for the providers side by side.

Each run of one provider is followed at once by the same run of the next, and the next round begins
with another one: what the machine does beside it, and the order, hit all of them alike. A section
goes on for as many rounds as fit into its time.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.project import Cloud, Project
from benchmarks.samples import Sample

LIFECYCLE = {
    "up": ("up", "created"),
    "unchanged up": ("up", "unchanged"),
    "preview": ("preview", "unchanged"),
    "refresh": ("refresh", "unchanged"),
    "update": ("up", "updated"),
    "destroy": ("destroy", "deleted"),
}
"""Name of a work → the command, and what it has to have done; in this order."""
LATENCY = 50
"""Milliseconds per call in `lifecycle`."""
_WITHOUT_CHECKPOINTS = {"PULUMI_SKIP_CHECKPOINTS": "true", "PULUMI_EXPERIMENTAL": "true"}
"""The engine's own variables; it then writes the state once, at the end."""


Figures = Mapping[str, float]


@dataclass(frozen=True)
class Bench:
    """What every piece of work needs."""

    engine: Path
    """Folder of the Pulumi command line."""
    cloud: Cloud
    """What the providers talk to."""
    say: Callable[[str], None]
    """Tells how far it is."""

    def measure(
        self, work: str, provider: str, number: int, size: tuple[int, int], measured: Figures
    ) -> Sample:
        """Note a sample of a round, and tell of it."""
        resources, milliseconds = size
        shown = ", ".join(f"{name} {value:.2f}" for name, value in list(measured.items())[:2])
        self.say(f"{work}, {resources} at {milliseconds} ms, {provider}: {shown}")
        return Sample(work, provider, number, resources, milliseconds, dict(measured))


def rounds(seconds: float, *, at_least: int = 1) -> Iterator[int]:
    """Yield the numbers of as many rounds as fit into some seconds."""
    start = time.monotonic()
    number = 0
    while number < at_least or (time.monotonic() - start) * (number + 1) / number < seconds:
        yield number
        number += 1


def lifecycle(bench: Bench, *, seconds: float, at_least: int, resources: int) -> Iterator[Sample]:
    """Create, look, change one number of each, and destroy, with `LATENCY`."""
    providers = ("no-op", "textbook", "2.0", "3.0")
    for number in rounds(seconds, at_least=at_least):
        bench.cloud.empty()
        bench.cloud.answer_after(LATENCY)
        with ExitStack() as stack:
            projects = {
                each: stack.enter_context(
                    closing(Project(each, resources, bench.engine, bench.cloud))
                )
                for each in providers
            }
            for work, (operation, done) in LIFECYCLE.items():
                for provider in turned(providers, number):
                    project = projects[provider]
                    if work == "update":
                        project.declare(seconds=1800)
                    figures = project.run(operation, done)
                    yield bench.measure(work, provider, number, (resources, LATENCY), figures)


def first_ups(
    bench: Bench, *, seconds: float, sizes: Sequence[int], latencies: Sequence[int]
) -> Iterator[Sample]:
    """Create with default settings; the textbook provider only the fewer, as it takes minutes."""
    for number in rounds(seconds):
        for resources in sizes:
            for milliseconds in latencies:
                providers = (
                    ("no-op", "2.0") if resources == sizes[-1] else ("no-op", "textbook", "2.0")
                )
                for provider in turned(providers, number):
                    if provider != "no-op" or milliseconds == latencies[0]:  # it makes no call
                        yield _create(
                            bench, "first up", provider, number, (resources, milliseconds)
                        )


def growth(bench: Bench, *, seconds: float, sizes: Sequence[int]) -> Iterator[Sample]:
    """Create more and more without checkpoints, which would hide what a provider takes."""
    for number in rounds(seconds):
        for resources in sizes:
            for provider in turned(("no-op", "2.0"), number):
                yield _create(
                    bench,
                    "growth",
                    provider,
                    number,
                    (resources, 0),
                    variables=_WITHOUT_CHECKPOINTS,
                )


def _create(
    bench: Bench,
    work: str,
    provider: str,
    number: int,
    size: tuple[int, int],
    *,
    variables: Mapping[str, str] | None = None,
) -> Sample:
    resources, milliseconds = size
    bench.cloud.empty()
    bench.cloud.answer_after(milliseconds)
    with closing(
        Project(provider, resources, bench.engine, bench.cloud, variables=variables)
    ) as project:
        return bench.measure(work, provider, number, size, project.run("up", "created"))


def turned(providers: Sequence[str], number: int) -> tuple[str, ...]:
    """The providers in the order of a round: each begins in turn."""
    first = number % len(providers)
    return (*providers[first:], *providers[:first])
