"""A pytest fixture for the tests of programs that use this package.

::

    pytest_plugins = ["pulumi_fc_async_invoke.emulator.testing"]

    def test_mine(fc_emulator):
        ...  # fc_emulator.url is the endpoint

(PYTEST_DONT_REWRITE: there is no assert in here, and pytest must not mind whether someone imports
it first.)
"""

import ssl
from collections.abc import Iterator

import httpx
import pytest

from pulumi_fc_async_invoke.api.signing import Credentials, FunctionComputeAuth
from pulumi_fc_async_invoke.emulator.authentication import DEFAULT_KEY_ID, DEFAULT_KEY_SECRET
from pulumi_fc_async_invoke.emulator.server import EmulatorServer


@pytest.fixture(scope="session")
def fc_emulator_server() -> Iterator[EmulatorServer]:
    """The session's emulator, in memory on a free port, as the tests before left it.

    For fixtures that outlive a test and need its address; with pytest-xdist, each worker has one.
    """
    with EmulatorServer() as emulator:
        yield emulator


@pytest.fixture
def fc_emulator(fc_emulator_server: EmulatorServer) -> EmulatorServer:
    """The session's emulator, as good as new: reset before each test.

    Where a test stops its emulator, or needs other options, let it start its own `EmulatorServer`.
    """
    fc_emulator_server.reset()
    return fc_emulator_server


def signing_client(
    url: str,
    key_id: str = DEFAULT_KEY_ID,
    secret: str = DEFAULT_KEY_SECRET,
    *,
    security_token: str | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Client:
    """A bare HTTP client that signs what it sends: for looking at single answers.

    Args:
        url: of the emulator.
        key_id: access key id.
        secret: access key secret.
        security_token: of a temporary key.
        headers: sent with every request, such as ``Host`` to name account and region.
    """
    credentials = Credentials(key_id, secret, security_token)
    return httpx.Client(
        base_url=f"{url}/2016-08-15",
        auth=FunctionComputeAuth(lambda: credentials),
        headers=headers,
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # it is HTTP: no certificates to load
        timeout=20,
    )
