"""The ways to remove a destination, and what has been learned about them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum


class Removal(Enum):
    """A way to remove a destination that is less than a delete."""

    NULL = "null"
    """``"onFailure": null``"""
    EMPTY = "empty"
    """``"onFailure": {}``"""
    OMIT = "omit"
    """A `destinationConfig` without it: removes where the merge is shallow."""


@dataclass
class Removals:
    """What has been learned about removals on one service; shared by all its configs."""

    works: Removal | None = None
    """The way that worked last."""
    ignored: set[Removal] = field(default_factory=set["Removal"])
    """Ways that the service accepts, and that remove nothing."""

    def in_order(self) -> Iterator[Removal]:
        """The ways worth trying, the best first."""
        ways = [way for way in Removal if way not in self.ignored]
        return iter(sorted(ways, key=lambda way: way is not self.works))
