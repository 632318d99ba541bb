import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.stack import ACCOUNT, REGION, Stack, emulator_keys, stack_environment

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ROOT = Path(__file__).resolve().parents[2]


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
def pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture
def cloud() -> Iterator[EmulatorServer]:
    """A Function Compute on loopback, of this test alone."""
    with EmulatorServer() as emulator:
        yield emulator


MakeStack = Callable[[str], Stack]


@pytest.fixture
def make_stack(engine: Path, pulumi_home: Path, cloud: EmulatorServer, tmp_path: Path) -> MakeStack:
    """Makes a stack of the given name, configured for the emulator."""

    def make(name: str) -> Stack:
        environment = stack_environment(engine, pulumi_home, **emulator_keys(cloud))
        stack = Stack(tmp_path / name, environment, name=name)
        stack.configure(
            alicloud__region=REGION, alicloud__accountId=ACCOUNT, fc__endpoint=cloud.url
        )
        return stack

    return make


@pytest.fixture
def stack(make_stack: MakeStack) -> Stack:
    return make_stack("dev")
