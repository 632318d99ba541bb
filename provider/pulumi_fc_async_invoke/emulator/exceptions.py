"""The errors of the service: the codes, and the status of each."""

from typing import Literal, get_args

from pydantic import ValidationError

BadRequest = Literal[
    "EntityTooLarge",
    "InvalidArgument",
    "InvalidDestinationResources",
    "InvalidSecurityToken.Expired",
    "InvalidTimeStamp.Expired",
    "LimitExceededError",
    "MissingRequiredHeader",
    "PathNotSupported",
    "SignatureDoesNotMatch",
    "SignatureNonceUsed",
]
Forbidden = Literal["AccessDenied", "InvalidAccessKeyID", "SignatureNotMatch"]
NotFound = Literal[
    "AliasNotFound",
    "AsyncConfigNotExists",
    "FunctionNotFound",
    "InvalidAccessKeyId.NotFound",
    "ServiceNotFound",
    "VersionNotFound",
]
Conflict = Literal["ConcurrentUpdateError"]
TooMany = Literal["Rejected.Throttling", "ResourceExhausted", "Throttling", "Throttling.User"]
Closed = Literal["ClientClosedRequest"]
Internal = Literal["InternalServerError"]
Unavailable = Literal["ResourceThrottled", "ServiceUnavailable"]
ErrorKind = Literal[
    BadRequest, Forbidden, NotFound, Conflict, TooMany, Closed, Internal, Unavailable
]
_CODES = {
    400: BadRequest,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: TooMany,
    499: Closed,
    500: Internal,
    503: Unavailable,
}
ERROR_STATUS: dict[str, int] = {
    code: status for status, codes in _CODES.items() for code in get_args(codes)
}
"""HTTP status of each error code: the vendor's error-code pages, and for the codes of OpenAPI hosts
its general ones."""


class ApiError(Exception):
    """End a call with an error response.

    Args:
        message: what the service says.
        code: of the error; its status belongs to it.
    """

    def __init__(self, message: str, code: str = "InvalidArgument") -> None:
        super().__init__(message)
        self.status = ERROR_STATUS[code]
        self.code = code


def explain(error: Exception) -> str:
    """Describe in one line why a value was not accepted."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(": ".join([*map(str, each["loc"]), each["msg"]]) for each in error.errors())
