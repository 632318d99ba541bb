"""The async-invoke-configs in a stack's exported state. Pure.

Secret values stay as they are in the export: encrypted, and never looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pulumi_fc_async_invoke.provider import RESOURCE_TYPE

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  marks a secret in every state; is none
_DEFAULT = re.compile(r"default(_\d+_\d+_\d+.*)?")
"""Names that the engine gives its own providers: with the version, where one is asked for."""


@dataclass(frozen=True)
class Stored:
    """A config in state."""

    name: str
    """Name of the resource in the program."""
    urn: str
    id: str
    outputs: Mapping[str, Any]
    """Without what is secret."""
    secrets: frozenset[str]
    """Paths of what is secret, such as ``destinationConfig``."""
    provider: str
    """URN of its provider."""
    provider_inputs: Mapping[str, Any] | None
    """Of its explicit provider, without what is secret; `None`: it uses the stack's configuration.
    """


def stored_configs(export: Mapping[str, Any]) -> list[Stored]:
    """The configs that a stack manages, as ``pulumi stack export`` answers them.

    What was only read (`AsyncInvokeConfig.get`) and what waits for its deletion is not in it.
    """
    deployment = cast("dict[str, Any]", export.get("deployment") or {})
    resources = cast("list[dict[str, Any]]", deployment.get("resources") or [])
    inputs: dict[str, Any] = {each["urn"]: each.get("inputs") or {} for each in resources}
    return [
        _stored(each, inputs)
        for each in resources
        if each["type"] == RESOURCE_TYPE and not each.get("external") and not each.get("delete")
    ]


def _stored(resource: dict[str, Any], inputs: Mapping[str, Any]) -> Stored:
    outputs, secrets = _without_secrets(resource.get("outputs") or {}, ())
    # urn::id; the id holds no colon.
    provider = str(resource.get("provider", "")).rpartition("::")[0]
    explicit = provider in inputs and not _DEFAULT.fullmatch(_name(provider))
    return Stored(
        name=_name(resource["urn"]),
        urn=resource["urn"],
        id=str(resource["id"]),
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
