"""What an API version is: the one protocol of 2016-08-15 and 2023-03-30. Pure.

How its requests look, how they are signed, how an id is read, and how responses are. `v2016` and
`v2023` are the two values; everything above this package knows neither.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic.alias_generators import to_snake

from .addressing import segment
from .credentials import Signed
from .fields import Config, Fields, PropertyBag, Reading
from .names import LATEST
from .remote_config import RemoteConfig, spellings

_LONGEST_ID = 1024
_SHOWN_LENGTH = 200


@dataclass(frozen=True)
class Identity:
    """The names that make one config; two are the same remote object exactly if they are equal."""

    api: "ApiVersion"
    """The API version that serves it; its `ApiVersion.identity` and `parse_id` make this."""
    names: Mapping[str, str]
    """By their property names: those of `ApiVersion.identity_keys`, none of them empty."""

    @property
    def id(self) -> str:
        """The id in Pulumi's state: the function's ARN with the qualifier written out."""
        return self.api.id_form.format_map(self.names)

    @property
    def twin_id(self) -> str | None:
        """The id in the other API version of what is most likely the same config, if any.

        The function ``hello`` of a service ``demo`` is ``demo$hello`` in 3.0.
        """
        return self.api.twin_id(self.names)

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        """For messages."""
        return self.api.shown_form.format_map(self.names)


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
    identity_keys: ClassVar[tuple[str, ...]]
    """The inputs that make the identity; a change of one is a replacement."""
    id_form: ClassVar[str]
    """What an id looks like, with the names of the identity."""
    id_pattern: ClassVar[re.Pattern[str]]
    """The same, to read it; with a group for each name."""
    shown_form: ClassVar[str]
    """An identity in messages."""

    def identity(self, properties: Mapping[str, Any]) -> Identity:
        """Make the identity that checked inputs name."""
        named = {"qualifier": LATEST, **properties}
        return Identity(self, {key: named[key] for key in self.identity_keys})

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
        return self.identity({key: name for key, name in match.groupdict().items() if name})

    def listed(self, request: Request, config: RemoteConfig) -> Identity | None:
        """Tell which config of a list it is; `None`: it does not say."""
        if self.is_named_by_arn and not config.names:
            return None  # a qualifier that is not to be read is not LATEST
        properties = {**request.names, **config.names}
        return self.identity(properties) if "functionName" in properties else None

    def get(self, identity: Identity) -> Request:
        """Read a config."""
        return self._on_config("GET", identity)

    def put(self, identity: Identity, body: Mapping[str, Any]) -> Request:
        """Write a config; the service merges."""
        # The service may repeat a destination in an error, and a program may have marked it secret.
        sides: PropertyBag = body.get("destinationConfig") or {}
        arns = [each["destination"] for each in sides.values() if each]
        request = replace(self._on_config("PUT", identity), body=json.dumps(body).encode())
        return request.masking(*(each for arn in arns for each in spellings(arn, identity.names)))

    def delete(self, identity: Identity) -> Request:
        """Delete a config."""
        return self._on_config("DELETE", identity)

    def _on_config(self, method: str, identity: Identity) -> Request:
        return self.request(
            f"{method.capitalize()}{self.action}",
            self.path,
            identity.names,
            self.shown_form,
            method=method,
            query=self.config_query,
        )

    def request(
        self,
        action: str,
        path: str,
        names: Mapping[str, str],
        resource: str,
        *,
        method: str = "GET",
        what: str = "async-invoke-config",
        query: Iterable[str] = (),
    ) -> Request:
        """Make a request.

        Args:
            action: name of the operation.
            path: its path after the version's number, with names in braces.
            names: region, account and what else it names, by their property names.
            resource: what it is about, with names in braces.
            method: HTTP method.
            what: what is asked for of the resource.
            query: the names that stand in the query.

        Raises:
            InvalidIdError: a name cannot be part of a URL.
        """
        quoted = {
            key: segment(_words(key), name, dots=key not in self.names_without_dots)
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
        outputs = self.outputs.read(value, Reading.RESPONSE).to_properties()
        values = self.config.read(value, Reading.RESPONSE)
        stated = {**value, **dict.fromkeys(self.outputs.names()), **outputs}
        return RemoteConfig(
            values=values,
            may_be_unset=self.may_read_unset_as_zero and values.max_async_retry_attempts == 0,
            names=self.read_names(stated),
            outputs=outputs,
        )

    @abstractmethod
    def read_names(self, stated: Mapping[str, Any]) -> dict[str, str]:
        """Read which config a response is about, by property names; perhaps nothing.

        Args:
            stated: the response's values, without the outputs that cannot be read.
        """

    @abstractmethod
    def twin_id(self, names: Mapping[str, str]) -> str | None:
        """Make the id that `Identity.twin_id` is."""

    @abstractmethod
    def sign(self, request: Request, signed: Signed) -> dict[str, str]:
        """Make the headers of a request but ``Host``, with its signature."""


@cache  # the same few names, several times for each call
def _words(key: str) -> str:
    return to_snake(key).replace("_", " ")
