"""How many examples property tests try, and which: `FUZZ=50 pytest ...` tries 50 times as many.

Without FUZZ they are the same in each run, so that a run fails for what has changed and nothing
else. With it they are random: that is how to look for what nobody has thought of yet.
"""

import os
from typing import Any

from hypothesis import HealthCheck, seed, settings

_FUZZ = os.environ.get("FUZZ")


def load_profile() -> None:
    """Make this the default of every property test."""
    settings.register_profile(
        "ours",
        derandomize=_FUZZ is None,
        # How long a busy machine takes is no failure.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("ours")


def examples(count: int) -> settings:
    """As many examples, times the environment variable FUZZ."""
    return settings(max_examples=count * int(_FUZZ or "1"))


def seeded(test: Any, number: int) -> None:
    """Give a test that is one of several of its kind examples of its own."""
    if _FUZZ is None:
        seed(number)(test)
