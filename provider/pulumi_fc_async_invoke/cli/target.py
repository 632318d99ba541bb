"""Which configs an argument means. Pure.

Names are written as messages write them: ``service.qualifier/function`` for Function Compute 2.0,
``function/qualifier`` for 3.0. As these may look the same, ``--api`` says which is meant; an id
needs no ``--api``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi_fc_async_invoke.api import rules, v2016, v2023
from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.version import ApiVersion, Identity

APIS: Mapping[str, ApiVersion] = {"2.0": v2016.API, "3.0": v2023.API}
"""The versions of Function Compute by the names that users know."""

_NAMES = {
    "2.0": re.compile(
        r"(?P<serviceName>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?(?:/(?P<functionName>[^/]+))?"
    ),
    "3.0": re.compile(r"(?P<functionName>[^/]+)(?:/(?P<qualifier>[^/]+))?"),
}
_SCOPES = {
    "2.0": "a service or service/function, without a qualifier, as all of them are included; a "
    "function of 3.0 needs --api 3.0",
    "3.0": "a function of Function Compute 3.0, without a qualifier, as all of them are included",
}
_TARGETS = {
    "2.0": f"service/function, service.qualifier/function, or an id {v2016.API.id_form}; a "
    "function of 3.0 needs --api 3.0",
    "3.0": f"function, function/qualifier, or an id {v2023.API.id_form}",
}


@dataclass(frozen=True, order=True)
class Location:
    """One account in one region."""

    region: str
    """Such as ``cn-shanghai``."""
    account_id: str
    """Decimal digits."""

    @property
    def names(self) -> dict[str, str]:
        """Both by their property names."""
        return {"region": self.region, "accountId": self.account_id}


class TargetError(FunctionComputeError):
    """An argument that is not a name or an id; says what one looks like."""


@dataclass(frozen=True)
class Scope:
    """Where to look for configs."""

    apis: tuple[str, ...] = tuple(APIS)
    """Versions of Function Compute to look at."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """The service of 2.0, the function, or both; empty: all there are."""

    def __str__(self) -> str:
        """Name it for messages."""
        return "/".join(self.names.values()) or f"Function Compute {' and '.join(self.apis)}"


def parse_scope(text: str | None, api: str | None) -> Scope:
    """Read ``service`` or ``service/function``, or ``function`` of 3.0; `None` is everywhere.

    Args:
        text: the argument.
        api: value of ``--api``.

    Raises:
        TargetError: if it is none of them; says what one looks like.
    """
    if text is None:
        return Scope((api,) if api else tuple(APIS))
    api = api or "2.0"
    match = _NAMES[api].fullmatch(text)
    if match is None or match["qualifier"]:
        raise TargetError(f"{text[:200]!a} must be {_SCOPES[api]}")
    return Scope((api,), _checked(APIS[api], match.groupdict()))


@dataclass(frozen=True)
class Target:
    """One config; region and account may be left to the settings."""

    api: ApiVersion
    names: Mapping[str, str]
    """By their property names; perhaps without ``region`` and ``accountId``."""

    def identity(self, location: Location) -> Identity:
        """Get the identity of the config in a region and account."""
        return self.api.identity({**location.names, **self.names})


def parse_target(text: str, api: str | None) -> Target:
    """Read ``service[.qualifier]/function``, ``function[/qualifier]`` of 3.0, or an id.

    Args:
        text: the argument.
        api: value of ``--api``.

    Raises:
        TargetError: if it is none of them; says what one looks like.
    """
    if text.startswith("acs:"):
        version = v2016.API if ":services/" in text else v2023.API
        try:
            identity = version.parse_id(text)
        except ValueError as error:
            raise TargetError(str(error)) from None
        return Target(version, _checked(version, identity.names))
    api = api or "2.0"
    match = _NAMES[api].fullmatch(text)
    if match is None or not match["functionName"]:
        raise TargetError(f"{text[:200]!a} must be {_TARGETS[api]}")
    return Target(APIS[api], _checked(APIS[api], match.groupdict()))


def impossible(api: ApiVersion, names: Mapping[str, str]) -> str | None:
    """Say which of these names the service cannot give; `None`: all may exist.

    Args:
        api: API version whose inputs declare the names.
        names: by their property names.
    """
    declared = {each.alias: each.metadata for each in api.inputs.model_fields.values()}
    for key, name in names.items():
        rule = next(each.rule for each in declared[key] if isinstance(each, rules.Name))
        if not rule.fits(name):
            what = key.removesuffix("Name").removesuffix("Id")
            return f"the {what} {name[:80]!a} must be {rule.words}"
    return None


def _checked(api: ApiVersion, names: Mapping[str, str | None]) -> dict[str, str]:
    """Refuse impossible names: the service would only say that they do not exist."""
    given = {key: name for key, name in names.items() if name is not None}
    problem = impossible(api, given)
    if problem is not None:
        raise TargetError(f"{problem[0].upper()}{problem[1:]}")
    return given
