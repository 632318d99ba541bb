"""How many examples property tests try: `FUZZ=50 pytest ...` tries 50 times as many."""

import os

from hypothesis import settings


def examples(count: int) -> settings:
    """As many examples, times the environment variable FUZZ; however long each takes."""
    return settings(max_examples=count * int(os.environ.get("FUZZ", "1")), deadline=None)
