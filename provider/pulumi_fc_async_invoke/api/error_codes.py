"""What the service's statuses and error codes mean, and which of them pass.

Codes are those of the vendor's pages of the four calls, and of its SDK's tests.
"""

from .errors import (
    ApiError,
    ConfigNotFoundError,
    CredentialsError,
    InvalidRequestError,
    ParentNotFoundError,
)

_PARENT_CODES = {"ServiceNotFound", "FunctionNotFound", "AliasNotFound", "VersionNotFound"}


def error_class(status: int, code: str) -> type[ApiError]:
    """What an answer without success means.

    Args:
        status: HTTP status.
        code: ``ErrorCode`` of the body; empty if there was none.
    """
    if status == 404 and code == "AsyncConfigNotExists":  # noqa: PLR2004  Not Found
        return ConfigNotFoundError
    if status == 404 and code in _PARENT_CODES:  # noqa: PLR2004  Not Found
        return ParentNotFoundError
    # Any other 404 may come from a front end: it says nothing about the config.
    classes: dict[int, type[ApiError]] = {
        400: InvalidRequestError,
        401: CredentialsError,
        403: CredentialsError,
    }
    return classes.get(status, ApiError)


def is_retryable(error: Exception) -> bool:
    """Whether the service may do next time what it refused now."""
    if not isinstance(error, ApiError):
        return False
    return (
        error.status in {429, 499}
        or error.status >= 500  # noqa: PLR2004  HTTP's class of server errors
        or (error.status == 409 and error.code == "ConcurrentUpdateError")  # noqa: PLR2004  409 Conflict has other codes that do not pass
    )


def is_throttled(error: Exception) -> bool:
    """Whether the service asks for fewer calls."""
    return isinstance(error, ApiError) and (
        error.status == 429 or error.code == "ResourceThrottled"  # noqa: PLR2004  Too Many Requests
    )
