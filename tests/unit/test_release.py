"""A tag becomes a release if the package and the change log say the same."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.release import ReleaseError, current_version, notes

import pulumi_fc_async_invoke

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
CHANGES = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-01-31

### Added

- Something.

## [1.2.2] - 2026-01-01

- Before.
"""


def test_the_notes_are_the_section_of_the_version() -> None:
    assert notes("v1.2.3", "1.2.3", CHANGES) == "### Added\n\n- Something."
    assert notes("v1.2.2", "1.2.2", CHANGES) == "- Before."


@pytest.mark.parametrize(
    ("tag", "version", "changes", "because"),
    [
        ("v1.2.4", "1.2.3", CHANGES, "the tag is v1.2.4, the package's version 1.2.3"),
        ("1.2.3", "1.2.3", CHANGES, "the tag is 1.2.3"),
        ("v1.2.4", "1.2.4", CHANGES, r"has no section \[1.2.4\] with a date"),
        ("v1.2.3", "1.2.3", CHANGES.replace(" - 2026-01-31", ""), "with a date"),
        ("v1.2.2", "1.2.2", CHANGES.replace("- Before.", ""), "says nothing about 1.2.2"),
        (
            "v1.2.3",
            "1.2.3",
            CHANGES.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n"),
            "has changes under Unreleased",
        ),
    ],
)
def test_a_tag_that_does_not_agree_is_no_release(
    tag: str, version: str, changes: str, because: str
) -> None:
    with pytest.raises(ReleaseError, match=because):
        notes(tag, version, changes)


def test_the_version_is_the_packages() -> None:
    assert current_version() == pulumi_fc_async_invoke.__version__


def test_a_wrong_tag_ends_the_command_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.release", "v0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No release: the tag is v0")
    assert done.stderr.count("\n") == 1


# -- the workflows


def workflow(name: str) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as a boolean.
    return {
        str(key): value for key, value in yaml.safe_load((WORKFLOWS / name).read_text()).items()
    }


@pytest.mark.parametrize("file", sorted(WORKFLOWS.iterdir()), ids=lambda file: file.name)
def test_every_action_is_pinned_to_a_commit_and_names_its_version(file: Path) -> None:
    used = re.findall(r"uses: (.+)", file.read_text())
    foreign = [line for line in used if not line.startswith("./")]

    assert foreign
    pinned = r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert [line for line in foreign if not re.fullmatch(pinned, line)] == []


def test_make_installs_no_package_by_its_name_alone() -> None:
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    installs = re.findall(r"pip install([^;&\n}]*)", makefile)
    words = [word for install in installs for word in install.split()]

    assert "tools/environment/uv.txt" in words
    assert [word for word in words if re.match(r"[a-z]", word) and ".txt" not in word] == ["eager"]


def test_each_python_that_is_promised_is_tested() -> None:
    promised = re.findall(r'Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text())

    assert workflow("test.yml")["jobs"]["test"]["strategy"]["matrix"]["python"] == promised


def test_the_help_of_make_fits_on_one_screen_and_the_other_has_every_command() -> None:
    def listed(target: str) -> list[str]:
        # Of `make test`, this is a make below another one, which would say where it works.
        command = ["make", "--no-print-directory", target]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):(?! SHOWN)", text, re.MULTILINE))
    named = {line.split()[1] for line in listed("help-all") if line.startswith("  make ")}

    assert len(listed("help")) <= 22
    assert named == targets | {"help"}


def test_nothing_is_published_before_the_tests_have_passed() -> None:
    jobs = workflow("release.yml")["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
    assert set(jobs["publish"]["needs"]) == {"test", "build"}
    assert jobs["announce"]["needs"] == "publish"
    assert "workflow_call" in workflow("test.yml")["True"]


def test_only_the_job_that_publishes_can_prove_who_it_is_and_there_is_no_token() -> None:
    release = workflow("release.yml")
    allowed = {name: job.get("permissions", {}) for name, job in release["jobs"].items()}
    assert release["permissions"] == {"contents": "read"}
    assert allowed == {
        "test": {},
        "build": {},
        "publish": {"id-token": "write"},
        "announce": {"contents": "write"},
    }
    assert "secrets." not in (WORKFLOWS / "release.yml").read_text()


def test_new_versions_of_what_the_package_needs_are_tried_each_week() -> None:
    tests = workflow("test.yml")
    assert tests["True"]["schedule"]
    newest = tests["jobs"]["newest"]
    assert newest["if"] == "github.event_name == 'schedule'"
    assert {"run": "make test-newest"} in newest["steps"]


def test_continuous_integration_runs_the_script_that_everybody_can_run() -> None:
    steps = workflow("test.yml")["jobs"]["test"]["steps"]
    assert {"run": ".ci/run"} in steps
    assert (ROOT / ".ci" / "run").read_text().endswith("exec make test\n")
