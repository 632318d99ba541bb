"""Measure, and write the page: ``python -m benchmarks --help``."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.engine.sources import NoEngineError, resolve
from tools.process import end_cleanly_when_terminated, say

from benchmarks import chart, works
from benchmarks.processes import memory, starts
from benchmarks.project import ROOT, Cloud
from benchmarks.report import RAW, page
from benchmarks.samples import Results, Sample, this_machine
from pulumi_fc_async_invoke.emulator.process import EmulatorProcess

_DOCS = ROOT / "docs"
_PRIVATE = ROOT / ".state" / "bench"


@dataclass(frozen=True)
class Plan:
    """How much is measured; a section takes its seconds, or what its fewest rounds take."""

    start_seconds: float
    lifecycle_seconds: float
    lifecycle_rounds: int
    """At least; five are the fewest whose ratios can be told."""
    resources: int
    first_up_seconds: float
    sizes: tuple[int, ...]
    latencies: tuple[int, ...]
    growth_seconds: float
    growth: tuple[int, ...]

    def measure(self, bench: works.Bench) -> Iterator[Sample]:
        """Measure everything, the quick first."""
        yield from starts(bench, seconds=self.start_seconds)
        yield from memory(bench, sizes=self.growth)
        yield from works.growth(bench, seconds=self.growth_seconds, sizes=self.growth)
        yield from works.first_ups(
            bench, seconds=self.first_up_seconds, sizes=self.sizes, latencies=self.latencies
        )
        yield from works.lifecycle(
            bench,
            seconds=self.lifecycle_seconds,
            at_least=self.lifecycle_rounds,
            resources=self.resources,
        )


PLANS = {
    "quick": Plan(0, 0, 1, 3, 0, (1, 3), (0, 10), 0, (5, 10)),
    "usual": Plan(10, 80, 1, 100, 20, (1, 100), (0, 50), 20, (300, 1000)),
    "full": Plan(25, 330, 5, 100, 145, (1, 100, 300), (0, 50, 200), 240, (300, 1000, 3000)),
}


def main() -> int:
    """Measure what is asked for; 1 if there is no engine."""
    options = _parser().parse_args()
    end_cleanly_when_terminated()
    if options.plan is None:
        _write(Results.load(RAW), _DOCS)
        return 0
    try:
        engine = resolve()
    except NoEngineError as error:
        say(str(error))
        return 1
    folder = _DOCS if options.publish else _PRIVATE
    file = RAW if options.publish else _PRIVATE / RAW.name
    results = Results(this_machine(_version(engine)))
    start = time.monotonic()
    with EmulatorProcess() as emulator:
        bench = works.Bench(
            engine, Cloud(emulator), lambda text: say(f"{time.monotonic() - start:4.0f} s  {text}")
        )
        for sample in PLANS[options.plan].measure(bench):
            results.samples.append(sample)
    results.save(file)
    _write(results, folder)
    return 0


def _write(results: Results, folder: Path) -> None:
    """Write the page and its charts."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {"benchmarks.md": page(results), **chart.draw(results)}
    for name, text in written.items():
        (folder / name).write_text(text)
    say("Written: " + ", ".join(str((folder / name).relative_to(ROOT)) for name in written))


def _version(engine: Path) -> str:
    done = subprocess.run(
        [engine / "pulumi", "version"],
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure this provider next to one that does nothing and to a textbook one.",
    )
    add = parser.add_argument
    add("--plan", choices=PLANS, help="how much to measure; none: write the page anew")
    add(
        "--publish",
        action="store_true",
        help="keep the numbers in benchmarks/results.json, and write docs/benchmarks.md from them",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
