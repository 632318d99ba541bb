import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from tests.client.scripted import (
    CONFIG,
    IDENTITY,
    KEY,
    Clock,
    Exchange,
    ScriptedServer,
    Step,
    client,
    error,
    response,
)

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    ConfigNotFoundError,
    CredentialsError,
    NoResponseError,
    SettingsError,
)
from pulumi_fc_async_invoke.client import retries

pytestmark = pytest.mark.usefixtures("quick_retries")


def drop(_exchange: Exchange) -> None:
    """Close the connection without a word."""


def half_a_body(exchange: Exchange) -> None:
    exchange.send(response(200, CONFIG)[:-20])


PASSING: dict[str, Step] = {
    "409": error(409, "ConcurrentUpdateError"),
    "429": error(429, "ResourceExhausted"),
    "499": error(499, "ClientClosedRequest"),
    "500": error(500, "InternalServerError"),
    "502 page": response(502, b"<html>Bad Gateway</html>"),
    "503": error(503, "ResourceThrottled"),
    "504 empty": response(504),
    "dropped": drop,
    "half a body": half_a_body,
    "no HTTP": lambda exchange: exchange.send(b"SSH-2.0-OpenSSH\r\n\r\n"),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
def test_what_may_pass_is_tried_again(trouble: Step) -> None:
    with ScriptedServer([trouble, trouble, response(200, CONFIG)]) as server, client(server) as fc:
        config = fc.put(IDENTITY, {"maxAsyncRetryAttempts": 1})

    assert config.values.max_async_retry_attempts == 1
    assert len(server.received) == 3
    assert len({request.body for request in server.received}) == 1


def test_a_retry_signs_afresh() -> None:
    keys = iter([Credentials("first", "one"), Credentials("second", "two", "token")])
    script = [error(503, "ResourceThrottled"), response(200, CONFIG)]
    with ScriptedServer(script) as server, client(server, lambda: next(keys)) as fc:
        fc.get(IDENTITY)

    first, second = (request.headers for request in server.received)
    assert first["authorization"].startswith("FC first:")
    assert second["authorization"].startswith("FC second:")
    assert "x-fc-security-token" not in first
    assert second["x-fc-security-token"] == "token"


def test_a_refusal_after_a_retry_is_final() -> None:
    script = [error(500, "InternalServerError"), error(403, "AccessDenied")]
    with (
        ScriptedServer(script) as server,
        client(server) as fc,
        pytest.raises(CredentialsError),
    ):
        fc.put(IDENTITY, {})

    assert len(server.received) == 2


@pytest.mark.parametrize(
    ("first", "outcome_unknown"),
    [
        (drop, True),
        (error(500, "InternalServerError"), True),
        (error(429, "ResourceExhausted"), False),
    ],
)
def test_a_refusal_says_whether_an_earlier_try_may_have_taken_effect(
    first: Step, *, outcome_unknown: bool
) -> None:
    script = [first, error(403, "AccessDenied")]
    with (
        ScriptedServer(script) as server,
        client(server) as fc,
        pytest.raises(CredentialsError) as caught,
    ):
        fc.put(IDENTITY, {})

    assert caught.value.outcome_unknown is outcome_unknown
    assert ("may or may not have taken effect" in str(caught.value)) is outcome_unknown


def keys_that_end() -> Iterator[Credentials]:
    yield KEY
    raise SettingsError("The temporary credentials could not be renewed")


@pytest.mark.parametrize("first", [drop, error(500, "InternalServerError")])
def test_keys_that_end_after_a_try_in_doubt_hide_neither(first: Step) -> None:
    keys = keys_that_end()
    with (
        ScriptedServer([first]) as server,
        client(server, lambda: next(keys)) as fc,
        pytest.raises(SettingsError) as caught,
    ):
        fc.put(IDENTITY, {})

    assert caught.value.outcome_unknown
    assert re.fullmatch(
        "The temporary credentials could not be renewed. An earlier attempt failed as well: PUT "
        r"async-invoke-config of svc.LATEST/fn \(.*\. It may or may not have taken effect",
        str(caught.value),
    )


@pytest.mark.parametrize("method", ["put", "get"])
def test_keys_that_end_say_nothing_of_a_try_that_changed_nothing(method: str) -> None:
    first: Step = drop if method == "get" else error(429, "ResourceExhausted")
    keys = keys_that_end()
    with (
        ScriptedServer([first]) as server,
        client(server, lambda: next(keys)) as fc,
        pytest.raises(SettingsError, match=r"could not be renewed$") as caught,
    ):
        fc.get(IDENTITY) if method == "get" else fc.put(IDENTITY, {})

    assert not caught.value.outcome_unknown


# --- Retry-After


def in_one_second() -> str:
    # HTTP's dates have whole seconds: two, so that at least one is left.
    now = datetime.now(timezone.utc)
    date = format_datetime(now, usegmt=True)
    return f"{format_datetime(now + timedelta(seconds=1), usegmt=True)}\r\nDate: {date}"


@pytest.mark.parametrize("value", [lambda: "1", in_one_second], ids=["seconds", "date"])
def test_retry_after_is_honoured(value: Callable[[], str]) -> None:
    script = [error(429, "ResourceExhausted", f"Retry-After: {value()}"), response(200, CONFIG)]
    start = time.monotonic()
    with ScriptedServer(script) as server, client(server) as fc:
        fc.get(IDENTITY)

    assert time.monotonic() - start >= 1.0


@pytest.mark.parametrize("value", ["0", "Mon, 09 Nov 2020 09:46:33 GMT"])
def test_a_retry_after_of_nothing_does_not_hammer_the_service(value: str) -> None:
    throttled = error(429, "ResourceExhausted", f"Retry-After: {value}")
    with ScriptedServer([throttled] * 20 + [response(200, CONFIG)]) as server, client(server) as fc:
        fc.get(IDENTITY)

    assert server.arrivals[-1] - server.arrivals[0] >= 20 * retries.FIRST_WAIT


def test_a_retry_after_beyond_the_deadline_ends_the_call_at_once() -> None:
    start = time.monotonic()
    with (
        ScriptedServer([error(429, "ResourceExhausted", "Retry-After: 600")]) as server,
        client(server, request_timeout=60) as fc,
        pytest.raises(ApiError, match="asks to wait 600 seconds, longer than fc:requestTimeout"),
    ):
        fc.get(IDENTITY)

    assert time.monotonic() - start < 30
    assert len(server.received) == 1


# --- delete


@pytest.mark.parametrize("doubt", [drop, error(500, "InternalServerError")], ids=["lost", "500"])
def test_a_deletion_that_finds_nothing_after_a_doubtful_try_has_succeeded(doubt: Step) -> None:
    script = [doubt, error(404, "AsyncConfigNotExists")]
    with ScriptedServer(script) as server, client(server) as fc:
        fc.delete(IDENTITY)

    assert len(server.received) == 2


def test_a_deletion_that_finds_nothing_at_first_says_so() -> None:
    with (
        ScriptedServer([error(404, "AsyncConfigNotExists")]) as server,
        client(server) as fc,
        pytest.raises(ConfigNotFoundError),
    ):
        fc.delete(IDENTITY)


def test_a_deletion_that_was_only_throttled_before_says_that_there_was_nothing() -> None:
    script = [error(429, "ResourceExhausted"), error(404, "AsyncConfigNotExists")]
    with (
        ScriptedServer(script) as server,
        client(server) as fc,
        pytest.raises(ConfigNotFoundError),
    ):
        fc.delete(IDENTITY)


def test_a_get_that_finds_nothing_after_a_doubtful_try_says_so() -> None:
    with (
        ScriptedServer([drop, error(404, "AsyncConfigNotExists")]) as server,
        client(server) as fc,
        pytest.raises(ConfigNotFoundError),
    ):
        fc.get(IDENTITY)


# --- the deadline


def hang(exchange: Exchange) -> None:
    exchange.hang()


def hang_in_the_body(exchange: Exchange) -> None:
    exchange.send(response(200, CONFIG)[:-20])
    exchange.hang()


def after(seconds: float, clock: Clock, step: Callable[[Exchange], None]) -> Step:
    """So much time passes while a request is in flight, and only then does this happen."""

    def late(exchange: Exchange) -> None:
        clock.forward(seconds)
        step(exchange)

    return late


def drip_the_head(exchange: Exchange) -> None:
    exchange.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000, 0.02)


def drip_the_body(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    exchange.drip(b"x" * 10_000, 0.02)


def drip_informational_answers(exchange: Exchange) -> None:
    while not exchange.over.wait(0.02):
        exchange.send(b"HTTP/1.1 102 Processing\r\n\r\n")


@pytest.mark.parametrize(
    "slow",
    [hang, hang_in_the_body, drip_the_head, drip_the_body, drip_informational_answers],
)
def test_the_deadline_holds_against_a_server_that_does_not_finish(
    slow: Callable[[Exchange], None], clock: Clock
) -> None:
    with (
        ScriptedServer([after(60, clock, slow)]) as server,
        client(server, request_timeout=60) as fc,
        pytest.raises(NoResponseError, match="did not respond in time") as caught,
    ):
        fc.put(IDENTITY, {})

    assert len(server.received) == 1
    assert "It may or may not have taken effect" in str(caught.value)
    assert caught.value.outcome_unknown


def test_the_deadline_holds_in_a_storm_of_refusals_and_shows_them(clock: Clock) -> None:
    with (
        ScriptedServer([error(429, "ResourceExhausted")]) as server,
        client(server, request_timeout=60, on_attempt=lambda _line: clock.forward(11.9)) as fc,
        pytest.raises(ApiError, match=r"HTTP 429, .*Tried 5 times in \d\d\.\d seconds") as caught,
    ):
        fc.put(IDENTITY, {})

    # What is left after five of them, less than a second, is too short for another attempt.
    assert caught.value.status == 429
    assert len(server.received) == 5


def test_the_services_error_is_shown_also_if_the_last_try_had_no_answer(clock: Clock) -> None:
    with (
        ScriptedServer([error(503, "ResourceThrottled"), after(60, clock, hang)]) as server,
        client(server, request_timeout=60) as fc,
        pytest.raises(ApiError, match=r"HTTP 503.*The last attempt failed differently") as caught,
    ):
        fc.put(IDENTITY, {})

    assert caught.value.code == "ResourceThrottled"


def test_why_the_tries_before_failed_is_shown_also_if_the_last_one_is_cut_off(
    clock: Clock,
) -> None:
    with (
        ScriptedServer([drop, after(60, clock, hang)]) as server,
        client(server, request_timeout=60) as fc,
        pytest.raises(
            NoResponseError, match=r"dropped the connection.*The last attempt failed differently"
        ) as caught,
    ):
        fc.put(IDENTITY, {})

    assert caught.value.outcome_unknown
    assert "did not respond in time" in str(caught.value)


def test_one_hanging_connection_leaves_time_for_another(clock: Clock) -> None:
    script = [after(20, clock, hang), response(200, CONFIG)]
    with ScriptedServer(script) as server, client(server, request_timeout=60) as fc:
        assert fc.get(IDENTITY).values.max_async_retry_attempts == 1


def test_a_lost_read_does_not_speak_of_effects(clock: Clock) -> None:
    with (
        ScriptedServer([after(60, clock, hang)]) as server,
        client(server, request_timeout=60) as fc,
        pytest.raises(NoResponseError) as caught,
    ):
        fc.get(IDENTITY)

    assert "effect" not in str(caught.value)


def test_looking_for_keys_takes_none_of_the_calls_time(clock: Clock) -> None:
    def slowly() -> Credentials:
        clock.forward(61)
        return KEY

    with (
        ScriptedServer([response(200, CONFIG)]) as server,
        client(server, slowly, request_timeout=60) as fc,
    ):
        fc.get(IDENTITY)
