"""The project at the repository's root: the quickstart, with each of its stacks."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.programs import destinations
from tests.support.stack import Project, copy_project, emulator_keys, stack_environment
from tests.support.values import held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "fc-async-invoke-quickstart"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project as it stands in the repository."""
    copy = tmp_path / "project"
    copy_project(ROOT / "examples" / "quickstart", copy / "examples" / "quickstart")
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, copy)
    return copy


def _settings(name: str) -> dict[str, Any]:
    """What a stack's file in the repository sets, without the project's name."""
    config: dict[str, Any] = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
    return {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}


def test_each_stack_has_a_file() -> None:
    names = {file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml")}
    assert names == {"dev", "staging", "prod"}


@pytest.mark.parametrize(
    "name", ["dev", *(pytest.param(each, marks=pytest.mark.proof) for each in ("staging", "prod"))]
)
def test_the_quickstart_runs_with_each_of_its_stacks(
    name: str, engine: Path, pulumi_home: Path, cloud: EmulatorServer, folder: Path
) -> None:
    environment = stack_environment(engine, pulumi_home, **emulator_keys(cloud))
    stack = Project(folder, environment, name=name)
    stack.configure(fc__endpoint=cloud.url)
    settings = _settings(name)
    region, account = settings["alicloud:region"], settings["alicloud:accountId"]

    assert stack.up().operations == ["create", "create"]
    held, held_v3 = sorted(cloud.configs(), key=lambda each: each["service"] is None)
    where = ("region", "account", "service", "qualifier", "function")
    assert {key: held[key] for key in where} == {
        "region": region,
        "account": account,
        "service": settings["serviceName"],
        "qualifier": settings["qualifier"],
        "function": settings["functionName"],
    }
    queues = f"acs:mns:{region}:{account}:/queues"
    sides = destinations(success=f"{queues}/success/messages", failure=f"{queues}/failure/messages")
    assert held_values(
        cloud,
        held["function"],
        service=held["service"],
        qualifier=held["qualifier"],
        account=account,
        region=region,
    ) == {
        "destinationConfig": {"onSuccess": sides["on_success"], "onFailure": sides["on_failure"]},
        "maxAsyncEventAgeInSeconds": settings["maxAsyncEventAgeInSeconds"],
        "maxAsyncRetryAttempts": settings["maxAsyncRetryAttempts"],
        "statefulInvocation": settings["statefulInvocation"],
    }
    function = f"{held['service']}.{held['qualifier']}/functions/{held['function']}"
    assert stack.exports == {
        "id": f"acs:fc:{region}:{account}:services/{function}",
        "v3Id": f"acs:fc:{region}:{account}:functions/{held_v3['function']}/LATEST",
        "createdTime": held["createdTime"],
        "lastModifiedTime": held["lastModifiedTime"],
    }
    assert held_v3["function"] == settings["v3FunctionName"]
    assert held_v3["destinationConfig"] == {"onFailure": sides["on_failure"]}

    again = stack.up("--refresh")
    assert (again.operations, again.drift) == ([], [])

    assert stack.destroy().operations == ["delete", "delete"]
    assert cloud.configs() == []
