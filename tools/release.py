"""Whether a tag may become a release; if so, what has changed in it.

::

    python -m tools.release v1.2.3 > notes.md

Needs nothing but Python, as it runs before anything is installed.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_VERSION = ROOT / "provider" / "pulumi_fc_async_invoke" / "_version.py"


class ReleaseError(Exception):
    """The tag is no release; the message says what to do."""


def notes(tag: str, version: str, changes: str) -> str:
    """What the change log says about a version.

    Args:
        tag: such as ``v1.2.3``.
        version: that of the package.
        changes: the change log.

    Returns:
        The version's section, without its heading.

    Raises:
        ReleaseError: the three do not agree.
    """
    if tag != f"v{version}":
        raise ReleaseError(
            f"the tag is {tag}, the package's version {version}: correct _version.py, and tag again"
        )
    sections = re.split(r"^## ", changes, flags=re.MULTILINE)
    heading = re.compile(rf"\[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n")
    found = [each for each in sections if heading.match(each)]
    if not found:
        raise ReleaseError(
            f"CHANGELOG.md has no section [{version}] with a date: rename Unreleased to it"
        )
    text = found[0].split("\n", 1)[1].strip()
    if not text:
        raise ReleaseError(f"CHANGELOG.md says nothing about {version}")
    unreleased = [each for each in sections if each.startswith("[Unreleased]")]
    if unreleased and unreleased[0].split("\n", 1)[1].strip():
        raise ReleaseError(f"CHANGELOG.md has changes under Unreleased: move them to {version}")
    return text


def current_version() -> str:
    """The version that stands in the package."""
    found = re.search(r'^__version__ = "([^"]+)"$', _VERSION.read_text(), re.MULTILINE)
    if found is None:
        raise ReleaseError(f"{_VERSION.name} has no line __version__ = …")
    return found[1]


def main() -> int:
    """Print the notes; the exit code is 1 if the tag may not become a release."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("tag", help="such as v1.2.3")
    tag: str = parser.parse_args().tag
    try:
        print(notes(tag, current_version(), (ROOT / "CHANGELOG.md").read_text()))
    except ReleaseError as error:
        print(f"No release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
