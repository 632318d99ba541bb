"""Rules of the emulator that are none of its defaults."""

from dataclasses import asdict
from typing import Any

from pulumi_fc_async_invoke.emulator.rules import CHOICES, Rules


def other_rules() -> Rules:
    """Each differs from its default."""
    rules: dict[str, Any] = {}
    for name, default in asdict(Rules()).items():
        others = [each for each in CHOICES.get(name, ()) if each != default]
        rules[name] = others[0] if others else default + 1
    return Rules(**rules)
