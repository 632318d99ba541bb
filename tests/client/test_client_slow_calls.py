"""Calls that take long are mentioned, once each."""

import itertools
import threading
from contextvars import ContextVar
from queue import Queue

import pytest
from tests.client.scripted import (
    CONFIG,
    IDENTITY,
    KEY,
    Exchange,
    ScriptedServer,
    Step,
    client,
    error,
    response,
)

from pulumi_fc_async_invoke.client import retries, slow_calls

pytestmark = pytest.mark.usefixtures("quick_retries")


def respond_after(event: threading.Event) -> Step:
    def respond(exchange: Exchange) -> None:
        assert event.wait(60)
        exchange.send(response(200, CONFIG))

    return respond


def test_a_call_that_waits_long_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_calls, "NOTICE_AFTER", 0.05)
    said: list[str] = []
    since: list[str] = []

    def respond(exchange: Exchange) -> None:
        """Refuse until it has had the time to say so twice."""
        since.extend(said[:1])
        is_over = len(since) > 2 * slow_calls.NOTICE_AFTER / retries.FIRST_WAIT
        exchange.send(response(200, CONFIG) if is_over else error(503, "ResourceThrottled"))

    with (
        ScriptedServer([respond]) as server,
        client(server, request_timeout=3600, on_waiting=said.append) as fc,
    ):
        fc.put(IDENTITY, {})

    (message,) = said
    assert message.startswith("PUT async-invoke-config of svc.LATEST/fn (cn-test, account 123456)")
    assert "for at most 3600" in message
    assert message.isprintable()


def test_a_call_that_hangs_says_so_while_it_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_calls, "NOTICE_AFTER", 0.2)
    said = threading.Event()

    with (
        ScriptedServer([respond_after(said)]) as server,
        client(server, request_timeout=60, on_waiting=lambda _message: said.set()) as fc,
    ):
        fc.get(IDENTITY)


def test_a_notice_that_fails_does_not_keep_later_ones_from_being_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slow_calls, "NOTICE_AFTER", 0.2)
    failed, said = threading.Event(), threading.Event()

    def note(_failure: object) -> None:
        failed.set()

    monkeypatch.setattr(threading, "excepthook", note)

    def fail_once(_message: str) -> None:
        if not failed.is_set():
            raise LookupError
        said.set()

    with (
        ScriptedServer([respond_after(failed), respond_after(said)]) as server,
        client(server, request_timeout=300, on_waiting=fail_once) as fc,
    ):
        fc.get(IDENTITY)
        fc.get(IDENTITY)


@pytest.mark.parametrize("refused", [1, 2])
def test_a_thread_that_cannot_be_started_costs_a_notice_and_no_call(
    refused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first watches all calls, and the second shows the notice of one."""
    monkeypatch.setattr(slow_calls, "NOTICE_AFTER", 0.2)
    start = threading.Thread.start
    numbers = itertools.count(1)
    reached, said = threading.Event(), threading.Event()

    def refuse_one(thread: threading.Thread) -> None:
        if thread.name == "slow-calls":
            number = next(numbers)
            if number >= refused:
                reached.set()
            if number == refused:
                raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse_one)
    with (
        ScriptedServer([respond_after(reached), respond_after(said)]) as server,
        client(server, request_timeout=300, on_waiting=lambda _message: said.set()) as fc,
    ):
        fc.get(IDENTITY)
        fc.get(IDENTITY)


def test_a_waiting_call_speaks_in_its_own_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_calls, "NOTICE_AFTER", 0.1)
    resource: ContextVar[str] = ContextVar("resource", default="none")
    said: Queue[str] = Queue()
    heard: list[str] = []

    def respond_once_it_is_said(exchange: Exchange) -> None:
        heard.append(said.get(timeout=60))
        exchange.send(response(200, CONFIG))

    with (
        ScriptedServer([respond_once_it_is_said]) as server,
        client(
            server, request_timeout=60, on_waiting=lambda _message: said.put(resource.get())
        ) as fc,
    ):
        resource.set("this one")
        fc.get(IDENTITY)

    assert heard == ["this one"]


def test_a_quick_call_says_nothing() -> None:
    said: list[str] = []
    script = [error(503, "ResourceThrottled"), response(200, CONFIG)]
    with ScriptedServer(script) as server, client(server, on_waiting=said.append) as fc:
        fc.get(IDENTITY)

    assert said == []
    assert KEY.access_key_secret not in repr(server.received)
