"""Profiles of the vendor's command line, as ``aliyun configure`` writes them.

Source: ``config/profile.go`` of aliyun-cli; ``provider/cli_profile.py`` of
alibabacloud-credentials. Reads a file, and calls nothing.
"""

import configparser
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pulumi_fc_async_invoke.api.errors import SettingsError

from .declarations import CREDENTIALS_FILE

_INI_FILE = "~/.alibabacloud/credentials.ini"


@dataclass(frozen=True)
class Profile:
    """One profile, as it stands in the file."""

    name: str
    file: str
    """As a user names it, perhaps with ``~``."""
    values: dict[str, Any] = field(repr=False, hash=False)
    beside_commands: bool = False
    """Whether a profile of the same file gets its keys from a command: one may build on another."""

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
        return (
            f"The profile {self.name!r} in {self.file} has no {key}: "
            f"aliyun configure --profile {self.name}"
        )


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


def has_ini_section(name: str, file: str | None) -> bool:
    """Tell whether the vendor's other file, an INI file, has a section of this name.

    Args:
        name: the section.
        file: its path; `None`: the default one.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(Path(file or _INI_FILE).expanduser(), encoding="utf-8")
    except (configparser.Error, ValueError, OSError, RuntimeError):
        return False
    return parser.has_section(name)
