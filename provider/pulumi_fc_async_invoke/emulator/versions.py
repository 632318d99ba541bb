"""What the API versions have in common, and where they differ."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from .authentication import AccessKey
from .rules import ErrorBody, Json, Rules, Shape
from .state import State
from .storage import ConfigKey, StoredConfig

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


class ApiVersion(Protocol):
    """One version of the API: its paths, its signatures and its spelling."""

    shape: Shape
    """Of its configs."""
    error_body: ErrorBody
    """How it spells the members of an error."""

    def route(self, request: Request) -> Route | None:
        """Read method, path and query; None for what the version does not have."""
        ...

    def account(self, request: Request) -> str:
        """Return the account that a request names, or an empty string."""
        ...

    def authenticate(self, request: Request, state: State) -> AccessKey:
        """Check who signed a request.

        Args:
            request: all of it.
            state: the valid keys, the nonces that were used, the clock, and how errors are named.

        Raises:
            ApiError: as the service says it.
        """
        ...

    def render(
        self, key: ConfigKey, config: StoredConfig, rules: Rules, *, qualified: bool
    ) -> Json:
        """Spell a config.

        Args:
            key: whose it is.
            config: what is stored.
            rules: how names and unset values read.
            qualified: whether the request named a qualifier.
        """
        ...
