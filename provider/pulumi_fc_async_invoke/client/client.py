"""The four calls of async-invoke-configs over HTTP, and the two that find what has some.

`api.addressing` says where a call goes, `attempt` makes one attempt (`api.signing` signs it,
`connections` carries it, `api.responses` and `connection_errors` judge what came or did not come),
and `retries` repeats it until its `deadline`.
"""

import json
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import httpx

from pulumi_fc_async_invoke.api import responses
from pulumi_fc_async_invoke.api.addressing import (
    config_path,
    functions_path,
    host_name,
    list_path,
    services_path,
)
from pulumi_fc_async_invoke.api.errors import BadResponseError, ConfigNotFoundError, SettingsError
from pulumi_fc_async_invoke.api.identity import Identity
from pulumi_fc_async_invoke.api.model import RemoteConfig
from pulumi_fc_async_invoke.api.responses import Answer, Call
from pulumi_fc_async_invoke.api.signing import Credentials
from pulumi_fc_async_invoke.config.endpoint import for_account

from . import defaults
from .attempt import Request, send_once
from .concurrency import Concurrency
from .connections import DeadlineTransport
from .deadline import Deadline
from .retries import Retries

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")

PAGE_SIZE = 100
"""Items per page of a list: the most that the API allows."""

EMPTY_PAGES = 100
"""Pages in a row that may hold nothing and yet name a next one: a filter may leave some empty."""


def _nothing(_message: str) -> None:
    """Tell nobody."""


class FunctionComputeClient:
    """put, get, delete and list of async-invoke-configs over one shared httpx client.

    Safe to share between threads. Connections are opened at the first call and kept; they are
    closed by `close`, at the end of a ``with`` block, or when the process ends.

    Repeated: connection errors, timeouts, 409 ConcurrentUpdateError, 429, 499 and 5xx, until
    ``request_timeout`` is over; every try is signed afresh. Not repeated: what the service refuses,
    and an answer that is not the service's, also with status 200: a write behind it has most
    likely taken effect, and whatever stands in between will not answer better next time.

    All calls raise:
        InvalidIdError: a name that cannot stand in a URL; nothing was sent.
        SettingsError: from ``credentials``, or an unusable proxy or SSL_CERT_FILE.
        ApiError: the service answered with an error; see `errors` for its kinds.
        BadResponseError: something else than the service answered.
        NoResponseError: nothing came back in time.

    Args:
        credentials: called for every try: temporary keys are refreshed under way.
        endpoint: base URL instead of ``https://{accountId}.{region}.fc.aliyuncs.com``. On a
            loopback host the ``Host`` header still names account and region, so that a tunnel or
            an emulator knows which ones are meant.
        internal: use the host inside a VPC; no effect with ``endpoint``.
        request_timeout: seconds for one call with all its tries (a list: for each page). Looking
            up a host's name is not bounded by it, but by the operating system's resolver, and
            what ``credentials`` takes does not count.
        max_concurrency: tries in flight at once, over all threads; further calls wait for their
            turn. While the service throttles it is less: see `transport.concurrency`.
        on_waiting: called once per call that has taken more than 5 seconds, with one line for
            the user; from the thread of the call.
    """

    def __init__(
        self,
        credentials: Callable[[], Credentials],
        *,
        endpoint: str | None = None,
        internal: bool = False,
        request_timeout: float = defaults.REQUEST_TIMEOUT,
        max_concurrency: int = defaults.MAX_CONCURRENCY,
        on_waiting: Callable[[str], None] = _nothing,
    ) -> None:
        self._credentials = credentials
        self._endpoint = endpoint.rstrip("/") if endpoint else None
        self._internal = internal
        self._request_timeout = request_timeout
        self._max_concurrency = max_concurrency
        self._concurrency = Concurrency(max_concurrency)
        self._on_waiting = on_waiting
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None

    def get(self, identity: Identity) -> RemoteConfig:
        """The config of a function's qualifier.

        Raises:
            ConfigNotFoundError: there is none.
            ParentNotFoundError: its service, function, alias or version is absent.
        """
        return self._send(self._request("GET", identity), responses.read_config)

    def put(self, identity: Identity, body: Mapping[str, object]) -> RemoteConfig:
        """Write a config, and return what the service made of it.

        The service merges: what ``body`` leaves out stays. A try whose answer was lost is
        repeated, as the same body twice has the effect of once.

        Args:
            identity: which config.
            body: the fields by the API's names; JSON values.

        Raises:
            ParentNotFoundError: its service, function, alias or version is absent.
            InvalidRequestError: the service does not accept the body.
        """
        request = replace(self._request("PUT", identity), body=json.dumps(body).encode())
        return self._send(request, responses.read_config)

    def delete(self, identity: Identity) -> None:
        """Remove a config.

        Finding none is success if an earlier try of the same call may have removed it: one that
        had no answer, or a 5xx. Only the first answered try can say that there was none.

        Raises:
            ConfigNotFoundError: there was none before this call.
            ParentNotFoundError: its service, function, alias or version is absent.
        """
        request = self._request("DELETE", identity)
        self._send(request, responses.read_deletion, tolerate_absence_after_doubt=True)

    def list(
        self, *, region: str, account_id: str, service_name: str, function_name: str
    ) -> Iterator[RemoteConfig]:
        """All configs of a function, over all qualifiers; fetches page after page on the way.

        Raises:
            ParentNotFoundError: the service or the function is absent.
        """
        resource = f"{service_name}.*/{function_name} ({region}, account {account_id})"
        call = Call("GET", resource, service_name, function_name)
        path = list_path(service_name, function_name)
        return self._pages(region, account_id, path, call, responses.read_page)

    def list_services(self, *, region: str, account_id: str) -> Iterator[str]:
        """The names of an account's services in a region; fetches page after page on the way."""
        call = Call("GET", f"account {account_id} ({region})", "", "", what="services")
        return self._pages(region, account_id, services_path(), call, responses.read_service_names)

    def list_functions(self, *, region: str, account_id: str, service_name: str) -> Iterator[str]:
        """The names of a service's functions; fetches page after page on the way.

        Raises:
            ParentNotFoundError: the service is absent.
        """
        resource = f"{service_name} ({region}, account {account_id})"
        call = Call("GET", resource, service_name, "", what="functions")
        path = functions_path(service_name)
        return self._pages(region, account_id, path, call, responses.read_function_names)

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        with self._lock:
            http, self._http = self._http, None
        if http is not None:
            http.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _pages(
        self,
        region: str,
        account_id: str,
        path: str,
        call: Call,
        read: Callable[[Answer, Call], tuple[Sequence[T], str]],
    ) -> Iterator[T]:
        """The items of all pages, each page fetched when it is needed."""
        host = host_name(region, account_id, internal=self._internal)
        base = self._url(host, path)
        token, seen, empty = "", set[str](), 0
        while True:
            query = {"limit": str(PAGE_SIZE)} | ({"nextToken": token} if token else {})
            request = Request(call, base.copy_with(params=query), host, account_id)
            items, token = self._send(request, read)
            yield from items
            if not token:
                return
            if token in seen:
                raise _endless(call, "the service answers the same nextToken again")
            seen.add(token)
            empty = 0 if items else empty + 1
            if empty == EMPTY_PAGES:
                raise _endless(call, f"{empty} pages in a row hold nothing but a new nextToken")

    def _request(self, method: str, identity: Identity) -> Request:
        host = host_name(identity.region, identity.account_id, internal=self._internal)
        call = Call(method, str(identity), identity.service_name, identity.function_name)
        return Request(call, self._url(host, config_path(identity)), host, identity.account_id)

    def _url(self, host: str, path: str) -> httpx.URL:
        # httpx decodes an international name only when it is asked for the host.
        with suppress(httpx.InvalidURL, UnicodeError):
            account_id = host.partition(".")[0]
            base = for_account(self._endpoint or f"https://{host}", account_id)
            url = httpx.URL(base + path)
            if url.host:
                return url
        raise SettingsError(
            f"fc:endpoint is no URL: {self._endpoint!r}; "
            "pulumi config set fc:endpoint https://fc.example.com"
        )

    def _send(
        self,
        request: Request,
        read: Callable[[Answer, Call], T],
        *,
        tolerate_absence_after_doubt: bool = False,
    ) -> T:
        def tell(elapsed: float) -> None:
            call = request.call
            self._on_waiting(
                f"{call.method} {call.what} of {call.resource}: still waiting after "
                f"{elapsed:.0f} seconds, for at most {self._request_timeout:g}"
            )

        def attempt() -> T:
            with deadline.paused():  # it has a limit of its own, and is not the service's fault
                credentials = self._credentials()
            try:
                with self._concurrency.slot(deadline, request.call), deadline.attempt():
                    return send_once(self._client(), request, credentials, read, deadline)
            except ConfigNotFoundError as absent:
                if tolerate_absence_after_doubt and retries.maybe_applied:
                    return read(Answer(absent.status, {}, b""), request.call)
                raise

        deadline = Deadline(self._request_timeout, tell)
        retries = Retries(deadline)
        return retries.run(attempt)

    def _client(self) -> httpx.Client:
        # Built late: it costs some 25 ms, and a preview never calls.
        with self._lock:
            if self._http is None:
                http = httpx.Client(
                    transport=DeadlineTransport(self._max_concurrency),
                    trust_env=False,  # proxies and authorities are the transport's work
                    follow_redirects=False,
                )
                weakref.finalize(self, http.close)  # also when the process ends
                self._http = http
            return self._http


def _endless(call: Call, why: str) -> BadResponseError:
    return BadResponseError(
        f"GET {call.what} of {call.resource}: the list never ends, as {why}. Check fc:endpoint and "
        "HTTPS_PROXY, or report it to the vendor",
        method="GET",
        resource=call.resource,
        status=200,
        request_id=None,
    )
