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
        for side, there in sides.items():
            arns = [config.destinations.get(side, "") for config in known]
            # It may be known of the other side: what is declared is recognized there, too.
            arns += [arn for config in known for arn in config.destinations.values()]
            sides[side] = next((arn for arn in arns if there in spellings(arn, names)), there)
        return replace(self, values=self.values.with_destinations(sides))


def spellings(arn: str, names: Mapping[str, str]) -> set[str]:
    """Write a destination in every way that means the same.

    Args:
        arn: the destination.
        names: those of an identity: a region or an account that is theirs may be left empty.
    """
    try:
        acs, service, region, account, rest = arn.split(":", 4)
    except ValueError:
        return {arn}  # no ARN
    regions, accounts = (
        {"", own} if part in ("", own) else {part}
        for part, own in ((region, names["region"]), (account, names["accountId"]))
    )
    return {f"{acs}:{service}:{each}:{other}:{rest}" for each in regions for other in accounts}
