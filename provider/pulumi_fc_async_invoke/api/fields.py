"""The fields of a config, each declared once, and the three ways to read them. Pure.

A declaration has a field's type, rule, default and description; the API's name is the one in Python
in camelCase. `Reading` says what each reading accepts. Limits and defaults are those of the
vendor's pages PutFunctionAsyncInvokeConfig (2016-08-15) and PutAsyncInvokeConfig (2023-03-30).
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeAlias, get_args

from pulumi.output import Unknown
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from typing_extensions import Self

from . import rules
from .names import LATEST, REGION, exact_integer

PropertyBag: TypeAlias = dict[str, Any]
"""Properties as they are in Pulumi's state: the API's camelCase names."""


class Reading(Enum):
    """Where values come from, and so what is accepted."""

    INPUTS = "inputs"
    """A program: every rule is checked, other keys are errors, unknown values pass."""
    STATE = "state"
    """Pulumi's state: of the right type; the wire makes a float of every number."""
    RESPONSE = "response"
    """The service: of the right type, but perhaps more than may be written, absent or null."""


class Fields(BaseModel):
    """Base of all declarations."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)

    @classmethod
    def read(cls, values: Mapping[str, Any], reading: Reading) -> Self:
        """Read values by the API's names.

        Raises:
            pydantic.ValidationError: something is wrong; it holds everything that is.
        """
        return cls.model_validate(
            values, context=reading, extra="forbid" if reading is Reading.INPUTS else "ignore"
        )

    @classmethod
    def names(cls) -> list[str]:
        """List the API's names of the fields."""
        return [str(field.alias) for field in cls.model_fields.values()]

    def to_properties(self) -> PropertyBag:
        """Write as inputs and outputs in state; what is absent has no key."""
        # Not `model_dump`: it makes {} of an Unknown in place of a model, silently.
        return {
            str(field.alias): value.to_properties() if isinstance(value, Fields) else value
            for name, field in type(self).model_fields.items()
            if (value := getattr(self, name)) is not None
        }

    @field_validator("*", mode="wrap")
    @classmethod
    def _read(cls, value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        if isinstance(value, Unknown):
            return value
        rule, default = _rule_and_default(cls, str(info.field_name))
        if info.context is Reading.INPUTS:
            if rule is not None:
                return rule.parse(value)
        elif value is None or (rule is not None and rule.is_absent(value)):
            return default
        elif info.context is Reading.STATE and isinstance(value, float):
            value = exact_integer(value)
        found = read(value)
        return None if isinstance(found, Fields) and _is_empty(found) else found


@cache
def _rule_and_default(model: type[Fields], name: str) -> tuple[rules.Rule | None, object]:
    field = model.model_fields[name]
    rule = next((each for each in field.metadata if isinstance(each, rules.Rule)), None)
    return rule, field.get_default()


def _is_empty(fields: Fields) -> bool:
    return all(value is None for _, value in fields)


Number: TypeAlias = Annotated[StrictInt, Field(ge=-(2**63), lt=2**63)]
"""The API's integer; a larger one would not fit into state."""


class Destination(Fields):
    """Where results go."""

    destination: Annotated[StrictStr | None, rules.Destination(), Field(validate_default=True)] = (
        None
    )


class DestinationConfig(Fields):
    """Where results go, by outcome."""

    on_success: Destination | None = Field(
        default=None, title="on success", description="Target of the invocations that succeeded."
    )
    on_failure: Destination | None = Field(
        default=None,
        title="on failure",
        description="Target of the invocations that failed for good.",
    )


class Config(Fields):
    """What a config holds, in both API versions; equal values mean equal configs."""

    destination_config: DestinationConfig | None = Field(
        default=None, description="Where results go; left out: nowhere."
    )
    max_async_event_age_in_seconds: Annotated[Number, rules.WholeNumber(1, 604_800, "seconds")] = (
        Field(
            default=86_400,
            title="age (s)",
            description="How long an event may wait, in seconds.",
        )
    )
    max_async_retry_attempts: Annotated[Number, rules.WholeNumber(0, 8)] = Field(
        default=3, title="retries", description="How many times a failed invocation is retried."
    )

    @property
    def destinations(self) -> dict[str, str]:
        """Side (``onSuccess``, ``onFailure``) → ARN, of each that has one."""
        sides = self.destination_config.to_properties() if self.destination_config else {}
        return {side: each["destination"] for side, each in sides.items()}

    def with_destinations(self, sides: Mapping[str, str]) -> Self:
        """Copy it with these destinations; see `destinations`."""
        bag = {side: {"destination": arn} for side, arn in sides.items()}
        config = DestinationConfig.read(bag, Reading.STATE) if bag else None
        return self.model_copy(update={"destination_config": config})

    def by_path(self) -> dict[str, Any]:
        """Property path → value; `None` where there is none."""
        properties, found = self.to_properties(), dict[str, Any]()
        for path in titles(type(self)):
            value: Any = properties
            for key in path.split("."):
                value = None if value is None else value.get(key)
            found[path] = value
        return found

    def differences(self, other: "Config") -> dict[str, tuple[Any, Any]]:
        """Property path → (value here, value there), for each that is not the same."""
        if self == other:
            return {}
        there = other.by_path()
        return {
            path: (value, there.get(path))
            for path, value in self.by_path().items()
            if value != there.get(path)
        }


def nested_model(field: FieldInfo) -> type[Fields] | None:
    """Find the model of a field that is an object."""
    types = [each for each in get_args(field.annotation) if isinstance(each, type)]
    return next((each for each in types if issubclass(each, Fields)), None)


@cache
def titles(model: type[Fields]) -> dict[str, str]:
    """Map the path of each value to its title.

    A path looks like ``destinationConfig.onSuccess.destination``. The title is that of the
    innermost field that declares one; `""`: none does.
    """
    found: dict[str, str] = {}
    for field in model.model_fields.values():
        nested = nested_model(field)
        if nested is None:
            found[str(field.alias)] = field.title or ""
            continue
        for path, title in titles(nested).items():
            found[f"{field.alias}.{path}"] = title or field.title or ""
    return found


class Inputs(Fields):
    """What a resource has beside its config, in both API versions."""

    function_name: Annotated[StrictStr, rules.FunctionName()] = Field(
        description="Function whose asynchronous invocations are configured."
    )
    qualifier: Annotated[StrictStr, rules.Qualifier()] = Field(
        default=LATEST, description="Version id, alias or `LATEST`."
    )
    region: Annotated[StrictStr, rules.Name(REGION)] = Field(description="Region of the function.")
    account_id: Annotated[StrictStr, rules.AccountId()] = Field(
        description="Account that owns the function."
    )
    allow_overwrite: Annotated[StrictBool, rules.Boolean()] = Field(
        default=False,
        description="Whether creating may overwrite a different config.",
    )


_LONGEST_TIME = 64


class ServiceOutputs(Fields):
    """What only the service sets, in both API versions."""

    created_time: Annotated[StrictStr | None, rules.shown_text(_LONGEST_TIME)] = Field(
        default=None, description="When the config was created, as RFC 3339."
    )
    last_modified_time: Annotated[StrictStr | None, rules.shown_text(_LONGEST_TIME)] = Field(
        default=None, description="When the config was last modified, as RFC 3339."
    )
