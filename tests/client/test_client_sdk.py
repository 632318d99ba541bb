import json
from collections.abc import Callable
from typing import Any

import fc2
import pytest
from tests.client.scripted import CONFIG, IDENTITY, KEY, ScriptedServer, client, response

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.client.client import FunctionComputeClient

DIFFERENCES = {
    "accept": "we say that we read JSON; requests says */*",
    "accept-encoding": "we ask for no compression, so that a small answer cannot unpack to a huge",
    "authorization": "the signatures are over each one's own Date and x-fc-* headers",
    "content-length": "the SDK sends 0 with GET and DELETE; we send none without a body",
    "date": "the time of each request",
    "host": "the SDK names the endpoint; we name account and region on loopback",
    "user-agent": "each says its own name",
    "x-fc-account-id": "only we say which account is meant, as other SDKs of the vendor do",
}
"""Every header in which a request of ours may differ from the SDK's, and why."""

BODY = {"maxAsyncRetryAttempts": 1, "destinationConfig": {"onSuccess": {"destination": "acs:x"}}}
LIST = API.list({"region": "r", "accountId": "1", "serviceName": "svc", "functionName": "fn"})


def sdk_for(server: ScriptedServer, key: Credentials) -> Any:
    """The vendor's client; it ships no types."""
    return fc2.Client(
        endpoint=server.url,
        accessKeyID=key.access_key_id,
        accessKeySecret=key.access_key_secret,
        securityToken=key.security_token,
    )


def get(sdk: Any, fc: FunctionComputeClient) -> None:
    sdk.get_function_async_invoke_config("svc", "LATEST", "fn")
    fc.get(IDENTITY)


def put(sdk: Any, fc: FunctionComputeClient) -> None:
    sdk.put_function_async_invoke_config("svc", "LATEST", "fn", BODY)
    fc.put(IDENTITY, BODY)


def delete(sdk: Any, fc: FunctionComputeClient) -> None:
    sdk.delete_function_async_invoke_config("svc", "LATEST", "fn")
    fc.delete(IDENTITY)


def list_all(sdk: Any, fc: FunctionComputeClient) -> None:
    sdk.list_function_async_invoke_configs("svc", "fn", limit=100)
    list(fc.list(LIST))


@pytest.mark.parametrize("call_both", [get, put, delete, list_all])
def test_our_requests_are_the_sdks_but_for_these_headers(
    call_both: Callable[[Any, FunctionComputeClient], None],
) -> None:
    body = CONFIG[:-1] + b',"configs":[]}'
    with ScriptedServer([response(200, body)]) as server, client(server) as fc:
        call_both(sdk_for(server, KEY), fc)

    sdk_request, our_request = server.received
    assert our_request.method == sdk_request.method
    assert our_request.target == sdk_request.target
    assert our_request.raw.split(b"\r\n")[0] == sdk_request.raw.split(b"\r\n")[0]
    if sdk_request.body:
        assert json.loads(our_request.body) == json.loads(sdk_request.body)
    else:
        assert our_request.body == b""
    names = sdk_request.headers.keys() | our_request.headers.keys()
    differing = {
        name for name in names if our_request.headers.get(name) != sdk_request.headers.get(name)
    }
    assert differing <= DIFFERENCES.keys()


def test_the_list_of_differences_has_nothing_that_is_the_same() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server, client(server) as fc:
        get(sdk_for(server, Credentials("other", "key", "token")), fc)

    theirs, ours = (request.headers for request in server.received)
    same = {name for name in DIFFERENCES if theirs.get(name) == ours.get(name)}
    assert same <= {"date"}
