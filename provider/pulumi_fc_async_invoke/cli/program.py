"""From configs that exist to a Pulumi program that adopts them as they are.

Pure. Creating a config that is already as declared writes nothing, so the first `pulumi up` of
such a program only fills the stack's state: what `pulumi import` does for other resources.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic.alias_generators import to_snake

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api import arns
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.inputs import check_inputs
from pulumi_fc_async_invoke.api.names import LATEST
from pulumi_fc_async_invoke.api.text import printable
from pulumi_fc_async_invoke.api.version import Identity
from pulumi_fc_async_invoke.config.declarations import CREDENTIALS_FILE, ECS_ROLE, Setting

from .formatting import names
from .target import Location

_SHORTEST_LINE = 79
"""Characters that a formatter allows a line at least."""


@dataclass(frozen=True)
class ProviderSettings:
    """What the program's providers need besides region and account; by default nothing."""

    endpoint: str | None = None
    """Base URL to use instead of the service's own."""
    internal: bool = False
    """Whether to use the service's host inside a VPC."""
    profile: str | None = None
    """Profile of the vendor's command line to take the keys from."""
    sts_endpoint: str | None = None
    """Host in place of the Security Token Service's own."""
    credentials: tuple[Setting, ...] = ()
    """What else decides whose keys sign, and is in the stack's configuration: the program reads it
    there. A `Provider` takes nothing from there by itself."""

    @property
    def configuration(self) -> dict[str, str]:
        """The same as configuration keys, without the keys of the account."""
        values = {
            "alicloud:profile": self.profile,
            "fc:endpoint": self.endpoint,
            "fc:internal": "true" if self.internal else None,
        }
        return {key: value for key, value in values.items() if value is not None}


@dataclass(frozen=True)
class Program:
    """A program, and what it is about."""

    text: str
    """Python source."""
    resources: Mapping[str, str]
    """Id of each config → name of its resource."""
    left_out: Mapping[str, str]
    """Id of each config that no program can declare → why."""


def generate(
    configs: Iterable[tuple[Identity, Config]], home: Location, settings: ProviderSettings
) -> Program:
    """Write a program that declares these configs.

    A resource's name depends on its config and on `home` alone, so generating again with the same
    `home`, when there is more, renames nothing.

    Args:
        configs: what exists; each identity once.
        home: account and region that the stack's configuration names; configs elsewhere get a
            `Provider` for each location.
        settings: what the providers need besides.
    """
    ordered = sorted(configs, key=lambda config: _order(config[0], home))
    left_out = {
        identity.id: reason
        for identity, values in ordered
        if (reason := _why_not(identity, values)) is not None
    }
    kept = [config for config in ordered if config[0].id not in left_out]
    elsewhere = sorted({_location(identity) for identity, _ in kept} - {home})
    resources = [_resource(identity, values, home) for identity, values in kept]
    blocks = [*(_provider(location, home, settings) for location in elsewhere), *resources]
    lines = [*_header(home, settings, left_out)]
    if kept:
        imported = {identity.api.resource_type for identity, _ in kept}
        if any(": destinations." in each for each in resources):
            imported.add("destinations")
        lines += ["", *_imports(imported, elsewhere, settings)]
    return Program(
        text="\n".join(lines) + "\n" + "".join(f"\n{block}\n" for block in blocks),
        resources={identity.id: _name(identity, home) for identity, _ in kept},
        left_out=left_out,
    )


def _order(identity: Identity, home: Location) -> tuple[bool, Location, str, list[str], bool, str]:
    *outer, qualifier = names(identity).values()
    location = _location(identity)
    number = identity.api.number
    return location != home, location, number, outer, qualifier != LATEST, qualifier


def _location(identity: Identity) -> Location:
    return Location(identity.names["region"], identity.names["accountId"])


def _why_not(identity: Identity, values: Config) -> str | None:
    """Say why no program can declare this; the service may hold more than can be written."""
    _, failures = check_inputs(identity.api, {**identity.names, **values.to_properties()}, {})
    return "; ".join(f"{each.path} {each.reason}" for each in failures) or None


# -- names


def _name(identity: Identity, home: Location) -> str:
    # None of them holds a dot, so no two configs of a type get the same name.
    *outer, qualifier = names(identity).values()
    location = _location(identity)
    if location != home:
        return ".".join([*outer, qualifier, *_location_parts(location, home)])
    return ".".join(outer if qualifier == LATEST else [*outer, qualifier])


def _location_parts(location: Location, home: Location) -> list[str]:
    return [
        location.region,
        *([] if location.account_id == home.account_id else [location.account_id]),
    ]


def _variable(location: Location, home: Location) -> str:
    # No region has two hyphens in a row, so the account's id cannot be taken for part of one.
    return "in_" + "__".join(part.replace("-", "_") for part in _location_parts(location, home))


# -- text


def _header(
    home: Location, settings: ProviderSettings, left_out: Mapping[str, str]
) -> Iterator[str]:
    yield '"""Async-invoke-configs, as fc-async-invoke found them."""'
    yield ""
    yield f"# Written by fc-async-invoke {__version__}. The first `pulumi up` adopts what"
    yield "# exists and changes nothing there, in a stack that knows where it is:"
    yield "#"
    where = {"alicloud:region": home.region, "alicloud:accountId": home.account_id}
    for key, value in {**where, **settings.configuration}.items():
        yield _comment(f"    pulumi config set {key} {shlex.quote(value)}")
    if left_out:
        yield "#"
        yield "# Left out, as no program can declare them as they are:"
        yield "#"
        for resource_id, reason in left_out.items():
            yield _comment(f"    {resource_id}: {reason}")


def _comment(text: str) -> str:
    return f"# {printable(text)}"


def _imports(
    names: set[str], elsewhere: list[Location], settings: ProviderSettings
) -> Iterator[str]:
    if elsewhere:
        yield "import pulumi"
    imported = sorted({*names, "Provider"} if elsewhere else names)
    line = f"from pulumi_fc_async_invoke import {', '.join(imported)}"
    fits = len(line) <= _SHORTEST_LINE
    yield line if fits else _call("from pulumi_fc_async_invoke import ", imported)
    if elsewhere and settings.credentials:
        yield ""
        yield 'config = pulumi.Config("alicloud")'


def _provider(location: Location, home: Location, settings: ProviderSettings) -> str:
    arguments = [
        _literal(".".join(_location_parts(location, home))),
        f"region={_literal(location.region)}",
        f"account_id={_literal(location.account_id)}",
        *(
            f"{to_snake(each.name)}=config.{_getter(each)}({_literal(each.name)})"
            for each in settings.credentials
        ),
        *(
            f"{key.partition(':')[2]}={'True' if key == 'fc:internal' else _literal(value)}"
            for key, value in settings.configuration.items()
        ),
    ]
    if settings.sts_endpoint is not None:
        endpoints = _value({"sts": settings.sts_endpoint}, location, home, indent="    ")
        arguments.append(f"endpoints={endpoints}")
    return f"{_variable(location, home)} = {_call('Provider', arguments)}"


def _getter(setting: Setting) -> str:
    """Choose the method of `pulumi.Config` that reads a setting.

    Keys and roles are secrets in state. `diff` needs what is none, and cannot read a secret there.
    """
    if setting in {CREDENTIALS_FILE, ECS_ROLE}:
        return "require"
    return "require_secret_object" if setting.members else "require_secret"


def _resource(identity: Identity, values: Config, home: Location) -> str:
    arguments = [_literal(_name(identity, home))]
    arguments += [
        f"{to_snake(key)}={_literal(name)}"
        for key, name in names(identity).items()
        if (key, name) != ("qualifier", LATEST)
    ]
    # By their names in Python; what has its default is left out.
    default = identity.api.config().model_dump()
    arguments += [
        f"{name}={_value(value, _location(identity), home, indent='    ')}"
        for name, value in values.model_dump(exclude_none=True).items()
        if value != default[name]
    ]
    location = _location(identity)
    if location != home:
        arguments.append(f"opts=pulumi.ResourceOptions(provider={_variable(location, home)})")
    return _call(identity.api.resource_type, arguments)


def _call(name: str, arguments: Iterable[str], indent: str = "") -> str:
    # One argument a line, with a comma at the end: formatters leave that as it is.
    lines = (f"{indent}    {argument},\n" for argument in arguments)
    return f"{name}(\n{''.join(lines)}{indent})"


def _value(value: object, location: Location, home: Location, indent: str) -> str:
    """Write a value as formatters do, in a line that begins with `indent`."""
    if not isinstance(value, dict):
        return repr(value)
    lines: list[str] = []
    for key, each in cast("dict[str, Any]", value).items():
        start = f"{indent}    {_literal(key)}: "
        text = (
            _destination(each, location, home, start)
            if isinstance(each, str)
            else _value(each, location, home, f"{indent}    ")
        )
        lines.append(f"{start}{text},\n")
    return "{\n" + "".join(lines) + indent + "}"


def _destination(arn: str, location: Location, home: Location, start: str) -> str:
    """Write an ARN by its helper, where it is in the config's own region and account."""
    helper, names = arns.parse(arn) or ("", {})
    if Location(names.pop("region", ""), names.pop("account_id", "")) != location:
        return _literal(arn)
    arguments = [
        f"qualifier={_literal(name)}" if part == "qualifier" else _literal(name)
        for part, name in sorted(names.items(), key=lambda each: each[0] == "qualifier")
    ]
    # By default, a helper takes the stack's region and account.
    if location.region != home.region:
        arguments.append(f"region={_literal(location.region)}")
    if location.account_id != home.account_id:
        arguments.append(f"account_id={_literal(location.account_id)}")
    text = f"destinations.{helper}({', '.join(arguments)})"
    if len(start + text) < _SHORTEST_LINE:
        return text
    indent = start[: len(start) - len(start.lstrip())]
    return _call(f"destinations.{helper}", arguments, indent)


def _literal(text: str) -> str:
    """Write a string as formatters do: in double quotes, unless that needs more escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(
        f"\\{each}" if each in (quote, "\\") else each if each.isprintable() else repr(each)[1:-1]
        for each in text
    )
    return f"{quote}{body}{quote}"
