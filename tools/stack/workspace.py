"""Where Pulumi keeps things when `make` runs it: under `.state/`, nothing outside the checkout.

The committed ``Pulumi.{stack}.yaml`` are only read. What a run adds to them (the emulator's
address, the salt that Pulumi makes for a new stack) goes into a copy in `.state/stacks/`.
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pulumi_fc_async_invoke.config.declarations import EVERY_SETTING
from pulumi_fc_async_invoke.emulator.authentication import DEFAULT_KEY_ID, DEFAULT_KEY_SECRET
from tools.process import command_line

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".state"
_SALT = "encryptionsalt"
_FOREIGN = (
    # Settings of the user's own that would lead away from here: another state, another cloud.
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
    "PULUMI_STACK",
    *(variable for setting in EVERY_SETTING for variable in setting.variables),
)


@dataclass(frozen=True)
class Workspace:
    """One stack of the quick start in this checkout."""

    stack: str
    """Name of the stack; ``Pulumi.{stack}.yaml`` holds its settings."""

    @property
    def folder(self) -> Path:
        """A project of the same name, for the commands that write into a stack's settings."""
        return STATE / "stacks"

    @property
    def settings(self) -> Path:
        """The copy of the stack's settings that Pulumi reads and writes."""
        return self.folder / f"Pulumi.{self.stack}.yaml"

    @property
    def committed(self) -> Path:
        """The stack's settings in the repository."""
        return ROOT / f"Pulumi.{self.stack}.yaml"

    def write(self, endpoint: str) -> None:
        """Write the copies: the committed settings, the endpoint, and the salt as it was.

        Args:
            endpoint: URL of the emulator.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        project = _load(ROOT / "Pulumi.yaml")
        shadow = {"name": project["name"], "runtime": "python", "backend": {"url": "file://.."}}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(shadow, sort_keys=False))
        settings = _load(self.committed)
        settings["config"] = {**settings.get("config", {}), "fc:endpoint": endpoint}
        if self.settings.exists():
            before = _load(self.settings)
            settings |= {key: before[key] for key in (_SALT,) if key in before}
        self.settings.write_text(yaml.safe_dump(settings, sort_keys=False))

    def stale_lock(self) -> bool:
        """Whether a run on this machine was killed and left the stack locked."""
        locks = [
            _read_lock(file) for file in (STATE / ".pulumi" / "locks").rglob(f"{self.stack}/*.json")
        ]
        ours = [lock for lock in locks if lock.get("hostname") == socket.gethostname()]
        return bool(ours) and not any(map(_is_running, ours))


def environment(engine: Path) -> dict[str, str]:
    """Environment variables of every Pulumi process.

    Args:
        engine: the folder of `pulumi` and its language plugin.
    """
    python = ROOT / ".venv"
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    path = os.pathsep.join((str(engine), str(python / "bin"), kept.get("PATH", "")))
    loopback = ",".join(filter(None, ("127.0.0.1,localhost", kept.get("NO_PROXY"))))
    return {
        **kept,
        "PATH": path,
        "VIRTUAL_ENV": str(python),
        "NO_PROXY": loopback,
        "no_proxy": loopback,
        "PULUMI_HOME": str(STATE / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": DEFAULT_KEY_ID,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DEFAULT_KEY_SECRET,
    }


def _load(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text()) or {})


def _read_lock(file: Path) -> Mapping[str, Any]:
    try:
        return dict(json.loads(file.read_text()))
    except (OSError, ValueError):
        return {}


def _is_running(lock: Mapping[str, Any]) -> bool:
    """Whether the Pulumi process that made a lock is still there."""
    return "pulumi" in command_line(lock.get("pid", 0))
