"""The vendor's own SDK of 3.0, alibabacloud_fc20230330, takes the emulator for Function Compute."""

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from alibabacloud_fc20230330 import models as fc_models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi import models as openapi_models
from alibabacloud_tea_openapi import utils
from darabonba.exceptions import ResponseException
from darabonba.request import DaraRequest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.emulator.signatures import (
    ACS3,
    acs3_canonical_request,
    acs3_signature,
    roa_string_to_sign,
)
from pulumi_fc_async_invoke.emulator.versions import Request

models: Any = fc_models  # its annotations say that nothing may be left out
Utils: Any = utils.Utils
make_config: Any = openapi_models.Config
OK = {"destination": "acs:mns:cn-shanghai:1:/queues/ok/messages"}
KO = {"destination": "acs:fc:cn-shanghai:1:functions/f"}


class Sdk:
    """The vendor's client, with plain dicts."""

    def __init__(self, emulator: EmulatorServer, **config: Any) -> None:
        key = {
            "access_key_id": emulator.access_key_id,
            "access_key_secret": emulator.access_key_secret,
        }
        endpoint = emulator.url.removeprefix("http://")
        self._client: Any = Client(make_config(protocol="http", endpoint=endpoint, **key | config))

    def put(self, function: str, config: dict[str, Any], qualifier: str | None = None) -> Any:
        body = models.PutAsyncInvokeConfigInput().from_map(config)
        request = models.PutAsyncInvokeConfigRequest(body=body, qualifier=qualifier)
        return self._client.put_async_invoke_config(function, request).body.to_map()

    def get(self, function: str, qualifier: str | None = None) -> Any:
        request = models.GetAsyncInvokeConfigRequest(qualifier=qualifier)
        return self._client.get_async_invoke_config(function, request).body.to_map()

    def delete(self, function: str, qualifier: str | None = None) -> Any:
        request = models.DeleteAsyncInvokeConfigRequest(qualifier=qualifier)
        return self._client.delete_async_invoke_config(function, request)

    def list(self, **query: Any) -> Any:
        request = models.ListAsyncInvokeConfigsRequest(**query)
        return self._client.list_async_invoke_configs(request).body.to_map()


@pytest.fixture
def sdk(fc_emulator: EmulatorServer) -> Sdk:
    return Sdk(fc_emulator)


CONFIGS: list[dict[str, Any]] = [
    {},
    {"maxAsyncRetryAttempts": 0},
    {"maxAsyncEventAgeInSeconds": 604_800, "maxAsyncRetryAttempts": 8},
    {"asyncTask": True},
    {"destinationConfig": {"onSuccess": OK}},
    {"destinationConfig": {"onFailure": KO}},
    {"destinationConfig": {}},
    {"destinationConfig": {"onSuccess": OK, "onFailure": KO}, "maxAsyncRetryAttempts": 1},
]


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@pytest.mark.parametrize("qualifier", [None, "LATEST", "prod", "7"])
def test_what_it_puts_it_gets(sdk: Sdk, qualifier: str | None, config: dict[str, Any]) -> None:
    put = sdk.put("fn", config, qualifier)
    got = sdk.get("fn", qualifier)
    assert put == got
    assert {name: got[name] for name in config if config[name]} == {
        name: value for name, value in config.items() if value
    }
    suffix = f"/{qualifier}" if qualifier in {"prod", "7"} else ""
    assert got["functionArn"] == f"acs:fc:cn-shanghai:1234567890123456:functions/fn{suffix}"
    assert got["createdTime"].endswith("Z")


@pytest.mark.parametrize("name", ["a-b_c", "svc$fn", "with space", "plus+percent%", "ü"])
@pytest.mark.parametrize("scheme", [None, "v2"], ids=["ACS3-HMAC-SHA256", "ROA"])
def test_any_name_in_either_signature(
    fc_emulator: EmulatorServer, scheme: str | None, name: str
) -> None:
    sdk = Sdk(fc_emulator, signature_algorithm=scheme)
    sdk.put(name, {"asyncTask": True}, "a b+c%")
    assert sdk.get(name, "a b+c%")["asyncTask"] is True
    assert [each["qualifier"] for each in fc_emulator.configs(function=name)] == ["a b+c%"]
    assert len(sdk.list(function_name=name)["configs"]) == 1
    sdk.delete(name, "a b+c%")
    assert fc_emulator.configs() == []


def test_what_it_deletes_is_gone(sdk: Sdk) -> None:
    sdk.put("fn", {})
    sdk.delete("fn")
    assert refusal(lambda: sdk.get("fn")) == (404, "AsyncConfigNotExists")


def test_it_lists_the_account_page_by_page(sdk: Sdk) -> None:
    for function, qualifier in (("a", "1"), ("a", "LATEST"), ("b", "2")):
        sdk.put(function, {}, qualifier)
    first = sdk.list(limit=2)
    last = sdk.list(limit=2, next_token=first["nextToken"])
    arn = "acs:fc:cn-shanghai:1234567890123456:functions"
    assert [each["functionArn"] for each in first["configs"]] == [f"{arn}/a/1", f"{arn}/a"]
    assert [each["functionArn"] for each in last["configs"]] == [f"{arn}/b/2"]
    assert last["nextToken"] == ""
    assert len(sdk.list(function_name="a")["configs"]) == 2


@pytest.mark.parametrize("scheme", [None, "v2"], ids=["ACS3-HMAC-SHA256", "ROA"])
def test_a_security_token_reaches_the_emulator(
    fc_emulator: EmulatorServer, scheme: str | None
) -> None:
    fc_emulator.add_key("temporary", "secret", account="7", security_token="token")  # noqa: S106  a test's own
    key = {"access_key_id": "temporary", "access_key_secret": "secret", "security_token": "token"}
    sdk = Sdk(fc_emulator, signature_algorithm=scheme, **key)
    sdk.put("fn", {})
    assert [config["account"] for config in fc_emulator.configs()] == ["7"]
    fc_emulator.add_key("temporary", "secret", account="7", security_token="newer")  # noqa: S106  a test's own
    assert refusal(lambda: sdk.get("fn")) == (400, "InvalidSecurityToken.Expired")


def refusal(call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(ResponseException) as caught:
        call()
    error: Any = caught.value
    assert error.data["RequestId"].startswith("1-")
    return error.status_code, error.code


ERRORS: list[tuple[int, str, Callable[[EmulatorServer], object]]] = [
    (404, "InvalidAccessKeyId.NotFound", lambda e: e.revoke_key(e.access_key_id)),
    (400, "SignatureDoesNotMatch", lambda e: e.add_key(e.access_key_id, "other")),
    (400, "InvalidTimeStamp.Expired", lambda e: e.rules(clock_offset=3600)),
    (403, "AccessDenied", lambda e: e.fault("AccessDenied")),
    (404, "FunctionNotFound", lambda e: e.missing(function="fn")),
    (404, "AliasNotFound", lambda e: e.missing(function="fn", qualifier="prod")),
    (409, "ConcurrentUpdateError", lambda e: e.fault("ConcurrentUpdateError")),
    (429, "ResourceExhausted", lambda e: e.fault("ResourceExhausted")),
    (429, "Throttling.User", lambda e: e.fault("Throttling.User", retry_after_milliseconds=5)),
    (499, "ClientClosedRequest", lambda e: e.fault("ClientClosedRequest")),
    (400, "SignatureNonceUsed", lambda e: e.fault("SignatureNonceUsed")),
    (500, "InternalServerError", lambda e: e.fault("InternalServerError")),
    (503, "ServiceUnavailable", lambda e: e.fault("ServiceUnavailable")),
]


@pytest.mark.parametrize(("status", "code", "arrange"), ERRORS, ids=[error[1] for error in ERRORS])
def test_it_understands_the_errors(
    fc_emulator: EmulatorServer,
    sdk: Sdk,
    status: int,
    code: str,
    arrange: Callable[[EmulatorServer], object],
) -> None:
    arrange(fc_emulator)
    assert refusal(lambda: sdk.put("fn", {}, "prod")) == (status, code)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"maxAsyncRetryAttempts": 9}, "InvalidArgument"),
        ({"maxAsyncEventAgeInSeconds": 0}, "InvalidArgument"),
        ({"destinationConfig": {"onSuccess": {}}}, "InvalidDestinationResources"),
        ({"destinationConfig": {"onFailure": OK, "onSuccess": {}}}, "InvalidDestinationResources"),
        (
            {"destinationConfig": {"onSuccess": {"destination": ""}}},
            "InvalidDestinationResources",
        ),
        (
            {"destinationConfig": {"onSuccess": {"destination": "queue"}}},
            "InvalidDestinationResources",
        ),
    ],
    ids=str,
)
def test_it_understands_a_refused_value(sdk: Sdk, config: dict[str, Any], code: str) -> None:
    assert refusal(lambda: sdk.put("fn", config)) == (400, code)


def test_it_takes_the_hint_when_to_come_back(fc_emulator: EmulatorServer, sdk: Sdk) -> None:
    fc_emulator.fault("Throttling", retry_after_milliseconds=1500)
    with pytest.raises(ResponseException) as caught:
        sdk.put("fn", {})
    error: Any = caught.value
    assert error.retry_after == 1500


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
HEADER = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)
NAMES = st.sampled_from(["functionName", "limit", "nextToken", "qualifier"])
QUERY = st.dictionaries(NAMES, TEXT)


def signed_request(
    method: str, name: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> tuple[Any, Request]:
    """The same request for the vendor's code and for the emulator."""
    theirs: Any = DaraRequest()
    theirs.method = method
    theirs.pathname = f"/2023-03-30/functions/{quote(name, safe='~')}/async-invoke-config"
    theirs.query = query
    theirs.headers = headers
    sent = urlencode(query)  # as the vendor's SDK sends it
    return theirs, Request(method, theirs.pathname, "", sent, headers, body)


@given(
    method=st.sampled_from(["GET", "PUT", "DELETE"]),
    name=TEXT,
    query=QUERY,
    values=st.lists(HEADER, min_size=3, max_size=3),
    body=st.binary(max_size=20),
)
def test_both_signatures_are_those_of_the_vendors_code(
    method: str, name: str, query: dict[str, str], values: list[str], body: bytes
) -> None:
    names = ["host", "x-acs-action", "x-acs-signature-nonce"]
    headers = dict(zip(names, values, strict=True))
    theirs, ours = signed_request(method, name, query, headers, body)
    payload = hashlib.sha256(body).hexdigest()
    authorization = Utils.get_authorization(theirs, ACS3, payload, "id", "secret")
    canonical = acs3_canonical_request(ours, sorted(headers))
    assert authorization.endswith(f",Signature={acs3_signature('secret', canonical)}")
    assert Utils.get_string_to_sign(theirs) == roa_string_to_sign(ours)
