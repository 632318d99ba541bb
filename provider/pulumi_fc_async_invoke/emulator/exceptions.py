"""The errors of the service: the codes, and the status of each."""

from typing import Literal

from pydantic import ValidationError

ErrorKind = Literal[
    "AccessDenied",
    "AliasNotFound",
    "AsyncConfigNotExists",
    "ClientClosedRequest",
    "ConcurrentUpdateError",
    "EntityTooLarge",
    "FunctionNotFound",
    "InternalServerError",
    "InvalidAccessKeyID",
    "InvalidAccessKeyId.NotFound",
    "InvalidArgument",
    "InvalidDestinationResources",
    "InvalidSecurityToken.Expired",
    "InvalidTimeStamp.Expired",
    "LimitExceededError",
    "MissingRequiredHeader",
    "PathNotSupported",
    "Rejected.Throttling",
    "ResourceExhausted",
    "ResourceThrottled",
    "ServiceNotFound",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "SignatureNonceUsed",
    "SignatureNotMatch",
    "Throttling",
    "Throttling.User",
    "VersionNotFound",
]
ERROR_STATUS: dict[str, int] = {
    "EntityTooLarge": 400,
    "InvalidArgument": 400,
    "InvalidDestinationResources": 400,
    "InvalidSecurityToken.Expired": 400,
    "InvalidTimeStamp.Expired": 400,
    "LimitExceededError": 400,
    "MissingRequiredHeader": 400,
    "PathNotSupported": 400,
    "SignatureDoesNotMatch": 400,
    "SignatureNonceUsed": 400,
    "AccessDenied": 403,
    "InvalidAccessKeyID": 403,
    "SignatureNotMatch": 403,
    "AliasNotFound": 404,
    "AsyncConfigNotExists": 404,
    "FunctionNotFound": 404,
    "InvalidAccessKeyId.NotFound": 404,
    "ServiceNotFound": 404,
    "VersionNotFound": 404,
    "ConcurrentUpdateError": 409,
    "Rejected.Throttling": 429,
    "ResourceExhausted": 429,
    "Throttling": 429,
    "Throttling.User": 429,
    "ClientClosedRequest": 499,
    "InternalServerError": 500,
    "ResourceThrottled": 503,
    "ServiceUnavailable": 503,
}
"""HTTP status of each error code: the vendor's error-code pages, and for the codes of OpenAPI hosts
its general ones."""


class ApiError(Exception):
    """A call ends with an error response.

    Args:
        code: of the error; its status belongs to it.
        message: what the service says.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.status = ERROR_STATUS[code]
        self.code = code


def explain(error: Exception) -> str:
    """One line on what is wrong with something that was declared wrongly."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(": ".join([*map(str, each["loc"]), each["msg"]]) for each in error.errors())
