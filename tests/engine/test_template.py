"""The template for `pulumi new`: a project is made from it, its tests pass, and it runs."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.support.stack import (
    ACCOUNT,
    REGION,
    Project,
    api_values,
    emulator_keys,
    held_values,
    stack_environment,
)

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

TEMPLATE = Path(__file__).resolve().parents[2] / "template"


@pytest.fixture
def environment(engine: Path, pulumi_home: Path, cloud: EmulatorServer) -> dict[str, str]:
    return stack_environment(engine, pulumi_home, **emulator_keys(cloud))


@pytest.fixture
def folder(environment: dict[str, str], tmp_path: Path) -> Path:
    """A project made from the template, and the environment that `pulumi install` makes."""
    folder = tmp_path / "mine"
    done = subprocess.run(
        [
            *("pulumi", "new", TEMPLATE, "--generate-only", "--yes", "--offline"),
            *("--name", "mine", "--description", "My functions", "--dir", folder),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "venv").symlink_to(sys.prefix)
    return folder


def test_a_project_made_from_it_passes_its_tests_and_runs(
    folder: Path, environment: dict[str, str], cloud: EmulatorServer
) -> None:
    placeholders = [file for file in folder.rglob("*.*") if "${" in _text(file)]
    assert placeholders == []
    settings = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    assert (settings["name"], settings["description"]) == ("mine", "My functions")

    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "4 passed" in tests.stdout

    stack = Project(folder, environment, name="dev")
    stack.configure(fc__endpoint=cloud.url)
    stack.up()
    queue = f"acs:mns:{REGION}:{ACCOUNT}:/queues/hello-failures-dev/messages"
    assert held_values(cloud, "hello", service="demo-dev") == api_values(
        destination_config={"on_failure": {"destination": queue}},
        max_async_event_age_in_seconds=300,
        max_async_retry_attempts=0,
    )
    assert stack.settled()
    stack.destroy()
    assert cloud.configs() == []


def _text(file: Path) -> str:
    inside = file.is_file() and "venv" not in file.parts
    return file.read_text() if inside else ""


def test_no_placeholder_is_a_key_in_yaml() -> None:
    # `pulumi new` puts a line break after each that it fills in there.
    for file in TEMPLATE.rglob("*.yaml"):
        assert "${PROJECT}:" not in file.read_text(), file


def test_each_stack_has_every_setting_and_each_question_a_description() -> None:
    template = yaml.safe_load((TEMPLATE / "Pulumi.yaml").read_text())["template"]
    asked = template["config"]
    stacks = {
        file.name.split(".")[1]: yaml.safe_load(file.read_text())["config"]
        for file in TEMPLATE.glob("Pulumi.*.yaml")
    }
    assert stacks.keys() == {"dev", "staging", "prod"}
    assert len({frozenset(settings) for settings in stacks.values()}) == 1
    # Asked for the first stack alone; the rest stands in the files, different for each stack.
    assert asked.keys() == {"alicloud:region", "alicloud:accountId"} <= stacks["dev"].keys()
    assert all(question["description"] and question["default"] for question in asked.values())
    assert [name for name, each in stacks.items() if each["protect"]] == ["prod"]
