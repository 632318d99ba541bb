"""One process by itself: the plugin's start and memory, and the import in a program."""

import compileall
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
from pulumi.dynamic import dynamic
from tests.support.plugin import PROVIDER, Bag, Plugin

from benchmarks.noop import ACCOUNT, REGION, NoOpProvider
from benchmarks.project import ROOT, Cloud
from benchmarks.samples import Sample
from benchmarks.works import Bench, rounds, turned
from pulumi_fc_async_invoke import __file__ as package

INPUTS: Bag = {
    "serviceName": "benchmark",
    "functionName": "function-0000",
    "destinationConfig": {
        "onFailure": {"destination": f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"}
    },
    "maxAsyncEventAgeInSeconds": 3600,
    "maxAsyncRetryAttempts": 1,
}
_IMPORTS = {"no-op": "import pulumi", "2.0": "import pulumi, pulumi_fc_async_invoke"}
_CALLERS = 8


def plugin(provider: str, cloud: Cloud) -> Plugin:
    """The plugin process of a provider, ``no-op`` or ``2.0``; not started yet."""
    untyped: Any = dynamic
    serialized = PROVIDER if provider == "2.0" else untyped.serialize_provider(NoOpProvider())
    return Plugin(
        {"alicloud:region": REGION, "alicloud:accountId": ACCOUNT, "fc:endpoint": cloud.url},
        {
            "PYTHONPATH": str(ROOT),
            "ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.key_secret,
        },
        provider=serialized,
    )


def starts(bench: Bench, *, seconds: float) -> Iterator[Sample]:
    """CPU time of a plugin up to its first response, and of a program that imports the package."""
    # As an installation has them: a checkout's sources are compiled when they are first imported.
    for folder in (Path(package).parent, ROOT / "benchmarks"):
        compileall.compile_dir(folder, quiet=1)
    for number in rounds(seconds, at_least=5):
        for provider in turned(("no-op", "2.0"), number):
            with plugin(provider, bench.cloud) as running:
                running.check(INPUTS)
                times = psutil.Process(running.pid).cpu_times()
            figures = {"cpu": times.user + times.system}
            yield bench.measure("plugin start", provider, number, (0, 0), figures)
            yield bench.measure("import", provider, number, (0, 0), _import(provider))


def _import(provider: str) -> dict[str, float]:
    with subprocess.Popen([sys.executable, "-c", _IMPORTS[provider]], cwd=ROOT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{_IMPORTS[provider]} failed")
    return {"cpu": usage.ru_utime + usage.ru_stime}


def memory(bench: Bench, *, sizes: Sequence[int]) -> Iterator[Sample]:
    """Resident bytes of the plugin after more and more creations."""
    bench.cloud.answer_after(0)
    for provider in ("no-op", "2.0"):
        bench.cloud.empty()
        with plugin(provider, bench.cloud) as running:
            done = 0
            for size in sizes:
                create(running, range(done, size))
                done = size
                resident = psutil.Process(running.pid).memory_info().rss
                yield bench.measure("memory", provider, 0, (size, 0), {"bytes": resident})


def create(running: Plugin, numbers: range) -> None:
    """Check and create configs of functions of these numbers, several at once."""

    def create_one(number: int) -> None:
        inputs = running.check({**INPUTS, "functionName": f"function-{number:04}"}).inputs
        running.create(inputs)

    with ThreadPoolExecutor(_CALLERS) as pool:
        list(pool.map(create_one, numbers))
