"""The template for `pulumi new`: a project is made from it, its tests pass, and it runs."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pulumi
import pytest
import yaml
from tests.support.distributions import Distributions, clean_environment, locked_versions
from tests.support.pages import blocks, shell_of
from tests.support.stack import Project, emulator_keys, stack_environment
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

TEMPLATE = Path(__file__).resolve().parents[2] / "template"
FIRST_STACK = "dev"
FUNCTIONS = {"dev": "hello-dev", "staging": "hello-staging", "prod": "hello"}
LIMITS = {"dev": (300, 0), "staging": (3600, 3), "prod": (86_400, 8)}
"""Stack → how long an event may wait, and how often it is tried again."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the project is to be; empty, but for a link.

    The language host of an older CLI takes no notice of `virtualenv`, and makes the environment in
    the project's folder itself.
    """
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "venv").symlink_to(".")
    return folder


@pytest.fixture
def environment(  # noqa: PLR0917  pytest passes them by name
    engine: Path,
    pulumi_home: Path,
    cloud: EmulatorServer,
    folder: Path,
    distributions: Distributions,
    tmp_path: Path,
) -> dict[str, str]:
    """Of a user who has Pulumi and Python; the package comes from what would be published."""
    state = tmp_path / "state"
    state.mkdir()
    python = Path(sys.base_prefix) / "bin"
    path = (engine, folder / "venv" / "bin", python, clean_environment()["PATH"])
    return {
        **clean_environment(),
        **emulator_keys(cloud),
        "PATH": os.pathsep.join(map(str, path)),
        "FC_WHEEL": str(distributions.wheel),
        "PIP_CONSTRAINT": str(locked_versions(tmp_path / "constraints.txt")),
        "PIP_NO_COMPILE": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_HOME": str(pulumi_home),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_SKIP_CONFIRMATIONS": "true",
    }


def run(
    *command: str | Path, cwd: Path, env: dict[str, str], check: bool = True
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done


def test_a_project_made_from_it_passes_its_tests_and_runs(
    engine: Path, pulumi_home: Path, cloud: EmulatorServer, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    environment = stack_environment(engine, pulumi_home, **emulator_keys(cloud))
    run(*NEW, "--generate-only", "--dir", folder, cwd=tmp_path, env=environment)
    has_names_filled_in(folder)
    (folder / "venv").symlink_to(sys.prefix)  # in place of what `pulumi install` makes
    tests = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    assert "4 passed" in run(*tests, cwd=folder, env=environment).stdout
    project = Project(folder, environment, name=FIRST_STACK)
    project.configure(fc__endpoint=cloud.url)
    project.up()
    holds_what_is_declared(cloud, FIRST_STACK)

    project.run("config", "set", "functionCompute", "2.0", "--stack", FIRST_STACK)
    project.up()
    holds_what_is_declared(cloud, FIRST_STACK, service="demo")


NEW = (
    *("pulumi", "new", TEMPLATE, "--yes", "--offline", "--name", "mine"),
    *("--description", "My functions"),
)


def has_names_filled_in(folder: Path) -> None:
    own = [folder / file.relative_to(TEMPLATE) for file in TEMPLATE.rglob("*.*") if file.is_file()]
    # A name in requirements.txt is of a variable of the environment, for pip to fill in.
    assert [file for file in own if "${" in file.read_text().replace("${FC_WHEEL}", "")] == []
    settings = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    assert (settings["name"], settings["description"]) == ("mine", "My functions")


# One test, as its environment is installed once.
@pytest.mark.proof
def test_an_installed_project_made_from_it_passes_its_tests_and_runs_with_each_of_its_stacks(
    folder: Path, environment: dict[str, str], cloud: EmulatorServer
) -> None:
    where = ("--force", "--stack", FIRST_STACK, "--dir", folder)
    run(*NEW, *where, cwd=folder.parent, env=environment)
    has_names_filled_in(folder)
    to_the_emulator = ("pulumi", "config", "set", "fc:endpoint", cloud.url)
    run(*to_the_emulator, cwd=folder, env=environment)

    # As its README says.
    script = "".join(shell_of(block) for block in blocks(folder / "README.md"))
    said = run("bash", "-eu", "-c", script, cwd=folder, env=environment).stdout
    assert "4 passed" in said
    holds_what_is_declared(cloud, FIRST_STACK)

    for stack in ("staging", "prod"):
        run("pulumi", "stack", "select", "--create", stack, cwd=folder, env=environment)
        run(*to_the_emulator, cwd=folder, env=environment)
        run("pulumi", "up", cwd=folder, env=environment)
        holds_what_is_declared(cloud, stack)

    refused = run("pulumi", "destroy", cwd=folder, env=environment, check=False)
    assert refused.returncode != 0
    assert "protected" in refused.stdout + refused.stderr
    holds_what_is_declared(cloud, "prod")
    run("pulumi", "state", "unprotect", "--all", "--yes", cwd=folder, env=environment)
    run("pulumi", "destroy", cwd=folder, env=environment)
    assert {held["function"] for held in cloud.configs()} == {"hello-dev", "hello-staging"}


def holds_what_is_declared(cloud: EmulatorServer, stack: str, service: str | None = None) -> None:
    queue = f"acs:mns:{REGION}:{ACCOUNT}:/queues/hello-failures-{stack}/messages"
    age, retries = LIMITS[stack]
    held = cloud.config(service, FUNCTIONS[stack])
    assert held is not None
    assert held["destinationConfig"] == {"onFailure": {"destination": queue}}
    assert (held["maxAsyncEventAgeInSeconds"], held["maxAsyncRetryAttempts"]) == (age, retries)


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
    assert asked.keys() == {"alicloud:region", "alicloud:accountId", "functionCompute"}
    assert asked.keys() <= stacks["dev"].keys()
    assert all(question["description"] and question["default"] for question in asked.values())
    assert [name for name, each in stacks.items() if each["protect"]] == ["prod"]


def test_a_version_of_function_compute_that_there_is_not_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"project:functionCompute": "2"}))

    with pytest.raises(pulumi.RunError, match=r"functionCompute is 2\.0 or 3\.0: pulumi config"):
        runpy.run_path(str(TEMPLATE / "__main__.py"))
