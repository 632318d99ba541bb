"""One try of a call: sign, send, read the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeVar

import httpcore
import httpx

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api import responses
from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import ApiError, NoResponseError
from pulumi_fc_async_invoke.api.responses import Answer, Call
from pulumi_fc_async_invoke.api.signing import Credentials, FunctionComputeAuth

from . import connection_errors
from .connections import LOCATION, proxy_for
from .deadline import Deadline
from .retries import Transient

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """What goes over the wire, before it is signed."""

    call: Call
    """What it is about."""
    url: httpx.URL
    """Where it goes."""
    service_host: str
    """Host of the account in its region, also if the request goes somewhere else."""
    account_id: str
    """Owner of the function."""
    body: bytes | None = None
    """JSON."""

    def build(self, http: httpx.Client) -> httpx.Request:
        """As httpx sends it."""
        headers = {
            "Accept": "application/json",
            # Some hundred bytes are not worth compressing, and what is not unpacked cannot burst.
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": f"pulumi-fc-async-invoke/{__version__}",
            "x-fc-account-id": self.account_id,
        }
        if is_loopback(self.url.host):
            headers["Host"] = self.service_host
        return http.build_request(self.call.method, self.url, headers=headers, content=self.body)


def send_once(
    http: httpx.Client,
    request: Request,
    credentials: Credentials,
    read: Callable[[Answer, Call], T],
    deadline: Deadline,
) -> T:
    """Send a request and read what comes back.

    Args:
        http: carries it; its transport keeps to the deadline of this thread's attempt.
        request: what to send.
        credentials: sign it, and are kept out of all messages.
        read: makes the result from an answer with a 2xx status.
        deadline: the call's clock, also while a body arrives.

    Raises:
        Transient: worth another try; holds the error.
        CallError: any other; see `responses` and `connection_errors`.
    """
    signed = request.build(http)
    try:
        response = http.send(
            signed,
            auth=FunctionComputeAuth(lambda: credentials),
            stream=True,
            follow_redirects=False,
        )
        try:
            answer = _read_body(response, deadline)
        finally:
            response.close()
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise _no_answer(error, request) from None
    call = replace(request.call, secrets=_secrets(credentials, signed))
    if answer.succeeded:
        return read(answer, call)
    now = datetime.now(timezone.utc)
    failure = responses.read_error(answer, call, now)
    if isinstance(failure, ApiError) and failure.retryable:
        raise Transient(failure, responses.retry_after(answer, now))
    raise failure


def _read_body(response: httpx.Response, deadline: Deadline) -> Answer:
    """At most `responses.MAX_BODY` bytes; the transport watches each read, this the sum of them."""
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > responses.MAX_BODY:
            break
        if deadline.attempt_left <= 0:
            raise httpcore.ReadTimeout("the time for this attempt is over")
    return Answer(
        status=response.status_code,
        headers={
            **{name.lower(): value for name, value in response.headers.items()},
            "location": response.extensions.get(LOCATION, ""),
        },
        body=bytes(body[: responses.MAX_BODY]),
        cut=len(body) > responses.MAX_BODY,
    )


def _no_answer(error: Exception, request: Request) -> Exception:
    """What to raise: a `Transient` where another try makes sense."""
    proxy_url = proxy_for(request.url.host) if request.url.scheme == "https" else None
    # The host alone: the proxy's URL may hold a password.
    proxy = httpx.Proxy(proxy_url).url.host if proxy_url else None
    failure = connection_errors.explain(error, request.url.host, proxy)
    call = request.call
    text = f"{call.method} {call.what} of {call.resource} had no answer: {failure.words}"
    no_answer = NoResponseError(text, method=call.method, resource=call.resource, sent=failure.sent)
    return Transient(no_answer) if failure.retryable else no_answer


def _secrets(credentials: Credentials, signed: httpx.Request) -> tuple[str, ...]:
    """What a service may echo and no message may repeat; the longest first."""
    authorization = signed.headers.get("Authorization", "")
    secrets = {
        authorization,
        authorization.rpartition(":")[2],
        credentials.access_key_id,
        credentials.access_key_secret,
        credentials.security_token or "",
    }
    return tuple(sorted(filter(None, secrets), key=len, reverse=True))
