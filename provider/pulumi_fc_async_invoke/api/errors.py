"""Everything that this package raises on purpose.

::

    FunctionComputeError            one readable line each
    ├── SettingsError               region, account, endpoint or credentials: missing or malformed
    ├── InvalidIdError              an id that names no async-invoke-config
    ├── StateError                  state holds values of a resource that cannot be read
    ├── CallError                   a call to Function Compute failed
    │   ├── CanceledError           the run was interrupted before there was a response
    │   ├── NoResponseError         no response: connection, timeout, deadline
    │   ├── BadResponseError        the response is not the API's
    │   └── ApiError                the service responded with an error
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
    """A call to Function Compute failed.

    Attributes:
        outcome_unknown: whether a write may have taken effect all the same: an attempt had no
            response, one that is not the API's, or an error of which `error_codes` says so. False:
            nothing has changed.
        retry_for: seconds since the start of the call for which it makes sense to retry; 0: the
            same call will not succeed later either.
        retry_after: seconds that the service asks to wait before the next attempt; `None`: it does
            not say.
    """

    retry_after: float | None = None

    def __init__(
        self,
        message: str,
        *,
        outcome_unknown: bool = True,
        retry_for: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.outcome_unknown = outcome_unknown
        self.retry_for = retry_for

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later."""
        return self.retry_for > 0


class NoResponseError(CallError):
    """There was no response.

    Connection refused or dropped, DNS, TLS, a proxy, a timeout, or the overall deadline
    (`fc:requestTimeout`) passed while retrying.

    The outcome is unknown unless no connection was ever made, so that nothing was sent.
    """


class CanceledError(CallError):
    """The run was interrupted (Ctrl-C), and the call is not waited for."""


class BadResponseError(CallError):
    """The response is not this API's.

    An HTML page, broken JSON, a redirect, a body that is too large or lacks what it must have. The
    outcome is unknown.

    Attributes:
        status: HTTP status.
        request_id: ``X-Fc-Request-Id``, or ``None``: a front end may respond without one.
    """

    def __init__(self, message: str, *, status: int, request_id: str | None) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id


class ApiError(CallError):
    """The service responded with an error.

    Args:
        request: what failed, such as ``PUT async-invoke-config of …``.
        remedy: what the user can do about it; empty: what the class says.

    Attributes:
        status: HTTP status.
        code: ``ErrorCode`` of the body; empty if there was none.
        message: ``ErrorMessage`` of the body; empty if there was none.
        request_id: ``X-Fc-Request-Id``, or ``None``: a front end may respond without one.
        problem: what is wrong, without the remedy.
        remedy: what the user can do about it; empty if that is not known.
        throttled: whether the service asks for fewer calls.
    """

    remedy: str = ""

    def __init__(
        self,
        request: str,
        *,
        status: int,
        code: str = "",
        message: str = "",
        request_id: str | None = None,
        remedy: str = "",
        retryable: bool = False,
        throttled: bool = False,
        outcome_unknown: bool = False,
    ) -> None:
        reason = ": ".join(filter(None, (code, message))) or "no explanation"
        shown_id = f"request id {request_id}" if request_id else "no request id"
        self.problem = f"{request} failed: HTTP {status}, {reason} ({shown_id})"
        if remedy:
            self.remedy = remedy
        text = ". ".join(filter(None, (self.problem, self.remedy)))
        retry_for = inf if retryable else 0.0
        super().__init__(text, outcome_unknown=outcome_unknown, retry_for=retry_for)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
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
