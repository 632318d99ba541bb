"""One attempt of a call: sign, send, read the response."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import TypeVar
from uuid import uuid4

import httpx

from pulumi_fc_async_invoke.api import responses
from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import ApiError, NoResponseError
from pulumi_fc_async_invoke.api.responses import Response
from pulumi_fc_async_invoke.api.version import Request, Signed

from . import transport
from .connection_errors import CONNECTION_ERRORS, explain

T = TypeVar("T")

OnAttempt = Callable[[str, str, "int | None", str, str, float], None]
"""Told of each attempt: method, path, HTTP status (`None`: no response), error code and request id
(empty: none), milliseconds."""


def send(
    http: httpx.Client,
    request: Request,
    url: httpx.URL,
    credentials: Credentials,
    read: Callable[[Response, Request], T],
    *,
    host: str,
    end: float,
    on_attempt: OnAttempt | None,
) -> T:
    """Send a request and read its response.

    Args:
        http: carries it; of `transport.new_client`.
        request: what to send.
        url: where to send it.
        credentials: what to sign with; they are kept out of all messages.
        read: makes the result from a response with a 2xx status.
        host: the ``Host`` header.
        end: when it must be over, as a moment of `time.monotonic`.
        on_attempt: told how it ended.

    Raises:
        CallError: it failed; its attributes say whether another attempt makes sense.
        SettingsError: the credentials, a proxy or the authorities cannot be used.
    """
    start = time.monotonic()
    credentials.check()
    signed = Signed(host, credentials, datetime.now(timezone.utc), uuid4().hex)
    headers = {**request.api.sign(request, signed), "Host": host}
    request = replace(request, secrets=_secrets(request, credentials, headers["Authorization"]))

    def report(response: Response | None, code: str = "") -> None:
        if on_attempt is not None:
            status = None if response is None else response.status
            request_id = "" if response is None else responses.request_id(response, request) or ""
            on_attempt(
                request.method,
                request.path,
                status,
                code,
                request_id,
                (time.monotonic() - start) * 1000,
            )

    try:
        response = transport.read(
            http.request(request.method, url, headers=headers, content=request.body, timeout=end)
        )
    except CONNECTION_ERRORS as error:
        report(None)
        raise _no_response(error, request, url) from None
    if response.succeeded:
        report(response)
        return read(response, request)
    now = datetime.now(timezone.utc)
    failure = responses.read_error(response, request, now)
    failure.retry_after = responses.retry_after(response, now)
    report(response, failure.code if isinstance(failure, ApiError) else "")
    raise failure


def _no_response(error: Exception, request: Request, url: httpx.URL) -> NoResponseError:
    why = explain(error, url, transport.proxy_for(url))
    failure = NoResponseError(
        f"{request} got no response: {why.words}",
        method=request.method,
        resource=request.resource,
        sent=why.sent,
    )
    failure.retryable = why.retry_for > 0
    failure.retry_for = why.retry_for
    return failure


def _secrets(request: Request, credentials: Credentials, authorization: str) -> tuple[str, ...]:
    """List what a service may echo and no message may repeat; the longest first."""
    secrets = {
        *request.secrets,
        authorization,
        authorization.rpartition(":")[2],  # of 2016-08-15
        authorization.rpartition("Signature=")[2],  # of 2023-03-30
        credentials.access_key_id,
        credentials.access_key_secret,
        credentials.security_token or "",
    }
    return tuple(sorted(filter(None, secrets), key=len, reverse=True))
