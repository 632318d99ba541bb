from collections.abc import Iterator

import pytest
from tests.client.scripted import IDENTITY, client

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import (
    ConfigNotFoundError,
    CredentialsError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.emulator.server import EmulatorServer


@pytest.fixture
def fc(cloud: EmulatorServer) -> Iterator[FunctionComputeClient]:
    key = Credentials(cloud.access_key_id, cloud.access_key_secret)
    with client(cloud.url, lambda: key) as made:
        yield made


def test_a_config_is_written_read_listed_and_removed(fc: FunctionComputeClient) -> None:
    written = fc.put(IDENTITY, {"maxAsyncRetryAttempts": 5})
    listed = list(fc.list(API.list(IDENTITY.names)))

    assert written.values.max_async_retry_attempts == 5
    assert fc.get(IDENTITY).values == written.values
    assert [config.values for config in listed] == [written.values]
    fc.delete(IDENTITY)
    with pytest.raises(ConfigNotFoundError):
        fc.get(IDENTITY)


def test_a_wrong_secret_is_refused(cloud: EmulatorServer) -> None:
    key = Credentials(cloud.access_key_id, "not-the-secret")
    with client(cloud.url, lambda: key) as fc, pytest.raises(CredentialsError) as caught:
        fc.get(IDENTITY)

    assert caught.value.code == "SignatureNotMatch"
    assert "not-the-secret" not in str(caught.value)


PLACE = {key: IDENTITY.names[key] for key in ("region", "accountId")}


def test_services_and_functions_are_listed_over_all_pages(
    cloud: EmulatorServer, fc: FunctionComputeClient
) -> None:
    services = [f"s{number:03}" for number in range(101)]
    functions = [f"f{number:03}" for number in range(101)]
    names = [(service, "f000") for service in services] + [("s000", name) for name in functions]
    for service, function in names:
        cloud.seed(service, function, region=PLACE["region"], account=PLACE["accountId"])

    assert list(fc.list_names(API.list_services(PLACE))) == services
    assert list(fc.list_names(API.list_functions({**PLACE, "serviceName": "s000"}))) == functions


def test_a_function_without_a_config_is_listed_once_it_is_declared(
    cloud: EmulatorServer, fc: FunctionComputeClient
) -> None:
    cloud.declare("svc", "fn")

    assert list(fc.list_names(API.list_services(PLACE))) == ["svc"]
    assert list(fc.list_names(API.list_functions({**PLACE, "serviceName": "svc"}))) == ["fn"]


def test_what_does_not_exist_is_not_listed(
    cloud: EmulatorServer, fc: FunctionComputeClient
) -> None:
    cloud.seed("svc", "hidden", region=PLACE["region"], account=PLACE["accountId"])
    cloud.declare("svc", "declared")
    cloud.declare("other", "fn", account="another")

    assert list(fc.list_names(API.list_services(PLACE))) == ["svc"]
    assert list(fc.list_names(API.list_functions({**PLACE, "serviceName": "svc"}))) == ["declared"]


def test_the_functions_of_an_absent_service_are_an_error(
    cloud: EmulatorServer, fc: FunctionComputeClient
) -> None:
    cloud.missing("svc")
    with pytest.raises(ParentNotFoundError, match="GET functions of svc") as caught:
        list(fc.list_names(API.list_functions({**PLACE, "serviceName": "svc"})))

    assert caught.value.code == "ServiceNotFound"


def test_a_refused_list_of_services_says_what_was_asked(cloud: EmulatorServer) -> None:
    key = Credentials(cloud.access_key_id, "not-the-secret")
    with client(cloud.url, lambda: key) as fc, pytest.raises(CredentialsError) as caught:
        list(fc.list_names(API.list_services(PLACE)))

    assert f"GET services of account {PLACE['accountId']}" in str(caught.value)
    assert "fc:ListServices" in str(caught.value)
