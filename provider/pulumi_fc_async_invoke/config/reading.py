"""Read settings from the configuration, else from the environment. Pure."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.names import exact_integer

from .declarations import Setting

Lookup = Callable[[str], Any]
"""Looks up a configuration key such as ``alicloud:region``; `None`: not set."""


class Found(NamedTuple):
    """A value, and where it was found."""

    value: str
    origin: str
    """The configuration's key or the environment variable."""

    def __repr__(self) -> str:
        """Show its origin alone: it may be a secret."""
        return f"Found({self.origin!r})"


class Reader(NamedTuple):
    """The configuration, and the environment variables that count where a key is not configured.

    An empty value counts as not set. Every method raises `SettingsError` for a value that makes no
    sense; the message names its origin and the command that sets it, and does not repeat the value.
    """

    get: Lookup
    environment: Mapping[str, str]

    def find(self, setting: Setting) -> tuple[Any, str] | None:
        """Find the first value that is set, and its origin."""
        value = self.get(setting.key)
        if value is not None and value != "":
            return value, setting.key
        names = (name for name in setting.variables if self.environment.get(name))
        return next(((self.environment[name], name) for name in names), None)

    def text(self, setting: Setting) -> Found | None:
        """Read a text; a whole number is one as well."""
        found = self.find(setting)
        if found is None:
            return None
        value, origin = found
        if type(value) is int:
            value = str(value)  # a member of an object that came as its JSON text
        if isinstance(value, float) and value.is_integer():
            # An account's id written as a number.
            whole = exact_integer(value)
            if whole is None:
                raise SettingsError(
                    f"{origin} is too large to be exact as a number: put it in quotes"
                )
            value = str(whole)
        # The engine hands over a structured value as its JSON text; a policy is such a text.
        is_member = setting.key != setting.root
        if not isinstance(value, str) or (value.startswith(("{", "[")) and not is_member):
            raise SettingsError(
                f"{origin} must be plain text, no object and no list: {setting.command}"
            )
        return Found(value, origin)

    def value(self, setting: Setting) -> str | None:
        """Read a text, wherever it was found; `None`: it is not set."""
        found = self.text(setting)
        return found.value if found else None

    def boolean(self, setting: Setting) -> bool:
        """Read a boolean, or its default."""
        found = self.find(setting)
        if found is None:
            return bool(setting.default)
        meant = {"true": True, "false": False}.get(str(found[0]).lower())
        if meant is None:
            raise SettingsError(f"{setting.key} must be true or false: {setting.command}")
        return meant

    def number(self, setting: Setting) -> float:
        """Read a number in its range, or its default."""
        found = self.find(setting)
        if found is None:
            return float(setting.default)
        value, origin = found
        try:
            # Booleans and the like fail here; the engine hands over 16 as 16.0.
            number = float(str(value))
        except ValueError:
            number = math.nan
        least, most = f"{setting.least:.0f}", f"{setting.most:.0f}"
        if isinstance(setting.default, int):
            is_right = setting.least <= number <= setting.most and number.is_integer()
            expected = f"must be a whole number from {least} to {most}"
        else:
            is_right = setting.least < number <= setting.most
            expected = f"must be a number of seconds, more than {least} and at most {most}"
        if not is_right:
            raise SettingsError(f"{origin} {expected}: {setting.command}")
        return number

    def members(self, setting: Setting) -> dict[str, Any] | None:
        """Read an object, or a list of one, as it is or as its JSON text.

        Returns:
            The members that are set, by name; `None`: the object is not configured.
        """
        value = self.get(setting.key)
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

    def of(self, members: Mapping[str, Any]) -> "Reader":
        """Make a reader of an object's members, and of the same environment."""

        def member(key: str) -> Any:
            return members.get(key.rpartition(".")[2])

        return Reader(member, self.environment)
