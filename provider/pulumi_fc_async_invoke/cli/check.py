"""The result of one check of `doctor`. Pure."""

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """The result of a check."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Status
    found: str
    """What was found, in one line."""
    remedy: str = ""
    """What to do about it."""

    def document(self) -> dict[str, str]:
        """Describe it as JSON."""
        found = {"name": self.name, "status": self.status.value, "found": self.found}
        return {**found, "remedy": self.remedy} if self.remedy else found


def broken(name: str, found: str, remedy: str = "") -> Check:
    """Make the result of what is broken; without a remedy, what was found says it."""
    return Check(name, Status.BROKEN, found, remedy)
