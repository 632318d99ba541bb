"""Source of programs that the tests run."""

from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_snake

from pulumi_fc_async_invoke.api.fields import Config

IMPORTS = """\
import pulumi
from pulumi import Config, Output, ResourceOptions
from pulumi_fc_async_invoke import *
"""

LATE = """
from pulumi import dynamic

class _Provider(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult(props["value"], props)

class _Late(dynamic.Resource):
    pass

def late(value):
    "The value, which is not known before something else has been created."
    return _Late(_Provider(), "late " + value, {"value": value}).id

"""
"""Source of a function ``late(value)``, for programs."""


@dataclass(frozen=True)
class Source:
    """An expression of the program, in place of a value."""

    text: str


def destinations(*, success: str | None = None, failure: str | None = None) -> dict[str, Any]:
    """The input ``destination_config``."""
    given = {"on_success": success, "on_failure": failure}
    return {side: {"destination": to} for side, to in given.items() if to is not None}


def declaration(name: str = "hello", *, opts: str = "None", **inputs: Any) -> str:
    """Source of one resource; names that are not given have a default.

    `opts` is source too; a value of type `Source` among the inputs is taken as source.
    """
    given = {"service_name": "demo", "function_name": name, **inputs}
    arguments = "".join(
        f"    {key}={value.text if isinstance(value, Source) else repr(value)},\n"
        for key, value in given.items()
    )
    variable = name.replace("-", "_")
    return f"{variable} = AsyncInvokeConfig(\n    {name!r},\n    opts={opts},\n{arguments})\n"


def v3_declaration(name: str = "hello", *, opts: str = "None", **inputs: Any) -> str:
    """Source of one resource of 3.0; the function's name has a default."""
    source = declaration(name, opts=opts, service_name=None, **inputs)
    return source.replace("AsyncInvokeConfig(", "V3AsyncInvokeConfig(").replace(
        "    service_name=None,\n", ""
    )


def declaration_of(
    name: str, values: Config, *, opts: str = "None", function_name: str | None = None
) -> str:
    """Source of one resource that declares all of these values."""
    names = {"onSuccess": "on_success", "onFailure": "on_failure"}
    properties = values.to_properties()
    is_v3 = "asyncTask" in properties
    task = "asyncTask" if is_v3 else "statefulInvocation"
    return (v3_declaration if is_v3 else declaration)(
        name,
        opts=opts,
        function_name=function_name or name,
        destination_config={
            names[side]: {"destination": arn} for side, arn in values.destinations.items()
        },
        max_async_event_age_in_seconds=values.max_async_event_age_in_seconds,
        max_async_retry_attempts=values.max_async_retry_attempts,
        **{to_snake(task): properties[task]},
    )
