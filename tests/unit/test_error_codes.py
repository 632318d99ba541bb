import pytest

from pulumi_fc_async_invoke.api.error_codes import meaning
from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    ConfigNotFoundError,
    CredentialsError,
    InvalidRequestError,
    ParentNotFoundError,
)

FINAL = [
    (400, "InvalidArgument", InvalidRequestError),
    (400, "MissingRequiredHeader", InvalidRequestError),
    (400, "PathNotSupported", InvalidRequestError),
    (400, "LimitExceededError", InvalidRequestError),
    (400, "InvalidDestinationResources", InvalidRequestError),
    (413, "EntityTooLarge", InvalidRequestError),
    (401, "Unauthorized", CredentialsError),
    (403, "AccessDenied", CredentialsError),
    (403, "SignatureNotMatch", CredentialsError),
    (403, "InvalidAccessKeyID", CredentialsError),
    (404, "InvalidAccessKeyId.NotFound", CredentialsError),
    (400, "SignatureDoesNotMatch", CredentialsError),
    (400, "InvalidTimeStamp.Expired", CredentialsError),
    (400, "InvalidSecurityToken.Expired", CredentialsError),
    (404, "AsyncConfigNotExists", ConfigNotFoundError),
    (404, "ServiceNotFound", ParentNotFoundError),
    (404, "FunctionNotFound", ParentNotFoundError),
    (404, "AliasNotFound", ParentNotFoundError),
    (404, "VersionNotFound", ParentNotFoundError),
    (404, "SomethingElse", ApiError),
    (404, "", ApiError),
    (405, "", ApiError),
    (409, "SomethingElse", ApiError),
]


@pytest.mark.parametrize(("status", "code", "error"), FINAL)
def test_what_the_service_refuses_for_good_has_changed_nothing(
    status: int, code: str, error: type[ApiError]
) -> None:
    assert meaning(status, code) == (error, False, False, False)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "ResourceExhausted"),
        (429, ""),
        (503, "ResourceThrottled"),
        (503, "Throttling"),
        (400, "Throttling.User"),
        (503, "Rejected.Throttling"),
    ],
)
def test_what_is_throttled_has_not_taken_effect_whatever_the_status(status: int, code: str) -> None:
    assert meaning(status, code) == (ApiError, True, True, False)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (499, "ClientClosedRequest"),
        (499, ""),
        (500, "InternalServerError"),
        (500, "SomethingElse"),
        (502, ""),
        (503, "ServiceUnavailable"),
        (504, ""),
        (400, "SignatureNonceUsed"),
    ],
)
def test_what_may_have_taken_effect_is_said_to(status: int, code: str) -> None:
    assert meaning(status, code) == (ApiError, True, False, True)


def test_a_concurrent_update_has_not_taken_effect() -> None:
    assert meaning(409, "ConcurrentUpdateError") == (ApiError, True, False, False)


@pytest.mark.parametrize("code", ["AsyncConfigNotExists", "FunctionNotFound"])
@pytest.mark.parametrize(("status", "unknown"), [(400, False), (403, False), (500, True)])
def test_nothing_is_absent_without_a_404(code: str, status: int, *, unknown: bool) -> None:
    found = meaning(status, code)

    assert found.error not in {ConfigNotFoundError, ParentNotFoundError}
    assert found.outcome_unknown is unknown
