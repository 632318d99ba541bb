"""Reading what ``-X importtime`` prints, and what py-spy records. Pure."""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(r"^import time:\s*(\d+) \|\s*(\d+) \| ( *)([\w.]+)$", re.MULTILINE)
_FRAME_FILE = re.compile(r"\((?P<file>.+?):\d+\)$")
_OURS = "pulumi_fc_async_invoke"


@dataclass(frozen=True)
class Import:
    """One module that was imported."""

    name: str
    own_ms: float
    """Without what it imports in turn."""
    all_ms: float
    """With it."""
    depth: int
    """0: by nothing else that was being imported."""


def imports(text: str) -> list[Import]:
    """The imports in what was printed, each after those that it made."""
    return [
        Import(name, int(own) / 1000, int(whole) / 1000, len(indent) // 2)
        for own, whole, indent, name in _LINE.findall(text)
    ]


def by_package(found: Iterable[Import]) -> dict[str, float]:
    """Top-level package → milliseconds in its modules alone, the largest first."""
    sums: defaultdict[str, float] = defaultdict(float)
    for each in found:
        sums[each.name.partition(".")[0]] += each.own_ms
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def caused_by(found: Iterable[Import], package: str = _OURS) -> list[Import]:
    """The imports that a package made and nobody before it, each whole, the largest first.

    What a module of the package costs with everything that it imports first is its own; of the
    modules inside each other, only the outermost counts.
    """
    outermost: list[Import] = []
    inside: int | None = None
    for each in reversed(list(found)):  # so that an importer comes before what it imports
        if inside is not None and each.depth > inside:
            continue
        inside = each.depth if each.name.partition(".")[0] == package else None
        if inside is not None:
            outermost.append(each)
    return sorted(outermost, key=lambda each: -each.all_ms)


def samples_by_package(collapsed: str) -> dict[str, int]:
    """Where the CPU was, from collapsed stacks: package of the innermost frame → samples."""
    sums: Counter[str] = Counter()
    for line in collapsed.splitlines():
        stack, _, count = line.rpartition(" ")
        if stack:
            sums[_package(stack.split(";")[-1])] += int(count)
    return dict(sums.most_common())


def _package(frame: str) -> str:
    found = _FRAME_FILE.search(frame)
    if found is None or found["file"].startswith("<"):
        return "standard library"
    first = found["file"].lstrip("/").partition("/")[0].removesuffix(".py")
    return "standard library" if first in sys.stdlib_module_names else first
