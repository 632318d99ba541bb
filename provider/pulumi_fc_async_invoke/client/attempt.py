"""One attempt of a call: sign, send, read the response."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeVar
from urllib.parse import unquote

import httpcore

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api import responses
from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import ApiError, NoResponseError
from pulumi_fc_async_invoke.api.responses import Answer, Call
from pulumi_fc_async_invoke.api.signing import Credentials, signed_headers
from pulumi_fc_async_invoke.api.text import one_line

from .connection_errors import CONNECTION_ERRORS, ConnectionFailure, explain
from .connections import Connection, proxy_for

T = TypeVar("T")

OnAttempt = Callable[[str, str, "int | None", str, str, float], None]
"""Told of each attempt: method, path, HTTP status (`None`: no response), error code and request id
(empty: none), milliseconds."""


@dataclass(frozen=True)
class Request:
    """What goes over the wire, before it is signed."""

    call: Call
    """What it is about."""
    url: httpcore.URL
    """Where it goes."""
    service_host: str
    """Host of the account in its region, also if the request goes somewhere else."""
    account_id: str
    """Owner of the function."""
    body: bytes | None = None
    """JSON."""

    @property
    def path(self) -> str:
        """The path as it is sent, without the query."""
        return self.url.target.decode().partition("?")[0]

    def headers(self, credentials: Credentials) -> dict[str, str]:
        """Sign it.

        Raises:
            SettingsError: if the credentials cannot stand in a header.
        """
        host = self.url.host.decode()
        if is_loopback(host):
            host = self.service_host
        elif self.url.port is not None:
            host = f"{host}:{self.url.port}"
        headers = {
            "Host": host,
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"pulumi-fc-async-invoke/{__version__}",
            "x-fc-account-id": self.account_id,
        }
        return signed_headers(credentials, self.call.method, unquote(self.path), headers)


def send(
    connection: Connection,
    request: Request,
    credentials: Credentials,
    read: Callable[[Answer, Call], T],
    *,
    end: float,
    on_attempt: OnAttempt | None,
) -> T:
    """Send a request and read its response.

    Args:
        connection: carries it.
        request: what to send.
        credentials: what to sign with; they are kept out of all messages.
        read: makes the result from a response with a 2xx status.
        end: when it must be over, as a moment of `time.monotonic`.
        on_attempt: told how it ended.

    Raises:
        CallError: it failed; its attributes say whether another attempt makes sense.
        SettingsError: the credentials, a proxy or the authorities cannot be used.
    """
    start = time.monotonic()
    headers = request.headers(credentials)
    secrets = _secrets(request.call, credentials, headers["Authorization"])
    call = replace(request.call, secrets=secrets)

    def report(answer: Answer | None, code: str = "") -> None:
        if on_attempt is not None:
            status = None if answer is None else answer.status
            request_id = "" if answer is None else answer.headers.get("x-fc-request-id", "")
            on_attempt(
                call.method,
                request.path,
                status,
                code,
                one_line(request_id, secrets, 100),
                (time.monotonic() - start) * 1000,
            )

    try:
        answer = connection.request(call.method, request.url, headers, request.body, end)
    except CONNECTION_ERRORS as error:
        report(None)
        raise _no_response(error, request) from None
    if answer.succeeded:
        report(answer)
        return read(answer, call)
    now = datetime.now(timezone.utc)
    failure = responses.read_error(answer, call, now)
    failure.retry_after = responses.retry_after(answer, now)
    report(answer, failure.code if isinstance(failure, ApiError) else "")
    raise failure


def explain_failure(error: Exception, url: httpcore.URL) -> ConnectionFailure:
    """Say why a request over a `Connection` got no response.

    Args:
        error: one of `CONNECTION_ERRORS`.
        url: where the request went.
    """
    proxy = proxy_for(url.host.decode()) if url.scheme == b"https" else None
    return explain(error, url, proxy)


def _no_response(error: Exception, request: Request) -> NoResponseError:
    why = explain_failure(error, request.url)
    call = request.call
    failure = NoResponseError(
        f"{call.method} {call.what} of {call.resource} got no response: {why.words}",
        method=call.method,
        resource=call.resource,
        sent=why.sent,
    )
    failure.retryable = why.retry_for > 0
    failure.retry_for = why.retry_for
    return failure


def _secrets(call: Call, credentials: Credentials, authorization: str) -> tuple[str, ...]:
    """List what a service may echo and no message may repeat; the longest first."""
    secrets = {
        *call.secrets,
        authorization,
        authorization.rpartition(":")[2],
        credentials.access_key_id,
        credentials.access_key_secret,
        credentials.security_token or "",
    }
    return tuple(sorted(filter(None, secrets), key=len, reverse=True))
