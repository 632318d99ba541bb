"""Where our own code spends its time: a profile of creates, and of a run without a change.

In one thread and without Pulumi's SDK and gRPC, which the page of the benchmarks counts in.
"""

import cProfile
import os
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tools.process import say

from benchmarks.noop import ACCOUNT, REGION
from benchmarks.processes import INPUTS
from benchmarks.report import table
from pulumi_fc_async_invoke.api import v2016
from pulumi_fc_async_invoke.config.settings import Settings
from pulumi_fc_async_invoke.emulator.process import EmulatorProcess
from pulumi_fc_async_invoke.plugin import lifecycle

COUNT = 1000
_SHOWN = 20
_PACKAGE = "pulumi_fc_async_invoke"
_PAGE = """\
# Profile

Of our own code in the plugin, made by `make profile`: in one thread, without Pulumi's SDK and gRPC.
The profiler itself takes much of the time, so compare shares, and the calls of functions.
`profile-before.md` is the same before the calls were made cheaper, with what was done.

{parts}"""


def main() -> int:
    """Write `profile.md`."""
    with EmulatorProcess() as emulator:
        os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"] = emulator.access_key_id
        os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = emulator.access_key_secret
        configured = {
            "alicloud:region": REGION,
            "alicloud:accountId": ACCOUNT,
            "fc:endpoint": emulator.url,
        }
        provider = lifecycle.start(v2016.API, Settings.read(configured.get))

        def create(number: int) -> None:
            declared = {**INPUTS, "functionName": f"function-{number:06}"}
            inputs, _ = provider.check({}, declared, f"urn:{number}")
            provider.create(inputs, f"urn:{number}")

        inputs, _ = provider.check({}, INPUTS)
        resource_id, outputs = provider.create(inputs)

        def look(_number: int) -> None:
            provider.check(inputs, INPUTS)
            provider.diff(resource_id, outputs, inputs)

        parts = [_part("check and create", create), _part("check and diff", look)]
    file = Path(__file__).with_name("profile.md")
    file.write_text(_PAGE.format(parts="\n".join(parts)))
    say(f"Written: benchmarks/{file.name}")
    return 0


def _part(what: str, operation: Callable[[int], None]) -> str:
    """Profile an operation, and say what it takes."""
    for number in range(COUNT, COUNT + 50):
        operation(number)  # what is imported and opened first is not in it
    start = time.process_time()
    for number in range(2 * COUNT, 3 * COUNT):
        operation(number)
    milliseconds = 1000 * (time.process_time() - start) / COUNT
    profile = cProfile.Profile()
    with profile:
        for number in range(3 * COUNT, 4 * COUNT):
            operation(number)
    calls = sum(called for _, called, _, _, _ in _stats(profile).values())
    return (
        f"## {COUNT:,} times {what}\n\nEach calls {calls / COUNT:,.0f} functions. "
        f"CPU time without the profiler: {milliseconds:.2f} ms.\n"
        f"\n{_packages(profile)}\n\n{_functions(profile)}\n"
    )


def _packages(profile: cProfile.Profile) -> str:
    own: defaultdict[str, float] = defaultdict(float)
    for (file, _, name), (_, _, seconds, _, _) in _stats(profile).items():
        own[_package(file, name)] += seconds
    largest = sorted(own.items(), key=lambda each: -each[1])[: _SHOWN // 2]
    rows = [(package, f"{seconds / sum(own.values()):.0%}") for package, seconds in largest]
    return table(("own time in", "share"), rows)


def _package(file: str, function: str) -> str:
    path = Path(file).parts
    if _PACKAGE in path:
        return f"`{'/'.join(path[path.index(_PACKAGE) :][:2])}`"
    if "site-packages" in path:
        return f"`{path[path.index('site-packages') + 1]}`"
    return "sockets, with their waits" if "socket" in function else "Python itself"


def _functions(profile: cProfile.Profile) -> str:
    ours = [
        (f"`{file.rpartition(_PACKAGE + '/')[2]}`: `{name}`", calls, own, whole)
        for (file, _, name), (_, calls, own, whole, _) in _stats(profile).items()
        if _PACKAGE in file and not name.startswith("<")
    ]
    rows = [
        (
            name,
            f"{calls / COUNT:g}",
            f"{1000 * whole / COUNT:.3f} ms",
            f"{1000 * own / COUNT:.3f} ms",
        )
        for name, calls, own, whole in sorted(ours, key=lambda each: -each[2])[:_SHOWN]
    ]
    return table(("our function", "calls", "with what it calls", "own"), rows)


def _stats(profile: cProfile.Profile) -> "Stats":
    untyped: Stats = vars(pstats.Stats(profile))["stats"]
    return untyped


Stats = dict[tuple[str, int, str], tuple[int, int, float, float, object]]


if __name__ == "__main__":
    sys.exit(main())
