"""What is said about versions, here and there, is true: of the package, and of what it needs."""

import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from tools.engine.pins import engine_version

import pulumi_fc_async_invoke

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "tools" / "environment"
PACKAGE = "pulumi-fc-async-invoke"
EXTRAS = ("", "cli", "emulator", "testing")
OLDEST_PYTHON = {"python_version": "3.10", "python_full_version": "3.10.0"}
PROJECTS = sorted(
    [*ROOT.glob("examples/*/requirements*.txt"), *ROOT.glob("template/requirements*.txt")]
)


def locked(lock: str) -> dict[str, Version]:
    """Package → its version in a lock file, with the oldest Python."""
    pins = re.findall(r"^(\S+==[^\\\n]+)", (LOCKS / lock).read_text(), re.MULTILINE)
    found = map(Requirement, pins)
    return {
        each.name: Version(str(each.specifier).removeprefix("=="))
        for each in found
        if each.marker is None or each.marker.evaluate(OLDEST_PYTHON)
    }


def needed() -> Iterator[Requirement]:
    """What the package and its extras need of others, with the oldest Python."""
    for text in importlib.metadata.requires(PACKAGE) or []:
        each = Requirement(text)
        applies = any(
            each.marker is None or each.marker.evaluate({**OLDEST_PYTHON, "extra": extra})
            for extra in EXTRAS
        )
        if applies and each.name != PACKAGE:
            yield each


def test_the_lowest_versions_that_the_package_allows_are_those_that_are_tested() -> None:
    allowed = {
        each.name: Version(bound.version)
        for each in needed()
        for bound in each.specifier
        if bound.operator == ">="
    }
    lowest = locked("lowest.txt")
    assert {"grpcio", "pulumi", "pytest", "typing-extensions", "typer"} <= allowed.keys()
    assert allowed == {name: lowest[name] for name in allowed}


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_project_takes_this_version_of_the_package_and_the_first_stable_one(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if not line.startswith("-r ")]
    (ours,) = (each for each in map(Requirement, lines) if each.name == PACKAGE)
    assert Version(pulumi_fc_async_invoke.__version__) in ours.specifier
    assert Version("1.0") in ours.specifier
    assert set(ours.extras) <= set(EXTRAS)


def test_the_classifier_says_stable_from_the_first_stable_version_on() -> None:
    classifiers = importlib.metadata.metadata(PACKAGE).get_all("Classifier") or []
    (status,) = (each for each in classifiers if each.startswith("Development Status"))
    stable = Version(pulumi_fc_async_invoke.__version__) >= Version("1.0")
    assert status.endswith("5 - Production/Stable" if stable else "4 - Beta")


@pytest.mark.parametrize("page", ["docs/index.md", "CHANGELOG.md"])
def test_the_versions_of_pulumi_that_a_page_names_are_those_of_the_tests(page: str) -> None:
    engine = Version(engine_version())
    lowest, newest = (locked(lock)["pulumi"] for lock in ("lowest.txt", "requirements.txt"))
    said = " ".join((ROOT / page).read_text().split())
    assert (
        f"Tested with Pulumi CLI {engine.major}.{engine.minor} and SDK "
        f"{lowest.major}.{lowest.minor} and {newest.major}.{newest.minor}"
    ) in said
