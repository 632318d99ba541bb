import inspect
from datetime import datetime, timezone

import pytest

from pulumi_fc_async_invoke.api import errors, v2016, v2023
from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    BadResponseError,
    CallError,
    ConfigNotFoundError,
    CredentialsError,
    FunctionComputeError,
    NoResponseError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.api.responses import Response, read_error
from pulumi_fc_async_invoke.api.version import Request

CLASSES = [
    member
    for _, member in inspect.getmembers(errors, inspect.isclass)
    if member.__module__ == errors.__name__
]


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_is_in_one_tree_and_in_the_drawing(error: type[Exception]) -> None:
    assert issubclass(error, FunctionComputeError)
    assert error.__name__ in (errors.__doc__ or "")


def test_an_api_error_says_what_was_tried_and_what_came_back() -> None:
    error = ApiError(
        "PUT async-invoke-config of svc.LATEST/fn",
        status=429,
        code="ResourceExhausted",
        message="slow down",
        request_id="rid",
    )

    assert str(error) == (
        "PUT async-invoke-config of svc.LATEST/fn failed: HTTP 429, "
        "ResourceExhausted: slow down (request id rid)"
    )
    assert (error.status, error.code, error.message) == (429, "ResourceExhausted", "slow down")
    assert error.request_id == "rid"


def test_a_response_without_anything_is_still_a_sentence() -> None:
    error = ApiError("GET async-invoke-config of r", status=503)

    assert str(error) == (
        "GET async-invoke-config of r failed: HTTP 503, no explanation (no request id)"
    )


def test_refused_credentials_come_with_a_remedy() -> None:
    assert CredentialsError.remedy
    assert CredentialsError.remedy in str(CredentialsError("GET", status=403))


@pytest.mark.parametrize(
    ("listing", "names"),
    [
        (
            v2016.API.list(
                {"region": "r", "accountId": "1", "serviceName": "s", "functionName": "f"}
            ),
            "service_name, function_name, qualifier, region or account_id",
        ),
        (
            v2023.API.list({"region": "r", "accountId": "1"}),
            "function_name, qualifier, region or account_id",
        ),
    ],
)
def test_an_absent_parent_comes_with_the_names_that_may_be_wrong(
    listing: Request, names: str
) -> None:
    body = b'{"ErrorCode":"FunctionNotFound"}'
    error = read_error(Response(listing, 404, {}, body), datetime.now(timezone.utc))

    assert isinstance(error, ParentNotFoundError)
    assert str(error).endswith(f". Create it first, or correct {names}")


def test_an_absent_config_has_no_remedy() -> None:
    assert not ConfigNotFoundError.remedy


def test_words_can_be_added() -> None:
    error = NoResponseError("nothing came", outcome_unknown=False)
    error.add_detail("Tried twice")

    assert str(error) == "nothing came. Tried twice"
    assert not error.outcome_unknown


def test_without_a_response_a_request_counts_as_sent() -> None:
    assert NoResponseError("x").outcome_unknown


def test_a_bad_response_keeps_its_status_and_request_id() -> None:
    error = BadResponseError("x", status=200, request_id="rid")

    assert (error.status, error.request_id) == (200, "rid")
    assert isinstance(error, CallError)
    assert not isinstance(error, ApiError)
