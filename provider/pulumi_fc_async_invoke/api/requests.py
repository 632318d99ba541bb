"""Requests to Function Compute, before they are signed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from .credentials import Credentials

if TYPE_CHECKING:
    from .version import ApiVersion


@dataclass(frozen=True)
class Request:
    """One request, before it is signed."""

    api: "ApiVersion"
    """The API version."""
    action: str
    """Name of the operation, such as ``PutAsyncInvokeConfig``."""
    method: str
    """HTTP method."""
    path: str
    """Percent-encoded path."""
    names: Mapping[str, str]
    """Region, account and what else it names, by their property names."""
    resource: str
    """What it is about, as a user would name it."""
    what: str = "async-invoke-config"
    """What is asked for of the resource."""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    """Query parameters, not encoded."""
    body: bytes | None = field(default=None, repr=False)
    """JSON."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What no message may repeat."""

    def __str__(self) -> str:
        """For messages: ``PUT async-invoke-config of …``."""
        return f"{self.method} {self.what} of {self.resource}"

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    @property
    def query_string(self) -> str:
        """The query, percent-encoded and in order, as it is sent and signed."""
        return "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
            for name, value in sorted(self.query.items())
        )

    @property
    def target(self) -> str:
        """Path and query, as they are sent."""
        return f"{self.path}?{self.query_string}" if self.query else self.path

    def with_query(self, **parameters: str) -> "Request":
        """Make the same request with more query parameters."""
        return replace(self, query={**self.query, **parameters})

    def masking(self, *secrets: str) -> "Request":
        """Make the same request with more that no message may repeat, the longest first."""
        every = sorted(filter(None, {*self.secrets, *secrets}), key=len, reverse=True)
        return replace(self, secrets=tuple(every))


@dataclass(frozen=True)
class Signed:
    """What a signature is made from, beside the request."""

    host: str
    """Value of the ``Host`` header."""
    credentials: Credentials
    """Key that signs."""
    now: datetime
    """Time of this attempt, with its time zone."""
    nonce: str
    """Text that no other attempt has."""
