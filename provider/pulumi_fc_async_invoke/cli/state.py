"""The async-invoke-configs in a stack's exported state. Pure.

Secret values stay as they are in the export: encrypted, and never looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from pulumi_fc_async_invoke.api import v2016, v2023
from pulumi_fc_async_invoke.api.errors import StateError
from pulumi_fc_async_invoke.api.version import ApiVersion
from pulumi_fc_async_invoke.provider import RESOURCE_TYPE, V3_RESOURCE_TYPE

_TYPES = {RESOURCE_TYPE: v2016.API, V3_RESOURCE_TYPE: v2023.API}

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  marks a secret in every state; not one itself
_DEFAULT = re.compile(r"default(_\d+_\d+_\d+.*)?")
"""Names that the engine gives its own providers: with the version, where one is asked for."""


class _Resource(BaseModel):
    model_config = ConfigDict(strict=True)

    urn: str
    type: str
    id: str = ""
    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None
    provider: str = ""
    external: bool = False
    delete: bool = False


class _Deployment(BaseModel):
    resources: list[_Resource] | None = None


class _Export(BaseModel):
    deployment: _Deployment | None = None


@dataclass(frozen=True)
class StoredConfig:
    """A config in state."""

    api: ApiVersion
    """Of its resource class."""

    name: str
    """Name of the resource in the program."""
    urn: str
    id: str
    """Empty if state holds none."""
    outputs: Mapping[str, Any]
    """Without what is secret."""
    secrets: frozenset[str]
    """Paths of what is secret, such as ``destinationConfig``."""
    provider: str
    """URN of its provider."""
    provider_inputs: Mapping[str, Any] | None
    """Of its explicit provider, without what is secret; `None`: it uses the stack's configuration.
    """


def stored_configs(export: str) -> list[StoredConfig]:
    """Read the configs that a stack manages; without those that are only read or being deleted.

    Args:
        export: what ``pulumi stack export`` prints.

    Raises:
        StateError: if that is not a state; says where.
    """
    try:
        deployment = _Export.model_validate_json(export).deployment
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the export"
        raise StateError(
            f"The stack's state cannot be read: {where}: {first['msg']}; repair it: pulumi state "
            "repair, or pulumi stack export and import"
        ) from None
    resources = (deployment and deployment.resources) or []
    inputs = {each.urn: each.inputs or {} for each in resources}
    return [
        _stored(each, inputs)
        for each in resources
        if each.type in _TYPES and not each.external and not each.delete
    ]


def _stored(resource: _Resource, inputs: Mapping[str, Any]) -> StoredConfig:
    outputs, secrets = _without_secrets(resource.outputs or {}, ())
    # urn::id; the id holds no colon.
    provider = resource.provider.rpartition("::")[0]
    explicit = provider in inputs and not _DEFAULT.fullmatch(_name(provider))
    return StoredConfig(
        api=_TYPES[resource.type],
        name=_name(resource.urn),
        urn=resource.urn,
        id=resource.id,
        outputs=outputs,
        secrets=frozenset(secrets),
        provider=provider,
        provider_inputs=_without_secrets(inputs[provider], ())[0] if explicit else None,
    )


def _name(urn: str) -> str:
    # A name may hold colons itself.
    return urn.split("::", 3)[3] if urn.count("::") >= 3 else urn  # noqa: PLR2004  stack, project, type


def _without_secrets(
    bag: Mapping[str, Any], at: tuple[str, ...]
) -> tuple[dict[str, Any], list[str]]:
    plain: dict[str, Any] = {}
    secrets: list[str] = []
    for key, value in bag.items():
        path = (*at, key)
        if not isinstance(value, dict):
            plain[key] = value
            continue
        member = cast("dict[str, Any]", value)
        if member.get(_SIGNATURE) == _SECRET:
            secrets.append(".".join(path))
            continue
        plain[key], inner = _without_secrets(member, path)
        secrets += inner
    return plain, secrets
