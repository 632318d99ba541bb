"""What a stack's state says about a config, against what is on the service. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi_fc_async_invoke.api.fields import Reading
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig

from .state import StoredConfig


class Status(Enum):
    """How a config compares."""

    SAME = "same"
    DIFFERENT = "different"
    GONE = "gone"
    ERROR = "error"


@dataclass(frozen=True)
class Comparison:
    """One config in state, and how the service differs."""

    stored: StoredConfig
    status: Status
    differences: tuple[tuple[str, Any, Any], ...] = ()
    """Property path, value in state, value on the service."""
    error: str | None = None
    """Why it could not be compared; one line."""

    def document(self) -> dict[str, Any]:
        """Describe it as JSON."""
        found: dict[str, Any] = {
            "name": self.stored.name,
            "urn": self.stored.urn,
            "id": self.stored.id,
            "status": self.status.value,
            "differences": [
                {"property": path, "state": here, "service": there}
                for path, here, there in self.differences
            ],
            "notCompared": sorted(self.stored.secrets),
        }
        return found if self.error is None else {**found, "error": self.error}


def compare(stored: StoredConfig, found: RemoteConfig | None) -> Comparison:
    """Compare a config in state with the one on the service.

    What is secret in state is not compared, and the service's value of it not shown.

    Args:
        stored: the config in state.
        found: the config on the service; `None`: there is none.
    """
    if found is None:
        return Comparison(stored, Status.GONE)
    here = stored.api.config.read(stored.outputs, Reading.STATE)
    there = found.spelled_as(stored.api.parse_id(stored.id).names, here)
    differences = tuple(
        (path, *values)
        for path, values in here.differences(there.values).items()
        if not _is_secret(path, stored.secrets)
    )
    return Comparison(stored, Status.DIFFERENT if differences else Status.SAME, differences)


def _is_secret(path: str, secrets: frozenset[str]) -> bool:
    return any(path == secret or path.startswith(f"{secret}.") for secret in secrets)
