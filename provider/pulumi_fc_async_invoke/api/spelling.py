"""The name that was probably meant by one that does not exist. Pure."""

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str], likeness: float = 0.6) -> str | None:
    """Find the name that is most like another one.

    Args:
        name: what was written.
        names: what there is.
        likeness: the least that counts, from 0 to 1: by default, `difflib`'s own.

    Returns:
        `None`: nothing is like it.
    """
    from difflib import get_close_matches  # noqa: PLC0415  milliseconds, and seldom needed

    return next(iter(get_close_matches(name, list(names), 1, likeness)), None)
