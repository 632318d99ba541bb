"""A pytest fixture for the tests of programs that use this package.

::

    pytest_plugins = ["pulumi_fc_async_invoke.emulator.testing"]

    def test_mine(fc_emulator):
        ...  # fc_emulator.url is the endpoint

(PYTEST_DONT_REWRITE: without an assert to rewrite, pytest may find this module imported already.)
"""

from collections.abc import Iterator

import pytest

from . import missing_extra

if (_missing := missing_extra("testing")) is not None:
    raise pytest.UsageError(_missing)

from .server import EmulatorServer


@pytest.fixture(scope="session")
def fc_emulator_server() -> Iterator[EmulatorServer]:
    """Start the session's emulator: in memory, on a free port, as the tests before left it.

    For fixtures that outlive a test and need its address; with pytest-xdist, each worker has one.
    """
    with EmulatorServer() as emulator:
        yield emulator


@pytest.fixture
def fc_emulator(fc_emulator_server: EmulatorServer) -> EmulatorServer:
    """Give the session's emulator to a test, reset.

    Where a test stops its emulator, or needs other options, let it start its own `EmulatorServer`.
    """
    fc_emulator_server.reset()
    return fc_emulator_server
