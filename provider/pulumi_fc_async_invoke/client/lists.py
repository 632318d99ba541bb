"""Read lists page by page."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from pulumi_fc_async_invoke.api.errors import BadResponseError
from pulumi_fc_async_invoke.api.responses import Response
from pulumi_fc_async_invoke.api.version import Request

T = TypeVar("T")
Page: TypeAlias = tuple[Sequence[T], str]
"""Its items, and the token of the next page; empty: it is the last."""

PAGE_SIZE = 100
"""Items per page of a list: the most that the API allows."""

MAX_PAGES = 1_000
"""Pages of one list: more is a list that never ends."""
MAX_LIST_BYTES = 64 << 20
"""Bytes of all pages of one list."""


def read_all(
    request: Request,
    read: Callable[[Response], Page[T]],
    call: Callable[[Request, Callable[[Response], Page[T]]], Page[T]],
) -> Iterator[T]:
    """Yield the items of all pages; each page is fetched when it is needed.

    Args:
        request: asks for the list.
        read: makes a page of a response.
        call: sends a request and returns what ``read`` makes of the response.
    """
    size = 0

    def read_and_count(response: Response) -> Page[T]:
        nonlocal size
        size += len(response.body)
        return read(response)

    request = request.with_query(limit=str(PAGE_SIZE))
    token = ""
    for _ in range(MAX_PAGES):
        page = request.with_query(nextToken=token) if token else request
        items, next_token = call(page, read_and_count)
        yield from items
        if not next_token:
            return
        if next_token == token:
            raise _endless(request, "the service returns the same nextToken again")
        if size > MAX_LIST_BYTES:
            raise _endless(request, f"it has more than {MAX_LIST_BYTES:,} bytes")
        token = next_token
    raise _endless(request, f"it has more than {MAX_PAGES:,} pages")


def _endless(request: Request, why: str) -> BadResponseError:
    return BadResponseError(
        f"{request}: the list never ends, as {why}. Check fc:endpoint and "
        "HTTPS_PROXY, or report it to the vendor",
        status=200,
        request_id=None,
    )
