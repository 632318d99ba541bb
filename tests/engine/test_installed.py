"""A project outside of the checkout, made with Pulumi's toolchains, that has the package alone.

The environment is made as `pulumi install` makes it, since older language hosts know none of the
toolchains; the process of the dynamic provider finds its environment by them in any case.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.support.distributions import (
    Distributions,
    clean_environment,
    locked_versions,
    run,
    tool,
)
from tests.support.stack import Project, emulator_keys, stack_environment
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PROGRAM = """\
import importlib.metadata
import pulumi
import pulumi_fc_async_invoke
from pulumi_fc_async_invoke import AsyncInvokeConfig, V3AsyncInvokeConfig, destinations

failures = {"on_failure": {"destination": destinations.mns_queue("failures")}}
AsyncInvokeConfig(
    "hello", service_name="demo", function_name="hello", destination_config=failures)
V3AsyncInvokeConfig("v3", function_name="v3", destination_config=failures)
pulumi.export("package", pulumi_fc_async_invoke.__file__)
pulumi.export("sdk", importlib.metadata.version("pulumi"))
"""


def with_pip(folder: Path, distributions: Distributions) -> tuple[dict[str, str], Path]:
    """A venv and requirements.txt; from the source distribution."""
    (folder / "requirements.txt").write_text(f"{distributions.sdist}\n")
    constraints = locked_versions(folder / "constraints.txt")
    run(sys.executable, "-m", "venv", str(folder / "venv"))
    pip = (str(folder / "venv" / "bin" / "python"), "-m", "pip")
    run(
        *(*pip, "install", "--quiet", "--no-compile"),
        *("-r", str(folder / "requirements.txt"), "-c", str(constraints)),
    )
    run(*pip, "check")
    return {"toolchain": "pip", "virtualenv": "venv"}, folder / "venv"


def with_uv(
    folder: Path, distributions: Distributions, lock: str = "requirements.txt"
) -> tuple[dict[str, str], Path]:
    """A pyproject.toml, a lock file and .venv; from the wheel."""
    pins = locked_versions(folder / "constraints.txt", lock).read_text().splitlines()
    (folder / "pyproject.toml").write_text(
        f"""
[project]
name = "empty"
version = "0"
requires-python = ">={sys.version_info.major}.{sys.version_info.minor}"
dependencies = ["pulumi-fc-async-invoke"]

[tool.uv]
constraint-dependencies = {pins!r}

[tool.uv.sources]
pulumi-fc-async-invoke = {{ path = {str(distributions.wheel)!r} }}
"""
    )
    # Seeded with pip: older language hosts ask it what is installed, whatever the toolchain.
    run(tool("uv"), "venv", "--quiet", "--seed", "--python", sys.executable, cwd=folder)
    run(tool("uv"), "sync", "--quiet", "--inexact", cwd=folder)
    return {"toolchain": "uv"}, folder / ".venv"


def with_uv_and_the_lowest_versions(
    folder: Path, distributions: Distributions
) -> tuple[dict[str, str], Path]:
    return with_uv(folder, distributions, "lowest.txt")


def with_poetry(folder: Path, distributions: Distributions) -> tuple[dict[str, str], Path]:
    """A pyproject.toml, and an environment where only poetry can tell; from the wheel."""
    locked_versions(folder / "constraints.txt")
    (folder / "wheel.txt").write_text(f"{distributions.wheel}\n")
    resolve = (tool("uv"), "pip", "compile", "--quiet", "--no-header", "--no-annotate")
    pins = run(
        *resolve, "--python", sys.executable, "-c", "constraints.txt", "wheel.txt", cwd=folder
    )
    wheel = f"pulumi-fc-async-invoke @ {distributions.wheel.as_uri()}"
    dependencies = [wheel, *(line for line in pins.splitlines() if "==" in line)]
    # As a source of its own, since poetry asks its default for more than an index has to have.
    ask = "from poetry.repositories import pypi_repository as p; print(p.PyPiRepository().url)"
    default = run(sys.executable, "-c", ask).strip()
    index = clean_environment().get("UV_DEFAULT_INDEX", default)
    (folder / "pyproject.toml").write_text(
        f"""
[project]
name = "empty"
version = "0"
requires-python = "=={sys.version_info.major}.{sys.version_info.minor}.*"
dependencies = {dependencies!r}

[tool.poetry]
package-mode = false

[[tool.poetry.source]]
name = "index"
url = "{index}"
"""
    )
    (folder / "poetry.toml").write_text(
        f"""
[virtualenvs]
in-project = false
path = "{folder / "environments"}"

[keyring]
enabled = false
"""
    )
    poetry = (tool("poetry"), "--no-interaction", "--no-ansi")
    run(*poetry, "env", "use", sys.executable, cwd=folder)
    run(*poetry, "install", cwd=folder)
    venv = Path(run(*poetry, "env", "info", "--path", cwd=folder).strip())
    (venv / "bin" / "poetry").symlink_to(tool("poetry"))  # the provider's process asks it
    return {"toolchain": "poetry"}, venv


@pytest.mark.parametrize(
    "install",
    [
        with_uv,
        *(
            pytest.param(install, marks=pytest.mark.proof)
            for install in (with_pip, with_uv_and_the_lowest_versions, with_poetry)
        ),
    ],
)
def test_a_project_with_the_installed_package_runs(  # noqa: PLR0917  pytest passes them by name
    install: Callable[[Path, Distributions], tuple[dict[str, str], Path]],
    distributions: Distributions,
    engine: Path,
    pulumi_home: Path,
    cloud: EmulatorServer,
    tmp_path: Path,
) -> None:
    options, venv = install(tmp_path, distributions)
    project = {"name": "empty", "runtime": {"name": "python", "options": options}}
    (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    (tmp_path / "__main__.py").write_text(PROGRAM)
    # As in an activated environment, and nothing of the checkout's.
    path = os.pathsep.join([str(engine), str(venv / "bin"), clean_environment()["PATH"]])
    environment = stack_environment(engine, pulumi_home, **emulator_keys(cloud))
    kept = {name: each for name, each in environment.items() if not name.startswith("COVERAGE")}
    stack = Project(tmp_path, {**kept, "PATH": path})
    stack.configure(alicloud__region=REGION, alicloud__accountId=ACCOUNT, fc__endpoint=cloud.url)

    stack.up()
    exports = stack.exports
    assert Path(exports["package"]).is_relative_to(venv)
    assert f"pulumi=={exports['sdk']}" in (tmp_path / "constraints.txt").read_text().splitlines()
    queue = f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"
    held = {each["function"]: each["destinationConfig"] for each in cloud.configs()}
    assert held == {name: {"onFailure": {"destination": queue}} for name in ("hello", "v3")}
    assert stack.is_settled()
    stack.destroy()
    assert cloud.configs() == []
