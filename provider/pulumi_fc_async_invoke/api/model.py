"""The shapes of a config: the API's answers, Pulumi's inputs and outputs, and what they share.

Pure. Lenient: what the service answers may be more than what can be written. What a program may
declare is in `validation.py`.
Limits and defaults are those of the vendor's page PutFunctionAsyncInvokeConfig.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pydantic_core import SchemaValidator, core_schema

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
        """From inputs or outputs in state; what is absent has the API's default.

        Raises:
            pydantic_core.ValidationError: if a value is of another type than the API's.
        """
        return _values(_STORED.validate_python(properties))

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


# -- reading ---------------------------------------------------------------------------------------

# Schemas of pydantic's core and no models: a plugin takes longer to import and make those than to
# import all else that this package needs before the first call (see CONTRIBUTING.md).

_Members = dict[str, core_schema.TypedDictField]


def _absent_or(schema: core_schema.CoreSchema, *spellings: str) -> core_schema.TypedDictField:
    """A member that may be absent or null, under the first of these names that is there."""
    paths: list[list[str | int]] = [[each] for each in spellings]
    return core_schema.typed_dict_field(
        core_schema.nullable_schema(schema), required=False, validation_alias=paths or None
    )


def _object(members: _Members) -> core_schema.CoreSchema:
    """Lenient: the service may add members."""
    return core_schema.typed_dict_schema(members, extra_behavior="ignore")


_NUMBER = core_schema.int_schema(ge=-(2**63), lt=2**63)
"""The API's type; more would not fit into state."""
_TEXT = core_schema.str_schema()
_DESTINATION = _object({"destination": _absent_or(_TEXT)})

_VALUES: _Members = {
    "destinationConfig": _absent_or(
        _object({"onSuccess": _absent_or(_DESTINATION), "onFailure": _absent_or(_DESTINATION)})
    ),
    "maxAsyncEventAgeInSeconds": _absent_or(_NUMBER),
    "maxAsyncRetryAttempts": _absent_or(_NUMBER),
    "statefulInvocation": _absent_or(core_schema.bool_schema()),
}
_SERVICE = ("serviceName", "service")
"""As the vendor's page has it, and as the vendor's SDK tests have it."""
_FUNCTION = ("functionName", "function")
OUTPUT_ONLY_KEYS = ("createdTime", "lastModifiedTime")
"""The outputs that are no inputs."""
_ANSWER: _Members = {
    **_VALUES,
    "serviceName": _absent_or(_TEXT, *_SERVICE),
    "functionName": _absent_or(_TEXT, *_FUNCTION),
    "qualifier": _absent_or(_TEXT),
    **{each: _absent_or(_TEXT) for each in OUTPUT_ONLY_KEYS},
}
_STORED = SchemaValidator(_object(_VALUES))
_ANSWERED = SchemaValidator(_object(_ANSWER))

VALUE_KEYS = tuple(_VALUES)
"""The inputs, and outputs, that are a config's values."""
ANSWER_FIELDS = frozenset((*_ANSWER, *_SERVICE, *_FUNCTION))
"""Every field of a config that the service is known to answer."""


def _values(stored: PropertyBag) -> ConfigValues:
    """The five values, with the API's defaults for what is left out or null."""
    sides: PropertyBag = stored.get("destinationConfig") or {}

    def destination(side: str) -> str | None:
        target: PropertyBag = sides.get(side) or {}
        return target.get("destination") or None

    def value(key: str, default: int) -> int:
        found: int | None = stored.get(key)
        return default if found is None else found

    return ConfigValues(
        on_success=destination("onSuccess"),
        on_failure=destination("onFailure"),
        max_async_event_age_in_seconds=value("maxAsyncEventAgeInSeconds", DEFAULT_EVENT_AGE),
        max_async_retry_attempts=value("maxAsyncRetryAttempts", DEFAULT_RETRY_ATTEMPTS),
        stateful_invocation=bool(value("statefulInvocation", DEFAULT_STATEFUL_INVOCATION)),
    )


_LONGEST_TIME = 64


def _time(value: str | None) -> str | None:
    # A time is shown and never reckoned with: better none than what a terminal would obey.
    return value if value and len(value) <= _LONGEST_TIME and value.isprintable() else None


@dataclass(frozen=True)
class RemoteConfig:
    """A config as the service answers it.

    Each level of the destinations may be absent or null; ages may exceed what can be written.
    """

    values: ConfigValues
    """What it holds, with the API's defaults for what it leaves out."""
    service_name: str | None = None
    """Service that the answer names, perhaps with a qualifier."""
    function_name: str | None = None
    """Function that the answer names."""
    qualifier: str | None = None
    """Version id or alias that the answer names."""
    created_time: str | None = None
    """When the service says it was created, as RFC 3339."""
    last_modified_time: str | None = None
    """When the service says it was last modified, as RFC 3339."""

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> "RemoteConfig":
        """From the JSON object of an answer to GET or PUT, or of an item in a list.

        Raises:
            pydantic_core.ValidationError: if a field is of another type than the API's.
        """
        given = {key: value for key, value in answer.items() if value is not None}
        found: PropertyBag = _ANSWERED.validate_python(given)
        return cls(
            values=_values(found),
            service_name=found.get("serviceName"),
            function_name=found.get("functionName"),
            qualifier=found.get("qualifier"),
            created_time=_time(found.get("createdTime")),
            last_modified_time=_time(found.get("lastModifiedTime")),
        )
