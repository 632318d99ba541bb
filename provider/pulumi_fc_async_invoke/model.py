"""The shapes of a config: the API's answers, Pulumi's inputs and outputs, and what they share.

Pure. Lenient: what the service answers may be more than what can be written. What a program may
declare is in `validation.py`.
Limits and defaults are those of the vendor's page PutFunctionAsyncInvokeConfig.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

DEFAULT_EVENT_AGE = 86_400
MAX_EVENT_AGE = 604_800
DEFAULT_RETRY_ATTEMPTS = 3
MAX_RETRY_ATTEMPTS = 8
DEFAULT_STATEFUL_INVOCATION = False

PropertyBag = dict[str, Any]
"""Properties as they stand in Pulumi's state: the API's camelCase names."""


@dataclass(frozen=True)
class ConfigValues:
    """The five values that a config holds; equal values mean equal configs."""

    on_success: str | None = None
    """Destination for the results of successful invocations."""
    on_failure: str | None = None
    """Destination for the invocations that failed for good."""
    max_async_event_age_in_seconds: int = DEFAULT_EVENT_AGE
    """How long an event may wait, in seconds."""
    max_async_retry_attempts: int = DEFAULT_RETRY_ATTEMPTS
    """How often a failed invocation is tried again."""
    stateful_invocation: bool = DEFAULT_STATEFUL_INVOCATION
    """Whether the asynchronous task feature is on."""

    def to_properties(self) -> PropertyBag:
        """As inputs and outputs in state; a destination that is absent has no key at all."""
        properties: PropertyBag = {
            "maxAsyncEventAgeInSeconds": self.max_async_event_age_in_seconds,
            "maxAsyncRetryAttempts": self.max_async_retry_attempts,
            "statefulInvocation": self.stateful_invocation,
        }
        destinations = {
            side: {"destination": destination}
            for side, destination in (
                ("onSuccess", self.on_success),
                ("onFailure", self.on_failure),
            )
            if destination is not None
        }
        if destinations:
            properties["destinationConfig"] = destinations
        return properties

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> "ConfigValues":
        """From inputs or outputs in state; what is absent has the API's default."""
        return _StoredConfig.model_validate(properties).values

    def differences(self, other: "ConfigValues") -> dict[str, tuple[Any, Any]]:
        """Property path → (value here, value there), for each that is not the same."""
        return {
            _PATHS[field.name]: (getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        }


_PATHS = {
    "on_success": "destinationConfig.onSuccess.destination",
    "on_failure": "destinationConfig.onFailure.destination",
    "max_async_event_age_in_seconds": "maxAsyncEventAgeInSeconds",
    "max_async_retry_attempts": "maxAsyncRetryAttempts",
    "stateful_invocation": "statefulInvocation",
}


class _Lenient(BaseModel):
    """The service may add fields, and may answer null where it means absent."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


def _absent_if_null(default: int) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None else value)


_INT64 = Field(ge=-(2**63), lt=2**63)  # the API's type; more would not fit into state
_LONGEST_TIME = 64


def _absent_if_odd(value: str | None) -> str | None:
    # A time is shown and never reckoned with: better none than what a terminal would obey.
    return value if value and len(value) <= _LONGEST_TIME and value.isprintable() else None


_Time = Annotated[str | None, AfterValidator(_absent_if_odd)]


class _RemoteDestination(_Lenient):
    destination: str | None = None


class _RemoteDestinationConfig(_Lenient):
    on_success: _RemoteDestination | None = None
    on_failure: _RemoteDestination | None = None


class _StoredConfig(_Lenient):
    """The five values, as state holds them and as the service answers them."""

    destination_config: _RemoteDestinationConfig | None = None
    max_async_event_age_in_seconds: Annotated[int, _INT64, _absent_if_null(DEFAULT_EVENT_AGE)] = (
        DEFAULT_EVENT_AGE
    )
    max_async_retry_attempts: Annotated[int, _INT64, _absent_if_null(DEFAULT_RETRY_ATTEMPTS)] = (
        DEFAULT_RETRY_ATTEMPTS
    )
    stateful_invocation: Annotated[bool, _absent_if_null(DEFAULT_STATEFUL_INVOCATION)] = (
        DEFAULT_STATEFUL_INVOCATION
    )

    @property
    def values(self) -> ConfigValues:
        """What it holds, with the API's defaults for what it leaves out."""
        sides = self.destination_config or _RemoteDestinationConfig()
        return ConfigValues(
            on_success=(sides.on_success and sides.on_success.destination) or None,
            on_failure=(sides.on_failure and sides.on_failure.destination) or None,
            max_async_event_age_in_seconds=self.max_async_event_age_in_seconds,
            max_async_retry_attempts=self.max_async_retry_attempts,
            stateful_invocation=self.stateful_invocation,
        )


class RemoteConfig(_StoredConfig):
    """A config as the service answers it.

    Each level of the destinations may be absent or null; names come as ``serviceName`` (the
    vendor's page) or ``service`` (the vendor's SDK tests); ages may exceed what can be written.
    """

    service_name: str | None = Field(
        default=None, validation_alias=AliasChoices("serviceName", "service")
    )
    function_name: str | None = Field(
        default=None, validation_alias=AliasChoices("functionName", "function")
    )
    qualifier: str | None = None
    created_time: _Time = None
    last_modified_time: _Time = None
