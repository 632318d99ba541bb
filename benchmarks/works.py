"""The pieces of work that the engine does, measured for the providers side by side.

Each run of one variant is followed at once by the same run of the next, and the next time round
another variant begins: what the machine does beside it, and the order, hit all of them alike. No
benchmark library has that, nor can one repeat an `up` that must be undone in between; so this
takes its own time, and leaves the rest (`start.py`) to pyperf.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.project import VARIANTS, Cloud, Project, Run, RunError
from benchmarks.results import Measurement, Sample

PARALLEL = 64
"""What the runs with more concurrency set the engine's own limit to."""
CONCURRENCY = 16
"""What they set ``fc:maxConcurrency`` to."""
_WITHOUT_CHECKPOINTS = {"PULUMI_SKIP_CHECKPOINTS": "true", "PULUMI_EXPERIMENTAL": "true"}
"""The engine's own variables; it then writes the state once, at the end."""


@dataclass(frozen=True)
class Bench:
    """What every piece of work needs."""

    engine: Path
    """Folder of the Pulumi command line."""
    cloud: Cloud
    """What the providers talk to."""
    say: Callable[[str], None]
    """Tells how far it is."""


@dataclass(frozen=True)
class _Work:
    """One command, and what it must have done to count."""

    name: str
    operation: str
    done: str
    """What the command line calls it."""
    rounds: int = 1


def lifecycle(
    bench: Bench, wanted: Sequence[str], *, runs: int, resources: int, rounds: int
) -> dict[str, Measurement]:
    """Create, look, change one number of each, and destroy.

    Args:
        bench: where.
        wanted: ``creates``, ``unchanged``, ``preview``, ``updates``, ``destroy`` and ``state``;
            what has to come before them is done as well.
        runs: how often.
        resources: how many.
        rounds: how often in each run what changes nothing is repeated.
    """
    works = [
        _Work("creates", "up", "created"),
        _Work("unchanged", "up", "unchanged", rounds),
        _Work("preview", "preview", "unchanged", rounds),
        _Work("updates", "up", "updated"),
        _Work("destroy", "destroy", "deleted"),
    ]
    works = [work for work in works if work.name in ("creates", *wanted)]
    samples: dict[str, list[Sample]] = {
        name: [] for name in ("state", *(work.name for work in works))
    }
    for run in range(runs):
        bench.cloud.empty()
        bench.cloud.answer_after(0)
        with ExitStack() as stack:
            projects = {
                variant: stack.enter_context(
                    closing(Project(variant, resources, bench.engine, bench.cloud))
                )
                for variant in VARIANTS
            }
            for work in works:
                if work.name == "updates":
                    for project in projects.values():
                        project.declare(seconds=1800)
                for number in range(work.rounds):
                    numbered = run * work.rounds + number
                    for variant in turned(VARIANTS, numbered):
                        measured = _run(bench, projects[variant], work)
                        samples[work.name].append(_sample(variant, numbered, measured))
                if work.name == "creates" and not samples["state"]:
                    samples["state"] = [_of_state(projects[each]) for each in VARIANTS]
    settings = {"resources": resources}
    return {name: Measurement(settings, each) for name, each in samples.items() if each}


def latency(
    bench: Bench, name: str, *, runs: int, resources: int, milliseconds: int
) -> dict[str, Measurement]:
    """Create with default settings while each call takes some time."""
    columns = {variant: _Column(variant) for variant in ("noop", "ours")}
    return _creates(bench, name, columns, runs=runs, resources=resources, milliseconds=milliseconds)


def concurrency(
    bench: Bench, name: str, *, runs: int, resources: int, milliseconds: int
) -> dict[str, Measurement]:
    """The same with ``fc:maxConcurrency``, and with neither limit of the engine in the way."""
    parallel = ("--parallel", str(PARALLEL))
    more = {"fc:maxConcurrency": str(CONCURRENCY)}
    columns = {
        "default": _Column("ours", {}, parallel),
        "concurrent": _Column("ours", more, parallel),
    }
    return _creates(bench, name, columns, runs=runs, resources=resources, milliseconds=milliseconds)


def growth(
    bench: Bench, name: str, *, sizes: Sequence[int], checkpoints: bool
) -> dict[str, Measurement]:
    """Create more and more; a sample's run is the number of resources.

    Args:
        bench: where.
        name: name of the measurement.
        sizes: numbers of resources.
        checkpoints: whether the engine writes the state at every step, as it does by default.
    """
    variables = {} if checkpoints else _WITHOUT_CHECKPOINTS
    samples: list[Sample] = []
    for size in sizes:
        columns = {variant: _Column(variant, {}, (), variables) for variant in ("noop", "ours")}
        measured = _creates(bench, name, columns, runs=1, resources=size, milliseconds=0)[name]
        samples += [replace(sample, run=size) for sample in measured.samples]
    return {name: Measurement({"resources": list(sizes)}, samples)}


@dataclass(frozen=True)
class _Column:
    variant: str
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    arguments: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


def _creates(
    bench: Bench,
    name: str,
    columns: Mapping[str, _Column],
    *,
    runs: int,
    resources: int,
    milliseconds: int,
) -> dict[str, Measurement]:
    work = _Work(name, "up", "created")
    samples: list[Sample] = []
    for run in range(runs):
        for label in turned(tuple(columns), run):
            column = columns[label]
            bench.cloud.empty()
            bench.cloud.answer_after(milliseconds)
            with closing(
                Project(
                    column.variant,
                    resources,
                    bench.engine,
                    bench.cloud,
                    column.settings,
                    variables=column.variables,
                )
            ) as project:
                measured = _run(bench, project, work, column.arguments, label)
            samples.append(_sample(label, run, measured))
    bench.cloud.answer_after(0)
    settings = {"resources": resources, "milliseconds": milliseconds}
    return {name: Measurement(settings, samples)}


def turned(variants: Sequence[str], run: int) -> tuple[str, ...]:
    """The variants in the order of a run: each begins in turn."""
    first = run % len(variants)
    return (*variants[first:], *variants[:first])


def _run(
    bench: Bench,
    project: Project,
    work: _Work,
    arguments: Sequence[str] = (),
    label: str | None = None,
) -> Run:
    measured = project.run(work.operation, *arguments)
    # The stack itself is among what is created, unchanged or deleted.
    if measured.summary.get(work.done, 0) not in (project.resources, project.resources + 1):
        raise RunError(f"{project.variant}: {work.name} did {measured.summary}")
    bench.say(f"{work.name}: {label or project.variant} {measured.seconds:.2f} s")
    return measured


def _sample(variant: str, run: int, measured: Run) -> Sample:
    details = asdict(measured)
    return Sample(variant, run, details.pop("seconds"), details)


def _of_state(project: Project) -> Sample:
    """Size of one resource in state, in bytes."""
    resource = project.state()[0]
    provider = resource["outputs"]["__provider"]
    outputs = {key: value for key, value in resource["outputs"].items() if key != "__provider"}
    details: dict[str, Any] = {
        "provider_bytes": len(provider if isinstance(provider, str) else provider["ciphertext"]),
        "provider_is_secret": not isinstance(provider, str),
        "outputs_bytes": _size(outputs),
        "outputs": sorted(outputs),
        "inputs": sorted(resource["inputs"].keys() - {"__provider"}),
    }
    return Sample(project.variant, 0, _size(resource), details)


def _size(value: object) -> int:
    return len(json.dumps(value, separators=(",", ":")))
