"""The ways to clear a destination, and what has been learned about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from pulumi_fc_async_invoke.api.fields import Config, PropertyBag


class Removal(Enum):
    """A way to clear a destination that is less than a delete."""

    NULL = "null"
    """``"onFailure": null``"""
    EMPTY = "empty"
    """``"onFailure": {}``"""
    OMIT = "omit"
    """A `destinationConfig` that has the other side alone; where that one stays."""
    EMPTY_CONFIG = "empty config"
    """``"destinationConfig": {}``; where no side stays."""


@dataclass
class Removals:
    """What has been learned about clearing destinations on one service; shared by its configs."""

    ways: Sequence[Removal] = tuple(Removal)
    """The ways that are worth trying, the best first."""
    works: Removal | None = None
    """The way that worked last."""
    ignored: set[Removal] = field(default_factory=set["Removal"])
    """Ways that the service accepts, and that clear nothing."""

    def in_order(self, *, all_sides: bool) -> list[Removal]:
        """List the ways left to try, the best first.

        Args:
            all_sides: whether no destination stays.
        """
        other = Removal.OMIT if all_sides else Removal.EMPTY_CONFIG
        ways = [way for way in self.ways if way not in {*self.ignored, other}]
        return sorted(ways, key=lambda way: way is not self.works)


def body(declared: Config, way: Removal | None) -> PropertyBag:
    """Write every field, always: what is not sent would keep its old value.

    Args:
        declared: what the config shall be.
        way: how to clear the destinations that are not declared; `None`: not at all.
    """
    properties = declared.to_properties()
    sides = properties.pop("destinationConfig", {})
    if way in (Removal.NULL, Removal.EMPTY):
        blank = None if way is Removal.NULL else PropertyBag()
        sides = {**dict.fromkeys(("onSuccess", "onFailure"), blank), **sides}
    return {**properties, "destinationConfig": sides} if way or sides else properties
