"""The four calls of async-invoke-configs over HTTP, and the two that list what may have one.

`api.addressing` says where a call goes, `attempt` makes one attempt of it over one of the
`connections`, and `retries` repeats it until its `deadline`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import urlencode

import httpcore

from pulumi_fc_async_invoke.api import responses
from pulumi_fc_async_invoke.api.addressing import (
    functions_path,
    host_name,
    list_path,
    services_path,
)
from pulumi_fc_async_invoke.api.errors import BadResponseError, ConfigNotFoundError, SettingsError
from pulumi_fc_async_invoke.api.responses import Answer, Call
from pulumi_fc_async_invoke.api.signing import Credentials
from pulumi_fc_async_invoke.api.version import Identity, RemoteConfig
from pulumi_fc_async_invoke.config.endpoint import for_account

from . import defaults
from .attempt import OnAttempt, Request
from .connections import parse_url
from .transport import Transport

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")

PAGE_SIZE = 100
"""Items per page of a list: the most that the API allows."""

MAX_PAGES = 1_000
"""Pages of one list: more is a list that never ends."""
MAX_LIST_BYTES = 64 << 20
"""Bytes of all pages of one list."""


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
        credentials: called for every attempt: temporary keys are refreshed in between.
        endpoint: base URL instead of ``https://{accountId}.{region}.fc.aliyuncs.com``. On a
            loopback host the ``Host`` header still names account and region, so that a tunnel or
            an emulator knows which ones are meant.
        internal: use the host inside a VPC; no effect with ``endpoint``.
        request_timeout: seconds for one call with all its attempts (a list: for each page).
            Resolving a host's name is bounded by the operating system's resolver instead, and
            what ``credentials`` takes does not count.
        max_concurrency: attempts in flight at once, over all threads; further calls wait.
        on_waiting: called once per call that has taken more than 5 seconds, with one line for
            the user; from another thread, in the context (`contextvars`) of the call.
        on_attempt: told of each attempt when it is over.
        canceled: set when the run is interrupted. Every wait ends then, nothing is repeated, and
            within 10 seconds what is in flight has ended or is abandoned and nothing new begins.
    """

    def __init__(
        self,
        credentials: Callable[[], Credentials],
        *,
        endpoint: str | None = None,
        internal: bool = False,
        request_timeout: float = defaults.REQUEST_TIMEOUT,
        max_concurrency: int = defaults.MAX_CONCURRENCY,
        on_waiting: Callable[[str], None] | None = None,
        on_attempt: OnAttempt | None = None,
        canceled: threading.Event | None = None,
    ) -> None:
        self._endpoint = endpoint.rstrip("/") if endpoint else None
        self._internal = internal
        self._transport = Transport(
            credentials,
            request_timeout=request_timeout,
            max_concurrency=max_concurrency,
            on_waiting=on_waiting,
            on_attempt=on_attempt,
            canceled=canceled or threading.Event(),
        )

    def get(self, identity: Identity) -> RemoteConfig:
        """The config of a function's qualifier.

        Raises:
            ConfigNotFoundError: there is none.
            ParentNotFoundError: its service, function, alias or version is absent.
        """
        return self._transport.call(self._request("GET", identity), responses.read_config)

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
        request = self._request("PUT", identity)
        call = replace(request.call, secrets=tuple(_destinations(body)))
        request = replace(request, call=call, body=json.dumps(body).encode())
        return self._transport.call(request, responses.read_config)

    def delete(self, identity: Identity) -> None:
        """Remove a config.

        Finding none is success if an earlier try of the same call may have removed it: one that
        had no answer, or a 5xx. Only the first answered try can say that there was none.

        Raises:
            ConfigNotFoundError: there was none before this call.
            ParentNotFoundError: its service, function, alias or version is absent.
        """
        try:
            self._transport.call(self._request("DELETE", identity), responses.read_deletion)
        except ConfigNotFoundError as error:
            if not error.outcome_unknown:
                raise

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
        self._transport.close()

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
        """Yield the items of all pages; each page is fetched when it is needed."""
        size = 0

        def read_and_count(answer: Answer, call: Call) -> tuple[Sequence[T], str]:
            nonlocal size
            size += len(answer.body)
            return read(answer, call)

        host = host_name(region, account_id, internal=self._internal)
        token = ""
        for _ in range(MAX_PAGES):
            query = {"limit": str(PAGE_SIZE)} | ({"nextToken": token} if token else {})
            url = self._url(host, f"{path}?{urlencode(query)}")
            items, next_token = self._transport.call(
                Request(call, url, host, account_id), read_and_count
            )
            yield from items
            if not next_token:
                return
            if next_token == token:
                raise _endless(call, "the service returns the same nextToken again")
            if size > MAX_LIST_BYTES:
                raise _endless(call, f"it has more than {MAX_LIST_BYTES:,} bytes")
            token = next_token
        raise _endless(call, f"it has more than {MAX_PAGES:,} pages")

    def _request(self, method: str, identity: Identity) -> Request:
        host = host_name(identity.region, identity.account_id, internal=self._internal)
        request = identity.api.request("", method, identity)
        names = request.names
        call = Call(method, request.resource, names.get("serviceName", ""), names["functionName"])
        return Request(call, self._url(host, request.path), host, identity.account_id)

    def _url(self, host: str, target: str) -> httpcore.URL:
        try:
            account_id = host.partition(".")[0]
            base = parse_url(for_account(self._endpoint or f"https://{host}", account_id))
        except ValueError:
            raise SettingsError(
                f"fc:endpoint is not a URL: {self._endpoint!a}; "
                "pulumi config set fc:endpoint https://fc.example.com"
            ) from None
        return httpcore.URL(scheme=base.scheme, host=base.host, port=base.port, target=target)


def _endless(call: Call, why: str) -> BadResponseError:
    return BadResponseError(
        f"GET {call.what} of {call.resource}: the list never ends, as {why}. Check fc:endpoint and "
        "HTTPS_PROXY, or report it to the vendor",
        method="GET",
        resource=call.resource,
        status=200,
        request_id=None,
    )


def _destinations(value: object) -> Iterator[str]:
    """Find the destinations in a body, at any depth: they may have been declared secret."""
    if isinstance(value, Mapping):
        for key, member in cast("Mapping[str, object]", value).items():
            if key == "destination" and isinstance(member, str):
                yield member
            else:
                yield from _destinations(member)
