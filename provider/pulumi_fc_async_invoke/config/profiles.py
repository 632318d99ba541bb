"""Profiles of the vendor's command line, as ``aliyun configure`` writes them.

Source: ``config/profile.go`` of aliyun-cli; ``provider/cli_profile.py`` of
alibabacloud-credentials. Reads a file, and calls nothing.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

from pulumi_fc_async_invoke.api.errors import SettingsError

from .declarations import CREDENTIALS_FILE, PROFILE, REGION
from .reading import Reader


class Profile(NamedTuple):
    """One profile, as it stands in the file."""

    name: str
    file: str
    """As a user names it, perhaps with ``~``."""
    values: dict[str, Any]
    beside_commands: bool = False
    """Whether a profile of the same file gets its keys from a command: one may build on another."""

    def __repr__(self) -> str:
        """Show its name alone: its values are secrets."""
        return f"Profile({self.name!r})"

    @property
    def place(self) -> str:
        """What a message calls it."""
        return f"profile {self.name!r} in {self.file}"

    @property
    def mode(self) -> str:
        """How it authenticates, such as ``AK`` or ``RamRoleArn``."""
        return self.text("mode") or ""

    def text(self, key: str) -> str | None:
        """Return a value that is text; `None`: it is not set, or of another type."""
        value = self.values.get(key)
        return value if isinstance(value, str) and value else None

    def lacks(self, key: str) -> str:
        """Describe a value that is missing, and the command that sets it."""
        return f"The {self.place} has no {key}: aliyun configure --profile {self.name}"


def read_profile(name: str, file: str | None = None) -> Profile:
    """Find a profile in a file.

    Args:
        name: the profile's name.
        file: path of the JSON file, where ``~`` is the user's home; `None`: the default one.

    Raises:
        SettingsError: there is no such file or profile, or it cannot be read.
    """
    file = file or str(CREDENTIALS_FILE.default)
    at = f"Profile {name!r} in {file}"
    try:
        content: Any = json.loads(Path(file).expanduser().read_text(encoding="utf-8"))
        profiles: list[Any] = content["profiles"] or []
        found = [each for each in profiles if each["name"] == name]
    except OSError as error:
        raise SettingsError(f"{at} cannot be read: {error.strerror or 'no such file'}") from None
    except (ValueError, KeyError, TypeError, RuntimeError):
        # RuntimeError: there is no home.
        raise SettingsError(
            f"{at} cannot be read: the file is not what `aliyun configure` writes"
        ) from None
    if not found:
        raise SettingsError(
            f"{at} does not exist: aliyun configure --profile {name}, or name another profile"
        )
    commands = any(each.get("mode") == "External" for each in profiles)
    return Profile(name, file, cast("dict[str, Any]", found[0]), commands)


def read_region(reader: Reader) -> str | None:
    """Read the region that is set, else that of the profile that is named; `None`: neither.

    Raises:
        SettingsError: it is configured as something else than text.
    """
    region, profile = reader.value(REGION), reader.value(PROFILE)
    if region is None and profile is not None:
        file = reader.value(CREDENTIALS_FILE)
        with suppress(SettingsError):  # reported when keys are needed: a preview needs none
            return read_profile(profile, file).text("region_id")
    return region
