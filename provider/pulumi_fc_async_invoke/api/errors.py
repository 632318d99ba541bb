"""Everything that this package raises on purpose.

::

    FunctionComputeError            one readable line each
    ├── SettingsError               region, account, endpoint or credentials: missing or malformed
    ├── InvalidIdError              an id that names no async-invoke-config
    ├── StateError                  state holds values of a resource that cannot be read
    ├── CallError                   a call to Function Compute did not do what it should
    │   ├── CanceledError           the run was interrupted before there was a response
    │   ├── NoResponseError         nothing came back: connection, timeout, deadline
    │   ├── BadResponseError        something came back that is not the API's response
    │   └── ApiError                the service answered with an error
    │       ├── ConfigNotFoundError     404: no config for this qualifier
    │       ├── ParentNotFoundError     404: its service, function, alias or version is absent
    │       ├── CredentialsError        401, 403: the keys are refused
    │       │   └── ClockError              the time of the request is refused
    │       └── InvalidRequestError     400: the service does not accept what was sent
    └── LifecycleError              the calls went through and the result is not what was declared
        ├── ConfigExistsError       create found a different config
        ├── StillDeclaredError      a delete of what another resource was to adopt
        ├── NotFoundError           ``get`` of something that is not there
        └── NotAppliedError         the service holds something else than what was declared
"""

from math import inf


class FunctionComputeError(Exception):
    """Base of all errors of this package; ``str()`` is one line fit for a user."""

    def add_detail(self, words: str) -> None:
        """Append what became known after the error was made, such as how often it was retried."""
        self.args = (f"{self}. {words}",)


class SettingsError(FunctionComputeError):
    """Region, account, endpoint or credentials are missing or malformed.

    Attributes:
        outcome_unknown: whether it ended a write of which an earlier attempt may have taken
            effect: keys are looked up for each attempt. False: nothing has changed.
    """

    outcome_unknown: bool = False


class InvalidIdError(FunctionComputeError):
    """An id that names no async-invoke-config."""


class StateError(FunctionComputeError):
    """State holds values of a resource that cannot be read; somebody has edited it."""


class CallError(FunctionComputeError):
    """A call to Function Compute did not do what it should.

    Attributes:
        method: HTTP method of the call.
        resource: what it was about, as a user would name it.
        outcome_unknown: whether a write may have taken effect all the same: an attempt had no
            response, one that is not the API's, or an error of which `error_codes` says so. False:
            nothing has changed.
        retryable: whether the same call may succeed later.
        retry_for: seconds since the start of the call for which it makes sense to retry.
        retry_after: seconds that the service asks to wait before the next attempt.
    """

    retryable: bool = False
    retry_for: float = inf
    retry_after: float | None = None

    def __init__(self, message: str, *, method: str, resource: str, outcome_unknown: bool) -> None:
        super().__init__(message)
        self.method = method
        self.resource = resource
        self.outcome_unknown = outcome_unknown


class NoResponseError(CallError):
    """No answer came back.

    Connection refused or dropped, DNS, TLS, a proxy, a timeout, or the overall deadline
    (`fc:requestTimeout`) passed while retrying.

    The outcome is unknown unless no connection was ever made, so that nothing was sent.
    """

    def __init__(self, message: str, *, method: str, resource: str, sent: bool = True) -> None:
        super().__init__(message, method=method, resource=resource, outcome_unknown=sent)


class CanceledError(CallError):
    """The run was interrupted (Ctrl-C), and the call is not waited for.

    The outcome of a write that was sent is unknown.
    """

    def __init__(self, *, method: str, resource: str, sent: bool) -> None:
        message = f"{method} async-invoke-config of {resource}: the run was interrupted"
        unknown = sent and method != "GET"
        if unknown:
            message += ", and there was no response in time. It may or may not have taken effect"
        elif method != "GET":
            message += ", and nothing was changed"
        super().__init__(message, method=method, resource=resource, outcome_unknown=unknown)


class BadResponseError(CallError):
    """An answer came back that is not this API's.

    An HTML page, broken JSON, a redirect, a body that is too large or lacks what it must have.

    Attributes:
        status: HTTP status of that answer.
        request_id: ``X-Fc-Request-Id``, or ``None``: a front end may answer without one.
    """

    def __init__(
        self, message: str, *, method: str, resource: str, status: int, request_id: str | None
    ) -> None:
        super().__init__(message, method=method, resource=resource, outcome_unknown=True)
        self.status = status
        self.request_id = request_id


class ApiError(CallError):
    """The service answered with an error.

    Attributes:
        status: HTTP status.
        code: ``ErrorCode`` of the body; empty if there was none.
        message: ``ErrorMessage`` of the body; empty if there was none.
        request_id: ``X-Fc-Request-Id``, or ``None``: a front end may respond without one.
        problem: what is wrong, without the remedy.
        throttled: whether the service asks for fewer calls.
    """

    remedy: str = ""
    """What the user can do about it."""

    def __init__(
        self,
        *,
        method: str,
        resource: str,
        status: int,
        code: str = "",
        message: str = "",
        request_id: str | None = None,
        what: str = "async-invoke-config",
        remedy: str | None = None,
        retryable: bool = False,
        throttled: bool = False,
        outcome_unknown: bool = False,
    ) -> None:
        said = ": ".join(part for part in (code, message) if part) or "no explanation"
        text = f"{method} {what} of {resource} failed: HTTP {status}, {said}"
        text += f" (request id {request_id})" if request_id else " (no request id)"
        self.problem = text
        if remedy is not None:
            self.remedy = remedy
        if self.remedy:
            text += f". {self.remedy}"
        super().__init__(text, method=method, resource=resource, outcome_unknown=outcome_unknown)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.retryable = retryable
        self.throttled = throttled


class ConfigNotFoundError(ApiError):
    """404 AsyncConfigNotExists: the function has no config for this qualifier."""


class ParentNotFoundError(ApiError):
    """404 ServiceNotFound, FunctionNotFound, AliasNotFound or VersionNotFound."""


class CredentialsError(ApiError):
    """401 or 403: the keys are unknown, the signature is wrong or a permission is missing."""

    remedy = (
        "Check the credentials (alicloud:accessKey and alicloud:secretKey, or the environment) "
        "and that they may use fc:*FunctionAsyncInvokeConfig* on this function (to list: "
        "fc:ListServices and fc:ListFunctions too). Refresh and "
        "destroy take configured keys from the last up unless they run with --run-program"
    )


class ClockError(CredentialsError):
    """The service refuses the time of the request: a clock is wrong, and the keys may be right."""


class InvalidRequestError(ApiError):
    """400: the service does not accept what was sent."""


class LifecycleError(FunctionComputeError):
    """The calls went through and the result is not what was declared."""


class ConfigExistsError(LifecycleError):
    """Create found a config that differs from the declared one, and may not overwrite it.

    What was found before the write is untouched; what someone else wrote at the same time has the
    declared numbers and their destinations.
    """


class StillDeclaredError(LifecycleError):
    """What was to be deleted is declared by another resource, the creation of which has failed."""


class NotFoundError(LifecycleError):
    """``AsyncInvokeConfig.get`` names something that does not exist."""


class NotAppliedError(LifecycleError):
    """The service holds something else than what was declared; the message says what."""
