"""The raw numbers: what was measured, on which machine, with which versions. JSON on disk."""

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

PACKAGES = ("pulumi", "pulumi-fc-async-invoke", "httpx", "grpcio", "pydantic")


@dataclass(frozen=True)
class Sample:
    """One number."""

    variant: str
    """What was measured, such as ``ours``."""
    run: int
    """Samples of one run were taken side by side, and are compared with each other."""
    value: float
    """In the unit of its measurement: seconds, or bytes."""
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    """What else was seen, such as the calls that were made."""


@dataclass(frozen=True)
class Measurement:
    """The samples of one piece of work."""

    settings: dict[str, Any]
    """How it was measured, such as ``{"resources": 300}``."""
    samples: list[Sample]
    date: str = ""
    """When, in UTC, as ISO 8601."""


@dataclass
class Results:
    """Everything that was measured on one machine with one set of versions."""

    machine: dict[str, Any] = field(default_factory=dict[str, Any])
    versions: dict[str, str] = field(default_factory=dict[str, str])
    measurements: dict[str, Measurement] = field(default_factory=dict[str, Measurement])
    """Name of the work → its measurement."""

    @classmethod
    def load(cls, file: Path) -> "Results":
        """Read them back."""
        stored = json.loads(file.read_text())
        return cls(
            stored["machine"],
            stored["versions"],
            {
                name: Measurement(
                    each["settings"], [Sample(**one) for one in each["samples"]], each["date"]
                )
                for name, each in stored["measurements"].items()
            },
        )

    def save(self, file: Path) -> None:
        """Write them."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")

    def add(self, measurements: Mapping[str, Measurement]) -> None:
        """Put in measurements of now; those of the same name are replaced."""
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        for name, measurement in measurements.items():
            self.measurements[name] = Measurement(measurement.settings, measurement.samples, now)


def here(engine_version: str) -> Results:
    """Results with nothing measured yet, on this machine."""
    versions = {name: version(name) for name in PACKAGES}
    return Results(
        machine={
            "system": platform.system(),
            "architecture": platform.machine(),
            "processor": _processor(),
            "cpus": psutil.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        },
        versions={
            "python": ".".join(map(str, sys.version_info[:3])),
            "engine": engine_version,
            **versions,
        },
    )


def continued(file: Path, fresh: Results) -> Results:
    """What is in the file, if it is of this machine and these versions; otherwise nothing."""
    if file.exists():
        stored = Results.load(file)
        if (stored.machine, stored.versions) == (fresh.machine, fresh.versions):
            return stored
    return fresh


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        for line in cpus.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
