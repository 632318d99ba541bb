"""What a run of the command line did and said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """One thing that the engine did, or would do."""

    operation: str
    """Such as ``create``, ``update``, ``create-replacement``, ``same``, ``read``."""
    name: str
    """Name of the resource in the program."""
    properties: tuple[str, ...]
    """Top-level inputs that differ from those in state, as the engine shows them."""


@dataclass(frozen=True)
class Outcome:
    """What one run of the command line did and said."""

    exit_code: int
    text: str
    events: list[dict[str, Any]] = field(repr=False)

    @property
    def changes(self) -> list[Change]:
        """What was done (or, in a preview, would be) to async-invoke-configs."""
        return list(self._changes())

    def _changes(self) -> Iterator[Change]:
        for event in self.events:
            step = event.get("resourcePreEvent", {}).get("metadata")
            if (
                step
                and "AsyncInvokeConfig" in step["type"]
                and step["op"] not in ("same", "refresh")
            ):
                name = step["urn"].rsplit("::", 1)[1]
                yield Change(step["op"], name, _changed(step, "inputs"))

    @property
    def operations(self) -> list[str]:
        """The operations of `changes`, in order."""
        return [change.operation for change in self.changes]

    @property
    def by_name(self) -> dict[str, list[str]]:
        """Name → its operations, in order."""
        names: dict[str, list[str]] = {}
        for change in self.changes:
            names.setdefault(change.name, []).append(change.operation)
        return names

    @property
    def drift(self) -> list[Change]:
        """What a refresh (alone, or before a preview or an up) found to be other than in state.

        Operations are ``update`` and ``delete``; properties are those of the outputs.
        """
        return list(self._drift())

    def _drift(self) -> Iterator[Change]:
        refreshing: set[str] = set()
        for event in self.events:
            started = event.get("resourcePreEvent", {}).get("metadata", {})
            if started.get("op") == "refresh" and "AsyncInvokeConfig" in started["type"]:
                refreshing.add(started["urn"])
            # Its own operation says little: within a preview it is always ``refresh``.
            found = event.get("resOutputsEvent", {}).get("metadata", {})
            if found.get("urn") in refreshing:
                refreshing.remove(found["urn"])
                operation = "update" if found.get("new") else "delete"
                properties = _changed(found, "outputs")
                if properties or operation == "delete":
                    yield Change(operation, found["urn"].rsplit("::", 1)[1], properties)

    @property
    def diagnostics(self) -> list[str]:
        """Errors and warnings, as the user sees them."""
        return [
            event["diagnosticEvent"]["message"].strip()
            for event in self.events
            if event.get("diagnosticEvent", {}).get("severity") in ("error", "warning", "info#err")
        ]

    @property
    def information(self) -> dict[str, list[str]]:
        """Name → lines of information under that resource."""
        found: dict[str, list[str]] = {}
        for event in self.events:
            told = event.get("diagnosticEvent", {})
            if told.get("severity") == "info" and told.get("urn"):
                found.setdefault(told["urn"].rsplit("::", 1)[1], []).append(told["message"].strip())
        return found

    @property
    def problems(self) -> dict[str, dict[str, str]]:
        """Name → property path → what is wrong with it: the failures of check, as printed."""
        found: dict[str, dict[str, str]] = {}
        for message in self.diagnostics:
            problem = _PROBLEM.search(message)
            if problem:
                found.setdefault(problem["name"], {})[problem["path"]] = problem["reason"]
        return found


_PROBLEM = re.compile(
    r"resource '(?P<name>[^']*)': property (?P<path>\S+) value .* has a problem: (?P<reason>.*)",
    re.DOTALL,
)


def _changed(step: dict[str, Any], which: str) -> tuple[str, ...]:
    old: dict[str, Any] = step.get("old") or {}
    new: dict[str, Any] = step.get("new") or {}
    before: dict[str, Any] = old.get(which) or {}
    after: dict[str, Any] = new.get(which) or {}
    keys = before.keys() | after.keys()
    return tuple(sorted(key for key in keys if before.get(key) != after.get(key)))
