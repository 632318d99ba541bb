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
from pulumi_fc_async_invoke.api.responses import MAX_BODY, Response
from pulumi_fc_async_invoke.api.version import Request, Signed

from .connection_errors import CONNECTION_ERRORS, explain
from .transport import DeadlineTransport, exchange

T = TypeVar("T")


def send(
    transport: DeadlineTransport,
    request: Request,
    url: httpx.URL,
    credentials: Credentials,
    read: Callable[[Response], T],
    *,
    host: str,
    end: float,
    on_attempt: Callable[[str], object],
) -> T:
    """Send a request and read its response.

    Args:
        transport: carries it.
        request: what to send.
        url: where to send it.
        credentials: what to sign with; they are kept out of all messages.
        read: makes the result from a response with a 2xx status.
        host: the ``Host`` header.
        end: when it must be over, as a moment of `time.monotonic`.
        on_attempt: called with one line about the attempt when it is over: no header, key or body.

    Raises:
        CallError: it failed; its attributes say whether another attempt makes sense.
        SettingsError: the credentials, a proxy or the authorities cannot be used.
    """
    credentials.check()
    signed = Signed(host, credentials, datetime.now(timezone.utc), uuid4().hex)
    headers = {**request.api.sign(request, signed), "Host": host}
    request = replace(request, secrets=_secrets(request, credentials, headers["Authorization"]))
    start = time.monotonic()

    def report(outcome: str) -> None:
        milliseconds = (time.monotonic() - start) * 1000
        on_attempt(f"{request.method} {request.path}: {outcome}, {milliseconds:.0f} ms")

    try:
        raw, body = exchange(transport, request.method, url, headers, body=request.body, end=end)
    except CONNECTION_ERRORS as error:
        why = explain(error, url)
        report(f"no response, {why.words}")
        raise NoResponseError(
            f"{request} got no response: {why.words}",
            outcome_unknown=why.sent,
            retryable=why.retry_for > 0,
            retry_for=why.retry_for,
        ) from None
    cut = len(body) > MAX_BODY
    response = Response(request, raw.status_code, raw.headers, body[:MAX_BODY], cut=cut)
    failure = None
    if not response.succeeded:
        failure = responses.read_error(response, datetime.now(timezone.utc))
    code = f" {failure.code}" if isinstance(failure, ApiError) and failure.code else ""
    report(f"HTTP {response.status}{code}, request id {response.request_id}")
    if failure is not None:
        raise failure
    return read(response)


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
