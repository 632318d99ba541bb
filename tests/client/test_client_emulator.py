from collections.abc import Iterator

import pytest
from tests.client.scripted import IDENTITY, client

from pulumi_fc_async_invoke.client import FunctionComputeClient
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.errors import ConfigNotFoundError, CredentialsError
from pulumi_fc_async_invoke.signing import Credentials


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def fc(emulator: EmulatorServer) -> Iterator[FunctionComputeClient]:
    key = Credentials(emulator.access_key_id, emulator.access_key_secret)
    with client(emulator.url, lambda: key) as made:
        yield made


def test_a_config_is_written_read_listed_and_removed(fc: FunctionComputeClient) -> None:
    written = fc.put(IDENTITY, {"maxAsyncRetryAttempts": 5})
    listed = list(
        fc.list(
            region=IDENTITY.region,
            account_id=IDENTITY.account_id,
            service_name=IDENTITY.service_name,
            function_name=IDENTITY.function_name,
        )
    )

    assert written.max_async_retry_attempts == 5
    assert fc.get(IDENTITY).values == written.values
    assert [config.values for config in listed] == [written.values]
    fc.delete(IDENTITY)
    with pytest.raises(ConfigNotFoundError):
        fc.get(IDENTITY)


def test_a_wrong_secret_is_refused(emulator: EmulatorServer) -> None:
    key = Credentials(emulator.access_key_id, "not-the-secret")
    with client(emulator.url, lambda: key) as fc, pytest.raises(CredentialsError) as caught:
        fc.get(IDENTITY)

    assert caught.value.code == "SignatureNotMatch"
    assert "not-the-secret" not in str(caught.value)
