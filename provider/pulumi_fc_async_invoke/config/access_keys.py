"""The access key of the configuration and the environment: whole, and never of two keys. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import SettingsError

from .declarations import ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN
from .reading import Found, Reader


@dataclass(frozen=True)
class Keys:
    """What one place holds of an access key: perhaps only a part."""

    names: tuple[str, str, str]
    """Of access key id, access key secret and security token in that place."""
    access_key: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)
    security_token: str | None = field(repr=False)

    @property
    def parts(self) -> dict[str, str | None]:
        """Access key id, access key secret and security token, by their names in that place."""
        values = (self.access_key, self.secret_key, self.security_token)
        return dict(zip(self.names, values, strict=True))

    @property
    def is_configured(self) -> bool:
        """Whether they stand in the configuration, not in the environment."""
        return self.names[0] == ACCESS_KEY.key


def read_keys(reader: Reader) -> Iterator[Keys]:
    """Find every place that holds a key or a part of one, in their order.

    Raises:
        SettingsError: a part is configured as something else than text.
    """
    settings = (ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN)
    configured = [Reader(reader.get, {}).text(setting) for setting in settings]
    places = [(tuple(setting.key for setting in settings), configured)]
    for names in zip(*(setting.variables for setting in settings), strict=True):
        values = [reader.environment.get(name) for name in names]
        places.append((names, [Found(value, "") if value else None for value in values]))
    for names, found in places:
        parts = [each.value if each else None for each in found]
        if any(parts):
            yield Keys(cast("tuple[str, str, str]", names), *parts)


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Copy an environment without its access keys: for an option that names a profile."""
    names = {*ACCESS_KEY.variables, *SECRET_KEY.variables, *SECURITY_TOKEN.variables}
    return {name: value for name, value in environment.items() if name not in names}


def key_pair(places: Sequence[Keys]) -> tuple[str, Credentials] | None:
    """Put a key together: each part from the first place that has it, but never of two keys.

    Args:
        places: of `read_keys`.

    Returns:
        Where id and secret stand, for a message, and the key; `None`: nothing is set.

    Raises:
        SettingsError: half of a pair is set; names the other half.
    """
    if not places:
        return None
    of_id = next((place for place in places if place.access_key), None)
    of_secret = next((place for place in places if place.secret_key), None)
    if of_id is None or of_secret is None:
        raise _half(of_id or of_secret or places[0])
    if _differ(of_secret.access_key, of_id.access_key) or _differ(
        of_id.secret_key, of_secret.secret_key
    ):
        raise _half(min(of_id, of_secret, key=places.index))
    of_token = next((place for place in places if place.security_token), None)
    if of_token is not None and _differ(of_token.access_key, of_id.access_key):
        of_token = None  # it belongs to that other key
    credentials = Credentials(
        of_id.access_key or "",
        of_secret.secret_key or "",
        of_token.security_token if of_token else None,
    )
    return f"{of_id.names[0]} and {of_secret.names[1]}", credentials


def _differ(other: str | None, one: str | None) -> bool:
    return other is not None and other != one


def _half(place: Keys) -> SettingsError:
    """Describe half a pair: to fill it from elsewhere would mix two identities."""
    given = next(name for name, value in place.parts.items() if value)
    missing = next(name for name, value in place.parts.items() if not value)
    if not place.is_configured:
        return SettingsError(
            f"{given} is set in the environment, but {missing} is not: set both, or neither"
        )
    command = next(each.command for each in (ACCESS_KEY, SECRET_KEY) if each.key == missing)
    return SettingsError(f"{given} is set, but {missing} is not: {command}")
