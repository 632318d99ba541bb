"""The access key of the configuration and the environment: whole, and never of two keys. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from pulumi_fc_async_invoke.api.errors import SettingsError

from .declarations import ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN
from .reading import Found, Reader

_PARTS = (ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN)
_PLACES = tuple(zip(*((part.key, *part.variables) for part in _PARTS), strict=True))
"""What the parts are called in the configuration, then in each place of the environment."""

Keys = tuple[Found | None, ...]
"""Access key id, access key secret and security token of one place: perhaps only a part."""


def read_keys(reader: Reader) -> Iterator[Keys]:
    """Find every place that holds a key or a part of one, in their order.

    Raises:
        SettingsError: a part is configured as something else than text.
    """
    configured = Reader(reader.get, {})
    places = [tuple(configured.text(part) for part in _PARTS)]
    for names in _PLACES[1:]:
        values = [(reader.environment.get(name), name) for name in names]
        places.append(tuple(Found(value, name) if value else None for value, name in values))
    return filter(any, places)


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Copy an environment without its access keys: for an option that names a profile."""
    names = set(chain(*_PLACES))
    return {name: value for name, value in environment.items() if name not in names}


def whole_key(places: Sequence[Keys]) -> tuple[Found, Found, Found | None] | None:
    """Put a key together: each part from the first place that has it, but never of two keys.

    Args:
        places: of `read_keys`.

    Returns:
        Id, secret, and token if there is one; `None`: nothing is set.

    Raises:
        SettingsError: half of a pair is set; names the other half.
    """
    if not places:
        return None
    key: Keys = (None, None, None)
    for place in places:
        pairs = list(zip(key, place, strict=True))
        if any(one and another and one.value != another.value for one, another in pairs):
            break  # another key begins
        key = tuple(one or another for one, another in pairs)
    key_id, secret, token = key
    if key_id is None or secret is None:
        raise _half(next(filter(None, key)))
    return key_id, secret, token


def _half(given: Found) -> SettingsError:
    """Describe half a pair: to fill it from elsewhere would mix two identities."""
    key_id, secret, _ = next(names for names in _PLACES if given.origin in names)
    missing = secret if given.origin == key_id else key_id
    command = next((part.command for part in _PARTS if part.key == missing), None)
    if command is None:
        return SettingsError(
            f"{given.origin} is set in the environment, but {missing} is not: set both, or neither"
        )
    return SettingsError(f"{given.origin} is set, but {missing} is not: {command}")
