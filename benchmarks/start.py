"""What starting costs, by pyperf: importing the package in a program, and starting the plugin.

pyperf measures one thing after the other, so it is called again and again, for each in turn.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyperf  # pyright: ignore[reportMissingTypeStubs]

from benchmarks.project import ROOT
from benchmarks.results import Measurement, Sample
from benchmarks.works import Bench, turned

_PER_ROUND = ("--processes", "2", "--values", "3", "--warmups", "1")


def imports(bench: Bench, *, rounds: int) -> dict[str, Measurement]:
    """A program that imports pulumi, and one that imports this package as well."""
    programs = {"pulumi": "import pulumi", "ours": "import pulumi, pulumi_fc_async_invoke"}
    commands = {
        variant: ("command", "--name", variant, *_PER_ROUND, "--", sys.executable, "-c", program)
        for variant, program in programs.items()
    }
    return _in_turn(
        bench, "import", {name: ("pyperf", *each) for name, each in commands.items()}, rounds
    )


def plugin_starts(bench: Bench, *, rounds: int) -> dict[str, Measurement]:
    """A plugin with a bare provider, and one with ours, up to the answer to the first Check."""
    commands = {
        variant: ("benchmarks.plugin_start", "--variant", variant, "--loops", "1", *_PER_ROUND)
        for variant in ("noop", "ours")
    }
    return _in_turn(bench, "start", commands, rounds)


def _in_turn(
    bench: Bench, name: str, commands: Mapping[str, Sequence[str]], rounds: int
) -> dict[str, Measurement]:
    samples: list[Sample] = []
    for number in range(rounds):
        for variant in turned(tuple(commands), number):
            values = _values(commands[variant])
            samples.append(
                Sample(variant, number, statistics.median(values), {"values": list(values)})
            )
            bench.say(f"{name}: {variant} {samples[-1].value * 1000:.0f} ms")
    return {name: Measurement({}, samples)}


def _values(command: Sequence[str]) -> tuple[float, ...]:
    """The seconds that pyperf measured."""
    module, *arguments = command
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pyperf.json")
        separator = arguments.index("--") if "--" in arguments else len(arguments)
        arguments[separator:separator] = ["--quiet", "--output", str(file)]
        subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": ""},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        untyped: Any = pyperf
        values: tuple[float, ...] = untyped.Benchmark.load(str(file)).get_values()
        return values
