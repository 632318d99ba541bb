"""An access key, and what else a signature is made from. Pure."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from .errors import SettingsError


@dataclass(frozen=True)
class Credentials:
    """An access key; its secret parts stay out of every ``repr``."""

    access_key_id: str = field(repr=False)
    """Names the key."""
    access_key_secret: str = field(repr=False)
    """Signs."""
    security_token: str | None = field(default=None, repr=False)
    """Comes with a temporary (STS) key."""

    def check(self) -> None:
        """Refuse what no HTTP header can carry, before a library quotes it in an error.

        Raises:
            SettingsError: names the part, never its value.
        """
        parts = {"access key id": self.access_key_id, "access key secret": self.access_key_secret}
        if self.security_token:
            parts["security token"] = self.security_token
        for name, value in parts.items():
            if not re.fullmatch("[!-~]+", value):
                raise SettingsError(
                    f"The {name} is empty or holds a space, a line break or a character "
                    "outside ASCII; it was probably not copied whole: set it again"
                )


@dataclass(frozen=True)
class Signed:
    """What a signature is made from, beside the request."""

    host: str
    """Value of the ``Host`` header."""
    credentials: Credentials
    """Key that signs."""
    now: datetime
    """Time of this attempt, with its time zone."""
    nonce: str
    """Text that no other attempt has."""
