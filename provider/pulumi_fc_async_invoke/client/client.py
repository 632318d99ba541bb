"""The four calls of async-invoke-configs over HTTP, and the two that list what may have one.

Each attempt of a call is signed, sent over the `transport`, and read; `retries` repeats it until
its `deadline`.
"""

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import httpx

from pulumi_fc_async_invoke.api import responses
from pulumi_fc_async_invoke.api.addressing import host_name, is_loopback
from pulumi_fc_async_invoke.api.credentials import Credentials, Signed
from pulumi_fc_async_invoke.api.errors import ApiError, ConfigNotFoundError, NoResponseError
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.responses import Response
from pulumi_fc_async_invoke.api.version import Identity, Request
from pulumi_fc_async_invoke.config.credentials import credentials_source
from pulumi_fc_async_invoke.config.endpoint import for_account, parse_base_url
from pulumi_fc_async_invoke.config.settings import Settings

from .connection_errors import CONNECTION_ERRORS, explain
from .deadline import Deadline, Interruption
from .lists import read_all
from .retries import Retries
from .slow_calls import SlowCalls
from .transport import DeadlineTransport, until
from .turns import Turns

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")


class FunctionComputeClient:
    """put, get, delete and list of async-invoke-configs; safe to share between threads.

    Connections are opened at the first call and kept; they are closed by `close`, at the end of a
    ``with`` block, or when the process ends.

    Retried until ``request_timeout`` is over: connection errors, timeouts and the errors that the
    table in `api.error_codes` calls retryable; every attempt is signed afresh. Not retried: a
    response that is not the service's, also with status 200. A write behind it has most likely
    taken effect, and whatever is in between will not respond better next time.

    All calls raise:
        InvalidIdError: a name that cannot be part of a URL; nothing was sent.
        SettingsError: from ``credentials``, or an unusable endpoint, proxy or SSL_CERT_FILE.
        ApiError: the service responded with an error; see `api.errors` for its kinds.
        BadResponseError: the response is not the service's.
        NoResponseError: there was no response in time.
        CanceledError: the run was interrupted.

    Args:
        settings: where Function Compute is, whose keys to use, how long a call with all its
            attempts may take (a list: each page), and how many attempts are in flight at once.
            What the keys take does not count. With an endpoint on a loopback host the ``Host``
            header still names account and region, so that a tunnel or an emulator knows which
            ones are meant.
        on_waiting: called once per call that has taken more than 5 seconds, with one line for
            the user; from another thread, in the context (`contextvars`) of the call.
        on_attempt: called with one line about each attempt when it is over.
        credentials: called for every attempt, as temporary keys are refreshed in between; `None`:
            those of the settings.
        canceled: set when the run is interrupted. Every wait ends then, nothing is repeated, and
            within 10 seconds what is in flight has ended or is abandoned and nothing new begins.
    """

    def __init__(
        self,
        settings: Settings,
        on_waiting: Callable[[str], object],
        *,
        on_attempt: Callable[[str], object] | None = None,
        credentials: Callable[[], Credentials] | None = None,
        canceled: threading.Event | None = None,
    ) -> None:
        self._credentials = credentials or credentials_source(settings, canceled)
        self._settings = settings
        self._on_attempt = on_attempt
        self._interruption = Interruption(canceled or threading.Event())
        # Half of a call's time is left to find out whether the service still throttles.
        self._turns = Turns(settings.max_concurrency, settings.request_timeout / 2)
        self._transport = DeadlineTransport(self._interruption)
        self._slow_calls = SlowCalls(on_waiting)
        weakref.finalize(self, self._transport.close)  # also when the process ends

    def get(self, identity: Identity) -> RemoteConfig:
        """Read the config of a function's qualifier.

        Raises:
            ConfigNotFoundError: there is none.
            ParentNotFoundError: its service, function, alias or version is absent.
        """
        return self._call(identity.api.get(identity), responses.read_config)

    def put(self, identity: Identity, body: Mapping[str, object]) -> RemoteConfig:
        """Write a config, and return what the service made of it.

        The service merges: what ``body`` leaves out stays. An attempt whose response was lost is
        repeated, as the same body twice has the effect of once.

        Args:
            identity: which config.
            body: the fields by the API's names; JSON values.

        Raises:
            ParentNotFoundError: its service, function, alias or version is absent.
            InvalidRequestError: the service does not accept the body.
        """
        return self._call(identity.api.put(identity, body), responses.read_config)

    def delete(self, identity: Identity) -> None:
        """Delete a config.

        Finding none is success if an earlier attempt of the same call may have deleted it. Only
        the first attempt that got a response can say that there was none.

        Raises:
            ConfigNotFoundError: there was none before this call.
            ParentNotFoundError: its service, function, alias or version is absent.
        """
        try:
            self._call(identity.api.delete(identity), responses.read_deletion)
        except ConfigNotFoundError as error:
            if not error.outcome_unknown:
                raise

    def list(self, request: Request) -> Iterator[RemoteConfig]:
        """Read all configs that a request of `ApiVersion` lists, page by page.

        Raises:
            ParentNotFoundError: the service or the function is absent.
        """
        return read_all(request, responses.read_page, self._call)

    def list_names(self, request: Request) -> Iterator[str]:
        """Read the names of all services or functions that a request lists, page by page.

        Raises:
            ParentNotFoundError: the service is absent.
        """
        return read_all(request, responses.read_names, self._call)

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self._transport.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, request: Request, read: Callable[[Response], T]) -> T:
        """Send a request until there is a result; see `retries`.

        Args:
            request: what to send.
            read: makes the result from a response with a 2xx status.
        """
        where = _address(self._settings, request.names["region"], request.names["accountId"])
        deadline = Deadline(self._settings.request_timeout)
        retries = Retries(request, deadline, self._interruption)

        def attempt() -> T:
            start = time.monotonic()
            credentials = self._credentials()
            deadline.extend(time.monotonic() - start)  # that has a limit of its own
            with self._turns.turn(retries):
                end = deadline.end_of_attempt()
                return read(self._attempt(request, *where, credentials, end=end))

        with self._slow_calls.watching(retries):
            return retries.run(attempt)

    def _attempt(
        self, request: Request, base: httpx.URL, host: str, credentials: Credentials, *, end: float
    ) -> Response:
        """Sign and send a request once.

        Args:
            request: what to send.
            base: where to send it, without the path.
            host: the ``Host`` header.
            credentials: what to sign with; they are kept out of all messages.
            end: when it must be over, as a moment of `time.monotonic`.

        Returns:
            The response, if its status is 2xx.

        Raises:
            CallError: it failed; its attributes say whether another attempt makes sense.
            SettingsError: the credentials, a proxy or the authorities cannot be used.
        """
        credentials.check()
        signed = Signed(host, credentials, datetime.now(timezone.utc), uuid4().hex)
        headers = {**request.api.sign(request, signed), "Host": host}
        authorization = headers["Authorization"]
        request = request.masking(
            authorization,
            authorization.rpartition(":")[2],  # of 2016-08-15
            authorization.rpartition("Signature=")[2],  # of 2023-03-30
            credentials.access_key_id,
            credentials.access_key_secret,
            credentials.security_token or "",
        )
        start = time.monotonic()

        def report(outcome: str) -> None:
            milliseconds = (time.monotonic() - start) * 1000
            if self._on_attempt:
                self._on_attempt(
                    f"{request.method} {request.path}: {outcome}, {milliseconds:.0f} ms"
                )

        try:
            received = self._transport.handle_request(
                httpx.Request(
                    request.method,
                    base,
                    headers=headers,
                    content=request.body,
                    extensions=until(end) | {"target": request.target.encode()},
                )
            )
        except CONNECTION_ERRORS as error:
            why = explain(error, base)
            report(f"no response, {why.words}")
            raise NoResponseError(
                f"{request} got no response: {why.words}",
                outcome_unknown=why.sent,
                retry_for=why.retry_for,
            ) from None
        body = b"".join(received.iter_raw())
        response = Response(request, received.status_code, received.headers, body)
        failure = None
        if not received.is_success:
            failure = responses.read_error(response, datetime.now(timezone.utc))
        code = f" {failure.code}" if isinstance(failure, ApiError) and failure.code else ""
        report(f"HTTP {response.status}{code}, request id {response.request_id}")
        if failure is not None:
            raise failure
        return response


@lru_cache  # a handful of accounts, and two calls for each resource
def _address(settings: Settings, region: str, account_id: str) -> tuple[httpx.URL, str]:
    """Find the base URL and the ``Host`` header of an account."""
    host = host_name(region, account_id, internal=settings.internal)
    base_url = for_account(settings.endpoint or f"https://{host}", account_id)
    base = parse_base_url(base_url, "fc:endpoint")
    url = httpx.URL(base)
    if not is_loopback(url.raw_host.decode()):
        host = base.removeprefix("https://").removesuffix(":443")
    return url, host
