"""The access keys, and which account each may be used for."""

from dataclasses import field

from pydantic.dataclasses import dataclass

from .exceptions import ApiError
from .rules import STRICT

DEFAULT_KEY_ID = "emulator-key-id"
DEFAULT_KEY_SECRET = "emulator-key-secret"  # noqa: S105  opens nothing but an emulator
DEFAULT_ACCOUNT = "1234567890123456"
ANY_ACCOUNT = "*"


@dataclass(frozen=True, config=STRICT)
class AccessKey:
    """A key that the emulator knows."""

    id: str
    secret: str = field(repr=False)
    account: str = ANY_ACCOUNT
    """The one account that it may be used for, or ``*``."""
    security_token: str | None = field(default=None, repr=False)
    """Must come with every request of a temporary key."""

    @classmethod
    def parse(cls, text: str) -> "AccessKey":
        """Read ``ID:SECRET[:ACCOUNT[:TOKEN]]``.

        Raises:
            ValueError: if the text is not a key.
        """
        parts = text.split(":", 3)
        if len(parts) < 2 or not all(parts):  # noqa: PLR2004  an id and a secret
            raise ValueError(
                "an access key is ID:SECRET, ID:SECRET:ACCOUNT or ID:SECRET:ACCOUNT:TOKEN"
            )
        return cls(*parts)


DEFAULT_KEY = AccessKey(DEFAULT_KEY_ID, DEFAULT_KEY_SECRET)


def account_of(key: AccessKey, asked: str, default: str) -> str:
    """Return the account that a request is about: the one it names, or the key's.

    Raises:
        ApiError: the key belongs to another account.
    """
    bound = "" if key.account == ANY_ACCOUNT else key.account
    account = asked or bound or default
    if bound not in {"", account}:
        raise ApiError(f"the resource doesn't belong to you: {key.id}, {account}", "AccessDenied")
    return account
