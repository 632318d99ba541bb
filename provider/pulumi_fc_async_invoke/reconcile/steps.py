"""The steps that a decision yields, one at a time, and their results."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from pulumi_fc_async_invoke.api.errors import CallError, SettingsError
from pulumi_fc_async_invoke.api.fields import PropertyBag
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig


@dataclass(frozen=True)
class Get:
    """Read the config; the result is `None` if there is none."""


@dataclass(frozen=True)
class Put:
    """Write these properties."""

    body: PropertyBag


@dataclass(frozen=True)
class Delete:
    """Delete the config; the result is `None`."""


@dataclass(frozen=True)
class Wait:
    """Let some time pass; the result is `None`."""

    seconds: float


@dataclass(frozen=True)
class Warn:
    """Warn the user; the result is `None`."""

    message: str


@dataclass(frozen=True)
class Inform:
    """Inform the user of what the engine does not show; the result is `None`."""

    message: str


Step: TypeAlias = Get | Put | Delete | Wait | Warn | Inform
_T = TypeVar("_T")
Steps: TypeAlias = Generator[Step, RemoteConfig | None, _T]

# Keys may become invalid between two attempts, so settings may fail a call as well.
FAILED = (CallError, SettingsError)
"""What may be thrown in where a result is missing."""

# Reads after a write may be stale for a while; it is not documented for how long.
SECOND_LOOKS = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Seconds to wait before each further look at what a write has done."""
