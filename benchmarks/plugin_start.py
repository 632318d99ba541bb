"""How long a plugin takes from being spawned to its first answer; run by `start.py`, with pyperf.

::

    python -m benchmarks.plugin_start --variant ours
"""

import argparse
import time
from typing import Any

import pyperf  # pyright: ignore[reportMissingTypeStubs]
from pulumi.dynamic import dynamic
from tests.support.plugin import PROVIDER, Bag, Plugin

from benchmarks.noop import ACCOUNT, REGION, NoOpProvider
from benchmarks.project import ROOT

CONFIGURATION: Bag = {"alicloud:region": REGION, "alicloud:accountId": ACCOUNT}
INPUTS: Bag = {
    "serviceName": "benchmark",
    "functionName": "function-0000",
    "destinationConfig": {
        "onFailure": {"destination": f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"}
    },
    "maxAsyncEventAgeInSeconds": 3600,
    "maxAsyncRetryAttempts": 1,
}


def plugin(variant: str, configuration: Bag, environment: dict[str, str]) -> Plugin:
    """The plugin process of a provider, ``noop`` or ``ours``; not started yet."""
    untyped: Any = dynamic
    provider = PROVIDER if variant == "ours" else untyped.serialize_provider(NoOpProvider())
    return Plugin(configuration, {"PYTHONPATH": str(ROOT), **environment}, provider=provider)


def seconds_to_first_answer(loops: int, variant: str) -> float:
    """Start plugins one after the other; the time of their ends is not counted."""
    total = 0.0
    for _ in range(loops):
        waiting = plugin(variant, CONFIGURATION, {})
        started = time.perf_counter()
        with waiting as running:
            running.check(INPUTS)
            total += time.perf_counter() - started
    return total


def main() -> None:
    """Measure one variant."""
    runner: Any = pyperf.Runner(
        program_args=("-m", "benchmarks.plugin_start"),
        add_cmdline_args=_pass_on,
    )
    runner.argparser.add_argument("--variant", choices=("noop", "ours"), required=True)
    variant: str = runner.parse_args().variant
    runner.bench_time_func(variant, seconds_to_first_answer, variant)


def _pass_on(command: list[str], arguments: argparse.Namespace) -> None:
    command += ["--variant", arguments.variant]


if __name__ == "__main__":
    main()
