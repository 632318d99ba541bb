"""What the API versions have in common: a request, its host, and what it asks for."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

Operation = Literal["put", "get", "delete", "list", "names"]
OPERATIONS: dict[str, Operation] = {"GET": "get", "PUT": "put", "DELETE": "delete"}
"""On one config, by HTTP method."""

_ACCOUNT_HOST = re.compile(
    r"(?P<account>[^.:]+)\.(?P<region>[^.:]+?)(?:-internal)?\.fc\.aliyuncs\.com(?::\d+)?",
    re.IGNORECASE,
)
_OPENAPI_HOST = re.compile(
    r"(?:fc(?:v3)?\.(?P<region>[^.:]+)|(?P<alone>[^.:]+)\.fc)\.aliyuncs\.com(?::\d+)?",
    re.IGNORECASE,
)


class Request(NamedTuple):
    """An HTTP request that arrived whole."""

    method: str
    raw_path: str
    """As sent, percent-encoded, without the query."""
    path: str
    """URL-decoded."""
    query: str
    """As sent."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Host(NamedTuple):
    """What the host of a request names; empty strings for what it does not."""

    account: str = ""
    region: str = ""
    is_openapi: bool = False
    """Whether it is a host of all accounts, such as ``fcv3.{region}.aliyuncs.com``."""


@lru_cache(maxsize=4096)
def parse_host(host: str) -> Host:
    """Read a Host header: the service's own hosts name account and region, or the region alone."""
    if match := _ACCOUNT_HOST.fullmatch(host):
        return Host(match["account"], match["region"])
    if match := _OPENAPI_HOST.fullmatch(host):
        return Host("", match["region"] or match["alone"], is_openapi=True)
    return Host()


class Route(NamedTuple):
    """What a request asks for."""

    operation: Operation
    service: str = ""
    """Empty in 3.0, and where all services are listed."""
    function: str = ""
    """Empty: all functions."""
    qualifier: str | None = None
    """None where the request names none."""
