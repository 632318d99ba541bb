"""A config as the service holds it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .fields import Config, PropertyBag

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

    def spelled_as(self, names: Mapping[str, str], *known: Config) -> "RemoteConfig":
        """Write its destinations in a spelling that is known already.

        A destination may leave its region and account empty, and it is not documented whether the
        service reads it back so, or filled in.

        Args:
            names: those of its identity: an empty region or account means theirs.
            known: what is declared, and what was there before; the first that fits is taken.
        """
        sides = self.values.destinations
        for config in reversed(known):
            for side, arn in config.destinations.items():
                if side in sides and _filled_in(arn, names) == _filled_in(sides[side], names):
                    sides[side] = arn
        return replace(self, values=self.values.with_destinations(sides))


def _filled_in(arn: str, names: Mapping[str, str]) -> list[str]:
    """Split a destination, and fill in its region and account where they are empty."""
    parts = arn.split(":", 4)
    if len(parts) > 4:  # noqa: PLR2004  acs, service, region, account and the rest
        parts[2] = parts[2] or names["region"]
        parts[3] = parts[3] or names["accountId"]
    return parts
