from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.stack import Stack, emulator_keys, stack_environment
from tests.support.values import ACCOUNT, REGION
from tests.support.versions import V2, V3, Version

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

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


BOTH_VERSIONS = pytest.mark.parametrize(
    "version", [pytest.param(V2, id="2.0"), pytest.param(V3, id="3.0")], indirect=True
)
"""For what `make test` shows for 3.0 as well."""


@pytest.fixture(
    params=[pytest.param(V2, id="2.0"), pytest.param(V3, id="3.0", marks=pytest.mark.proof)]
)
def version(request: pytest.FixtureRequest, stack: Stack) -> Version:
    """Both versions of Function Compute, one after the other; the stack declares configs of it."""
    found: Version = request.param
    stack.version = found
    return found
