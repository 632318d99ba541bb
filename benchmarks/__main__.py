"""Measure, and say what came of it: ``python -m benchmarks --help``."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tools.engine.sources import NoEngineError, resolve
from tools.process import end_cleanly_when_terminated, say

from benchmarks import chart
from benchmarks.bytecode import compile_sources
from benchmarks.memory import memory
from benchmarks.project import ROOT, Cloud
from benchmarks.publication import DOCS, RAW, files, published
from benchmarks.report import GROWTHS, growth_table, targets_table
from benchmarks.results import Measurement, Results, continued, here
from benchmarks.start import imports, plugin_starts
from benchmarks.targets import verdicts
from benchmarks.works import Bench, concurrency, growth, latency, lifecycle
from pulumi_fc_async_invoke.emulator.process import EmulatorProcess

LIFECYCLE = ("creates", "unchanged", "preview", "updates", "destroy", "state")
WORKS = (
    *LIFECYCLE,
    "import",
    "start",
    "memory",
    "concurrency-small",
    "latency",
    "concurrency",
    "growth",
    "growth-no-checkpoints",
)

_PRIVATE = ROOT / ".state" / "bench"


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    works: tuple[str, ...]
    runs: int
    resources: int
    rounds: int
    """How often in each run what changes nothing is repeated."""
    slow_runs: int
    """Of the works in which calls take long."""
    starts: int
    memory: tuple[int, ...]
    growth: tuple[int, ...]
    growth_no_checkpoints: tuple[int, ...]
    quick_resources: int = 100
    """Of the work with 50 ms per call."""


SHORT = Plan(
    works=(*LIFECYCLE, "import", "start", "memory", "concurrency-small"),
    runs=5,
    resources=100,
    rounds=1,
    slow_runs=3,
    starts=4,
    memory=(100, 1000),
    growth=(100, 300),
    growth_no_checkpoints=(100, 300),
)
FULL = Plan(
    works=WORKS,
    runs=5,
    resources=300,
    rounds=2,
    slow_runs=3,
    starts=10,
    memory=(100, 1000, 3000),
    growth=(300, 1000, 3000),
    growth_no_checkpoints=(1000, 2000, 3000),
)


def main() -> int:
    """Measure what is asked for; 1 if there is no engine."""
    options = _parser().parse_args()
    end_cleanly_when_terminated()
    plan = _plan(options)
    if not plan.works:
        _publish(published())
        return 0
    try:
        engine = resolve()
    except NoEngineError as error:
        say(str(error))
        return 1
    compile_sources()
    file = RAW if options.publish else _PRIVATE / "results.json"
    results = continued(file, here(_version(engine)))
    with EmulatorProcess() as emulator:
        bench = Bench(engine, Cloud(emulator), say)
        for measure in _measures(plan):
            # After each of them, so that a run that is cut off has not been for nothing.
            results.add(measure(bench))
            results.save(file)
    if options.publish:
        _publish(results)
    else:
        _show(results, plan)
    return 0


def _measures(plan: Plan) -> list[Callable[[Bench], dict[str, Measurement]]]:
    """What the plan asks for, the quick first."""
    wanted = plan.works
    measures: list[Callable[[Bench], dict[str, Measurement]]] = []
    if "import" in wanted:
        measures.append(lambda bench: imports(bench, rounds=plan.starts))
    if "start" in wanted:
        measures.append(lambda bench: plugin_starts(bench, rounds=plan.starts))
    if "memory" in wanted:
        measures.append(lambda bench: memory(bench, sizes=plan.memory))
    parts = [name for name in wanted if name in LIFECYCLE]
    if parts:
        measures.append(
            lambda bench: lifecycle(
                bench, parts, runs=plan.runs, resources=plan.resources, rounds=plan.rounds
            )
        )
    if "concurrency-small" in wanted:
        measures.append(
            lambda bench: concurrency(
                bench,
                "concurrency-small",
                runs=plan.slow_runs,
                resources=plan.quick_resources,
                milliseconds=50,
            )
        )
    if "latency" in wanted:
        measures.append(
            lambda bench: latency(
                bench, "latency", runs=plan.slow_runs, resources=plan.resources, milliseconds=200
            )
        )
    if "concurrency" in wanted:
        measures.append(
            lambda bench: concurrency(
                bench,
                "concurrency",
                runs=plan.slow_runs,
                resources=plan.resources,
                milliseconds=200,
            )
        )
    if "growth" in wanted:
        measures.append(lambda bench: growth(bench, "growth", sizes=plan.growth, checkpoints=True))
    if "growth-no-checkpoints" in wanted:
        measures.append(
            lambda bench: growth(
                bench,
                "growth-no-checkpoints",
                sizes=plan.growth_no_checkpoints,
                checkpoints=False,
            )
        )
    return measures


def _publish(results: Results) -> None:
    """Write the page and its charts."""
    written = files(results)
    for name, text in written.items():
        (DOCS / name).write_text(text)
    say(f"Written: {', '.join(f'docs/{name}' for name in written)}")


def _show(results: Results, plan: Plan) -> None:
    """Print what was measured just now."""
    print(targets_table([each for each in verdicts(results) if each.target.work in plan.works]))
    for name in GROWTHS:
        if name in plan.works:
            print(f"\n{growth_table(results.measurements[name])}")
    svg = chart.bars(results)
    if svg is not None:
        (_PRIVATE / "chart.svg").write_text(svg)
    say("Raw numbers and chart: .state/bench/")


def _version(engine: Path) -> str:
    done = subprocess.run(
        [engine / "pulumi", "version"],
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _plan(options: argparse.Namespace) -> Plan:
    plan = FULL if options.full else SHORT
    if options.only is not None:
        plan = replace(plan, works=tuple(options.only))
    if options.runs is not None:
        plan = replace(plan, runs=options.runs, slow_runs=options.runs, starts=options.runs)
    if options.resources is not None:
        plan = replace(plan, resources=options.resources, quick_resources=options.resources)
    if options.sizes is not None:
        plan = replace(
            plan,
            growth=options.sizes,
            growth_no_checkpoints=options.sizes,
            memory=options.sizes,
        )
    return plan


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure this provider next to one that does nothing and to a textbook one. "
        "What was measured before on the same machine with the same versions stays.",
    )
    add = parser.add_argument
    add("--full", action="store_true", help="all works, as large as the targets say")
    add(
        "--only",
        type=_works,
        metavar="WORK[,WORK]",
        help=f"of {', '.join(WORKS)}; none: measure nothing, write docs/benchmarks.md anew",
    )
    add("--runs", type=int, metavar="N", help="how often each is run")
    add("--resources", type=int, metavar="N", help="in place of the usual number")
    add("--sizes", type=_sizes, metavar="N[,N]", help="of the works `memory` and `growth...`")
    add(
        "--publish",
        action="store_true",
        help="keep the numbers in benchmarks/results.json, and write docs/benchmarks.md from them",
    )
    return parser


def _works(text: str) -> list[str]:
    works = [] if text == "none" else text.split(",")
    unknown = [work for work in works if work not in WORKS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"unknown: {', '.join(unknown)}; there are {', '.join(WORKS)}"
        )
    return works


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in text.split(",")))


if __name__ == "__main__":
    sys.exit(main())
