"""What goes wrong on the wire, and what the emulator holds afterwards."""

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from tests.support.holds import LONG, wait_until_held
from tests.support.signing import signing_client

from pulumi_fc_async_invoke.emulator import faults
from pulumi_fc_async_invoke.emulator.faults import DelayKind, Fault, FaultKind, FaultPlan
from pulumi_fc_async_invoke.emulator.remote import EmulatorControlError
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PATH = "/services/svc/functions/fn/async-invoke-config"
TWO = {"maxAsyncRetryAttempts": 2}


@pytest.fixture
def api(fc_emulator: EmulatorServer) -> Iterator[httpx.Client]:
    with signing_client(fc_emulator.url) as client:
        yield client


ERRORS = [
    ("ResourceExhausted", 429),
    ("InternalServerError", 500),
    ("ResourceThrottled", 503),
    ("ConcurrentUpdateError", 409),
    ("ClientClosedRequest", 499),
    ("InvalidArgument", 400),
    ("AccessDenied", 403),
]


@pytest.mark.parametrize(("kind", "status"), ERRORS)
def test_an_error_takes_no_effect(
    fc_emulator: EmulatorServer, api: httpx.Client, kind: FaultKind, status: int
) -> None:
    fc_emulator.fault(kind, times=1)
    answer = api.put(PATH, json=TWO)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (status, kind)
    assert answer.headers["X-Fc-Request-Id"]
    assert fc_emulator.configs() == []
    assert api.put(PATH, json=TWO).status_code == 200


@pytest.mark.parametrize(("kind", "status"), ERRORS)
def test_an_error_may_come_after_a_put_took_effect(
    fc_emulator: EmulatorServer, api: httpx.Client, kind: FaultKind, status: int
) -> None:
    fc_emulator.fault(kind, effect=True)
    assert api.put(PATH, json=TWO).status_code == status
    assert len(fc_emulator.configs()) == 1


@pytest.mark.parametrize(("kind", "status"), ERRORS)
def test_an_error_may_come_after_a_delete_took_effect(
    fc_emulator: EmulatorServer, api: httpx.Client, kind: FaultKind, status: int
) -> None:
    fc_emulator.seed("svc", "fn")
    fc_emulator.fault(kind, effect=True)
    assert api.delete(PATH).status_code == status
    assert fc_emulator.configs() == []


def test_an_error_may_have_another_status(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.fault("InternalServerError", status=504, effect=True)
    assert api.put(PATH, json=TWO).status_code == 504
    assert len(fc_emulator.configs()) == 1


def test_throttling_may_say_when_to_come_back(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.fault("ResourceExhausted", retry_after="3")
    assert api.put(PATH, json=TWO).headers["Retry-After"] == "3"


@pytest.mark.parametrize(("kind", "stored"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_dropped_before_or_after_the_write(
    fc_emulator: EmulatorServer, api: httpx.Client, kind: FaultKind, stored: int
) -> None:
    fc_emulator.fault(kind)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.put(PATH, json=TWO)
    assert len(fc_emulator.configs()) == stored
    (call,) = fc_emulator.calls()
    assert (call.fault, call.status) == (kind, None)


@pytest.mark.parametrize(("kind", "stored"), [("latency", 0), ("slow_response", 1)])
def test_a_delay_comes_before_or_after_the_write(
    fc_emulator: EmulatorServer, api: httpx.Client, kind: FaultKind, stored: int
) -> None:
    fc_emulator.fault(kind, milliseconds=LONG)
    with ThreadPoolExecutor(1) as pool:
        put = pool.submit(api.put, PATH, json=TWO)
        wait_until_held(fc_emulator, 1)
        assert len(fc_emulator.configs()) == stored
        fc_emulator.release()
        assert put.result().status_code == 200
    assert len(fc_emulator.configs()) == 1


@pytest.mark.parametrize("kind", ["latency", "slow_response"])
def test_a_delayed_call_is_answered_in_the_end(
    fc_emulator: EmulatorServer, api: httpx.Client, kind: FaultKind
) -> None:
    fc_emulator.fault(kind, milliseconds=50)
    started = time.monotonic()
    assert api.put(PATH, json=TWO).json()["maxAsyncRetryAttempts"] == 2
    assert time.monotonic() - started >= 0.05


@pytest.mark.parametrize("kind", ["html", "empty", "broken_json"])
def test_a_body_that_is_no_json(
    fc_emulator: EmulatorServer, api: httpx.Client, kind: FaultKind
) -> None:
    fc_emulator.fault(kind)
    answer = api.put(PATH, json=TWO)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="line"):
        answer.json()
    assert len(fc_emulator.configs()) == 1


def test_a_front_ends_page_has_the_status_it_was_given_and_no_request_id(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.fault("html", status=502, effect=False)
    answer = api.put(PATH, json=TWO)
    assert answer.status_code == 502
    assert "X-Fc-Request-Id" not in answer.headers
    assert fc_emulator.configs() == []


def test_nonsense_is_json_of_another_shape(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.fault("nonsense")
    assert isinstance(api.put(PATH, json=TWO).json(), list)


def test_a_redirect_leads_away(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.fault("redirect")
    answer = api.put(PATH, json=TWO)
    assert answer.is_redirect
    assert answer.headers["Location"]


def test_a_truncated_body_is_shorter_than_announced(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.fault("truncated")
    with pytest.raises(httpx.RemoteProtocolError):
        api.put(PATH, json=TWO)


def test_a_huge_body_has_64_megabytes(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.fault("huge")
    with api.stream("PUT", PATH, json=TWO) as answer:
        assert sum(len(chunk) for chunk in answer.iter_raw()) > 64 << 20


def test_a_client_that_has_seen_enough_of_a_huge_body_ends_it(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.fault("huge", times=1)
    with api.stream("PUT", PATH, json=TWO) as answer:
        next(answer.iter_raw())
    assert api.get(PATH).status_code == 200


def test_a_fault_may_be_for_one_method_only(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.fault("InternalServerError", method="DELETE")
    assert api.put(PATH, json=TWO).status_code == 200
    assert api.delete(PATH).status_code == 500


def test_faults_end_when_cleared(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    fc_emulator.fault("InternalServerError")
    fc_emulator.clear_faults()
    assert api.put(PATH, json=TWO).status_code == 200


def test_the_control_path_tells_how_often_a_fault_hit(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.fault("InternalServerError", times=1, after=1)
    for _ in range(3):
        api.put(PATH, json=TWO)
    (planned,) = fc_emulator.faults()
    assert (planned["kind"], planned["hits"]) == ("InternalServerError", 1)


def hits(fault: Fault, calls: int = 12) -> list[int]:
    plan = FaultPlan([fault])
    return [number for number in range(1, calls + 1) if plan.next("PUT")[1]]


def test_a_fault_hits_the_next_calls_only() -> None:
    assert hits(Fault("html", times=2)) == [1, 2]


def test_a_fault_hits_every_nth_call() -> None:
    assert hits(Fault("html", every=4)) == [4, 8, 12]


def test_a_fault_lets_the_first_calls_pass() -> None:
    assert hits(Fault("html", after=3, times=2)) == [4, 5]


def test_a_fault_of_a_rate_lets_that_many_calls_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "time", SimpleNamespace(monotonic=lambda: 0.0))  # it stands still
    assert hits(Fault("ResourceExhausted", per_second=5), 12) == [6, 7, 8, 9, 10, 11, 12]


def test_a_random_fault_repeats_with_its_seed() -> None:
    first = hits(Fault("html", probability=0.5, seed=1), 200)
    assert first == hits(Fault("html", probability=0.5, seed=1), 200)
    assert first != hits(Fault("html", probability=0.5, seed=2), 200)
    assert 60 < len(first) < 140


def test_latencies_add_up_and_leave_room_for_another_fault() -> None:
    plan = FaultPlan(
        [Fault("latency", milliseconds=30), Fault("html"), Fault("latency", milliseconds=20)]
    )
    seconds, fault = plan.next("PUT")
    assert seconds == pytest.approx(0.05)
    assert fault is not None
    assert fault.kind == "html"


def test_the_first_of_two_faults_wins_and_the_second_waits() -> None:
    plan = FaultPlan([Fault("html", times=1), Fault("empty", times=1)])
    kinds = [fault.kind for _, fault in (plan.next("PUT") for _ in range(2)) if fault]
    assert kinds == ["html", "empty"]


def test_a_fault_of_one_function_leaves_the_others_alone() -> None:
    plan = FaultPlan([Fault("html", function="hello", times=1)])
    hit = [plan.next("PUT", function)[1] for function in (None, "other", "hello", "hello")]
    assert [fault is not None for fault in hit] == [False, False, True, False]


@pytest.mark.parametrize("kind", ["latency", "slow_response"])
def test_calls_that_wait_go_on_when_they_are_released(
    kind: DelayKind, fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.fault(kind, milliseconds=600_000)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(api.put, PATH, json=TWO)
        while not any(call.fault for call in fc_emulator.calls(at_least=1)):
            pass
        fc_emulator.release()
        assert answer.result(timeout=30).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "kind=drop_after,method=PUT,times=2,effect=true",
        '{"kind": "drop_after", "method": "PUT", "times": 2, "effect": true}',
    ],
)
def test_a_fault_reads_from_a_command_line(text: str) -> None:
    assert Fault.parse(text) == Fault("drop_after", method="PUT", times=2, effect=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kind=meteorite", "kind"),
        ("times=1", "kind\n  Field required"),
        ("kind=html,colour=red", "colour"),
        ("kind=html,times=0", "times"),
        ("kind=html,probability=2", "probability"),
        ("kind=html,method=PATCH", "method"),
        ("kind=html,per_second=0", "per_second"),
        ("kind=slow_response,effect=false", "slow_response"),
        ("html", "key=value"),
    ],
)
def test_an_impossible_fault_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Fault.parse(text)


def test_the_control_path_refuses_an_impossible_fault(fc_emulator: EmulatorServer) -> None:
    wrong: Any = {"kind": "meteorite"}
    answer = httpx.post(f"{fc_emulator.url}/_emulator/faults", json=wrong)
    assert answer.status_code == 400
    assert "meteorite" not in [fault["kind"] for fault in fc_emulator.faults()]
    with contextlib.suppress(EmulatorControlError):
        fc_emulator.clear_faults()
