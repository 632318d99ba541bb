"""The results as a page: what they say, and a table for each question. Pure."""

import operator
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path

from benchmarks.chart import CHARTS
from benchmarks.samples import Interval, Results
from benchmarks.works import LATENCY, LIFECYCLE

RAW = Path(__file__).with_name("results.json")
PROVIDERS = {"no-op": "no-op", "textbook": "textbook", "2.0": "ours, 2.0", "3.0": "ours, 3.0"}
"""Name of a provider → its column."""
_FEWEST_PAIRS = 5
_AT_ONCE = 8
"""Operations that the engine starts at once on two CPUs."""
_BUDGETS = {"plugin start": 130, "import": 15}
"""Work → most CPU milliseconds over the no-op provider, or over bare Pulumi."""
_MEMORY_BUDGET = 1.5
_WORDS = {
    "plugin start": "Start of the plugin up to its first check, over the no-op provider",
    "import": "Import in a program, over `import pulumi`",
}

_PAGE = """\
# Benchmarks

{summary}

{charts}

## What is compared

- **no-op**: a dynamic provider that does nothing and calls nothing, with the same inputs and outputs as
  ours. It is what the engine and Pulumi's SDK take by themselves.
- **textbook**: a dynamic provider as tutorials show it: its class in the program, an `httpx.put` per
  call, no read, no retries, no comparison.
- **ours**, for Function Compute 2.0 and 3.0, with default settings.

{machine}

The service is the emulator, in a process on the same machine, so part of its CPU time adds to ours and to
the textbook's. State is in files. Runs that are compared follow each other directly, and the order changes
from round to round. Seconds are from the start of the command to its end: medians of {rounds} rounds with
{resources} resources, and single runs in the first `up` of others. `up`, `refresh` and `destroy` run with
`--yes --skip-preview`; without it, add a preview. CPU time is looked at every 50 ms, so as much can be
missing at the end of a process.

## The first `up`

"Calls alone" is the time from our first call to the end of the last one, with what the engine does in
between. It starts at most four operations for each CPU, which is the limit where calls take long. For 300
resources at 0 and 50 ms the limit is how fast it writes the state. The no-op provider makes no call and ran
once for each number; the textbook one was left out at 300.

{first_up}

Where the time of {resources} creates at {latency} ms per call goes, in milliseconds:

{parts}

The first two rows are the first `up` of one resource. The least that the calls can take is two of
{latency} ms for each resource, with eight resources at once. Our start includes what a development
environment adds: there httpx also imports `click` and `rich`.

For comparison, the Terraform provider for Alibaba Cloud, on another day on a machine with two CPUs, at
{latency} ms per call, with 100 resources. These figures are quoted, and nothing here can repeat them: its
calls were timed at a server like the emulator, and its whole process includes a start of 30 to 60 seconds.

{terraform}

Terraform's provider makes the calls for 2.0 one after the other, behind a lock. For 3.0 it was run with
`-parallelism=64`.

## A stack of {resources} resources

At {latency} ms per call, in seconds:

{seconds}

Ours for 2.0, divided by the no-op provider, in pairs. In brackets is the interval in which the true median
lies with a probability of 90 % or more. If 1 is in it, the row says so.

{ratios}

CPU milliseconds per resource, the start included:

{cpu}

## Growth

Creates without latency and without checkpoints (`PULUMI_SKIP_CHECKPOINTS`): by default the engine writes
the whole state at each step, which takes most of the time of many resources and would hide the provider's
part. The last four columns are milliseconds per resource over the no-op provider, with an
interval as above; of fewer than five rounds it is from the least to the most.

{growth}

What the program takes more is Pulumi's SDK: each time that an output arrives, it goes through all that are
pending (`wait_for_rpcs`), so a program that waits longer takes more. In one run beside these, Python's
garbage collector took 13.0 of the program's 21.7 s for 3,000 resources of ours, and 8.0 of 14.6 s with the
no-op provider.

## Start and memory

CPU milliseconds, in pairs. The memory is what is resident after the largest number of creates, in one run.

{budgets}

## Run them

```console
$ make bench        # some minutes; prints its progress, writes .state/bench
$ make bench-full   # about 14 minutes; writes this page
$ make profile      # what our own code takes, function by function
```

The raw numbers are in `benchmarks/{raw}`. `python -m benchmarks` writes this page from them.
"""


def page(results: Results) -> str:
    """Write the whole page."""
    if not results.samples:
        return "# Benchmarks\n\nNothing has been measured yet: run `make bench-full`.\n"
    resources = max(results.sizes("up"))
    charts = "\n\n".join(f"![{title(results)}]({name})" for name, (title, _) in CHARTS.items())
    machine = results.machine
    return _PAGE.format(
        summary=_summary(results, resources),
        charts=charts,
        machine=f"Measured on {machine['date']}: {machine['hardware']}; {machine['software']}.",
        first_up=_first_up(results),
        parts=_parts(results, resources),
        terraform=_terraform(results, resources),
        latency=LATENCY,
        resources=resources,
        rounds=len(results.values("seconds", "up", "2.0", resources, LATENCY)),
        seconds=_seconds(results, resources),
        ratios=_ratios(results, resources),
        cpu=_cpu(results, resources),
        growth=_growth(results),
        budgets=_budgets(results),
        raw=RAW.name,
    )


def _summary(results: Results, resources: int) -> str:
    def figure(name: str, work: str, provider: str) -> str:
        return _number(results.median(name, work, provider, resources, LATENCY), 1)

    return (
        f"- {resources} creates at {LATENCY} ms per call take {figure('seconds', 'up', '2.0')} "
        f"seconds for 2.0 and {figure('seconds', 'up', '3.0')} for 3.0, of which "
        f"{figure('calls_seconds', 'up', '2.0')} and {figure('calls_seconds', 'up', '3.0')} pass "
        f"from the first call to the end of the last. A provider that does nothing takes "
        f"{figure('seconds', 'up', 'no-op')}.\n"
        f"- An `up` without a change makes no call. It takes "
        f"{figure('seconds', 'unchanged up', '2.0')} seconds; a provider that does nothing takes "
        f"{figure('seconds', 'unchanged up', 'no-op')}.\n"
        f"- {resources} deletes take {figure('seconds', 'destroy', '2.0')} seconds; a provider "
        f"that does nothing takes {figure('seconds', 'destroy', 'no-op')}."
    )


def _first_up(results: Results) -> str:
    cells = sorted(
        {(each.resources, each.milliseconds) for each in results.samples if each.work == "first up"}
    )
    rows = [
        (
            str(resources),
            f"{milliseconds} ms",
            *(
                _number(results.median("seconds", "first up", each, resources, asked), 1)
                for each, asked in (
                    ("no-op", cells[0][1]),
                    ("textbook", milliseconds),
                    ("2.0", milliseconds),
                )
            ),
            _number(results.median("calls_seconds", "first up", "2.0", resources, milliseconds), 1),
        )
        for resources, milliseconds in cells
    ]
    head = ("resources", "per call", "no-op", "textbook", "ours, 2.0", "calls alone")
    return table(head, rows)


def _parts(results: Results, resources: int) -> str:
    def milliseconds(figure: str, work: str, provider: str, size: tuple[int, int]) -> float:
        return 1000 * (results.median(figure, work, provider, *size) or 0)

    whole = milliseconds("seconds", "up", "2.0", (resources, LATENCY))
    bare = milliseconds("seconds", "first up", "no-op", (1, 0))
    start = milliseconds("seconds", "first up", "2.0", (1, 0)) - bare
    calls = milliseconds("calls_seconds", "up", "2.0", (resources, LATENCY))
    least = ceil(resources / _AT_ONCE) * 2 * LATENCY
    rows = [
        ("the engine and a program of one resource, with the no-op provider", bare),
        ("our start: imports in the program and in the plugin, the first connection", start),
        ("the calls, at the least", least),
        (
            "the same time: what the engine, Pulumi's SDK, our code and the emulator add",
            calls - least,
        ),
        ("the rest: what the engine does with the other resources before and after", 0.0),
    ]
    rest = whole - sum(each for _, each in rows)
    rows[-1] = (rows[-1][0], rest)
    return table(
        ("part", "ms"),
        [*((what, f"{each:,.0f}") for what, each in rows), ("whole", f"{whole:,.0f}")],
    )


def _terraform(results: Results, resources: int) -> str:
    ours = [
        (
            f"ours, {each}",
            *(
                f"{_number(results.median(figure, work, each, resources, LATENCY), 1)} s"
                for figure, work in (
                    ("calls_seconds", "up"),
                    ("seconds", "up"),
                    ("seconds", "destroy"),
                )
            ),
        )
        for each in ("2.0", "3.0")
    ]
    rows = [
        ours[0],
        ("Terraform, 2.0", "10.3 s", "40 to 70 s", "76 s"),
        ours[1],
        ("Terraform, 3.0", "0.26 s", "61.7 s", "61 s"),
    ]
    return table(("provider", "creates, calls alone", "creates", "destroy"), rows)


def _seconds(results: Results, resources: int) -> str:
    rows = [
        (
            _name(work),
            *(
                _number(results.median("seconds", work, each, resources, LATENCY), 2)
                for each in PROVIDERS
            ),
        )
        for work in LIFECYCLE
    ]
    return table(("", *PROVIDERS.values()), rows)


def _ratios(results: Results, resources: int) -> str:
    def ratio(figure: str, work: str) -> str:
        pair = ("2.0", "no-op")
        found = results.paired(
            _ratio, figure, work, providers=pair, resources=resources, milliseconds=LATENCY
        )
        return compared(found)

    rows = [
        (_name(work), ratio("seconds", work), ratio("plugin_cpu", work), _program(ratio, work))
        for work in LIFECYCLE
    ]
    return table(("", "seconds", "CPU of the plugin", "CPU of the program"), rows)


def _program(ratio: Callable[[str, str], str], work: str) -> str:
    return "does not run" if work in _WITHOUT_PROGRAM else ratio("program_cpu", work)


_WITHOUT_PROGRAM = ("refresh", "destroy")


def _ratio(one: float, other: float) -> float:
    return one / other if other else 0.0


def compared(ratios: Sequence[float]) -> str:
    """Say a ratio in words, or that no difference was measured."""
    if len(ratios) < _FEWEST_PAIRS:
        return f"too few pairs: {len(ratios)}"
    interval = Interval.of(list(ratios))
    if interval.least <= 1 <= interval.most:
        return "no difference measured"
    return f"{interval.median:.2f} × ({interval.least:.2f} to {interval.most:.2f})"


def _cpu(results: Results, resources: int) -> str:
    rows = [
        (
            f"{_name(work)}, {part}",
            *(
                _number(
                    results.median(f"{part}_cpu", work, each, resources, LATENCY),
                    1,
                    1000 / resources,
                )
                for each in PROVIDERS
            ),
        )
        for work in LIFECYCLE
        for part in ("plugin", "program")
        if part == "plugin" or work not in _WITHOUT_PROGRAM
    ]
    return table(("", *PROVIDERS.values()), rows)


def _growth(results: Results) -> str:
    rows: list[tuple[str, ...]] = []
    for size in results.sizes("growth"):
        over = {
            figure: results.paired(
                operator.sub, figure, "growth", providers=("2.0", "no-op"), resources=size
            )
            for figure in ("seconds", "plugin_cpu", "program_cpu", "emulator_cpu")
        }
        rows.append(
            (
                f"{size:,}",
                *(
                    f"{_number(results.median('seconds', 'growth', each, size, 0), 1)} s"
                    for each in ("no-op", "2.0")
                ),
                *(_over([1000 * each / size for each in pairs]) for pairs in over.values()),
            )
        )
    head = (
        "resources",
        "no-op",
        "ours, 2.0",
        "over the no-op",
        "plugin's CPU",
        "program's CPU",
        "emulator's CPU",
    )
    return table(head, rows)


def _over(milliseconds: list[float]) -> str:
    found = Interval.of(milliseconds)
    return f"{found.median:.1f} ({found.least:.1f} to {found.most:.1f})"


def _budgets(results: Results) -> str:
    rows: list[tuple[str, ...]] = []
    for work, budget in _BUDGETS.items():
        pair = ("2.0", "no-op")
        seconds = results.paired(operator.sub, "cpu", work, providers=pair, resources=0)
        over = Interval.of([1000 * each for each in seconds])
        found = f"{over.median:.0f} ms ({over.least:.0f} to {over.most:.0f})"
        rows.append((_WORDS[work], found, f"{budget} ms", kept(over, budget)))
    most = max(results.sizes("memory"))
    ours, floor = (
        results.median("bytes", "memory", each, most, 0) or 1 for each in ("2.0", "no-op")
    )
    found = f"{ours / 2**20:.0f} MiB, {ours / floor:.2f} ×"
    name = f"Memory of the plugin after {most:,} creates, and how many times the no-op's"
    rows.append(
        (name, found, f"{_MEMORY_BUDGET} ×", kept(Interval.of([ours / floor]), _MEMORY_BUDGET))
    )
    return table(("", "measured", "budget", ""), rows)


def kept(found: Interval, budget: float) -> str:
    """Say whether a budget is kept, if the interval leaves no doubt."""
    if found.most <= budget:
        return "kept"
    return "**exceeded**" if found.least > budget else "not decided: measure more pairs"


def _name(work: str) -> str:
    return {"up": "first `up`", "unchanged up": "`up`, no change"}.get(
        work, f"{work}, no change" if work in ("preview", "refresh") else work
    )


def _number(value: float | None, digits: int, factor: float = 1) -> str:
    return "—" if value is None else f"{factor * value:.{digits}f}"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Write a table in Markdown."""
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
