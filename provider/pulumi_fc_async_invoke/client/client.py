"""The four calls of async-invoke-configs over HTTP, and the two that list what may have one.

`api.addressing` says where a call goes, `attempt` makes one attempt of it over the `transport`, and
`retries` repeats it until its `deadline`.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import httpx

from pulumi_fc_async_invoke.api import responses
from pulumi_fc_async_invoke.api.addressing import host_name, is_loopback
from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import BadResponseError, ConfigNotFoundError
from pulumi_fc_async_invoke.api.responses import Response
from pulumi_fc_async_invoke.api.version import Identity, RemoteConfig, Request
from pulumi_fc_async_invoke.config.credentials import credentials_source
from pulumi_fc_async_invoke.config.endpoint import for_account, parse_base_url
from pulumi_fc_async_invoke.config.settings import Settings

from .calls import Calls

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
        self._settings = settings
        self._calls = Calls(
            credentials or credentials_source(settings),
            settings,
            on_waiting,
            on_attempt or (lambda _line: None),
            canceled or threading.Event(),
        )

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
        return self._pages(request, responses.read_page)

    def list_names(self, request: Request) -> Iterator[str]:
        """Read the names of all services or functions that a request lists, page by page.

        Raises:
            ParentNotFoundError: the service is absent.
        """
        return self._pages(request, responses.read_names)

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self._calls.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pages(
        self, request: Request, read: Callable[[Response], tuple[Sequence[T], str]]
    ) -> Iterator[T]:
        """Yield the items of all pages; each page is fetched when it is needed."""
        size = 0

        def read_and_count(response: Response) -> tuple[Sequence[T], str]:
            nonlocal size
            size += len(response.body)
            return read(response)

        request = request.with_query(limit=str(PAGE_SIZE))
        token = ""
        for _ in range(MAX_PAGES):
            page = request.with_query(nextToken=token) if token else request
            items, next_token = self._call(page, read_and_count)
            yield from items
            if not next_token:
                return
            if next_token == token:
                raise _endless(request, "the service returns the same nextToken again")
            if size > MAX_LIST_BYTES:
                raise _endless(request, f"it has more than {MAX_LIST_BYTES:,} bytes")
            token = next_token
        raise _endless(request, f"it has more than {MAX_PAGES:,} pages")

    def _call(self, request: Request, read: Callable[[Response], T]) -> T:
        region, account_id = request.names["region"], request.names["accountId"]
        settings = self._settings
        base, host = _address(settings.endpoint, region, account_id, internal=settings.internal)
        url = base.copy_with(raw_path=request.target.encode())
        return self._calls.call(request, url, host, read)


@lru_cache  # a handful of accounts, and two calls for each resource
def _address(
    endpoint: str | None, region: str, account_id: str, *, internal: bool
) -> tuple[httpx.URL, str]:
    """Base URL and ``Host`` header of an account."""
    host = host_name(region, account_id, internal=internal)
    base = parse_base_url(for_account(endpoint or f"https://{host}", account_id), "fc:endpoint")
    url = httpx.URL(base)
    if not is_loopback(url.raw_host.decode()):
        host = base.removeprefix("https://").removesuffix(":443")
    return url, host


def _endless(request: Request, why: str) -> BadResponseError:
    return BadResponseError(
        f"{request}: the list never ends, as {why}. Check fc:endpoint and "
        "HTTPS_PROXY, or report it to the vendor",
        status=200,
        request_id=None,
    )
