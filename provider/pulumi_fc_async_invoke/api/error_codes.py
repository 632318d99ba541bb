"""What an error of the service means: one table for both API versions.

A code says what is wrong; where there is none, or one that is not listed, the HTTP status does.
Sources: the vendor's pages of the calls and of common errors (API versions 2016-08-15 and
2023-03-30), its SDKs, and the general OpenAPI codes that the ``fcv3`` hosts respond with.
"""

from http import HTTPStatus
from typing import NamedTuple

from .errors import (
    ApiError,
    ConfigNotFoundError,
    CredentialsError,
    InvalidRequestError,
    ParentNotFoundError,
)


class Meaning(NamedTuple):
    """What an error means for the call that it responds to."""

    error: type[ApiError] = ApiError
    """The class to raise."""
    retryable: bool = False
    """Whether the same call may succeed later."""
    throttled: bool = False
    """Whether the service asks for fewer calls."""
    outcome_unknown: bool = False
    """Whether a write may have taken effect all the same."""


_CREDENTIALS = Meaning(CredentialsError)
_INVALID = Meaning(InvalidRequestError)
_PARENT = Meaning(ParentNotFoundError)
_LATER = Meaning(retryable=True)
_THROTTLED = Meaning(retryable=True, throttled=True)
_UNKNOWN = Meaning(retryable=True, outcome_unknown=True)

_CODES = {
    "AsyncConfigNotExists": Meaning(ConfigNotFoundError),
    "ServiceNotFound": _PARENT,
    "FunctionNotFound": _PARENT,
    "AliasNotFound": _PARENT,
    "VersionNotFound": _PARENT,
    "AccessDenied": _CREDENTIALS,
    "InvalidAccessKeyID": _CREDENTIALS,
    # InvalidAccessKeyId.NotFound is a 404 that says nothing about the config.
    "InvalidAccessKeyId": _CREDENTIALS,
    "InvalidSecurityToken": _CREDENTIALS,
    "InvalidTimeStamp": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "SignatureNotMatch": _CREDENTIALS,
    # Each attempt has a nonce of its own, so something in between has sent this one twice, and the
    # service may have carried out the first.
    "SignatureNonceUsed": _UNKNOWN,
    "EntityTooLarge": _INVALID,
    "InvalidArgument": _INVALID,
    "InvalidDestinationResources": _INVALID,
    "MissingRequiredHeader": _INVALID,
    "PathNotSupported": _INVALID,
    "ConcurrentUpdateError": _LATER,
    # Throttled before anything was done, whatever the status.
    "ResourceExhausted": _THROTTLED,
    "ResourceThrottled": _THROTTLED,
    "Rejected.Throttling": _THROTTLED,
    "Throttling": _THROTTLED,
    # A proxy, or the service, stopped waiting for the client, not for the write.
    "ClientClosedRequest": _UNKNOWN,
    "InternalServerError": _UNKNOWN,
    "ServiceUnavailable": _UNKNOWN,
}

_STATUSES = {
    400: _INVALID,
    401: _CREDENTIALS,
    403: _CREDENTIALS,
    429: _THROTTLED,
    499: _UNKNOWN,
}
_ABSENT = (ConfigNotFoundError, ParentNotFoundError)


def meaning(status: int, code: str) -> Meaning:
    """Look up what an error response means.

    Args:
        status: HTTP status, 400 to 599.
        code: error code of the body, such as ``Throttling.User``; empty if there is none.

    Returns:
        What to raise, and whether to retry. What is not listed is a plain `ApiError` and final: a
        bare 404, for one, may be a front end's, and says nothing about the config.
    """
    found = _CODES.get(code) or _CODES.get(code.partition(".")[0])
    if found is not None and (status == HTTPStatus.NOT_FOUND or found.error not in _ABSENT):
        return found
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _UNKNOWN
    return _STATUSES.get(status, Meaning())
