import gc
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.client.scripted import (
    CONFIG,
    IDENTITY,
    KEY,
    Exchange,
    Received,
    ScriptedServer,
    client,
    error,
    response,
)
from tests.support.configs import an_identity
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    BadResponseError,
    CallError,
    ConfigNotFoundError,
    CredentialsError,
    InvalidIdError,
    InvalidRequestError,
    ParentNotFoundError,
    SettingsError,
)
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.v2016 import API, authorization
from pulumi_fc_async_invoke.client import lists
from pulumi_fc_async_invoke.client.client import FunctionComputeClient

PATH = "/2016-08-15/services/svc.LATEST/functions/fn/async-invoke-config"
LIST = API.list({"region": "r", "accountId": "1", "serviceName": "svc", "functionName": "fn"})


def signature_of(request: Received) -> str:
    return authorization(
        KEY, request.method, unquote(request.target.split("?")[0]), request.headers
    )


# --- what goes over the wire


def test_get_asks_for_the_qualified_path_and_reads_the_config() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server, client(server) as fc:
        config = fc.get(IDENTITY)

    assert config.values.max_async_retry_attempts == 1
    assert [(r.method, r.target, r.body) for r in server.received] == [("GET", PATH, b"")]


def test_put_sends_the_body_as_json() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server, client(server) as fc:
        config = fc.put(IDENTITY, {"maxAsyncRetryAttempts": 300, "destinationConfig": None})

    assert config.values.max_async_retry_attempts == 1, "what the service says, not what was sent"
    (request,) = server.received
    assert (request.method, request.target) == ("PUT", PATH)
    assert json.loads(request.body) == {"maxAsyncRetryAttempts": 300, "destinationConfig": None}


@pytest.mark.parametrize("status", [204, 200])
def test_delete_is_done_with_or_without_a_body(status: int) -> None:
    body = b"" if status == 204 else b"{}"
    with ScriptedServer([response(status, body)]) as server, client(server) as fc:
        fc.delete(IDENTITY)

    assert [(r.method, r.target) for r in server.received] == [("DELETE", PATH)]


def test_every_request_says_who_it_is_for_and_what_it_is() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server, client(server) as fc:
        fc.get(IDENTITY)

    headers = server.received[0].headers
    assert headers["host"] == "123456.cn-test.fc.aliyuncs.com"
    assert headers["x-fc-account-id"] == "123456"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith("pulumi-fc-async-invoke/")


def test_what_is_signed_is_what_is_sent() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server, client(server) as fc:
        fc.put(IDENTITY, {})

    (request,) = server.received
    assert request.headers["authorization"] == signature_of(request)


NAMES = st.text(min_size=1, max_size=30).filter(
    lambda name: name not in {".", ".."} and "/" not in name and "\n" not in name
)


@examples(4)
@given(names=st.lists(NAMES, min_size=50, max_size=50))
@example(names=["%2e%2e", "%", "%41", "a b", "é", "?q", "#f", "a;b", "\\", "...", "a+b", "*~'()"])
def test_any_name_arrives_as_it_was_meant_or_is_refused_before_sending(names: list[str]) -> None:
    refused = 0
    with ScriptedServer([error(404, "FunctionNotFound")]) as server, client(server) as fc:
        for name in names:
            identity = an_identity("cn-test", "123456", "svc", "LATEST", name)
            with pytest.raises((ParentNotFoundError, InvalidIdError)) as caught:
                fc.get(identity)
            if isinstance(caught.value, InvalidIdError):
                refused += 1
                continue
            request = server.received[-1]
            assert unquote(request.target) == PATH.replace("/fn/", f"/{name}/")
            assert request.headers["authorization"] == signature_of(request)

    assert len(server.received) == len(names) - refused


@pytest.mark.parametrize(
    "names",
    [
        {"functionName": bad}
        for bad in ("", ".", "..", "a/b", "a\nb", "a\0b", "\x7f", "\x85", "\ud800", "x" * 258)
    ]
    + [{"serviceName": bad} for bad in ("", "a.b", "..", "a/b")]
    + [{"qualifier": bad} for bad in ("", "1.2", "a/b")]
    + [{"region": bad} for bad in ("", "evil.com/", "a.b", "-a", "a b", "ä", "x" * 64, "a\n")]
    + [{"accountId": bad} for bad in ("", "1@evil.com", "1:2", "1#", "1.2")],
)
def test_a_name_that_would_change_the_url_is_refused_before_sending(names: dict[str, str]) -> None:
    parts = {
        "region": "cn-test",
        "accountId": "1",
        "serviceName": "svc",
        "qualifier": "LATEST",
        "functionName": "fn",
    }
    with (
        ScriptedServer([response(200, CONFIG)]) as server,
        client(server) as fc,
        pytest.raises(InvalidIdError) as caught,
    ):
        fc.get(API.identity(parts | names))

    assert server.received == []
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


def test_percent_signs_are_quoted_and_not_taken_for_quoting() -> None:
    identity = an_identity("r", "1", "svc", "LATEST", "100%2F")

    assert "/functions/100%252F/" in API.get(identity).path


# --- list


def test_list_goes_through_all_pages() -> None:
    pages = [
        b'{"configs":[{"qualifier":"a"},{"qualifier":"b"}],"nextToken":"t&1"}',
        b'{"configs":[{"qualifier":"c"}],"nextToken":""}',
    ]
    with ScriptedServer([response(200, page) for page in pages]) as server, client(server) as fc:
        found = list(fc.list(LIST))

    assert [config.names["qualifier"] for config in found] == ["a", "b", "c"]
    base = "/2016-08-15/services/svc/functions/fn/async-invoke-configs?limit=100"
    assert [r.target for r in server.received] == [base, f"{base}&nextToken=t%261"]
    assert [r.headers["authorization"] for r in server.received] == [
        signature_of(request) for request in server.received
    ]


def list_from(pages: list[bytes]) -> tuple[list[RemoteConfig] | str, int]:
    """What a list of these pages ends with, and how many requests it takes."""
    with ScriptedServer(pages) as server, client(server) as fc:
        try:
            found: list[RemoteConfig] | str = list(fc.list(LIST))
        except BadResponseError as error:
            found = str(error)
    return found, len(server.received)


def page(token: str, *qualifiers: str) -> bytes:
    configs = [{"qualifier": qualifier} for qualifier in qualifiers]
    return response(200, json.dumps({"configs": configs, "nextToken": token}).encode())


def test_a_list_that_returns_the_same_token_again_never_ends() -> None:
    found, requests = list_from([page("same")])

    assert found == (
        "GET async-invoke-config of svc.*/fn (r, account 1): the list never ends, as the service "
        "returns the same nextToken again. Check fc:endpoint and HTTPS_PROXY, or report it to the "
        "vendor"
    )
    assert requests == 2


@pytest.mark.parametrize("qualifiers", [(), ("a", "b")], ids=["empty", "not empty"])
def test_a_list_of_ever_new_pages_never_ends(
    qualifiers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MAX_PAGES", 20)
    found, requests = list_from([page(f"token{number}", *qualifiers) for number in range(99)])

    assert "the list never ends, as it has more than 20 pages" in str(found)
    assert requests == 20


def test_a_list_of_huge_pages_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MAX_LIST_BYTES", 5_000)
    pages = [page(f"token{number}", "q" * 1000) for number in range(99)]
    found, requests = list_from(pages)

    assert "the list never ends, as it has more than 5,000 bytes" in str(found)
    assert requests == 5


def test_a_token_that_no_url_can_hold_is_a_bad_answer() -> None:
    page = json.dumps({"configs": [], "nextToken": "t" * 70_000}).encode()
    with (
        ScriptedServer([response(200, page)]) as server,
        client(server) as fc,
        pytest.raises(BadResponseError, match="a nextToken of more than 4,096 characters"),
    ):
        list(fc.list(LIST))

    assert len(server.received) == 1


def test_empty_pages_between_others_are_passed_over() -> None:
    found, _ = list_from([page("1"), page("2", "a"), page("3"), page("4"), page("", "b")])

    names = [config.names["qualifier"] for config in found if isinstance(config, RemoteConfig)]
    assert names == ["a", "b"]


# --- errors over real sockets; the whole table

NOT_RETRIED = [
    (400, "InvalidArgument", InvalidRequestError),
    (400, "MissingRequiredHeader", InvalidRequestError),
    (400, "PathNotSupported", InvalidRequestError),
    (400, "LimitExceededError", InvalidRequestError),
    (401, "Unauthorized", CredentialsError),
    (403, "AccessDenied", CredentialsError),
    (403, "SignatureNotMatch", CredentialsError),
    (403, "InvalidAccessKeyID", CredentialsError),
    (404, "AsyncConfigNotExists", ConfigNotFoundError),
    (404, "ServiceNotFound", ParentNotFoundError),
    (404, "FunctionNotFound", ParentNotFoundError),
    (404, "AliasNotFound", ParentNotFoundError),
    (404, "VersionNotFound", ParentNotFoundError),
    (404, "Unheard", ApiError),
    (409, "Unheard", ApiError),
    (418, "Teapot", ApiError),
]


@pytest.mark.parametrize("method", ["get", "put", "delete"])
@pytest.mark.parametrize(("status", "code", "kind"), NOT_RETRIED)
def test_a_refusal_is_raised_at_once(
    method: str, status: int, code: str, kind: type[ApiError]
) -> None:
    with (
        ScriptedServer([error(status, code)]) as server,
        client(server) as fc,
        pytest.raises(ApiError) as caught,
    ):
        call(fc, method)

    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.request_id == "rid-1"
    assert str(caught.value).startswith(f"{method.upper()} async-invoke-config of ")
    assert len(server.received) == 1


def call(fc: FunctionComputeClient, method: str) -> None:
    if method == "get":
        fc.get(IDENTITY)
    elif method == "put":
        fc.put(IDENTITY, {})
    else:
        fc.delete(IDENTITY)


@pytest.mark.parametrize(
    "nasty",
    [
        response(200, b"<html>Sign in</html>", "Content-Type: text/html"),
        response(200, b'{"serviceName":"other","functionName":"fn"}'),
        response(200, b"{}"),
        response(204),
        response(200, b'{"qualifier":"' + b"x" * (2 << 20) + b'"}'),
        response(200, b"\x1f\x8b\x08\x00", "Content-Encoding: gzip"),
    ],
    ids=["portal", "another service", "no field", "no body", "huge", "compressed"],
)
@pytest.mark.parametrize("method", ["get", "put"])
def test_an_answer_that_is_not_the_services_is_raised_at_once(method: str, nasty: bytes) -> None:
    with (
        ScriptedServer([nasty]) as server,
        client(server) as fc,
        pytest.raises(BadResponseError) as caught,
    ):
        call(fc, method)

    assert len(server.received) == 1
    assert len(str(caught.value)) < 600


def test_a_redirect_is_not_followed() -> None:
    with ScriptedServer([response(200, CONFIG)]) as elsewhere:
        moved = response(307, b"", f"Location: {elsewhere.url}/somewhere")
        with (
            ScriptedServer([moved]) as server,
            client(server) as fc,
            pytest.raises(BadResponseError, match="redirect"),
        ):
            fc.get(IDENTITY)

    assert len(server.received) == 1
    assert elsewhere.received == []


def test_credentials_that_the_service_echoes_are_not_in_the_error() -> None:
    def echo(exchange: Exchange) -> None:
        seen = server.received[-1]
        said = f"got {seen.headers['authorization']}, {KEY.access_key_secret}, "
        said += f"x-fc-security-token:{KEY.security_token}"
        body = json.dumps({"ErrorCode": "SignatureNotMatch", "ErrorMessage": said}).encode()
        exchange.send(response(403, body, f"X-Fc-Request-Id: {KEY.security_token}"))

    with (
        ScriptedServer([echo]) as server,
        client(server) as fc,
        pytest.raises(CredentialsError) as caught,
    ):
        fc.get(IDENTITY)

    text = str(caught.value) + repr(vars(caught.value))
    sent = server.received[0].headers["authorization"].split(":")[1]
    for secret in (KEY.access_key_id, KEY.access_key_secret, KEY.security_token or "-", sent):
        assert secret not in text
    assert "***" in text


FILLED_IN = "acs:mns:cn-test:123456:/queues/secret-queue/messages"


@pytest.mark.parametrize("destination", [FILLED_IN, "acs:mns:::/queues/secret-queue/messages"])
@pytest.mark.parametrize("status", [200, 400, 500])
def test_destinations_that_the_service_echoes_are_not_in_the_error(
    status: int, destination: str
) -> None:
    def echo(exchange: Exchange) -> None:
        text = server.received[-1].body.decode() if status == 200 else FILLED_IN
        body = json.dumps({"ErrorCode": "InvalidArgument", "ErrorMessage": f"no: {text}"})
        exchange.send(response(status, (text if status == 200 else body).encode()))

    with (
        ScriptedServer([echo]) as server,
        client(server, request_timeout=0.5) as fc,
        pytest.raises(CallError) as caught,
    ):
        fc.put(
            IDENTITY,
            {
                "destinationConfig": {"onFailure": {"destination": destination}},
                "maxAsyncRetryAttempts": [],
            },
        )

    assert "secret-queue" not in str(caught.value) + repr(vars(caught.value))


def test_unusable_credentials_are_an_error_of_the_settings() -> None:
    with (
        ScriptedServer([response(200, CONFIG)]) as server,
        client(server, lambda: Credentials("id", "sec\nret")) as fc,
        pytest.raises(SettingsError),
    ):
        fc.get(IDENTITY)

    assert server.received == []


@pytest.mark.parametrize("host", ["xn--.localhost", "xn--a.localhost", "\x0b.localhost"])
def test_an_endpoint_whose_host_is_no_name_is_an_error_of_the_settings(host: str) -> None:
    with (
        client(f"https://{host}:1") as fc,
        pytest.raises(SettingsError, match="fc:endpoint must") as caught,
    ):
        fc.get(IDENTITY)

    assert str(caught.value).isprintable()


# --- connections


def test_many_calls_share_one_connection() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server, client(server) as fc:
        for _ in range(20):
            fc.get(IDENTITY)
            fc.put(IDENTITY, {})

    assert len(server.received) == 40
    assert server.connections == 1


def test_a_refusal_does_not_cost_the_connection() -> None:
    with ScriptedServer([error(404, "AsyncConfigNotExists")]) as server, client(server) as fc:
        for _ in range(3):
            with pytest.raises(ConfigNotFoundError):
                fc.get(IDENTITY)

    assert server.connections == 1


def test_threads_share_the_client_within_its_limit() -> None:
    with (
        ScriptedServer([response(200, CONFIG)]) as server,
        client(server, max_concurrency=3) as fc,
        ThreadPoolExecutor(12) as pool,
    ):
        results = list(pool.map(fc.get, [IDENTITY] * 600))

    assert len(results) == len(server.received) == 600
    assert server.connections <= 3


def test_a_closed_client_opens_again() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server, client(server) as fc:
        fc.get(IDENTITY)
        fc.close()
        fc.get(IDENTITY)

    assert server.connections == 2


def test_a_forgotten_client_leaves_no_open_socket() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server:
        client(server).get(IDENTITY)
        gc.collect()  # an open socket would warn here, and warnings are errors

        assert server.connections == 1


def test_making_a_client_connects_to_nothing() -> None:
    with ScriptedServer([response(200, CONFIG)]) as server:
        client(server).close()

        assert server.connections == 0
