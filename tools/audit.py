"""Look the locked packages up in the Python Packaging Advisory Database, with pip-audit.

::

    python -m tools.audit

Asks the package index itself (its JSON API), so no other host is needed. Where an index does not
carry that data, pip-audit skips every package and then finds nothing wrong: here that is an
outcome of its own.

Exit status: 0 every package was looked up and none has a known vulnerability; 1 some has; 3 some
could not be looked up, so nobody knows.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENVIRONMENT = Path(__file__).parent / "environment"
FILES = {
    "requirements.txt": "what the checks run with, the package's own dependencies among it",
    "lowest.txt": "the lowest versions that the package accepts",
}
CLEAN, VULNERABLE, UNKNOWN = 0, 1, 3


@dataclass(frozen=True)
class Findings:
    """What is known of the packages of one file."""

    audited: list[str] = field(default_factory=list[str])
    """Names of the packages that were looked up."""
    skipped: list[str] = field(default_factory=list[str])
    """Names of those that could not be."""
    vulnerable: list[str] = field(default_factory=list[str])
    """One line for each known vulnerability."""

    @property
    def status(self) -> int:
        """Exit status; what is known to be bad comes before what is not known."""
        if self.vulnerable:
            return VULNERABLE
        return UNKNOWN if self.skipped or not self.audited else CLEAN

    def __str__(self) -> str:
        if self.status == UNKNOWN:
            return (
                f"NOT AUDITED: {len(self.skipped)} of {len(self.skipped) + len(self.audited)} "
                "packages could not be looked up. The package index in use has no vulnerability "
                "data (its JSON API), or cannot be reached: run this where PyPI can be"
            )
        lines = [f"{len(self.audited)} packages looked up", *self.vulnerable]
        if self.skipped:
            lines.append(f"not looked up: {', '.join(self.skipped)}")
        return "\n  ".join(lines)


def findings(report: str) -> Findings:
    """What a report of pip-audit in JSON says; a report that is none says nothing is known."""
    try:
        dependencies: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Findings()
    return Findings(
        audited=[each["name"] for each in dependencies if "skip_reason" not in each],
        skipped=[each["name"] for each in dependencies if "skip_reason" in each],
        vulnerable=[
            f"{each['name']} {each['version']}: {found['id']}, fixed in "
            f"{', '.join(found['fix_versions']) or 'no version yet'}"
            for each in dependencies
            for found in each.get("vulns", [])
        ],
    )


def audit(file: Path) -> Findings:
    """Look up every package of a file of requirements with hashes; installs nothing."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--requirement", str(file)),
            *("--require-hashes", "--disable-pip", "--vulnerability-service", "pypi"),
            *("--format", "json", "--progress-spinner", "off"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = findings(done.stdout)
    if found == Findings() and done.stderr.strip():
        print(done.stderr.strip().splitlines()[-1], file=sys.stderr)
    return found


def main() -> int:
    """Audit every file; the worst outcome is the exit status."""
    statuses: set[int] = set()
    for name, what in FILES.items():
        found = audit(ENVIRONMENT / name)
        print(f"{name} ({what}): {found}")
        statuses.add(found.status)
    return next(status for status in (VULNERABLE, UNKNOWN, CLEAN) if status in statuses)


if __name__ == "__main__":
    sys.exit(main())
