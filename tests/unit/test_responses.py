import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.configs import an_identity
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    BadResponseError,
    ClockError,
    ConfigNotFoundError,
    CredentialsError,
)
from pulumi_fc_async_invoke.api.responses import (
    MAX_BODY,
    Response,
    read_config,
    read_error,
    read_names,
    read_page,
)
from pulumi_fc_async_invoke.api.text import one_line
from pulumi_fc_async_invoke.api.times import retry_after
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.api.version import Request

NOW = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
ECHOED = "s3cr3t/key+="
"""A credential of the call."""
CALL = API.put(an_identity("r", "1", "svc", "LATEST", "fn"), {}).masking(ECHOED)
SERVICES = API.list_services({"region": "r", "accountId": "1"}).masking(ECHOED)
FUNCTIONS = API.list_functions({"region": "r", "accountId": "1", "serviceName": "svc"}).masking(
    ECHOED
)


def ok(body: object, request: Request = CALL) -> Response:
    headers = {"content-type": "application/json"}
    return Response(request, 200, headers, json.dumps(body).encode())


def error_of(status: int, body: bytes = b"", **headers: str) -> ApiError | BadResponseError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_error(Response(CALL, status, named, body), NOW)


def error_body(code: str, message: str = "words") -> bytes:
    return json.dumps({"ErrorCode": code, "ErrorMessage": message}).encode()


# --- configs


@pytest.mark.parametrize("names", [("serviceName", "functionName"), ("service", "function")])
def test_a_config_is_read_in_both_spellings(names: tuple[str, str]) -> None:
    config = read_config(ok({names[0]: "svc", names[1]: "fn", "maxAsyncRetryAttempts": 5}))

    assert config.names == {"serviceName": "svc", "functionName": "fn"}
    assert config.values.max_async_retry_attempts == 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"<html>Welcome</html>",
        b'{"qualifier":',
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"hello":"world"}',
        b'{"maxAsyncRetryAttempts":"many"}',
        b'{"destinationConfig":[]}',
        b'{"qualifier":"\xff"}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_a_config_is_a_bad_response(body: bytes) -> None:
    with pytest.raises(BadResponseError, match="HTTP 200") as caught:
        read_config(Response(CALL, 200, {}, body))

    assert caught.value.status == 200


@pytest.mark.parametrize("other", [{"serviceName": "svc2"}, {"function": "fn2"}])
def test_the_config_of_something_else_is_a_bad_response(other: dict[str, str]) -> None:
    with pytest.raises(BadResponseError, match=r"another (service|function)"):
        read_config(ok(other))


def test_a_bad_response_shows_type_and_beginning_but_no_other_header() -> None:
    headers = {"content-type": "text/html", "set-cookie": "session", "x-fc-request-id": "rid"}
    with pytest.raises(BadResponseError) as caught:
        read_config(Response(CALL, 200, headers, b"<html>\n <b>Captive portal</b>" + b"x" * 999))

    message = str(caught.value)
    assert "content type text/html" in message
    assert "'<html> <b>Captive portal</b>" in message
    assert "request id rid" in message
    assert "session" not in message
    assert len(message) < 400


def test_a_bad_response_shows_no_destination() -> None:
    body = b'{"destinationConfig":{"onFailure":{"destination":"acs:mns:cn-shanghai:1:/queues/hid'
    with pytest.raises(BadResponseError) as caught:
        read_config(Response(CALL, 200, {}, body))

    assert caught.match(r"\"destination\":\"\*\*\*")
    assert "acs:" not in str(caught.value)


def test_a_body_that_is_too_large_is_a_bad_response() -> None:
    with pytest.raises(BadResponseError, match=rf"more than {MAX_BODY:,} bytes"):
        read_config(Response(CALL, 200, {}, b'{"qualifier":"1"}' + b" " * MAX_BODY))


# --- pages


def test_a_page_has_configs_and_a_token() -> None:
    page = read_page(ok({"configs": [{"qualifier": "a"}], "nextToken": "t"}))

    assert [config.names["qualifier"] for config in page[0]] == ["a"]
    assert page[1] == "t"


@pytest.mark.parametrize("page", [{"configs": []}, {"configs": None, "nextToken": None}])
def test_a_page_may_be_empty_and_the_last(page: dict[str, object]) -> None:
    assert read_page(ok(page)) == ([], "")


@pytest.mark.parametrize(
    "page",
    [{}, {"nextToken": ""}, {"configs": {}}, {"configs": [1]}, {"configs": [], "nextToken": 7}],
)
def test_what_is_not_a_page_is_a_bad_response(page: dict[str, object]) -> None:
    with pytest.raises(BadResponseError):
        read_page(ok(page))


def test_a_page_of_services_has_names_and_a_token() -> None:
    page = {"services": [{"serviceName": "a", "role": ""}], "nextToken": "t"}

    assert read_names(ok(page, SERVICES)) == (["a"], "t")


def test_a_page_of_functions_has_names_and_a_token() -> None:
    page = {"functions": [{"functionName": "a", "memorySize": 512}], "nextToken": ""}

    assert read_names(ok(page, FUNCTIONS)) == (["a"], "")


NOT_NAMES: list[dict[str, object]] = [
    {},
    {"services": {}},
    {"services": [1]},
    {"services": [{}]},
    {"services": [{"serviceName": 7}]},
    {"services": [{"serviceName": ""}]},
    {"services": [], "nextToken": 7},
]


@pytest.mark.parametrize("page", NOT_NAMES)
def test_what_is_not_a_page_of_names_is_a_bad_response(page: dict[str, object]) -> None:
    with pytest.raises(BadResponseError):
        read_names(ok(page, SERVICES))


# --- errors


def test_an_error_has_what_the_response_says_and_what_its_code_means() -> None:
    error = error_of(429, error_body("ResourceExhausted"), x_fc_request_id="rid")

    assert isinstance(error, ApiError)
    assert (error.status, error.code, error.message) == (429, "ResourceExhausted", "words")
    assert error.request_id == "rid"
    assert (error.retryable, error.throttled, error.outcome_unknown) == (True, True, False)


def test_error_bodies_are_read_in_the_other_spelling_too() -> None:
    error = error_of(404, b'{"errorCode":"AsyncConfigNotExists","errorMessage":"none"}')

    assert isinstance(error, ConfigNotFoundError)
    assert error.message == "none"


@pytest.mark.parametrize(
    "body", [b"", b"<html>nginx</html>", b"\xff\xfe", b"[1]", b'{"ErrorCode":7}', b"{" * 99_999]
)
def test_an_error_without_a_readable_body_is_known_by_its_status(body: bytes) -> None:
    error = error_of(403, body)

    assert isinstance(error, CredentialsError)
    assert (error.code, error.message, error.request_id) == ("", "", None)


def test_a_404_of_a_front_end_says_nothing_about_the_config() -> None:
    assert type(error_of(404, b"<html>404</html>")) is ApiError


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_bad_response_that_names_the_host_only(status: int) -> None:
    error = error_of(status, location="https://user:pw@evil.example/path?token=1")

    assert isinstance(error, BadResponseError)
    assert "redirect to evil.example" in str(error)
    assert "pw" not in str(error)
    assert "token=1" not in str(error)


@pytest.mark.parametrize("status", [304, 600, 999])
def test_a_status_that_the_api_does_not_have_is_a_bad_response(status: int) -> None:
    assert isinstance(error_of(status, error_body("X")), BadResponseError)


def test_a_message_of_the_server_is_one_printable_short_line() -> None:
    nasty = "\x1b[31mred\x1b[0m\r\nnext\u2028line \u202eesrever\x00" + "x" * 5000
    error = error_of(400, error_body("Co\nde", nasty), x_fc_request_id="r" * 5000)

    assert str(error).isprintable()
    assert len(str(error)) < 900


@pytest.mark.parametrize(
    "echo",
    [ECHOED, "s3cr3t%2Fkey%2B%3D", "s3cr3t/key%2B%3D", "s3cr3t\\/key+=", f"\x1b{ECHOED}\x1b"],
)
def test_a_secret_that_the_server_echoes_is_redacted(echo: str) -> None:
    error = error_of(403, error_body("SignatureNotMatch", f"we signed {echo}!"))

    assert "s3cr3t" not in str(error)
    assert "***" in str(error)


def test_a_secret_is_redacted_before_the_text_is_cut() -> None:
    assert "s3" not in one_line("x" * 497 + ECHOED, (ECHOED,))


def test_a_secret_in_a_bad_response_is_redacted() -> None:
    with pytest.raises(BadResponseError) as caught:
        read_config(Response(CALL, 200, {"content-type": ECHOED}, ECHOED.encode()))

    assert "s3cr3t" not in str(caught.value)


# --- clocks


@pytest.mark.parametrize(
    ("off", "words"), [(20, "1200 seconds ahead of"), (-90, "5400 seconds behind")]
)
def test_a_refusal_says_how_far_this_clock_is_off(off: int, words: str) -> None:
    theirs = format_datetime(NOW - timedelta(minutes=off), usegmt=True)

    error = str(error_of(403, error_body("AccessDenied"), date=theirs))

    assert words in error
    assert "Check the credentials" not in error


def test_a_refusal_with_equal_clocks_does_not_mention_them() -> None:
    assert "clock" not in str(error_of(403, error_body("AccessDenied"), date=format_datetime(NOW)))


def test_a_refusal_about_the_date_mentions_the_clock_without_a_date_header() -> None:
    error = error_of(403, error_body("SignatureNotMatch", "the Date header is too old"))

    assert "Check this machine's clock" in str(error)


def test_a_refusal_about_the_time_has_a_class_of_its_own_and_a_problem_without_the_remedy() -> None:
    theirs = format_datetime(NOW + timedelta(hours=1))
    error = error_of(403, error_body("SignatureNotMatch"), date=theirs)

    assert isinstance(error, ClockError)
    assert "clock" in error.remedy
    assert str(error) == f"{error.problem}. {error.remedy}"
    assert not isinstance(error_of(403, error_body("SignatureNotMatch")), ClockError)


def test_another_error_does_not_mention_the_clock() -> None:
    theirs = format_datetime(NOW - timedelta(days=1), usegmt=True)

    assert "clock" not in str(error_of(400, error_body("InvalidArgument"), date=theirs))


# --- Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30.0),
        (format_datetime(NOW - timedelta(seconds=30), usegmt=True), 0.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 400, None),
        ("٣", None),
    ],
)
def test_retry_after_has_two_forms(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_a_retry_date_is_measured_by_the_services_own_clock() -> None:
    theirs = NOW + timedelta(hours=5)
    headers = {
        "date": format_datetime(theirs, usegmt=True),
        "retry-after": format_datetime(theirs + timedelta(seconds=3), usegmt=True),
    }

    assert retry_after(headers, NOW) == 3.0


# --- whatever comes

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
config_like = st.dictionaries(
    st.sampled_from(
        [
            "ErrorCode",
            "ErrorMessage",
            "configs",
            "createdTime",
            "destinationConfig",
            "functionName",
            "maxAsyncEventAgeInSeconds",
            "nextToken",
            "serviceName",
            "statefulInvocation",
        ]
    ),
    json_values,
)


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


bodies = st.binary(max_size=300) | st.builds(as_json, config_like | json_values)
headers = st.dictionaries(
    st.sampled_from(["content-type", "date", "location", "retry-after", "x-fc-request-id"]),
    st.text(max_size=80),
)


def responses(request: Request = CALL) -> st.SearchStrategy[Response]:
    return st.builds(Response, st.just(request), st.integers(100, 999), headers, bodies)


@examples(100)
@given(response=responses())
def test_only_our_errors_come_out_of_a_response_without_success(response: Response) -> None:
    error = read_error(response, NOW)

    assert isinstance(error, ApiError | BadResponseError)
    assert str(error).isprintable()
    assert len(str(error)) < 1500


READERS: list[tuple[Callable[[Response], object], Request]] = [
    (read_config, CALL),
    (read_page, CALL),
    (read_names, SERVICES),
    (read_names, FUNCTIONS),
]


@examples(100)
@given(st.data(), st.sampled_from(READERS))
def test_only_a_result_or_a_bad_response_comes_out_of_a_success(
    data: st.DataObject, how: tuple[Callable[[Response], object], Request]
) -> None:
    read, request = how
    response = data.draw(responses(request))
    message = ""
    try:
        read(response)
    except BadResponseError as error:
        message = str(error)

    assert message.isprintable()
    assert len(message) < 1500


@examples(100)
@given(response=responses())
def test_retry_after_is_never_negative(response: Response) -> None:
    seconds = retry_after(response.headers, NOW)

    assert seconds is None or seconds >= 0


@examples(100)
@given(
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40),
    before=st.text(max_size=20),
    status=st.sampled_from([400, 403, 500]),
)
def test_no_echo_brings_a_secret_into_a_message(secret: str, before: str, status: int) -> None:
    call = CALL.masking(secret)
    # A secret such as "alicloud" stands in words of ours.
    assume(secret not in str(read_error(Response(call, status, {}, b""), NOW)))
    body = error_body(f"{secret}{before}", f"{before}{secret}{before}")

    error = read_error(Response(call, status, {"x-fc-request-id": secret}, body), NOW)

    assert secret not in str(error)
