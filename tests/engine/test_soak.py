"""Hours of use in minutes: `make soak` (`MINUTES=`)."""

import os
import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from tests.engine.conftest import MakeStack
from tests.support.configs import a_config, stored
from tests.support.plugin import Bag, FakeEngine, Plugin, PluginError
from tests.support.processes import running
from tests.support.programs import declaration_of
from tests.support.records import record
from tests.support.stack import Stack, emulator_keys
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.emulator.faults import FaultKind
from pulumi_fc_async_invoke.emulator.rules import all_rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

MINUTES = float(os.environ.get("MINUTES", "3"))
SEED = int(os.environ.get("SEED", "0"))

FAULTS: tuple[FaultKind, ...] = (
    "InvalidArgument",
    "AccessDenied",
    "html",
    "empty",
    "nonsense",
    "truncated",
    "redirect",
)
"""Those that end a call at once."""
REPEATED: tuple[FaultKind, ...] = (
    "drop_before",
    "drop_after",
    "InternalServerError",
    "ResourceThrottled",
    "ResourceExhausted",
)
"""Those after which a call is made again: rarer, as that waits, and waiting wears nothing out."""
TOO_SLOW: tuple[FaultKind, ...] = ("latency", "slow_response")
"""Those that outlast a call, which gives its connection up then: the rarest."""
REQUEST_TIMEOUT = 1
"""Seconds: `fc:requestTimeout`."""


def some_values(choose: random.Random) -> Config:
    return a_config(
        on_success=choose.choice([None, QUEUE, TOPIC]),
        on_failure=choose.choice([None, QUEUE, TOPIC]),
        max_async_event_age_in_seconds=choose.randint(1, 604_800),
        max_async_retry_attempts=choose.randint(0, 8),
        stateful_invocation=choose.random() < 0.5,
    )


# -- one plugin that lives long --------------------------------------------------------------------

THREADS = 4
"""As many calls as the SDK's plugin carries out at once."""
OPERATIONS = 250
"""Of each thread between two samples: twelve samples are there within a minute."""
SAMPLES = 12
"""At least."""
WARM_UP = 1 / 4
"""Part of the samples that the pools, caches and the allocator's arenas need to fill."""
MOST_GROWTH = {"rss": 4 << 20, "sockets": 2, "files": 4, "threads": 4}
"""From the first half's median to the second's, after the warm-up: more than pools (gRPC's threads,
connections) go up and down by. One lost in ten thousand operations shows in thirty minutes."""
MOST = {"sockets": 10, "files": 24, "threads": 40}
"""At any time: four calls to the cloud, the engine's connection, and what gRPC keeps: more threads
the more processors there are."""


class Worker:
    """One thread of an engine that never ends; it has functions of its own."""

    def __init__(self, plugin: Plugin, cloud: EmulatorServer, number: int) -> None:
        self._plugin = plugin
        self._cloud = cloud
        self._random = random.Random(f"{SEED} {number}")  # noqa: S311  repeatable, not secret
        self._functions = [f"function-{number}-{each}" for each in range(5)]
        self._outputs: dict[str, Bag] = {}
        self.failed = 0

    def operate(self, operations: int) -> None:
        """Some operations, one after the other, as random as a program that somebody edits."""
        for _ in range(operations):
            function = self._random.choice(self._functions)
            told = ""
            try:
                self._operation(function)()
            except PluginError as error:
                told = str(error)
            assert "Traceback" not in told, told
            assert "Internal error" not in told, told
            self.failed += bool(told)

    def _operation(self, function: str) -> Callable[[], None]:
        if function not in self._outputs:
            return lambda: self._update(function)
        return self._random.choice(
            [
                lambda: self._update(function),
                lambda: self._refresh(function),
                lambda: self._drift(function),
                lambda: self._get(function),
                lambda: self._refuse(function),
                lambda: self._spare(function),
                lambda: self._delete(function),
            ]
        )

    def _update(self, function: str) -> None:
        inputs = self._check(function, **some_values(self._random).to_properties())
        olds = self._outputs.get(function, {**inputs, **a_config().to_properties()})
        if self._plugin.diff(_id(function), olds, inputs).changes:
            self._outputs[function] = self._plugin.update(_id(function), olds, inputs)

    def _refresh(self, function: str) -> None:
        found = self._plugin.refresh(_id(function), self._outputs[function])
        if found.id:
            self._outputs[function] = found.outputs
        else:
            del self._outputs[function]

    def _drift(self, function: str) -> None:
        self._cloud.seed("demo", function, some_values(self._random).to_properties())

    def _get(self, function: str) -> None:
        self._plugin.get(_id(function))

    def _refuse(self, function: str) -> None:
        wrong = {"serviceName": "demo", "functionName": function, "maxAsyncRetryAttempts": 9}
        assert set(self._plugin.check(wrong).failures) == {"maxAsyncRetryAttempts"}

    def _spare(self, function: str) -> None:
        # What is declared in a run is not deleted in it: this warns the engine instead.
        self._plugin.delete(_id(function), self._outputs.pop(function))

    def _delete(self, function: str) -> None:
        removed = f"{function}-removed"
        self._cloud.seed("demo", removed)
        self._plugin.delete(_id(removed), a_config().to_properties())

    def _check(self, function: str, **inputs: Any) -> Bag:
        news = {"serviceName": "demo", "functionName": function, **inputs}
        return self._plugin.check(news).inputs


def _id(function: str) -> str:
    return f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/{function}"


def sample(plugin: Plugin, operations: int, failed: int) -> dict[str, int]:
    """What the plugin's process takes at the moment."""
    process = psutil.Process(plugin.pid)
    with process.oneshot():
        taken = {
            "operations": operations,
            "failed": failed,
            "rss": process.memory_info().rss,
            "sockets": len(process.net_connections()),
            "files": process.num_fds(),
            "threads": process.num_threads(),
        }
    record(soak="plugin", **taken)
    return taken


def test_a_plugin_of_some_hundred_operations_keeps_no_socket_file_or_thread(
    cloud: EmulatorServer,
) -> None:
    samples = live(cloud, operations=50, at_least=2, minutes=0)
    assert_few(samples)


@pytest.mark.proof
def test_a_plugin_that_lives_long_takes_no_more_memory_sockets_files_or_threads(
    cloud: EmulatorServer,
) -> None:
    samples = live(cloud, operations=OPERATIONS, at_least=SAMPLES, minutes=MINUTES)
    assert samples[-1]["failed"] > 0
    assert [fault["kind"] for fault in cloud.faults() if not fault["hits"]] == []
    assert_few(samples)
    warm = samples[int(len(samples) * WARM_UP) :]
    first, second = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    for what, most in MOST_GROWTH.items():
        assert median(second, what) - median(first, what) < most, samples


def live(
    cloud: EmulatorServer, *, operations: int, at_least: int, minutes: float
) -> list[dict[str, int]]:
    """Use one plugin, with every fault; what it takes now and then.

    Args:
        cloud: what it calls.
        operations: of each thread between two samples.
        at_least: so many samples.
        minutes: and for so long.
    """
    chances: dict[FaultKind, float] = {
        **dict.fromkeys(FAULTS, 0.01),
        **dict.fromkeys(REPEATED, 0.002),
        **dict.fromkeys(TOO_SLOW, 0.0005),
    }
    for seed, (kind, probability) in enumerate(chances.items()):
        outlasting = 2000 * REQUEST_TIMEOUT if kind in TOO_SLOW else 0
        cloud.fault(kind, probability=probability, seed=seed, milliseconds=outlasting)
    configuration = {
        "alicloud:region": REGION,
        "alicloud:accountId": ACCOUNT,
        "fc:endpoint": cloud.url,
        "fc:requestTimeout": str(REQUEST_TIMEOUT),
    }
    samples: list[dict[str, int]] = []
    with (
        FakeEngine() as engine,
        Plugin(configuration, emulator_keys(cloud), engine=engine.address) as plugin,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        workers = [Worker(plugin, cloud, number) for number in range(THREADS)]
        end = time.monotonic() + 60 * minutes
        while len(samples) < at_least or time.monotonic() < end:
            for done in [threads.submit(worker.operate, operations) for worker in workers]:
                done.result()
            cloud.clear_calls()
            made = (len(samples) + 1) * THREADS * operations
            samples.append(sample(plugin, made, sum(each.failed for each in workers)))
        assert any("is not deleted, as the program still" in each for each in engine.warnings)
    return samples


def assert_few(samples: list[dict[str, int]]) -> None:
    for what, most in MOST.items():
        assert max(each[what] for each in samples) <= most, samples


def median(samples: list[dict[str, int]], what: str) -> float:
    return statistics.median(each[what] for each in samples)


# -- one stack that is used for long ---------------------------------------------------------------

LOOK_SECONDS = 0.05
USES = 2
"""At least; each takes a few runs of the command line."""


class User:
    """Edits a program, runs it, and does not always do it in time."""

    def __init__(self, stack: Stack, cloud: EmulatorServer) -> None:
        self._stack = stack
        self._cloud = cloud
        self._random = random.Random(f"{SEED} user")  # noqa: S311  repeatable, not secret
        self._functions = [f"function-{number}" for number in range(6)]
        self._program: dict[str, Config] = {}
        self.runs = 0

    def use(self) -> None:
        """One change of something, and what a user does about it."""
        self._cloud.use_rules(self._random.choice(list(all_rules())))
        changes = [self._edit, self._fault, self._drift, self._drift, self._end]
        # Where nothing is declared there is little to do with it.
        self._random.choice(changes if self._program else [self._edit])()
        self._cloud.clear_faults()
        # Whatever has happened: this brings everything to what is declared.
        self._run("up", "--refresh")
        assert self._held() == self._program
        assert self._stack.is_settled()
        self._cloud.clear_calls()

    def _edit(self) -> None:
        for function in self._random.sample(self._functions, 3):
            if function in self._program and self._random.random() < 0.3:
                del self._program[function]
            else:
                self._program[function] = some_values(self._random)
        self._stack.program("".join(declaration_of(*each) for each in self._program.items()))
        self._run("up")

    def _drift(self) -> None:
        for function in self._random.sample(sorted(self._program), min(2, len(self._program))):
            if self._random.random() < 0.5:
                self._cloud.clear_configs(function=function)
            else:
                values = some_values(self._random).to_properties()
                self._cloud.seed("demo", function, values)
        self._run("refresh")

    def _fault(self) -> None:
        kind = self._random.choice(FAULTS + REPEATED)
        method = self._random.choice(["GET", "PUT", "DELETE"])
        times = self._random.choice([2, None])
        self._cloud.fault(kind, method=method, times=times, after=self._random.randint(0, 3))
        function = self._random.choice(self._functions)
        self._program[function] = some_values(self._random)
        self._stack.program("".join(declaration_of(*each) for each in self._program.items()))
        self._run("up", may_fail=True)

    def _end(self) -> None:
        self._run("destroy")
        assert self._held() == {}

    def _run(self, command: str, *arguments: str, may_fail: bool = False) -> None:
        """A run that leaves no process behind, and no connection."""
        with running(self._stack, command, *arguments) as run:
            code = run.wait()
            assert code == 0 or may_fail, run.text
            assert "Traceback" not in run.text, run.text
            assert run.left() == []
        assert connections_of_others(self._cloud) == []
        self.runs += 1
        record(
            soak="command line",
            run=self.runs,
            command=command,
            code=code,
            configs=len(self._program),
            processes_left=0,
            connections_left=0,
        )

    def _held(self) -> dict[str, Config]:
        return {config["function"]: stored(config) for config in self._cloud.configs()}


def connections_of_others(cloud: EmulatorServer) -> list[Any]:
    """Connections to the emulator, but for that of this test; waits for them to end."""
    deadline = time.monotonic() + 10
    while (left := _connections_of_others(cloud)) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)  # the emulator has yet to see that the other side has gone
    return left


def _connections_of_others(cloud: EmulatorServer) -> list[Any]:
    port = int(cloud.url.rpartition(":")[2])
    ours = [
        each
        for each in psutil.Process().net_connections("tcp")
        if each.status != psutil.CONN_LISTEN
    ]
    of_this_test = {each.laddr.port for each in ours if each.raddr.port == port}
    return [
        each for each in ours if each.laddr.port == port and each.raddr.port not in of_this_test
    ]


@pytest.mark.proof
def test_no_run_of_the_command_line_leaves_a_process_or_a_connection(
    make_stack: MakeStack, cloud: EmulatorServer
) -> None:
    stack = make_stack("dev")
    stack.configure(fc__requestTimeout="5")  # what never passes shall not take a minute
    user = User(stack, cloud)
    end = time.monotonic() + 60 * MINUTES
    uses = 0
    while uses < USES or time.monotonic() < end:
        user.use()
        uses += 1
