"""The client against the emulator's Function Compute 3.0."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from tests.client.scripted import ScriptedServer, client, response
from tests.support.configs import a_v3_identity, renamed

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    BadResponseError,
    ClockError,
    ConfigNotFoundError,
    CredentialsError,
    InvalidRequestError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.api.v2023 import API
from pulumi_fc_async_invoke.api.version import Identity
from pulumi_fc_async_invoke.client import client as client_module
from pulumi_fc_async_invoke.client import lists
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.emulator.rules import CHOICES
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

HELLO = a_v3_identity("cn-shanghai", "1986", "demo$hello", "LATEST")
PLACE = {"region": "cn-shanghai", "accountId": "1986"}
BODY = {"maxAsyncRetryAttempts": 0, "asyncTask": True}
REFUSED_SIDE: dict[str, Any] = {"destinationConfig": {"onSuccess": {}}}


@pytest.fixture
def fc(cloud: EmulatorServer) -> Iterator[FunctionComputeClient]:
    key = Credentials(cloud.access_key_id, cloud.access_key_secret)
    with client(cloud.url, lambda: key) as made:
        yield made


def listed(fc: FunctionComputeClient, **names: str) -> list[Identity | None]:
    request = API.list({**PLACE, **names})
    return [API.listed(request, config) for config in fc.list(request)]


@pytest.mark.parametrize("qualifier", ["LATEST", "prod", "7"])
@pytest.mark.parametrize("status", CHOICES["delete_status"])
def test_a_config_is_written_read_and_removed(
    cloud: EmulatorServer, fc: FunctionComputeClient, qualifier: str, status: Any
) -> None:
    cloud.rules(delete_status=status)
    identity = renamed(HELLO, qualifier=qualifier)
    written = fc.put(identity, BODY)

    assert written.values.to_properties() == {**BODY, "maxAsyncEventAgeInSeconds": 86_400}
    assert written.outputs["functionArn"].startswith("acs:fc:cn-shanghai:1986:functions/demo$hello")
    assert fc.get(identity) == written
    fc.delete(identity)
    with pytest.raises(ConfigNotFoundError):
        fc.get(identity)


def test_to_delete_nothing_is_success_or_says_so(
    cloud: EmulatorServer, fc: FunctionComputeClient
) -> None:
    with pytest.raises(ConfigNotFoundError):
        fc.delete(HELLO)
    cloud.rules(delete_absent="204")
    fc.delete(HELLO)


@pytest.mark.parametrize("arn", CHOICES["arn"])
@pytest.mark.parametrize("last_page", CHOICES["last_page"])
def test_configs_are_listed_over_all_pages(
    cloud: EmulatorServer,
    fc: FunctionComputeClient,
    monkeypatch: pytest.MonkeyPatch,
    *,
    arn: Any,
    last_page: Any,
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    cloud.rules(arn=arn, last_page=last_page)
    all_of_them = [
        renamed(HELLO, functionName=name, qualifier=qualifier)
        for name in ("a", "b", "c")
        for qualifier in ("1", "LATEST", "prod")
    ]
    for each in all_of_them:
        cloud.seed(
            function=each.names["functionName"],
            qualifier=each.names["qualifier"],
            region="cn-shanghai",
            account="1986",
        )
    cloud.seed(function="elsewhere", region="cn-beijing", account="1986")

    assert set(listed(fc)) == set(all_of_them)
    assert set(listed(fc, functionName="b")) == {
        each for each in all_of_them if each.names["functionName"] == "b"
    }
    assert listed(fc, functionName="nothing") == []


@pytest.mark.parametrize("no_configs", CHOICES["no_configs"])
def test_a_page_without_configs_is_empty_in_every_spelling(
    cloud: EmulatorServer, fc: FunctionComputeClient, no_configs: Any
) -> None:
    cloud.rules(no_configs=no_configs)
    assert listed(fc) == []


ERRORS: list[tuple[str, type[ApiError], Callable[[EmulatorServer], object]]] = [
    ("AsyncConfigNotExists", ConfigNotFoundError, lambda _: None),
    ("FunctionNotFound", ParentNotFoundError, lambda e: e.missing(function="demo$hello")),
    (
        "AliasNotFound",
        ParentNotFoundError,
        lambda e: e.missing(function="demo$hello", qualifier="prod"),
    ),
    ("AccessDenied", CredentialsError, lambda e: e.fault("AccessDenied")),
    ("InvalidTimeStamp.Expired", ClockError, lambda e: e.rules(clock_offset=3600)),
    (
        "InvalidAccessKeyId.NotFound",
        CredentialsError,
        lambda e: e.revoke_key(e.access_key_id),
    ),
]


@pytest.mark.parametrize("error_body", CHOICES["error_body"])
@pytest.mark.parametrize(("code", "kind", "arrange"), ERRORS, ids=[each[0] for each in ERRORS])
def test_each_error_is_told_from_the_others(
    cloud: EmulatorServer,
    fc: FunctionComputeClient,
    *,
    code: str,
    kind: type[ApiError],
    arrange: Callable[[EmulatorServer], object],
    error_body: Any,
) -> None:
    arrange(cloud)
    cloud.rules(error_body=error_body)
    with pytest.raises(kind) as caught:
        fc.get(renamed(HELLO, qualifier="prod"))

    assert type(caught.value) is kind
    assert caught.value.code == code
    assert caught.value.request_id


def test_an_empty_side_is_refused(fc: FunctionComputeClient) -> None:
    with pytest.raises(InvalidRequestError, match="InvalidDestinationResources"):
        fc.put(HELLO, REFUSED_SIDE)


def test_a_wrong_secret_is_refused_and_not_shown(cloud: EmulatorServer) -> None:
    key = Credentials(cloud.access_key_id, "not-the-secret")
    with client(cloud.url, lambda: key) as fc, pytest.raises(CredentialsError) as caught:
        fc.get(HELLO)

    assert caught.value.code == "SignatureDoesNotMatch"
    assert "not-the-secret" not in str(caught.value)


def test_a_temporary_key_is_accepted_with_its_token_alone(cloud: EmulatorServer) -> None:
    cloud.add_key("STS.id", "secret", security_token="token")  # noqa: S106  the emulator's
    with client(cloud.url, lambda: Credentials("STS.id", "secret", "token")) as fc:
        fc.put(HELLO, BODY)
    with (
        client(cloud.url, lambda: Credentials("STS.id", "secret", "other")) as fc,
        pytest.raises(CredentialsError),
    ):
        fc.get(HELLO)


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize(
    "code",
    [
        "Throttling.User",
        "ResourceExhausted",
        "ConcurrentUpdateError",
        "ServiceUnavailable",
        "InternalServerError",
        "ClientClosedRequest",
        "SignatureNonceUsed",
    ],
)
def test_what_passes_is_repeated(
    cloud: EmulatorServer, fc: FunctionComputeClient, code: Any
) -> None:
    cloud.fault(code, times=2)
    fc.put(HELLO, BODY)

    assert [call.method for call in cloud.calls()] == ["PUT"] * 3


@pytest.mark.usefixtures("quick_retries")
def test_a_nonce_that_was_used_is_signed_again_with_another(
    cloud: EmulatorServer, fc: FunctionComputeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nonces = iter([UUID(int=1), UUID(int=1), UUID(int=2)])
    monkeypatch.setattr(client_module, "uuid4", lambda: next(nonces))
    fc.put(HELLO, BODY)
    fc.put(HELLO, BODY)

    assert len(cloud.calls()) == 3


@pytest.mark.usefixtures("quick_retries")
def test_the_hint_when_to_come_back_is_followed(
    cloud: EmulatorServer, fc: FunctionComputeClient
) -> None:
    cloud.fault("Throttling", times=1, retry_after_milliseconds=300)
    fc.put(HELLO, BODY)
    first, second = cloud.calls()

    assert second.time - first.time >= 0.3


def test_the_config_of_another_account_is_noticed() -> None:
    # As from a host that takes the account from the key.
    arn = b'{"functionArn":"acs:fc:cn-shanghai:42:functions/demo$hello"}'
    with (
        ScriptedServer([response(200, arn)]) as server,
        client(server) as fc,
        pytest.raises(BadResponseError, match="another account, '42'"),
    ):
        fc.get(HELLO)
