"""The four calls, as the API's documentation has them: answers, errors, identities, paging."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

import httpx
import pytest
from tests.support.signing import signing_client

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.v2016 import authorization
from pulumi_fc_async_invoke.emulator.rules import AbsentAs, Echo, Names, PutResponse
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PATH = "/services/svc/functions/fn/async-invoke-config"
ALIAS = "/services/svc.alias/functions/fn/async-invoke-config"
LIST = "/services/svc/functions/fn/async-invoke-configs"
TWO = {"maxAsyncRetryAttempts": 2}
OK = {"destination": "acs:mns:cn-shanghai:1:/queues/ok/messages"}


@pytest.fixture
def api(fc_emulator: EmulatorServer) -> Iterator[httpx.Client]:
    with signing_client(fc_emulator.url) as client:
        yield client


def error_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["X-Fc-Request-Id"]
    assert answer.json()["ErrorMessage"]
    return answer.status_code, answer.json()["ErrorCode"]


def put_as(
    emulator: EmulatorServer, host: str | None = None, account: str | None = None
) -> httpx.Response:
    headers = {"Host": host} if host else {}
    if account:
        headers["x-fc-account-id"] = account
    with signing_client(emulator.url, headers=headers) as client:
        return client.put(PATH, json=TWO)


def test_a_put_returns_the_whole_config(api: httpx.Client) -> None:
    answer = api.put(ALIAS, json={"destinationConfig": {"onSuccess": OK}})
    assert answer.status_code == 200
    config = answer.json()
    assert config["createdTime"] == config["lastModifiedTime"]
    assert config.pop("createdTime").endswith("Z")
    assert config.pop("lastModifiedTime").endswith("Z")
    assert config == {
        "service": "svc",
        "function": "fn",
        "qualifier": "alias",
        "destinationConfig": {"onSuccess": OK},
        "maxAsyncEventAgeInSeconds": 86_400,
        "maxAsyncRetryAttempts": 3,
        "statefulInvocation": False,
    }


def test_an_update_keeps_the_time_of_creation(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    then = "2020-08-20T02:28:21Z"
    fc_emulator.seed("svc", "fn", {"createdTime": then, "lastModifiedTime": then})
    config = api.put(PATH, json=TWO).json()
    assert config["createdTime"] == then
    assert config["lastModifiedTime"] > then


def test_a_delete_has_no_body_and_a_second_one_finds_nothing(api: httpx.Client) -> None:
    api.put(PATH, json=TWO)
    answer = api.delete(PATH)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["X-Fc-Request-Id"]
    assert error_of(api.delete(PATH)) == (404, "AsyncConfigNotExists")


def test_get_of_nothing_is_not_found(api: httpx.Client) -> None:
    assert error_of(api.get(PATH)) == (404, "AsyncConfigNotExists")


def test_latest_and_no_qualifier_are_one_config(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    api.put("/services/svc.LATEST/functions/fn/async-invoke-config", json=TWO)
    assert api.get(PATH).json()["maxAsyncRetryAttempts"] == 2
    assert len(fc_emulator.configs()) == 1


def test_each_qualifier_has_its_own_config(api: httpx.Client) -> None:
    api.put(PATH, json=TWO)
    assert api.get(ALIAS).status_code == 404


@pytest.mark.parametrize(
    ("host", "account", "expected"),
    [
        ("7.cn-beijing.fc.aliyuncs.com", None, ("7", "cn-beijing")),
        ("7.cn-beijing-internal.fc.aliyuncs.com", None, ("7", "cn-beijing")),
        ("7.cn-beijing.fc.aliyuncs.com:8080", "7", ("7", "cn-beijing")),
        (None, "8", ("8", "cn-shanghai")),
        (None, None, ("1234567890123456", "cn-shanghai")),
    ],
)
def test_account_and_region_come_from_host_or_header(
    fc_emulator: EmulatorServer, host: str | None, account: str | None, expected: tuple[str, str]
) -> None:
    assert put_as(fc_emulator, host, account).status_code == 200
    (config,) = fc_emulator.configs()
    assert (config["account"], config["region"]) == expected


def test_accounts_and_regions_are_kept_apart(fc_emulator: EmulatorServer) -> None:
    hosts = [f"{a}.{r}.fc.aliyuncs.com" for a in "78" for r in ("cn-beijing", "cn-shanghai")]
    for host in hosts:
        assert put_as(fc_emulator, host).status_code == 200
    assert len(fc_emulator.configs()) == 4
    assert len(fc_emulator.configs(account="7")) == 2


def test_host_and_header_must_not_contradict_each_other(fc_emulator: EmulatorServer) -> None:
    answer = put_as(fc_emulator, "7.cn-beijing.fc.aliyuncs.com", "8")
    assert error_of(answer) == (403, "AccessDenied")


# Bodies


def mns(resource: str) -> dict[str, Any]:
    return {"destinationConfig": {"onFailure": {"destination": resource}}}


@pytest.mark.parametrize(
    "body",
    [
        {"maxAsyncEventAgeInSeconds": 0},
        {"maxAsyncEventAgeInSeconds": 604_801},
        {"maxAsyncEventAgeInSeconds": 60.0},
        {"maxAsyncEventAgeInSeconds": True},
        {"maxAsyncEventAgeInSeconds": "60"},
        {"maxAsyncRetryAttempts": -1},
        {"maxAsyncRetryAttempts": 9},
        {"maxAsyncRetryAttempts": 3.0},
        {"statefulInvocation": 1},
        {"statefulInvocation": "true"},
        {"destinationConfig": []},
        {"destinationConfig": {"onSuccess": "acs:mns:cn-shanghai:1:/queues/q/messages"}},
        {"destinationConfig": {"onSuccess": {"destination": 1}}},
        mns(""),
        mns("acs:mns:cn-shanghai"),
        mns("arn:aws:sqs:us-east-1:1:queue"),
        mns("acs:mns:cn-shanghai:1:"),
        mns("acs:mns:cn-shanghai:someone:/queues/q/messages"),
        [],
        None,
        "text",
    ],
    ids=repr,
)
def test_a_body_that_is_refused(
    fc_emulator: EmulatorServer, api: httpx.Client, body: object
) -> None:
    answer = api.put(PATH, content=json.dumps(body))
    assert error_of(answer) == (400, "InvalidArgument")
    assert fc_emulator.configs() == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b'{"maxAsyncRetryAttempts": NaN}', b"[" * 100_000, b" " * (2 << 20)],
    ids=["empty", "broken", "not text", "NaN", "deep", "large"],
)
def test_a_body_that_is_no_json(api: httpx.Client, raw: bytes) -> None:
    assert error_of(api.put(PATH, content=raw)) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    "body",
    [
        {"maxAsyncEventAgeInSeconds": 1, "maxAsyncRetryAttempts": 0},
        {"maxAsyncEventAgeInSeconds": 604_800, "maxAsyncRetryAttempts": 8},
        mns("acs:mns:cn-shanghai:1:/topics/t/messages"),
        mns("acs:fc:cn-shanghai:1:services/s.LATEST/functions/f"),
        mns("acs:fc:cn-shanghai::services/s/functions/f"),
        mns("acs:eventbridge:cn-shanghai:*:eventbus/bus"),
        mns("acs:mq::1:/instances/i/topic/t"),
        {"somethingNew": 1},
    ],
    ids=repr,
)
def test_a_body_that_is_taken(api: httpx.Client, body: object) -> None:
    assert api.put(PATH, json=body).status_code == 200


# Paths


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PATH),
        ("PATCH", PATH),
        ("PUT", LIST),
        ("DELETE", LIST),
        ("GET", PATH + "/"),
        ("GET", "/services/svc/functions/fn"),
        ("GET", "/services/a.b.c/functions/fn/async-invoke-config"),
        ("GET", "/services//functions/fn/async-invoke-config"),
    ],
)
def test_another_path_or_method_is_not_supported(api: httpx.Client, method: str, path: str) -> None:
    assert error_of(api.request(method, path)) == (400, "PathNotSupported")


# Authentication


def send(emulator: EmulatorServer, change: Callable[[dict[str, str]], object]) -> httpx.Response:
    path = f"/2016-08-15{PATH}"
    headers = {"Date": formatdate(usegmt=True), "Content-Type": "application/json"}
    credentials = Credentials(emulator.access_key_id, emulator.access_key_secret)
    headers["Authorization"] = authorization(credentials, "PUT", path, headers)
    change(headers)
    return httpx.put(emulator.url + path, headers=headers, content=b"{}", trust_env=False)


def test_the_signature_is_accepted_as_it_is(fc_emulator: EmulatorServer) -> None:
    assert send(fc_emulator, lambda _: None).status_code == 200


WRONGLY_SIGNED: list[tuple[Callable[[dict[str, str]], object], tuple[int, str]]] = [
    (lambda h: h.pop("Date"), (400, "MissingRequiredHeader")),
    (lambda h: h.pop("Authorization"), (400, "MissingRequiredHeader")),
    (lambda h: h.update(Authorization="Bearer x"), (400, "InvalidArgument")),
    (lambda h: h.update(Authorization="FC x"), (400, "InvalidArgument")),
    (lambda h: h.update(Date="yesterday"), (400, "InvalidArgument")),
    (lambda h: h.update(Authorization="FC nobody:sig"), (403, "InvalidAccessKeyID")),
    (lambda h: h.update({"Content-Type": "text/plain"}), (403, "SignatureNotMatch")),
    (lambda h: h.update({"x-fc-trace-id": "1"}), (403, "SignatureNotMatch")),
    (lambda h: h.update({"Content-MD5": "1"}), (403, "SignatureNotMatch")),
]


@pytest.mark.parametrize(("change", "error"), WRONGLY_SIGNED)
def test_a_request_that_is_not_signed_as_it_should(
    fc_emulator: EmulatorServer,
    change: Callable[[dict[str, str]], object],
    error: tuple[int, str],
) -> None:
    assert error_of(send(fc_emulator, change)) == error
    assert fc_emulator.configs() == []


@pytest.mark.parametrize(("offset", "status"), [(0, 200), (800, 200), (1000, 403)])
def test_a_clock_may_be_off_by_15_minutes(
    fc_emulator: EmulatorServer, api: httpx.Client, offset: int, status: int
) -> None:
    for sign in (1, -1):
        fc_emulator.rules(clock_offset=sign * offset)
        answer = api.put(PATH, json=TWO)
        assert answer.status_code == status
        # The answer says how late the service thinks it is.
        theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        assert theirs - time.time() == pytest.approx(sign * offset, abs=30)
        if status == 403:
            assert answer.json()["ErrorCode"] == "AccessDenied"
            assert "server time" in answer.json()["ErrorMessage"]


def test_a_key_of_one_account_opens_no_other(fc_emulator: EmulatorServer) -> None:
    fc_emulator.add_key("seven", "secret", account="7")
    for account, status in (("7", 200), ("8", 403)):
        headers = {"x-fc-account-id": account}
        with signing_client(fc_emulator.url, "seven", "secret", headers=headers) as client:
            assert client.put(PATH, json=TWO).status_code == status


@pytest.mark.parametrize(("token", "status"), [("right", 200), ("wrong", 403), (None, 403)])
def test_a_temporary_key_needs_its_token(
    fc_emulator: EmulatorServer, token: str | None, status: int
) -> None:
    fc_emulator.add_key("temporary", "secret", security_token="right")  # noqa: S106  a test's own
    with signing_client(fc_emulator.url, "temporary", "secret", security_token=token) as client:
        assert client.put(PATH, json=TWO).status_code == status


def test_a_revoked_key_is_unknown(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.revoke_key(fc_emulator.access_key_id)
    assert error_of(api.put(PATH, json=TWO)) == (403, "InvalidAccessKeyID")


def test_a_quoted_path_is_signed_unquoted(api: httpx.Client) -> None:
    path = "/services/svc/functions/f%2Bn%20x/async-invoke-config"
    assert api.put(path, json=TWO).json()["function"] == "f+n x"


# Parents


def test_by_default_every_parent_exists(api: httpx.Client) -> None:
    assert api.put(ALIAS, json=TWO).status_code == 200


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("other.LATEST/functions/fn", "ServiceNotFound"),
        ("svc.LATEST/functions/other", "FunctionNotFound"),
        ("svc.other/functions/fn", "AliasNotFound"),
        ("svc.9/functions/fn", "VersionNotFound"),
    ],
)
def test_what_was_not_declared_does_not_exist(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    names: str,
    code: str,
) -> None:
    fc_emulator.declare("svc", "fn")
    fc_emulator.declare("svc", qualifier="alias")
    assert api.put(PATH, json=TWO).status_code == 200
    assert api.put(ALIAS, json=TWO).status_code == 200
    path = f"/services/{names}/async-invoke-config"
    for method in ("PUT", "GET", "DELETE"):
        assert error_of(api.request(method, path, json=TWO)) == (404, code)


@pytest.mark.parametrize(
    ("function", "qualifier", "code"),
    [
        (None, None, "ServiceNotFound"),
        ("fn", None, "FunctionNotFound"),
        (None, "alias", "AliasNotFound"),
        ("fn", "alias", "AliasNotFound"),
    ],
)
def test_a_parent_that_goes_takes_its_configs_with_it(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    function: str | None,
    qualifier: str | None,
    code: str,
) -> None:
    api.put(ALIAS, json=TWO)
    api.put("/services/other/functions/fn/async-invoke-config", json=TWO)
    fc_emulator.missing("svc", function, qualifier=qualifier)
    assert error_of(api.get(ALIAS)) == (404, code)
    assert [config["service"] for config in fc_emulator.configs()] == ["other"]
    fc_emulator.reset_parents()
    assert error_of(api.get(ALIAS)) == (404, "AsyncConfigNotExists")


def test_a_missing_parent_may_be_of_one_account_only(
    fc_emulator: EmulatorServer,
) -> None:
    fc_emulator.missing("svc", account="7")
    assert put_as(fc_emulator, account="7").status_code == 404
    assert put_as(fc_emulator, account="8").status_code == 200


def test_a_list_of_a_missing_function_is_not_found(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.missing("svc", "fn")
    assert error_of(api.get(LIST)) == (404, "FunctionNotFound")


def test_strict_parents_deny_everything_until_declared(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.strict_parents()
    assert error_of(api.put(PATH, json=TWO)) == (404, "ServiceNotFound")


# Lists


def qualifiers(answer: httpx.Response) -> list[str]:
    return [config["qualifier"] for config in answer.json()["configs"]]


def test_an_empty_list(api: httpx.Client) -> None:
    assert api.get(LIST).json() == {"configs": [], "nextToken": ""}


def test_a_list_is_of_one_function_over_all_qualifiers(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    for function, qualifier in (("fn", "LATEST"), ("fn", "alias"), ("other", "LATEST")):
        fc_emulator.seed("svc", function, qualifier=qualifier)
    fc_emulator.seed("svc", "fn", qualifier="else", account="7")
    assert qualifiers(api.get(LIST)) == ["LATEST", "alias"]


@pytest.mark.parametrize(
    ("limit", "pages"), [(None, [20, 5]), (10, [10, 10, 5]), (25, [25]), (100, [25])]
)
def test_pages_hold_every_config_once(
    fc_emulator: EmulatorServer, api: httpx.Client, limit: int | None, pages: list[int]
) -> None:
    for number in range(25):
        fc_emulator.seed("svc", "fn", qualifier=str(number))
    seen: list[list[str]] = []
    token = None
    while token != "":
        query = {"limit": limit, "nextToken": token}
        answer = api.get(LIST, params={k: v for k, v in query.items() if v is not None})
        token = answer.json()["nextToken"]
        seen.append(qualifiers(answer))
    assert [len(page) for page in seen] == pages
    assert sorted(qualifier for page in seen for qualifier in page) == sorted(map(str, range(25)))


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": -1},
        {"limit": "many"},
        {"nextToken": "="},
        {"nextToken": "ä"},
        {"nextToken": base64.b64encode(b"\xff").decode()},
    ],
    ids=str,
)
def test_a_page_that_cannot_be(api: httpx.Client, query: dict[str, Any]) -> None:
    assert error_of(api.get(LIST, params=query)) == (400, "InvalidArgument")


def test_a_list_takes_no_qualifier(api: httpx.Client) -> None:
    path = "/services/svc.alias/functions/fn/async-invoke-configs"
    assert error_of(api.get(path)) == (400, "InvalidArgument")


# Switches of the answers


@pytest.mark.parametrize(
    ("echo", "expected"), [("LATEST", "LATEST"), ("empty", ""), ("absent", None)]
)
def test_the_qualifier_that_an_unqualified_path_echoes(
    fc_emulator: EmulatorServer, api: httpx.Client, echo: Echo, expected: str | None
) -> None:
    fc_emulator.rules(echo=echo)
    assert api.put(PATH, json=TWO).json().get("qualifier") == expected
    assert api.put(ALIAS, json=TWO).json()["qualifier"] == "alias"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("service", {"service", "function"}),
        ("serviceName", {"serviceName", "functionName"}),
        ("both", {"service", "function", "serviceName", "functionName"}),
    ],
)
def test_the_names_of_the_names(
    fc_emulator: EmulatorServer, api: httpx.Client, names: Names, expected: set[str]
) -> None:
    fc_emulator.rules(names=names)
    everything = {"service", "function", "serviceName", "functionName"}
    assert everything & api.put(PATH, json=TWO).json().keys() == expected


ABSENT = "absent"
NOWHERE = {"destination": None}


@pytest.mark.parametrize(
    ("absent_as", "none_set", "one_set"),
    [
        ("absent", ABSENT, {"onSuccess": OK}),
        ("null", None, {"onSuccess": OK, "onFailure": None}),
        (
            "null_sides",
            {"onSuccess": None, "onFailure": None},
            {"onSuccess": OK, "onFailure": None},
        ),
        (
            "null_destinations",
            {"onSuccess": NOWHERE, "onFailure": NOWHERE},
            {"onSuccess": OK, "onFailure": NOWHERE},
        ),
        ("empty", {}, {"onSuccess": OK, "onFailure": {}}),
    ],
)
def test_how_an_unset_destination_reads(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    absent_as: AbsentAs,
    none_set: object,
    one_set: object,
) -> None:
    fc_emulator.rules(absent_as=absent_as)
    assert api.put(PATH, json={}).json().get("destinationConfig", ABSENT) == none_set
    body = {"destinationConfig": {"onSuccess": OK}}
    assert api.put(PATH, json=body).json()["destinationConfig"] == one_set


@pytest.mark.parametrize(
    ("put_response", "answered", "stored"),
    [("result", 2, 2), ("sample", 1, 2), ("ignored", 7, 7), ("lies", 2, 7)],
)
def test_what_a_put_returns_and_what_it_stores(
    fc_emulator: EmulatorServer,
    api: httpx.Client,
    put_response: PutResponse,
    answered: int,
    stored: int,
) -> None:
    fc_emulator.seed("svc", "fn", {"maxAsyncRetryAttempts": 7})
    fc_emulator.rules(put_response=put_response)
    assert api.put(PATH, json=TWO).json()["maxAsyncRetryAttempts"] == answered
    assert api.get(PATH).json()["maxAsyncRetryAttempts"] == stored


def test_rules_reach_the_writes(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.rules(null="refuse")
    answer = api.put(PATH, json={"destinationConfig": {"onSuccess": None}})
    assert error_of(answer) == (400, "InvalidArgument")
    assert "destinationConfig.onSuccess" in answer.json()["ErrorMessage"]


def test_so_many_reads_after_a_write_are_stale(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.rules(stale_reads_count=2)
    api.put(PATH, json=TWO)
    assert qualifiers(api.get(LIST)) == []
    assert [api.get(PATH).status_code for _ in range(3)] == [404, 404, 200]
    assert qualifiers(api.get(LIST)) == ["LATEST"]
    api.delete(PATH)
    assert qualifiers(api.get(LIST)) == ["LATEST"]
    assert [api.get(PATH).status_code for _ in range(3)] == [200, 200, 404]


def test_switching_stale_reads_off_ends_them(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.rules(stale_reads_count=5)
    api.put(PATH, json=TWO)
    fc_emulator.rules(stale_reads_count=0)
    assert api.get(PATH).status_code == 200


def test_reads_are_stale_for_a_while_after_a_write(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.rules(stale_reads=60_000)
    api.put(PATH, json=TWO)
    assert api.get(PATH).status_code == 404
    fc_emulator.rules(stale_reads=1)
    api.put(PATH, json={"maxAsyncRetryAttempts": 4})
    while (answer := api.get(PATH).json())["maxAsyncRetryAttempts"] != 4:
        assert answer["maxAsyncRetryAttempts"] == 2
