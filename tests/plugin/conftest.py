from collections.abc import Callable, Iterator

import pytest
from tests.support.plugin import Bag, Plugin
from tests.support.stack import emulator_keys
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


@pytest.fixture(scope="session")
def configuration(fc_emulator_server: EmulatorServer) -> Bag:
    """A stack's configuration for the emulator."""
    return {
        "alicloud:region": REGION,
        "alicloud:accountId": ACCOUNT,
        "fc:endpoint": fc_emulator_server.url,
        "fc:requestTimeout": "200",
    }


MakePlugin = Callable[..., Plugin]


@pytest.fixture(scope="session")
def make_plugin(fc_emulator_server: EmulatorServer, configuration: Bag) -> MakePlugin:
    """A plugin that is configured for the emulator; not started yet."""

    def make(**arguments: object) -> Plugin:
        given: Bag = {
            "configuration": configuration,
            "environment": emulator_keys(fc_emulator_server),
            **arguments,
        }
        return Plugin(**given)

    return make


@pytest.fixture(scope="session")
def plugin(make_plugin: MakePlugin) -> Iterator[Plugin]:
    """A plugin in the middle of an `up`; shared, so each test has a function of its own."""
    with make_plugin() as started:
        yield started


@pytest.fixture(scope="session")
def destroying(make_plugin: MakePlugin) -> Iterator[Plugin]:
    """The plugin of a `destroy`, or a `refresh`: nothing is ever declared there."""
    with make_plugin() as started:
        yield started


@pytest.fixture
def function(request: pytest.FixtureRequest) -> str:
    """Name of a function that no other test has."""
    name: str = request.node.name
    return name.translate(str.maketrans("[]. ", "----"))[:120]
