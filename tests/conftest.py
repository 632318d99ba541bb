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

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the proofs: a long test that comes last is waited for by idle workers."""
    items.sort(key=lambda item: item.get_closest_marker("proof") is None)


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
