"""`make audit` never takes what nobody has looked up for what is well."""

import json
from typing import Any

import pytest
from tools.audit import CLEAN, UNKNOWN, VULNERABLE, findings

WELL: dict[str, Any] = {"name": "idna", "version": "3.11", "vulns": []}
SKIPPED = {"name": "yarl", "skip_reason": "Dependency not found on PyPI and could not be audited"}
ILL = {
    "name": "jinja2",
    "version": "2.4.1",
    "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"], "aliases": [], "description": ""}],
}


@pytest.mark.parametrize(
    ("dependencies", "status"),
    [
        ([WELL], CLEAN),
        ([WELL, ILL], VULNERABLE),
        ([SKIPPED, ILL], VULNERABLE),
        ([WELL, SKIPPED], UNKNOWN),
        ([SKIPPED], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_only_what_was_looked_up_counts_as_well(dependencies: object, status: int) -> None:
    assert findings(json.dumps({"dependencies": dependencies})).status == status


@pytest.mark.parametrize("report", ["", "no connection", "[]", "{}"])
def test_a_report_that_is_none_says_that_nothing_is_known(report: str) -> None:
    found = findings(report)

    assert found.status == UNKNOWN
    assert str(found).startswith("NOT AUDITED")


def test_a_vulnerability_is_named_with_the_version_that_mends_it() -> None:
    said = str(findings(json.dumps({"dependencies": [WELL, ILL, SKIPPED]})))

    assert "jinja2 2.4.1: PYSEC-2014-8, fixed in 2.7.2" in said
    assert "not looked up: yarl" in said
