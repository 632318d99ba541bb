"""The results as a page: a table of targets, the numbers behind it, the growth."""

import statistics
from collections.abc import Sequence

from benchmarks.paired import medians, pairs
from benchmarks.results import Measurement, Results
from benchmarks.targets import Verdict, number, verdicts

_WORKS = {
    "creates": "{resources} creates",
    "latency": "{resources} creates at {milliseconds} ms per call",
    "concurrency": "{resources} creates at {milliseconds} ms per call, `--parallel 64`",
    "concurrency-small": "{resources} creates at {milliseconds} ms per call, `--parallel 64`",
    "unchanged": "`up` of {resources} with no change",
    "preview": "`preview` of {resources} with no change",
    "destroy": "destroy of {resources}",
    "updates": "{resources} updates (one number each)",
    "import": "import in a program",
    "start": "plugin, from spawn to first answer",
    "state": "state per resource",
    "memory": "memory of the plugin",
    "growth": "creates of {resources}",
    "growth-no-checkpoints": "creates of {resources} without checkpoints",
}
GROWTHS = {
    "growth": "## Growth",
    "growth-no-checkpoints": """\
## Growth without checkpoints

Here the engine does not write the state at every step (its variable
`PULUMI_SKIP_CHECKPOINTS`): that takes most of the time of many resources, and hides what a
provider takes. What ours takes over the no-op are two calls per resource, and the emulator's
own time, on the same processors.""",
}
"""The works that grow, and what stands above the table of each."""
_UNMEASURED = {"resources": 300, "milliseconds": 200}
_UNMEASURED_SMALL = {"resources": 100, "milliseconds": 50}
_NAMES = {"noop": "no-op", "typed": "no-op, typed", "concurrent": "`fc:maxConcurrency: 16`"}

_PAGE = """\
# Benchmarks

Four providers run the same program, side by side, in one run, on one machine:

- **textbook**: a dynamic provider as blogs show it, the class in the program and an `httpx.put`
  per call;
- **no-op**: a dynamic provider that does nothing, with the same inputs and outputs in state as
  ours: what the engine itself takes. As the SDK has it, its resources also keep the whole call
  stack in state; ours keep the program's part of it;
- **no-op, typed**: the same, with a class that has all the outputs that ours has
  (`config.region`, ...). The SDK makes an asyncio task of each, so that a program with 12 of them
  per resource takes longer than one that can read only what it wrote itself, whatever the provider
  does;
- **ours**.

A ratio is of two runs that were taken one after the other, and the order changes from run to run.
The service is the emulator in a process of its own; here it takes its CPU time from the same
machine, which no-op never pays. The engine keeps its defaults (state in files), except that the
`fc:maxConcurrency` rows run both sides with `--parallel 64`: its own limit (4 × CPUs) would be in
the way.

{machine}

## Targets

{targets}

{images}## Numbers

{numbers}

{growth}## What sets the rest

- **Creates**: the engine writes all of the state at every step, so time grows
  with the square of the state's size.
- **Nothing to do**: a run makes no call. What is left is the plugin's start, a third of it the
  import of pydantic's core, and the program's own time for 12 outputs of each resource ("no-op,
  typed" has them, too). Our check and diff together take 0.03 ms of the 1.7 ms per resource. What
  is over the typed no-op is less than by how much two runs of the same thing differ here: in
  further rounds of these alone ours took 0.99 × its `up` (median of 14) and 1.01 × its `preview`
  (of 10).
- **More at once**: the program, the plugin and the language host take most of 2 seconds to start,
  whatever is in flight: of the 2.1 that 100 resources take, little is left to save.
- **Memory**: of what is over the no-op, httpx with what it needs is 4 MiB and pydantic's core is 3.
  What is held for each resource is its id, and where it stands in this run.
- **The machine**: its speed changed by a factor of two within the day. The rows with 50 or 200 ms
  per call, updates, destroy and growth with checkpoints were taken while it was fast, and before
  the plugin's start and memory became smaller; the others while it was slow. In the slow hours 100
  creates at 50 ms per call came to 1.29 ×: then the processor sets the pace, and not the calls.

What was tried and not kept is in `CONTRIBUTING.md`.

## Again

```console
$ make bench                          # the small one, at most 5 minutes
$ make bench-full                     # everything; writes this page
$ make bench ARGS="--only creates"    # one row; ARGS=--help lists them
$ make profile                        # where the plugin's time goes
```

The raw numbers are in `benchmarks/{raw}`. This page is generated from them:
`make bench ARGS="--only none"`.
"""


def page(results: Results, *, images: list[str], raw: str) -> str:
    """The whole page.

    Args:
        results: what was measured; nothing, for a page of targets alone.
        images: addresses of the charts, as seen from the page.
        raw: name of the file of the raw numbers.
    """
    shown = "".join(f"![{_alternative(image)}]({image})\n\n" for image in images)
    growth = "".join(
        f"{above}\n\n{growth_table(results.measurements[name])}\n\n"
        for name, above in GROWTHS.items()
        if name in results.measurements
    )
    return _PAGE.format(
        machine=_machine(results),
        targets=targets_table(verdicts(results)),
        images=shown,
        numbers=numbers_table(results),
        growth=growth,
        raw=raw,
    )


def targets_table(found: list[Verdict]) -> str:
    """One row per target, with median, spread and pass or fail."""
    rows = [
        (
            work_name(verdict.target.work, verdict.measurement),
            verdict.target.text,
            verdict.target.aim,
            *_found(verdict),
        )
        for verdict in found
    ]
    return table(("work", "compared", "target", "median (least to most, runs)", ""), rows)


def numbers_table(results: Results) -> str:
    """The medians of each work, by variant."""
    rows = [
        (
            work_name(name, measurement),
            *(
                f"{_NAMES.get(variant, variant)}: {_value(name, value)}"
                for variant, value in medians(measurement.samples).items()
            ),
            *_emulator(measurement),
        )
        for name, measurement in results.measurements.items()
        if name not in (*GROWTHS, "memory")
    ]
    if not rows:
        return "Not measured yet."
    width = max(map(len, rows))
    filled = [(*row, *[""] * (width - len(row))) for row in rows]
    return table(("work", "median", *[""] * (width - 2)), filled)


def growth_table(growth: Measurement) -> str:
    """The floor's growth and ours, by size."""
    rows = [
        (
            f"{ours.run:,}",
            f"{floor.value:.1f} s",
            f"{ours.value:.1f} s",
            f"{ours.value / floor.value:.2f} ×",
            f"{floor.details['plugin']['cpu_seconds']:.1f} s",
            f"{ours.details['plugin']['cpu_seconds']:.1f} s",
            f"{sum(ours.details['calls'].values()):,}",
            f"{floor.details['plugin']['most_bytes'] / 2**20:.0f} MiB",
            f"{ours.details['plugin']['most_bytes'] / 2**20:.0f} MiB",
        )
        for ours, floor in pairs(growth.samples, "ours", "noop")
    ]
    return table(
        (
            "creates",
            "no-op",
            "ours",
            "ratio",
            "plugin CPU, no-op",
            "plugin CPU, ours",
            "calls",
            "plugin memory, no-op",
            "plugin memory, ours",
        ),
        rows,
    )


def work_name(name: str, measurement: Measurement | None) -> str:
    """What was done, in words."""
    if measurement is None:
        return _WORKS[name].format_map(_UNMEASURED_SMALL if name.endswith("small") else _UNMEASURED)
    settings = {key: _listed(value) for key, value in measurement.settings.items()}
    return _WORKS[name].format_map(settings)


def _listed(value: object) -> object:
    """Several sizes in words."""
    if isinstance(value, list | tuple):
        *first, last = (f"{each:,}" for each in value)  # pyright: ignore[reportUnknownVariableType]
        return f"{', '.join(first)} and {last}" if first else last
    return value


def _found(verdict: Verdict) -> tuple[str, str]:
    found, unit = verdict.found, verdict.target.unit
    if found is None:
        return "not measured yet", ""
    spread = number(found.median, unit)
    if found.count > 1:
        spread += f" ({_bare(found.least, unit)} to {_bare(found.most, unit)}, {found.count})"
    return spread, "pass" if verdict.passed else "**fail**"


def _emulator(measurement: Measurement) -> list[str]:
    """What the server used of the machine that it shares with ours."""
    seconds = [
        sample.details["emulator_cpu_seconds"]
        for sample in measurement.samples
        if sample.variant == "ours" and sample.details.get("calls")
    ]
    return [f"of it, the emulator's CPU: {statistics.median(seconds):.2f} s"] if seconds else []


def _bare(value: float, unit: str) -> str:
    return number(value, unit).removesuffix(unit).strip()


def _value(name: str, value: float) -> str:
    if name == "state":
        return f"{value:,.0f} bytes"
    return f"{value * 1000:.0f} ms" if name in ("import", "start") else f"{value:.2f} s"


def _machine(results: Results) -> str:
    if not results.measurements:
        return "Nothing has been measured yet."
    machine, versions = results.machine, dict(results.versions)
    dates = sorted(each.date for each in results.measurements.values())
    days = " to ".join(dict.fromkeys((dates[0][:10], dates[-1][:10]))) if dates else ""
    when = f"Measured {days} on " if days else "On "
    tools = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"{when}{machine['cpus']} CPUs ({machine['processor']}, {machine['architecture']}), "
        f"{machine['memory_gib']} GiB, {machine['system']}; {tools}."
    )


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Markdown."""
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _alternative(image: str) -> str:
    return "Growth" if "growth" in image else "Seconds by work and provider"
