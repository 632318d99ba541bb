"""What an API version is: how its requests look, how they are signed, and how responses are read.

`v2016` and `v2023` are the two values. Everything above this package works with `ApiVersion` and
`Identity` alone, and knows neither. Pure.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import alias_generators

from .addressing import segment
from .credentials import Credentials
from .fields import Config, Fields, PropertyBag, Reading
from .names import LATEST

# The same few names, several times for each call.
_camel = cache(alias_generators.to_camel)
_snake = cache(alias_generators.to_snake)


MAY_BE_UNSET = (
    "a retry count of 0 may also mean that none was ever set, which the service takes as 3"
)
"""What `RemoteConfig.may_be_unset` means, for messages."""


@dataclass(frozen=True, kw_only=True)
class Identity(ABC):
    """The names that make one config; two are the same remote object exactly if they are equal."""

    region: str
    """Region of the function, such as ``cn-shanghai``."""
    account_id: str
    """Account that owns the function: decimal digits."""
    function_name: str
    """The function."""
    qualifier: str
    """Version id, alias or ``LATEST``; never empty."""

    @property
    @abstractmethod
    def api(self) -> "ApiVersion":
        """The API version that serves it."""

    @property
    def id(self) -> str:
        """The id in Pulumi's state: the function's ARN with the qualifier written out."""
        return self.api.id_form.format_map(self.to_properties())

    @property
    @abstractmethod
    def twin_id(self) -> str | None:
        """The id in the other API version of what is most likely the same config, if any.

        The function ``hello`` of a service ``demo`` is ``demo$hello`` in 3.0.
        """

    def __str__(self) -> str:
        """For messages."""
        return self.api.shown_form.format_map(self.to_properties())

    def to_properties(self) -> dict[str, str]:
        """As inputs and outputs in state."""
        return {_camel(name): value for name, value in vars(self).items()}


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
        """The same request with more query parameters."""
        return replace(self, query={**self.query, **parameters})

    def masking(self, *secrets: str) -> "Request":
        """The same request with more that no message may repeat."""
        return replace(self, secrets=(*self.secrets, *secrets))


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


@dataclass(frozen=True)
class RemoteConfig:
    """A config as the service holds it."""

    values: Config
    """What it holds, with the API's defaults for what was never set."""
    may_be_unset: bool = False
    """Whether a 0 in it may stand for a number that was never set, and so for its default."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names that the response states, by their property names; perhaps none."""
    outputs: PropertyBag = field(default_factory=dict[str, Any])
    """The outputs that only the service sets."""

    def spelled_as(self, identity: Identity, *known: Config) -> "RemoteConfig":
        """The same config, with destinations in a spelling that is known already.

        A destination may leave its region and account empty, and it is not documented whether the
        service reads it back so, or filled in.

        Args:
            identity: whose region and account an empty one means.
            known: what is declared, and what was there before; the first that fits is taken.
        """
        read = self.values.destinations
        sides = dict(read)
        for config in reversed(known):
            for side, arn in config.destinations.items():
                if side in sides and _filled_in(arn, identity) == _filled_in(sides[side], identity):
                    sides[side] = arn
        if sides == read:
            return self
        return replace(self, values=self.values.with_destinations(sides))


def _filled_in(arn: str, identity: Identity) -> list[str]:
    """The parts of a destination, with no region and no account left empty."""
    parts = arn.split(":", 4)
    if len(parts) > 4:  # noqa: PLR2004  acs, service, region, account and the rest
        parts[2] = parts[2] or identity.region
        parts[3] = parts[3] or identity.account_id
    return parts


class ApiVersion(ABC):
    """One version of the API."""

    number: ClassVar[str]
    """Such as ``2016-08-15``."""
    resource_type: ClassVar[str]
    """Name of the resource class."""
    config: ClassVar[type[Config]]
    """Fields of a config."""
    inputs: ClassVar[type[Fields]]
    """Fields of the resource's inputs."""
    outputs: ClassVar[type[Fields]]
    """Fields that only the service sets."""
    name_keys: ClassVar[frozenset[str]] = frozenset()
    """Keys of a response that name its function, in every spelling."""
    action: ClassVar[str]
    """What the operations on one config are called after their verb."""
    path: ClassVar[str]
    """Path of one config, with the names of its identity."""
    config_query: ClassVar[tuple[str, ...]] = ()
    """Names that stand in the query of one config's requests."""
    names_without_dots: ClassVar[frozenset[str]] = frozenset()
    """Names in which a dot would change the path."""
    clears_with: ClassVar[tuple[str, ...]]
    """The ways to clear a destination that are worth trying, the best first; see `reconcile`."""
    is_named_by_arn: ClassVar[bool] = False
    """Whether the ARN alone says which config a response is about."""
    may_omit_configs: ClassVar[bool] = False
    """Whether an empty page of a list may lack its list."""
    may_read_unset_as_zero: ClassVar[bool] = False
    """Whether a retry count that was never set may read as 0."""
    identity_type: ClassVar[type[Identity]]
    """Class of the identities."""
    identity_keys: ClassVar[tuple[str, ...]]
    """The inputs that make the identity; a change of one is a replacement."""
    id_form: ClassVar[str]
    """What an id looks like, with the names of the identity."""
    id_pattern: ClassVar[re.Pattern[str]]
    """The same, to read it; with a group for each name."""
    shown_form: ClassVar[str]
    """An identity in messages."""

    def identity(self, properties: Mapping[str, Any]) -> Identity:
        """The identity that checked inputs name."""
        named = {"qualifier": LATEST, **properties}
        return self.identity_type(**{_snake(key): named[key] for key in self.identity_keys})

    def parse_id(self, resource_id: str) -> Identity:
        """Read an id back; a missing qualifier is ``LATEST``.

        Raises:
            ValueError: it is not the id of such a resource; says what one looks like.
        """
        match = self.id_pattern.fullmatch(resource_id)
        # It stands in messages: nothing in it may start a new line, or turn the text around.
        if match is None or len(resource_id) > _LONGEST_ID or not resource_id.isprintable():
            shown = resource_id[:_SHOWN_LENGTH] + "..." * (len(resource_id) > _SHOWN_LENGTH)
            raise ValueError(
                f"{shown!a} is not the id of an async-invoke-config; it looks like {self.id_form}"
            )
        names = {name: value or LATEST for name, value in match.groupdict().items()}
        return self.identity_type(**names)

    def listed(self, request: Request, config: "RemoteConfig") -> Identity | None:
        """The identity of a config in a list; `None`: it does not say which it is."""
        if self.is_named_by_arn and not config.names:
            return None  # a qualifier that is not to be read is not LATEST
        properties = {**request.names, **config.names}
        return self.identity(properties) if "functionName" in properties else None

    def get(self, identity: Identity) -> Request:
        """Read a config."""
        return self._on_config("GET", "Get", identity)

    def put(self, identity: Identity, body: Mapping[str, Any]) -> Request:
        """Write a config; the service merges."""
        request = self._on_config("PUT", "Put", identity)
        # The service may repeat a destination in an error, and a program may have marked it secret.
        sides: PropertyBag = body.get("destinationConfig") or {}
        secrets = tuple(each["destination"] for each in sides.values() if each)
        return replace(request, body=json.dumps(body).encode(), secrets=secrets)

    def delete(self, identity: Identity) -> Request:
        """Delete a config."""
        return self._on_config("DELETE", "Delete", identity)

    def _on_config(self, method: str, verb: str, identity: Identity) -> Request:
        names, query = identity.to_properties(), self.config_query
        action = f"{verb}{self.action}"
        return self.request(method, action, self.path, names, self.shown_form, query=query)

    def request(
        self,
        method: str,
        action: str,
        path: str,
        names: Mapping[str, str],
        resource: str,
        *,
        what: str = "async-invoke-config",
        query: Iterable[str] = (),
    ) -> Request:
        """Make a request.

        Args:
            method: HTTP method.
            action: name of the operation.
            path: its path after the version's number, with names in braces.
            names: region, account and what else it names, by their property names.
            resource: what it is about, with names in braces.
            what: what is asked for of the resource.
            query: the names that stand in the query.

        Raises:
            InvalidIdError: a name cannot be part of a URL.
        """
        quoted = {
            key: segment(
                _snake(key).replace("_", " "), name, dots=key not in self.names_without_dots
            )
            for key, name in names.items()
            if key not in ("region", "accountId")  # parts of the host
        }
        return Request(
            api=self,
            action=action,
            method=method,
            path=f"/{self.number}{path.format_map(quoted)}",
            names=names,
            resource=resource.format_map(names),
            what=what,
            query={key: names[key] for key in query},
        )

    def read_config(self, value: Mapping[str, Any]) -> RemoteConfig:
        """Read a config from the JSON object of a response.

        Raises:
            pydantic.ValidationError: a field is of another type than the API's.
            ValueError: it has no field of a config.
        """
        if not value.keys() & {*self.config.names(), *self.outputs.names(), *self.name_keys}:
            raise ValueError("it has no field of a config")
        given = {key: each for key, each in value.items() if each is not None}
        outputs = self.outputs.read(given, Reading.RESPONSE).to_properties()
        values = self.config.read(given, Reading.RESPONSE)
        return RemoteConfig(
            values=values,
            may_be_unset=self.may_read_unset_as_zero and values.max_async_retry_attempts == 0,
            names=self.read_names(given, outputs),
            outputs=outputs,
        )

    @abstractmethod
    def read_names(self, given: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, str]:
        """Read which config a response is about, by property names; perhaps nothing."""

    @abstractmethod
    def sign(self, request: Request, signed: Signed) -> dict[str, str]:
        """The headers of a request but ``Host``, with its signature."""


_LONGEST_ID = 1024
_SHOWN_LENGTH = 200
