"""A config as the service holds it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .fields import Config, PropertyBag
from .identity import Identity

MAY_BE_UNSET = (
    "a retry count of 0 may also mean that none was ever set, which the service takes as 3"
)
"""What `RemoteConfig.may_be_unset` means, for messages."""


@dataclass(frozen=True)
class RemoteConfig:
    """A config as the service holds it."""

    values: Config
    """What it holds, with the API's defaults for what was never set."""
    may_be_unset: bool = False
    """Whether a 0 in it may stand for a number that was never set, and so for its default."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names that the response states, by their property names; perhaps none."""
    outputs: PropertyBag = field(default_factory=dict[str, Any])
    """The outputs that only the service sets."""

    def spelled_as(self, identity: Identity, *known: Config) -> "RemoteConfig":
        """Write its destinations in a spelling that is known already.

        A destination may leave its region and account empty, and it is not documented whether the
        service reads it back so, or filled in.

        Args:
            identity: whose region and account an empty one means.
            known: what is declared, and what was there before; the first that fits is taken.
        """
        read = self.values.destinations
        sides = dict(read)
        for config in reversed(known):
            for side, arn in config.destinations.items():
                if side in sides and _filled_in(arn, identity) == _filled_in(sides[side], identity):
                    sides[side] = arn
        if sides == read:
            return self
        return replace(self, values=self.values.with_destinations(sides))


def _filled_in(arn: str, identity: Identity) -> list[str]:
    """Split a destination, and fill in its region and account where they are empty."""
    parts = arn.split(":", 4)
    if len(parts) > 4:  # noqa: PLR2004  acs, service, region, account and the rest
        parts[2] = parts[2] or identity.names["region"]
        parts[3] = parts[3] or identity.names["accountId"]
    return parts
