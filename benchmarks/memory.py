"""Memory of the plugin process after more and more resources, driven as the engine drives it."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psutil
from tests.support.plugin import Plugin

from benchmarks.plugin_start import CONFIGURATION, INPUTS, plugin
from benchmarks.plugin_usage import find_plugin
from benchmarks.results import Measurement, Sample
from benchmarks.works import Bench

_CALLERS = 8
"""More than a plugin answers at once, so that it always has something to do."""


def memory(bench: Bench, *, sizes: Sequence[int]) -> dict[str, Measurement]:
    """Resident set size in bytes; a sample's run is the number of resources."""
    cloud = bench.cloud
    cloud.answer_after(0)
    configuration = {**CONFIGURATION, "fc:endpoint": cloud.url}
    keys = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.key_secret,
    }
    samples: list[Sample] = []
    for variant in ("noop", "ours"):
        cloud.empty()
        done = 0
        with plugin(variant, configuration, keys) as running:
            process = find_plugin(psutil.Process(os.getpid()))
            if process is None:
                raise RuntimeError("the plugin process is not there")
            for size in sorted(sizes):
                create(running, range(done, size))
                done = size
                samples.append(Sample(variant, size, process.memory_info().rss))
                bench.say(f"memory: {variant} {size} {samples[-1].value / 2**20:.1f} MiB")
    return {"memory": Measurement({"resources": list(sizes)}, samples)}


def create(running: Plugin, numbers: range) -> None:
    """Check and create configs of functions of these numbers, several at once."""

    def create_one(number: int) -> None:
        inputs = running.check({**INPUTS, "functionName": f"function-{number:04}"}).inputs
        running.create(inputs)

    with ThreadPoolExecutor(_CALLERS) as pool:
        list(pool.map(create_one, numbers))
