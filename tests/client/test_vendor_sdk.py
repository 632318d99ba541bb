"""The vendor's own SDK, aliyun-fc2, takes the emulator for Function Compute."""

from collections.abc import Callable
from typing import Any

import fc2
import pytest

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

OK = {"destination": "acs:mns:cn-shanghai:1:/queues/ok/messages"}
KO = {"destination": "acs:fc:cn-shanghai:1:services/s.LATEST/functions/f"}


@pytest.fixture
def sdk(fc_emulator: EmulatorServer) -> Any:
    return fc2.Client(
        endpoint=fc_emulator.url,
        accessKeyID=fc_emulator.access_key_id,
        accessKeySecret=fc_emulator.access_key_secret,
    )


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"maxAsyncRetryAttempts": 0},
        {"maxAsyncEventAgeInSeconds": 604_800, "maxAsyncRetryAttempts": 8},
        {"statefulInvocation": True},
        {"destinationConfig": {"onSuccess": OK}},
        {"destinationConfig": {"onFailure": KO}},
        {"destinationConfig": {"onSuccess": OK, "onFailure": KO}, "maxAsyncRetryAttempts": 1},
    ],
)
@pytest.mark.parametrize("qualifier", ["LATEST", "alias", "7"])
def test_what_it_puts_it_gets(sdk: Any, qualifier: str, config: dict[str, Any]) -> None:
    put = sdk.put_function_async_invoke_config("svc", qualifier, "fn", config).data
    got = sdk.get_function_async_invoke_config("svc", qualifier, "fn").data
    assert put == got
    assert {name: got[name] for name in config} == config
    assert (got["service"], got["function"], got["qualifier"]) == ("svc", "fn", qualifier)


def test_its_answers_carry_a_request_id(sdk: Any) -> None:
    assert sdk.put_function_async_invoke_config("svc", "LATEST", "fn", {}).headers[
        "X-Fc-Request-Id"
    ]


def test_what_it_deletes_is_gone(sdk: Any) -> None:
    sdk.put_function_async_invoke_config("svc", "LATEST", "fn", {})
    sdk.delete_function_async_invoke_config("svc", "LATEST", "fn")
    with pytest.raises(fc2.FcError) as caught:
        sdk.get_function_async_invoke_config("svc", "LATEST", "fn")
    error: Any = caught.value
    assert (error.status_code, error.err_code) == (404, "AsyncConfigNotExists")
    assert error.request_id != "unknown"


def test_it_lists_page_by_page(sdk: Any) -> None:
    for qualifier in ("1", "2", "3"):
        sdk.put_function_async_invoke_config("svc", qualifier, "fn", {})
    first = sdk.list_function_async_invoke_configs("svc", "fn", limit=2).data
    last = sdk.list_function_async_invoke_configs(
        "svc", "fn", limit=2, nextToken=first["nextToken"]
    ).data
    assert [config["qualifier"] for config in first["configs"]] == ["1", "2"]
    assert [config["qualifier"] for config in last["configs"]] == ["3"]
    assert last["nextToken"] == ""


def test_it_lists_services_and_their_functions_page_by_page(
    fc_emulator: EmulatorServer, sdk: Any
) -> None:
    for function in ("f1", "f2", "f3"):
        fc_emulator.seed("s1", function)
    fc_emulator.seed("s2", "f")
    first = sdk.list_functions("s1", limit=2).data
    last = sdk.list_functions("s1", limit=2, nextToken=first["nextToken"]).data
    services = sdk.list_services().data
    assert [function["functionName"] for function in first["functions"]] == ["f1", "f2"]
    assert [function["functionName"] for function in last["functions"]] == ["f3"]
    assert last["nextToken"] == ""
    assert [service["serviceName"] for service in services["services"]] == ["s1", "s2"]


def test_it_lists_by_prefix_and_from_a_name_on(fc_emulator: EmulatorServer, sdk: Any) -> None:
    for service in ("a1", "a2", "b1"):
        fc_emulator.seed(service, "fn")
    by_prefix = sdk.list_services(prefix="a").data["services"]
    from_a2 = sdk.list_services(startKey="a2").data["services"]
    assert [service["serviceName"] for service in by_prefix] == ["a1", "a2"]
    assert [service["serviceName"] for service in from_a2] == ["a2", "b1"]


def test_it_lists_the_functions_of_a_version(fc_emulator: EmulatorServer, sdk: Any) -> None:
    fc_emulator.declare("svc", "fn", qualifier="1")
    functions = sdk.list_functions("svc", qualifier="1").data["functions"]
    assert [function["functionName"] for function in functions] == ["fn"]


def test_a_security_token_reaches_the_emulator(fc_emulator: EmulatorServer) -> None:
    fc_emulator.add_key("temporary", "secret", account="7", security_token="token")  # noqa: S106  a test's own
    sdk: Any = fc2.Client(
        endpoint=fc_emulator.url,
        accessKeyID="temporary",
        accessKeySecret="secret",
        securityToken="token",
    )
    sdk.put_function_async_invoke_config("svc", "LATEST", "fn", {})
    assert [config["account"] for config in fc_emulator.configs()] == ["7"]


ERRORS: list[tuple[int, str, Callable[[EmulatorServer], object]]] = [
    (403, "InvalidAccessKeyID", lambda e: e.revoke_key(e.access_key_id)),
    (403, "SignatureNotMatch", lambda e: e.add_key(e.access_key_id, "other")),
    (403, "AccessDenied", lambda e: e.rules(clock_offset=3600)),
    (404, "ServiceNotFound", lambda e: e.missing("svc")),
    (404, "FunctionNotFound", lambda e: e.missing("svc", "fn")),
    (409, "ConcurrentUpdateError", lambda e: e.fault("ConcurrentUpdateError")),
    (429, "ResourceExhausted", lambda e: e.fault("ResourceExhausted")),
    (503, "ResourceThrottled", lambda e: e.fault("ResourceThrottled")),
]


def refusal(client: Any, config: Any) -> tuple[int, str]:
    with pytest.raises(fc2.FcError) as caught:
        client.put_function_async_invoke_config("svc", "LATEST", "fn", config)
    error: Any = caught.value
    return error.status_code, error.err_code


def test_it_understands_a_refused_value(sdk: Any) -> None:
    assert refusal(sdk, {"maxAsyncRetryAttempts": 9}) == (400, "InvalidArgument")


@pytest.mark.parametrize(("status", "code", "arrange"), ERRORS, ids=[error[1] for error in ERRORS])
def test_it_understands_the_errors(
    fc_emulator: EmulatorServer,
    sdk: Any,
    status: int,
    code: str,
    arrange: Callable[[EmulatorServer], object],
) -> None:
    arrange(fc_emulator)
    assert refusal(sdk, {}) == (status, code)
