"""The control paths, through `EmulatorControl`."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.client.scripted import ScriptedServer, response
from tests.support.signing import signing_client

from pulumi_fc_async_invoke.emulator.app import EmulatorApp
from pulumi_fc_async_invoke.emulator.remote import EmulatorControl, EmulatorControlError
from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.emulator.state import Options, State

PATH = "/services/svc/functions/fn/async-invoke-config"
OK = {"destination": "acs:mns:cn-shanghai:1:/queues/ok/messages"}


@pytest.fixture
def api(fc_emulator: EmulatorServer) -> Iterator[httpx.Client]:
    with signing_client(fc_emulator.url) as client:
        yield client


def test_health(fc_emulator: EmulatorServer) -> None:
    assert fc_emulator.health() == {
        "status": "ok",
        "region": "cn-shanghai",
        "account": "1234567890123456",
    }


def test_rules_change_one_by_one_and_go_back_to_those_at_the_start() -> None:
    with EmulatorServer(Options(rules=Rules(merge="shallow"))) as emulator:
        assert emulator.rules() == Rules(merge="shallow")
        assert emulator.rules(null="ignore") == Rules(merge="shallow", null="ignore")
        emulator.use_rules(Rules(empty="refuse"))
        assert emulator.rules() == Rules(empty="refuse")
        emulator.reset_rules()
        assert emulator.rules() == Rules(merge="shallow")


@pytest.mark.parametrize("wrong", [{"merge": "sideways"}, {"colour": "red"}, []])
def test_impossible_rules_are_refused(fc_emulator: EmulatorServer, wrong: object) -> None:
    answer = httpx.put(f"{fc_emulator.url}/_emulator/rules", json=wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert fc_emulator.rules() == Rules()


def test_a_seed_is_stored_unchecked(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.seed("svc", "fn", {"maxAsyncEventAgeInSeconds": 2_592_000})
    assert api.get(PATH).json()["maxAsyncEventAgeInSeconds"] == 2_592_000


def test_a_config_changes_behind_everyones_back(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.seed("svc", "fn", {"destinationConfig": {"onSuccess": OK, "onFailure": OK}})
    fc_emulator.modify(
        "svc", "fn", {"maxAsyncRetryAttempts": 0, "destinationConfig": {"onSuccess": None}}
    )
    config = api.get(PATH).json()
    assert config["destinationConfig"] == {"onFailure": OK}
    assert config["maxAsyncRetryAttempts"] == 0


def test_what_is_not_there_cannot_change(fc_emulator: EmulatorServer) -> None:
    with pytest.raises(EmulatorControlError, match="no such config"):
        fc_emulator.modify("svc", "fn", {})


def test_a_misspelt_property_of_a_seed_is_refused(fc_emulator: EmulatorServer) -> None:
    with pytest.raises(EmulatorControlError, match="maxRetries"):
        fc_emulator.seed("svc", "fn", {"maxRetries": 1})


def test_configs_are_found_and_removed_by_name(fc_emulator: EmulatorServer) -> None:
    for function in ("one", "two"):
        fc_emulator.seed("svc", function)
    assert fc_emulator.config("svc", "one") is not None
    assert fc_emulator.clear_configs(function="one") == 1
    assert fc_emulator.config("svc", "one") is None
    assert fc_emulator.clear_configs() == 1


def test_a_config_of_two_accounts_is_ambiguous(fc_emulator: EmulatorServer) -> None:
    for account in ("7", "8"):
        fc_emulator.seed("svc", "fn", account=account)
    with pytest.raises(EmulatorControlError, match="more than one"):
        fc_emulator.config("svc", "fn")


def test_calls_are_logged_with_everything_but_secrets(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    api.put(PATH, json={"maxAsyncRetryAttempts": 9})
    (call,) = fc_emulator.calls()
    assert (call.number, call.method, call.status, call.code) == (1, "PUT", 400, "InvalidArgument")
    assert call.path == f"/2016-08-15{PATH}"
    assert (call.account, call.region) == ("1234567890123456", "cn-shanghai")
    assert (call.service, call.function, call.qualifier) == ("svc", "fn", "LATEST")
    assert call.key_id == fc_emulator.access_key_id
    assert call.body == {"maxAsyncRetryAttempts": 9}
    log = httpx.get(f"{fc_emulator.url}/_emulator/calls").text
    assert fc_emulator.access_key_secret not in log
    assert "FC " not in log


def test_the_control_paths_are_not_in_the_log(fc_emulator: EmulatorServer) -> None:
    fc_emulator.health()
    assert fc_emulator.calls() == []


def test_numbers_of_calls_go_on_after_clearing(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    api.get(PATH)
    fc_emulator.clear_calls()
    api.get(PATH)
    assert [call.number for call in fc_emulator.calls()] == [2]


def test_the_log_waits_for_calls(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    thread = threading.Thread(target=api.get, args=(PATH,))
    thread.start()
    assert len(fc_emulator.calls(at_least=1)) == 1
    thread.join()


def test_the_log_does_not_wait_for_ever(fc_emulator: EmulatorServer) -> None:
    assert fc_emulator.calls(at_least=1, seconds=0.01) == []


def test_keys_are_listed_without_secrets(fc_emulator: EmulatorServer) -> None:
    fc_emulator.add_key("seven", "hush", account="7")
    assert fc_emulator.keys() == [
        {"id": "emulator-key-id", "account": "*"},
        {"id": "seven", "account": "7"},
    ]


def test_another_control_drives_the_same_emulator(fc_emulator: EmulatorServer) -> None:
    with EmulatorControl(fc_emulator.url) as control:
        control.seed("svc", "fn")
    assert len(fc_emulator.configs()) == 1


def test_a_url_may_end_with_a_slash(fc_emulator: EmulatorServer) -> None:
    with EmulatorControl(f"{fc_emulator.url}/") as control:
        assert control.health() == fc_emulator.health()


@pytest.mark.parametrize("body", [b"{}", b"[]", b'"no"', b"1"])
def test_what_is_no_emulator_is_told_so(body: bytes) -> None:
    with (
        ScriptedServer([response(400, body)]) as server,
        EmulatorControl(server.url) as control,
        pytest.raises(EmulatorControlError, match="no emulator responds at http"),
    ):
        control.seed("svc", "fn")


def test_an_emulator_that_stops_drops_the_calls_in_flight() -> None:
    with (
        ThreadPoolExecutor(1) as thread,
        EmulatorServer() as emulator,
        signing_client(emulator.url) as api,
    ):
        emulator.fault("latency", milliseconds=60_000)
        call = thread.submit(api.get, PATH)
        emulator.calls(at_least=1)
        emulator.close()
        with pytest.raises(httpx.TransportError):
            call.result()


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("127.9.9.9", 200), ("::1", 200), ("10.0.0.1", 403)]
)
def test_the_control_paths_answer_to_loopback_only(address: str, status: int) -> None:
    # A test has no other address to call from, so this one goes past the sockets.
    state = State(Options())

    async def ask() -> int:
        transport = httpx.ASGITransport(EmulatorApp(state), client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://[::1]:1") as client:
            return (await client.get("/_emulator/health")).status_code

    try:
        assert asyncio.run(ask()) == status
    finally:
        state.storage.close()


HEALTH = "/_emulator/health"


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:80", "127.1.2.3:8743"])
def test_the_control_paths_accept_a_loopback_host(fc_emulator: EmulatorServer, host: str) -> None:
    assert httpx.get(fc_emulator.url + HEALTH, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},  # a name that its owner points at 127.0.0.1
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "127.0.0.1@evil.example"},
        {"Host": "evil.example[::1]"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_control_paths_refuse_what_another_site_sends(
    fc_emulator: EmulatorServer, method: str, headers: dict[str, str]
) -> None:
    fc_emulator.seed("svc", "fn")
    url = f"{fc_emulator.url}/_emulator/configs"
    assert httpx.request(method, url, headers=headers).status_code == 403
    assert len(fc_emulator.configs()) == 1


def test_the_control_paths_accept_their_own_origin(fc_emulator: EmulatorServer) -> None:
    headers = {"Origin": fc_emulator.url, "Sec-Fetch-Site": "same-origin"}
    assert httpx.get(fc_emulator.url + HEALTH, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "text/plain;application/json", "application/x-www-form-urlencoded", "", None],
)
def test_the_control_paths_accept_json_only(
    fc_emulator: EmulatorServer, content_type: str | None
) -> None:
    response = httpx.post(
        f"{fc_emulator.url}/_emulator/faults",
        content=b'{"kind": "drop_before"}',
        headers={} if content_type is None else {"Content-Type": content_type},
    )
    assert response.status_code == 415
    assert fc_emulator.faults() == []


SEED = {"service": "svc", "function": "fn"}
WRONG_SHAPES: list[tuple[str, str, Any]] = [
    ("PUT", "rules", []),
    ("PUT", "rules", {"merge": 1}),
    ("PUT", "rules", {"stale_reads": "1"}),
    ("PUT", "rules", {"stale_reads": True}),
    ("PUT", "rules", {"list_limit": 0}),
    ("POST", "faults", []),
    ("POST", "faults", {"kind": []}),
    ("POST", "faults", {"kind": "html", "times": "many"}),
    ("POST", "faults", {"kind": "html", "status": 99}),
    ("PUT", "configs", "text"),
    ("PUT", "configs", {}),
    ("PUT", "configs", {**SEED, "function": ""}),
    ("PUT", "configs", {**SEED, "qualifier": []}),
    ("PUT", "configs", {**SEED, "account": 7}),
    ("PUT", "configs", {**SEED, "config": []}),
    ("PUT", "configs", {**SEED, "config": {"destinationConfig": "x"}}),
    ("PUT", "configs", {**SEED, "config": {"destinationConfig": {"onSuccess": []}}}),
    ("PUT", "configs", {**SEED, "config": {"asyncTask": True}}),
    ("PUT", "configs", {"function": "fn", "config": {"statefulInvocation": True}}),
    ("PUT", "configs", {**SEED, "config": {"createdTime": 1}}),
    ("PATCH", "configs", {**SEED, "colour": "red"}),
    ("POST", "parents", {}),
    ("POST", "parents", {"service": ["svc"]}),
    ("PUT", "parents", {"strict": "yes"}),
    ("PUT", "parents", {}),
    ("POST", "keys", {"id": 1, "secret": "s"}),
    ("POST", "keys", {"id": "only"}),
]


@pytest.mark.parametrize(("method", "name", "body"), WRONG_SHAPES, ids=str)
def test_a_body_of_another_shape_is_refused(
    fc_emulator: EmulatorServer, method: str, name: str, body: Any
) -> None:
    response = httpx.request(method, f"{fc_emulator.url}/_emulator/{name}", json=body)
    assert response.status_code == 400
    assert response.json()["error"]


@pytest.mark.parametrize("raw", [b"{", b"\xff", b"[" * 100_000, b'{"service": "\\ud800"}', b"NaN"])
@pytest.mark.parametrize(
    ("method", "name"),
    [("PUT", "rules"), ("POST", "faults"), ("PUT", "configs"), ("POST", "parents")],
)
def test_a_body_that_is_not_json_is_refused(
    fc_emulator: EmulatorServer, method: str, name: str, raw: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{fc_emulator.url}/_emulator/{name}"
    assert httpx.request(method, url, content=raw, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "configs?colour=red"),
        ("DELETE", "configs?services=svc"),
        ("DELETE", "parents?qualifier=1"),
        ("DELETE", "keys"),
        ("GET", "calls?at_least=many"),
        ("GET", "calls?at_least=1&seconds=nan"),
        ("GET", "calls?at_least=1&seconds=inf"),
    ],
)
def test_a_query_of_another_shape_is_refused(
    fc_emulator: EmulatorServer, method: str, path: str
) -> None:
    fc_emulator.seed("svc", "fn")
    response = httpx.request(method, f"{fc_emulator.url}/_emulator/{path}")
    assert response.status_code == 400
    assert len(fc_emulator.configs()) == 1
