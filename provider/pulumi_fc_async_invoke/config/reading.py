"""Reads one setting from the configuration, else from the environment. Pure."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.names import exact_integer

from .declarations import Setting

Lookup = Callable[[str], Any]
"""Looks up a configuration key such as ``alicloud:region``; `None`: not set."""


@dataclass(frozen=True)
class Found:
    """A value, and where it was found."""

    value: str = field(repr=False)
    origin: str
    """The configuration's key or the environment variable."""


def find(setting: Setting, get: Lookup, environment: Mapping[str, str]) -> tuple[Any, str] | None:
    """The first value that is set, and where."""
    value = get(setting.key)
    if value is not None and value != "":
        return value, setting.key
    names = (name for name in setting.variables if environment.get(name))
    return next(((environment[name], name) for name in names), None)


def read_text(setting: Setting, get: Lookup, environment: Mapping[str, str]) -> Found | None:
    """Read a text; a whole number is one as well.

    Raises:
        SettingsError: it is configured as something else.
    """
    found = find(setting, get, environment)
    if found is None:
        return None
    value, origin = found
    if isinstance(value, float) and value.is_integer():
        # An account's id written as a number.
        whole = exact_integer(value)
        if whole is None:
            raise SettingsError(f"{origin} is too large to be exact as a number: put it in quotes")
        value = str(whole)
    # The engine hands over a structured value as its JSON text.
    is_member = "." in setting.key
    if not isinstance(value, str) or (value.startswith(("{", "[")) and not is_member):
        raise SettingsError(
            f"{origin} must be plain text, no object and no list: {setting.command}"
        )
    return Found(value, origin)


def read_boolean(setting: Setting, get: Lookup) -> bool:
    """Read a boolean, or its default.

    Raises:
        SettingsError: it is neither `true` nor `false`.
    """
    found = find(setting, get, {})
    if found is None:
        return bool(setting.default)
    meant = {"true": True, "false": False}.get(str(found[0]).lower())
    if meant is None:
        raise SettingsError(f"{setting.key} must be true or false: {setting.command}")
    return meant


def read_number(
    setting: Setting,
    get: Lookup,
    environment: Mapping[str, str] | None = None,
    *,
    whole: bool = False,
) -> float:
    """Read a number in its range, or its default.

    Raises:
        SettingsError: it is another number, or none.
    """
    found = find(setting, get, environment or {})
    if found is None:
        return float(setting.default)
    value, origin = found
    try:
        # Booleans and the like fail here; the engine hands over 16 as 16.0.
        number = float(str(value))
    except ValueError:
        number = math.nan
    if whole and (not setting.least <= number <= setting.most or not number.is_integer()):
        raise SettingsError(
            f"{origin} must be a whole number from {setting.least:.0f} to {setting.most:.0f}: "
            f"{setting.command}"
        )
    if not whole and not setting.least < number <= setting.most:
        raise SettingsError(
            f"{origin} must be a number of seconds, more than {setting.least:.0f} and at most "
            f"{setting.most:.0f}: {setting.command}"
        )
    return number


def read_object(setting: Setting, get: Lookup) -> dict[str, Any] | None:
    """An object, or a list of one, as it is or as its JSON text; empty members are left out."""
    value = get(setting.key)
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            value = False
    if isinstance(value, list):
        items = cast("Sequence[Any]", value)
        value = items[0] if len(items) == 1 else items
    if value is None or value in ("", []):
        return None
    if not isinstance(value, dict):
        raise SettingsError(f"{setting.key} must be an object: {setting.members[0].command}")
    members = cast("dict[str, Any]", value)
    return {key: each for key, each in members.items() if each is not None and each != ""}


def read_member(
    setting: Setting, name: str, members: Mapping[str, Any], environment: Mapping[str, str]
) -> Found | None:
    """Read a member of an object that is text.

    Raises:
        SettingsError: it is something else.
    """
    member = next(each for each in setting.members if each.name == name)
    return read_text(member, lambda _key: members.get(name), environment)
