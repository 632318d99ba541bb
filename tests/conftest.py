import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support import fuzzing
from tests.support.distributions import Distributions, build_once

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

# One emulator for each worker: `fc_emulator` is a reset one, for each test.
pytest_plugins = ["pulumi_fc_async_invoke.emulator.testing"]

fuzzing.load_profile()

# A shell lets what it starts in the background ignore SIGINT, and all processes below inherit that:
# the engine would then wait 5 seconds for the end of each plugin, and Ctrl-C would do nothing.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]


SLOW = {"docs", "engine", "package"}
"""The tiers whose tests take seconds."""
LONG = ("test_soak.py", "test_random_programs.py", "test_kill_matrix.py")
"""The files with proofs that take minutes, the longest first."""


def rank(item: pytest.Item) -> int:
    """How long a test takes: 0 for milliseconds, 1 for seconds, and more for longer."""
    if item.get_closest_marker("proof"):
        return 2 + (len(LONG) - LONG.index(item.path.name) if item.path.name in LONG else 0)
    return int(item.path.parent.name in SLOW)


@pytest.hookimpl(trylast=True)  # once it is known which tests are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker begin with the slow tests: one that comes last is waited for by idle workers.

    Of the order, xdist gives each worker a part, and to whoever is done the end of another's. So
    the slow tests are dealt out to the parts, and the others, which share servers within a file,
    stay together.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = sorted((item for item in items if rank(item)), key=rank, reverse=True)
    quick = [item for item in items if not rank(item)]
    items[:] = [
        item
        for number in range(workers)
        for item in (
            *slow[number::workers],
            *quick[number * len(quick) // workers : (number + 1) * len(quick) // workers],
        )
    ]


@pytest.fixture
def cloud(fc_emulator: EmulatorServer) -> EmulatorServer:
    """A Function Compute on loopback, empty and without a fault."""
    return fc_emulator


@pytest.fixture(scope="session")
def engine() -> Path:
    """The folder that holds the Pulumi command line."""
    resolved = subprocess.run(
        [sys.executable, ROOT / "tools" / "engine" / "resolve"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Path(resolved.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The wheel and the source distribution of this tree."""
    return build_once(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pulumi-home")
