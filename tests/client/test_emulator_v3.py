"""API version 2023-03-30 over HTTP: responses, errors, identities, paging, and every switch."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.support.signing import signing_client

from pulumi_fc_async_invoke.emulator.rules import (
    Arn,
    AuthErrors,
    Clearing,
    DestinationAs,
    ErrorBody,
    Missing,
    PutResponse,
    UnsetAs,
)
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

V3 = "2023-03-30"
PATH = "/functions/fn/async-invoke-config"
PROD = f"{PATH}?qualifier=prod"
LIST = "/async-invoke-configs"
ARN = "acs:fc:cn-shanghai:1234567890123456:functions/fn"
OK = {"destination": "acs:mns:cn-shanghai:1:/queues/ok/messages"}
KO = {"destination": "acs:mns:cn-shanghai:1:/queues/ko/messages"}
TWO = {"maxAsyncRetryAttempts": 2}
UNSET = {"maxAsyncEventAgeInSeconds": None, "maxAsyncRetryAttempts": None, "asyncTask": None}
ABSENT = "absent"


@pytest.fixture
def api(fc_emulator: EmulatorServer) -> Iterator[httpx.Client]:
    with signing_client(fc_emulator.url, version=V3) as client:
        yield client


def error_of(response: httpx.Response) -> tuple[int, str]:
    body = response.json()
    assert body["RequestId"] == response.headers["X-Fc-Request-Id"]
    assert body["Message"]
    return response.status_code, body["Code"]


def at_host(emulator: EmulatorServer, host: str, key: str | None = None) -> httpx.Response:
    keys = (key, "secret") if key else (emulator.access_key_id, emulator.access_key_secret)
    with signing_client(emulator.url, *keys, headers={"Host": host}, version=V3) as client:
        return client.put(PATH, json={})


def test_a_put_responds_with_the_whole_config(api: httpx.Client) -> None:
    config = api.put(PROD, json={"destinationConfig": {"onSuccess": OK}, "asyncTask": True}).json()
    assert config["createdTime"] == config["lastModifiedTime"]
    assert config.pop("createdTime").endswith("Z")
    assert config.pop("lastModifiedTime").endswith("Z")
    assert config == {
        **UNSET,
        "functionArn": f"{ARN}/prod",
        "asyncTask": True,
        "destinationConfig": {"onSuccess": OK},
    }


def test_a_put_merges_on_the_top_level(api: httpx.Client) -> None:
    api.put(PATH, json={"asyncTask": True, "destinationConfig": {"onSuccess": OK}})
    config = api.put(PATH, json={**TWO, "functionName": "ignored"}).json()
    assert (config["asyncTask"], config["maxAsyncRetryAttempts"]) == (True, 2)
    assert config["destinationConfig"] == {"onSuccess": OK}


def test_latest_and_no_qualifier_are_one_config(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    api.put(f"{PATH}?qualifier=LATEST", json=TWO)
    assert api.get(PATH).json()["maxAsyncRetryAttempts"] == 2
    (config,) = fc_emulator.configs()
    assert (config["service"], config["function"], config["qualifier"]) == (None, "fn", "LATEST")


def test_a_config_of_2_0_is_another_one(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.seed("svc", "fn")
    fc_emulator.seed(function="fn", config=TWO)
    assert api.get("/functions/svc%24fn/async-invoke-config").status_code == 404
    assert api.get(PATH).json()["maxAsyncRetryAttempts"] == 2
    assert len(api.get(LIST).json()["configs"]) == 1
    with signing_client(fc_emulator.url) as v2:
        path = "/services/svc/functions/fn/async-invoke-config"
        assert v2.get(path).json()["maxAsyncRetryAttempts"] == 3
        assert v2.get("/services").json()["services"] == [{"serviceName": "svc"}]


def test_a_config_of_2_0_may_be_that_of_3_0(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.rules(twins="same", unset_as="zero")
    fc_emulator.seed("svc", "fn", config=TWO)
    fc_emulator.seed(function="fn")
    path, v2_path = "/functions/svc%24fn/async-invoke-config", "/services/svc/functions/fn"
    assert api.get(path).json()["functionArn"] == ARN.replace("/fn", "/svc$fn")
    assert api.put(path, json={"asyncTask": True}).json()["maxAsyncRetryAttempts"] == 2
    assert len(api.get(LIST).json()["configs"]) == 2
    assert len(api.get(LIST, params={"functionName": "svc$fn"}).json()["configs"]) == 1
    with signing_client(fc_emulator.url) as v2:
        config = v2.get(f"{v2_path}/async-invoke-config").json()
        assert (config["statefulInvocation"], config["maxAsyncRetryAttempts"]) == (True, 2)
        assert "asyncTask" not in config
        v2.put(f"{v2_path}/async-invoke-config", json={"statefulInvocation": False})
        assert len(v2.get(f"{v2_path}/async-invoke-configs").json()["configs"]) == 1
    assert api.get(path).json()["asyncTask"] is False
    assert api.delete(path).status_code == 204
    assert [config["service"] for config in fc_emulator.configs()] == [None]


def test_the_control_commands_serve_3_0(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.seed(function="fn", config={"destinationConfig": {"onSuccess": OK}}, qualifier="1")
    fc_emulator.modify(function="fn", config={"asyncTask": True}, qualifier="1")
    config = fc_emulator.config(function="fn", qualifier="1")
    assert config is not None
    assert (config["asyncTask"], config["destinationConfig"]) == (True, {"onSuccess": OK})
    assert "maxAsyncRetryAttempts" not in config  # it was never set
    assert fc_emulator.config("svc", "fn", qualifier="1") is None
    assert api.get(f"{PATH}?qualifier=1").json()["asyncTask"] is True
    assert fc_emulator.clear_configs(service="") == 1


@pytest.mark.parametrize(
    ("host", "key", "expected"),
    [
        ("7.cn-beijing.fc.aliyuncs.com", None, ("7", "cn-beijing")),
        ("7.cn-beijing-internal.fc.aliyuncs.com", None, ("7", "cn-beijing")),
        ("fcv3.cn-beijing.aliyuncs.com", "eight", ("8", "cn-beijing")),
        ("me-central-1.fc.aliyuncs.com", "eight", ("8", "me-central-1")),
        ("fcv3.cn-beijing.aliyuncs.com", None, ("1234567890123456", "cn-beijing")),
    ],
)
def test_account_and_region_come_from_host_or_key(
    fc_emulator: EmulatorServer, host: str, key: str | None, expected: tuple[str, str]
) -> None:
    fc_emulator.add_key("eight", "secret", account="8")
    response = at_host(fc_emulator, host, key)
    assert response.json()["functionArn"].split(":")[2:4] == list(reversed(expected))
    (config,) = fc_emulator.configs()
    assert (config["account"], config["region"]) == expected


def test_a_key_of_another_account_is_denied(fc_emulator: EmulatorServer) -> None:
    fc_emulator.add_key("eight", "secret", account="8")
    response = at_host(fc_emulator, "7.cn-beijing.fc.aliyuncs.com", "eight")
    assert error_of(response) == (403, "AccessDenied")
    assert "doesn't belong to you" in response.json()["Message"]


def test_an_openapi_host_names_its_request_id_otherwise(fc_emulator: EmulatorServer) -> None:
    assert at_host(fc_emulator, "fcv3.cn-beijing.aliyuncs.com").headers["x-acs-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", PATH, "PathNotSupported"),
        ("PUT", LIST, "PathNotSupported"),
        ("GET", "/functions", "PathNotSupported"),
        ("GET", "/services/svc/functions/fn/async-invoke-config", "PathNotSupported"),
        ("GET", f"{PATH}?qualifier=", "InvalidArgument"),
    ],
)
def test_what_the_version_does_not_have(
    api: httpx.Client, method: str, path: str, code: str
) -> None:
    assert error_of(api.request(method, path)) == (400, code)


# Signatures


def tampered(emulator: EmulatorServer, change: Callable[[httpx.Request], object]) -> httpx.Response:
    """A request that is changed after it was signed."""
    with signing_client(emulator.url, version=V3) as client:
        assert client.auth is not None
        request = client.build_request("PUT", PATH, json=TWO)
        signed = next(client.auth.sync_auth_flow(request))
        change(signed)
        return client.send(signed, auth=lambda same: same)


def unsign(name: str) -> Callable[[httpx.Request], None]:
    """Take a name from SignedHeaders."""

    def change(request: httpx.Request) -> None:
        names = request.headers["Authorization"]
        request.headers["Authorization"] = names.replace(f";{name}", "").replace(f"{name};", "")

    return change


def put_header(name: str, value: str) -> Callable[[httpx.Request], None]:
    return lambda request: request.headers.update({name: value})


def drop_header(name: str) -> Callable[[httpx.Request], object]:
    return lambda request: request.headers.pop(name)


MISMATCH = (400, "SignatureDoesNotMatch")
MISSING = (400, "MissingRequiredHeader")
TAMPERED: list[tuple[Callable[[httpx.Request], object], tuple[int, str]]] = [
    *(
        (unsign(name), MISMATCH)
        for name in ("host", "content-type", "x-acs-date", "x-acs-signature-nonce")
    ),
    *(
        (put_header(name, "1"), MISMATCH)
        for name in ("content-type", "x-acs-content-sha256", "x-acs-more", "x-acs-action")
    ),
    *(
        (drop_header(name), MISSING)
        for name in (
            "authorization",
            "x-acs-action",
            "x-acs-content-sha256",
            "x-acs-date",
            "x-acs-signature-nonce",
            "x-acs-version",
        )
    ),
    (put_header("x-acs-date", "2020-01-02T03:04:05Z"), (400, "InvalidTimeStamp.Expired")),
    (put_header("x-acs-date", "yesterday"), (400, "InvalidArgument")),
    (put_header("authorization", "FC id:signature"), (400, "InvalidArgument")),
    (put_header("authorization", "acs id"), (400, "InvalidArgument")),
    (put_header("authorization", "acs id:signature"), MISSING),
]


@pytest.mark.parametrize(("change", "error"), TAMPERED)
def test_a_request_that_is_not_signed_as_it_should(
    fc_emulator: EmulatorServer,
    change: Callable[[httpx.Request], object],
    error: tuple[int, str],
) -> None:
    assert error_of(tampered(fc_emulator, change)) == error
    assert fc_emulator.configs() == []


def test_a_request_is_good_for_once(fc_emulator: EmulatorServer) -> None:
    with signing_client(fc_emulator.url, version=V3) as client:
        assert client.auth is not None
        request = next(client.auth.sync_auth_flow(client.build_request("PUT", PATH, json=TWO)))
        responses = [client.send(request, auth=lambda same: same) for _ in range(2)]
    assert responses[0].status_code == 200
    assert error_of(responses[1]) == (400, "SignatureNonceUsed")


@pytest.mark.parametrize("header", ["x-acs-action", "x-acs-version"])
def test_an_action_of_another_path_is_refused(fc_emulator: EmulatorServer, header: str) -> None:
    value = {"x-acs-action": "ListAsyncInvokeConfigs", "x-acs-version": "2021-04-06"}[header]
    with signing_client(fc_emulator.url, version=V3, headers={header: value}) as client:
        assert error_of(client.get(PATH)) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("auth_errors", "expected"),
    [
        ("openapi", [(404, "InvalidAccessKeyId.NotFound"), MISMATCH]),
        ("account", [(403, "InvalidAccessKeyID"), (403, "SignatureNotMatch")]),
    ],
)
def test_how_a_wrong_key_is_named(
    fc_emulator: EmulatorServer, auth_errors: AuthErrors, expected: list[tuple[int, str]]
) -> None:
    fc_emulator.rules(auth_errors=auth_errors)
    found: list[tuple[int, str]] = []
    for key in (("nobody", "secret"), (fc_emulator.access_key_id, "wrong")):
        with signing_client(fc_emulator.url, *key, version=V3) as client:
            found.append(error_of(client.get(PATH)))
    assert found == expected


# Parents


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/functions/other/async-invoke-config", "FunctionNotFound"),
        (f"{PATH}?qualifier=other", "AliasNotFound"),
        (f"{PATH}?qualifier=9", "VersionNotFound"),
        ("/functions/other/async-invoke-config?qualifier=prod", "FunctionNotFound"),
        (f"{LIST}?functionName=other", "FunctionNotFound"),
    ],
)
def test_what_was_not_declared_does_not_exist(
    fc_emulator: EmulatorServer, api: httpx.Client, path: str, code: str
) -> None:
    fc_emulator.declare(function="fn")
    fc_emulator.declare(function="fn", qualifier="prod")
    assert api.put(PATH, json=TWO).status_code == 200
    assert api.put(PROD, json=TWO).status_code == 200
    assert error_of(api.get(path)) == (404, code)


def test_an_alias_is_of_one_function(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.declare(function="fn", qualifier="prod")
    fc_emulator.declare(function="other")
    path = "/functions/other/async-invoke-config?qualifier=prod"
    assert error_of(api.get(path)) == (404, "AliasNotFound")


def test_a_function_that_goes_takes_its_configs_with_it(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.seed("svc", "fn")
    api.put(PROD, json=TWO)
    fc_emulator.missing(function="fn")
    assert error_of(api.get(PROD)) == (404, "FunctionNotFound")
    assert [config["service"] for config in fc_emulator.configs()] == ["svc"]


# Lists


def arns(response: httpx.Response) -> list[str]:
    return [config["functionArn"].removeprefix(ARN[:-2]) for config in response.json()["configs"]]


def test_a_list_is_of_the_account_and_region(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    for function, qualifier in (("b", "1"), ("a", "LATEST"), ("a", "prod")):
        fc_emulator.seed(function=function, qualifier=qualifier)
    fc_emulator.seed(function="c", account="7")
    fc_emulator.seed(function="d", region="cn-beijing")
    fc_emulator.seed("svc", "a")
    assert arns(api.get(LIST)) == ["a", "a/prod", "b/1"]
    assert arns(api.get(f"{LIST}?functionName=a")) == ["a", "a/prod"]
    assert arns(api.get(f"{LIST}?functionName=c")) == []


@pytest.mark.parametrize(
    ("limit", "pages"), [(None, [20, 5]), (10, [10, 10, 5]), (25, [25]), (100, [25])]
)
def test_pages_hold_every_config_once(
    fc_emulator: EmulatorServer, api: httpx.Client, limit: int | None, pages: list[int]
) -> None:
    for number in range(25):
        fc_emulator.seed(function=f"f{number // 5}", qualifier=str(number))
    found: list[list[str]] = []
    token: str | None = ""
    while token is not None:
        query = {"limit": limit, "nextToken": token or None}
        response = api.get(
            LIST, params={name: each for name, each in query.items() if each is not None}
        )
        found.append(arns(response))
        token = response.json()["nextToken"] or None
    assert [len(page) for page in found] == pages
    assert len({arn for page in found for arn in page}) == 25


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "nextToken=x"])
def test_a_page_that_cannot_be(api: httpx.Client, query: str) -> None:
    assert error_of(api.get(f"{LIST}?{query}")) == (400, "InvalidArgument")


def test_the_limit_is_the_rules(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.rules(list_limit=2, list_maximum=3)
    for number in range(5):
        fc_emulator.seed(function=f"f{number}")
    assert len(arns(api.get(LIST))) == 2
    assert len(arns(api.get(f"{LIST}?limit=3"))) == 3
    assert error_of(api.get(f"{LIST}?limit=4")) == (400, "InvalidArgument")


@pytest.mark.parametrize(("rule", "nothing"), [("empty", ""), ("null", None), ("absent", ABSENT)])
def test_the_token_of_the_last_page(
    fc_emulator: EmulatorServer, api: httpx.Client, rule: Missing, nothing: object
) -> None:
    fc_emulator.rules(last_page=rule)
    assert api.get(LIST).json().get("nextToken", ABSENT) == nothing


@pytest.mark.parametrize(("rule", "nothing"), [("empty", []), ("null", None), ("absent", ABSENT)])
def test_a_page_without_configs(
    fc_emulator: EmulatorServer, api: httpx.Client, rule: Missing, nothing: object
) -> None:
    fc_emulator.rules(no_configs=rule)
    assert api.get(LIST).json().get("configs", ABSENT) == nothing


# Switches of a write

NULL_SIDE = {"onSuccess": None}
EMPTY_SIDE: dict[str, Any] = {"onSuccess": {}}
BLANK = {"onSuccess": {"destination": ""}}
NULL_DESTINATION = {"onSuccess": {"destination": None}}
BOTH = {"onSuccess": OK, "onFailure": KO}
ARGUMENT = "InvalidArgument"
RESOURCES = "InvalidDestinationResources"


@pytest.mark.parametrize(
    ("rules", "sent", "expected"),
    [
        ({}, {"onSuccess": KO}, {"onSuccess": KO, "onFailure": KO}),
        ({"merge": "shallow"}, {"onSuccess": KO}, {"onSuccess": KO}),
        ({"empty": "clear"}, {}, ABSENT),
        ({"empty": "ignore"}, {}, BOTH),
        ({"empty": "refuse"}, {}, ARGUMENT),
        ({"empty": "clear"}, EMPTY_SIDE, RESOURCES),
        ({"null": "clear"}, None, ABSENT),
        ({"null": "ignore"}, None, BOTH),
        ({"null": "refuse"}, None, ARGUMENT),
        ({"null": "clear"}, NULL_SIDE, {"onFailure": KO}),
        ({"null": "clear", "null_side": "refuse"}, NULL_SIDE, ARGUMENT),
        ({"null": "refuse", "null_side": "clear"}, NULL_SIDE, {"onFailure": KO}),
        ({"null": "clear", "null_side": "ignore"}, NULL_SIDE, BOTH),
        ({"null": "clear"}, NULL_DESTINATION, {"onFailure": KO}),
        ({"null": "ignore"}, NULL_DESTINATION, RESOURCES),
        ({"blank": "refuse"}, BLANK, RESOURCES),
        ({"blank": "clear"}, BLANK, {"onFailure": KO}),
        ({"blank": "clear", "merge": "shallow"}, BLANK, ABSENT),
        ({"blank": "ignore"}, BLANK, RESOURCES),
    ],
    ids=str,
)
def test_what_a_destination_config_does(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    rules: dict[str, Any],
    sent: object,
    expected: object,
) -> None:
    fc_emulator.seed(function="fn", config={"destinationConfig": BOTH})
    fc_emulator.rules(**rules)
    response = api.put(PATH, json={"destinationConfig": sent})
    if response.is_error:
        assert error_of(response) == (400, expected)
        assert (api.get(PATH).json())["destinationConfig"] == BOTH
    else:
        assert response.json().get("destinationConfig", ABSENT) == expected


@pytest.mark.parametrize(
    ("null", "expected"), [("clear", None), ("ignore", 2), ("refuse", ARGUMENT)]
)
def test_a_number_of_null(
    fc_emulator: EmulatorServer, api: httpx.Client, null: Clearing, expected: object
) -> None:
    fc_emulator.seed(function="fn", config=TWO)
    fc_emulator.rules(null=null)
    body = api.put(PATH, json={"maxAsyncRetryAttempts": None}).json()
    assert body.get("maxAsyncRetryAttempts", body.get("Code")) == expected


@pytest.mark.parametrize(
    ("put_response", "shown", "stored"), [("sample", 1, 2), ("ignored", 7, 7), ("lies", 2, 7)]
)
def test_what_a_put_says_and_what_it_stores(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    put_response: PutResponse,
    shown: int,
    stored: int,
) -> None:
    fc_emulator.seed(function="fn", config={"maxAsyncRetryAttempts": 7})
    fc_emulator.rules(put_response=put_response)
    assert api.put(PATH, json=TWO).json()["maxAsyncRetryAttempts"] == shown
    assert api.get(PATH).json()["maxAsyncRetryAttempts"] == stored


@pytest.mark.parametrize("status", ["204", "200"])
def test_the_status_of_a_delete(
    fc_emulator: EmulatorServer, api: httpx.Client, status: Any
) -> None:
    fc_emulator.rules(delete_status=status)
    api.put(PATH, json={})
    response = api.delete(PATH)
    assert (response.status_code, response.content) == (int(status), b"")
    assert error_of(api.delete(PATH)) == (404, "AsyncConfigNotExists")


def test_a_delete_of_nothing_may_succeed(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.rules(delete_absent="204")
    assert api.delete(PATH).status_code == 204


# Switches of a read


@pytest.mark.parametrize(
    ("unset_as", "expected"),
    [
        ("null", (None, None, None)),
        ("absent", (ABSENT, ABSENT, ABSENT)),
        ("zero", (0, 0, False)),
        ("default", (86_400, 3, False)),
    ],
)
def test_how_what_was_never_set_reads(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    unset_as: UnsetAs,
    expected: tuple[object, ...],
) -> None:
    fc_emulator.rules(unset_as=unset_as)
    api.put(PATH, json={})
    body = api.get(PATH).json()
    assert tuple(body.get(name, ABSENT) for name in UNSET) == expected
    body = api.put(PATH, json={"maxAsyncRetryAttempts": 0}).json()
    assert body["maxAsyncRetryAttempts"] == 0


@pytest.mark.parametrize(
    ("arn", "latest", "prod"),
    [
        ("short", ARN, f"{ARN}/prod"),
        ("LATEST", f"{ARN}/LATEST", f"{ARN}/prod"),
        ("odd", ARN.replace(":functions", "/functions"), None),
    ],
)
def test_the_spelling_of_the_arn(
    fc_emulator: EmulatorServer, api: httpx.Client, arn: Arn, latest: str, prod: str | None
) -> None:
    fc_emulator.rules(arn=arn)
    assert api.put(PATH, json={}).json()["functionArn"] == latest
    assert api.put(PROD, json={}).json()["functionArn"] == (prod or f"{latest}/prod")


@pytest.mark.parametrize(
    ("destination_as", "sent", "read"),
    [
        ("sent", "acs:mns:cn-shanghai::/topics/t/messages", None),
        (
            "with_account",
            "acs:mns:cn-shanghai::/topics/t/messages",
            "acs:mns:cn-shanghai:1234567890123456:/topics/t/messages",
        ),
        ("with_account", "acs:mns:cn-shanghai:7:/topics/t/messages", None),
        (
            "without_account",
            "acs:fc:cn-shanghai:7:functions/f",
            "acs:fc:cn-shanghai::functions/f",
        ),
    ],
)
def test_how_a_destination_reads(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    destination_as: DestinationAs,
    sent: str,
    read: str | None,
) -> None:
    fc_emulator.rules(destination_as=destination_as)
    api.put(PATH, json={"destinationConfig": {"onFailure": {"destination": sent}}})
    assert api.get(PATH).json()["destinationConfig"] == {"onFailure": {"destination": read or sent}}


@pytest.mark.parametrize(
    ("error_body", "members"),
    [
        ("own", {"Code", "Message", "RequestId"}),
        ("Code", {"Code", "Message", "RequestId"}),
        ("ErrorCode", {"ErrorCode", "ErrorMessage"}),
        ("errorCode", {"errorCode", "errorMessage"}),
    ],
)
def test_how_an_error_is_spelled(
    fc_emulator: EmulatorServer, api: httpx.Client, error_body: ErrorBody, members: set[str]
) -> None:
    fc_emulator.rules(error_body=error_body)
    assert api.get(PATH).json().keys() == members
    fc_emulator.fault("InternalServerError")
    assert api.get(PATH).json().keys() == members


def test_reads_after_a_write_may_be_stale(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.rules(stale_reads_count=2)
    api.put(PATH, json=TWO)
    assert arns(api.get(LIST)) == []
    assert [api.get(PATH).status_code for _ in range(3)] == [404, 404, 200]
    assert arns(api.get(f"{LIST}?functionName=fn")) == ["fn"]


def test_a_fault_hits_both_versions(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.fault("ClientClosedRequest", method="PUT", function="fn", effect=True)
    assert error_of(api.put(PATH, json=TWO)) == (499, "ClientClosedRequest")
    assert len(fc_emulator.configs()) == 1


# Bodies


@pytest.mark.parametrize(
    "body",
    [{"asyncTask": 1}, {"maxAsyncRetryAttempts": 9}, {"destinationConfig": []}, [], None],
    ids=repr,
)
def test_a_body_that_is_refused(
    fc_emulator: EmulatorServer, api: httpx.Client, body: object
) -> None:
    response = api.put(PATH, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert error_of(response) == (400, "InvalidArgument")
    assert fc_emulator.configs() == []


def test_what_only_2_0_knows_is_ignored(api: httpx.Client) -> None:
    body = api.put(PATH, json={"statefulInvocation": "whatever"}).json()
    assert "statefulInvocation" not in body
