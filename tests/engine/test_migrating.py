"""The guide to moving from pulumi-alicloud is followed, with its commands and its programs.

The plugin of pulumi-alicloud is not at hand. Where the engine would not call it, a resource of its
type stands in the state; where it would, a resource that deletes as it does stands for it.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.pages import ROOT, blocks
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

GUIDE = ROOT / "docs" / "migrating.md"


@dataclass(frozen=True)
class Version:
    """What differs between the two versions of Function Compute."""

    old: str
    new: str
    program: str
    old_inputs: dict[str, str]
    service: str | None


V2 = Version(
    old="alicloud:fc/functionAsyncInvokeConfig:FunctionAsyncInvokeConfig",
    new="pulumi-python:dynamic/fc:AsyncInvokeConfig",
    program="after.py",
    old_inputs={"serviceName": "demo", "functionName": "hello"},
    service="demo",
)
V3 = Version(
    old="alicloud:fc/v3AsyncInvokeConfig:V3AsyncInvokeConfig",
    new="pulumi-python:dynamic/fc:V3AsyncInvokeConfig",
    program="after-v3.py",
    old_inputs={"functionName": "hello"},
    service=None,
)

DELETES = """
import urllib.request
from pulumi import dynamic

class _Alicloud(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("demo:hello", props)

    def delete(self, id, props):
        url = f"{props['url']}/_emulator/configs?service={props['service']}&function=hello"
        request = urllib.request.Request(url, method="DELETE")
        urllib.request.urlopen(request).close()

class FunctionAsyncInvokeConfig(dynamic.Resource):
    pass

FunctionAsyncInvokeConfig(
    _Alicloud(), "old", {"url": "URL", "service": "SERVICE"}, opts=OPTS
)
"""
"""A program with a resource that deletes the config when it is deleted."""


@pytest.fixture
def version(request: pytest.FixtureRequest, cloud: EmulatorServer) -> Version:
    """Each version, with the settings that the old resource has made."""
    found: Version = request.param
    cloud.seed(
        found.service,
        "hello",
        {
            "maxAsyncEventAgeInSeconds": 300,
            "maxAsyncRetryAttempts": 2,
            "destinationConfig": {"onFailure": {"destination": QUEUE}},
        },
    )
    return found


WANTED = {
    "destinationConfig": {"onFailure": {"destination": QUEUE}},
    "maxAsyncEventAgeInSeconds": 300,
    "maxAsyncRetryAttempts": 2,
}


def held(cloud: EmulatorServer, version: Version) -> dict[str, Any]:
    """The values that the cloud holds; empty if it holds no config."""
    config = cloud.config(version.service, "hello") or {}
    return {key: config[key] for key in WANTED if key in config}


def after(version: Version) -> str:
    """The guide's program after the move."""
    (program,) = [each.text for each in blocks(GUIDE) if each.title == version.program]
    return program


def commands(language: str, version: Version) -> list[str]:
    """The guide's commands, with the types of the version."""
    return [
        each.text.replace(V2.old, version.old).replace(V2.new, version.new)
        for each in blocks(GUIDE)
        if each.language == language
    ]


def follow(stack: Stack, commands: str) -> str:
    done = subprocess.run(
        ["sh", "-eu", "-c", commands],
        cwd=stack.folder,
        env=stack.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def urns(stack: Stack) -> list[str]:
    return [each["urn"] for each in stack.latest["resources"]]


def put_old_resource_into_state(stack: Stack, version: Version) -> None:
    """As `pulumi up` with pulumi-alicloud leaves it."""
    stack.up()  # the stack itself
    state = json.loads(stack.run("stack", "export").stdout)
    (root,) = [each for each in state["deployment"]["resources"] if "parent" not in each]
    prefix = f"urn:pulumi:{stack.name}::{stack.project}::"
    provider = {
        "urn": f"{prefix}pulumi:providers:alicloud::default_3_94_0",
        "custom": True,
        "id": "00000000-0000-0000-0000-000000000001",
        "type": "pulumi:providers:alicloud",
        "inputs": {"version": "3.94.0"},
        "outputs": {"version": "3.94.0"},
    }
    old = {
        "urn": f"{prefix}{version.old}::hello",
        "custom": True,
        "id": "demo:hello",
        "type": version.old,
        "inputs": version.old_inputs,
        "outputs": version.old_inputs,
        "parent": root["urn"],
        "provider": f"{provider['urn']}::{provider['id']}",
    }
    state["deployment"]["resources"] += [provider, old]
    file = stack.folder / "with-old.json"
    file.write_text(json.dumps(state))
    stack.run("stack", "import", "--file", str(file))


def forget_provider_without_a_plugin(stack: Stack) -> None:
    """With its plugin, the engine would do so by itself, or go on to use it."""
    urn = f"urn:pulumi:{stack.name}::{stack.project}::pulumi:providers:alicloud::default_3_94_0"
    stack.run("state", "delete", "--yes", urn)


@pytest.mark.parametrize(
    "version",
    [pytest.param(V2, id="2.0", marks=pytest.mark.proof), pytest.param(V3, id="3.0")],
    indirect=True,
)
def test_the_guide_hands_the_config_over_and_back_without_a_write(
    stack: Stack, cloud: EmulatorServer, version: Version
) -> None:
    stack.program("")
    put_old_resource_into_state(stack, version)
    before = urns(stack)
    look, forget, configure, take_over = commands("sh", version)

    urn = re.search(rf"urn:\S+{version.old}::hello", follow(stack, look))
    assert urn
    assert urn[0] in forget
    follow(stack, forget)
    assert held(cloud, version) == WANTED
    forget_provider_without_a_plugin(stack)

    (stack.folder / "__main__.py").write_text(after(version))
    stack.configure(alicloud__accountId=None)
    follow(stack, configure)
    said = follow(stack, take_over)
    assert f"{version.new} hello created" in said
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert held(cloud, version) == WANTED
    (config,) = (each for each in stack.latest["resources"] if each["type"] == version.new)
    assert config["outputs"]["accountId"] == ACCOUNT
    assert version.old not in "".join(urns(stack))

    (back,) = commands("console", version)
    follow(stack, back.replace("$ ", ""))
    assert urns(stack) == before
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert held(cloud, version) == WANTED


def program_with_old(stack: Stack, cloud: EmulatorServer, version: Version, opts: str) -> None:
    program = DELETES.replace("URL", cloud.url).replace("SERVICE", version.service or "")
    stack.program(program.replace("OPTS", opts))


@pytest.mark.parametrize(
    "version",
    [pytest.param(V2, id="2.0"), pytest.param(V3, id="3.0", marks=pytest.mark.proof)],
    indirect=True,
)
def test_retaining_the_old_resource_hands_the_config_over_without_a_write(
    stack: Stack, cloud: EmulatorServer, version: Version
) -> None:
    program_with_old(stack, cloud, version, "None")
    stack.up()
    program_with_old(stack, cloud, version, "ResourceOptions(retain_on_delete=True)")
    stack.up()
    (stack.folder / "__main__.py").write_text(after(version))
    assert stack.up().operations == ["create"]
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert held(cloud, version) == WANTED
    assert stack.is_settled()


@pytest.mark.proof
@pytest.mark.parametrize(
    "version", [pytest.param(V2, id="2.0"), pytest.param(V3, id="3.0")], indirect=True
)
def test_swapping_them_in_one_run_deletes_the_config_as_the_guide_warns(
    stack: Stack, cloud: EmulatorServer, version: Version
) -> None:
    program_with_old(stack, cloud, version, "None")
    stack.up()
    (stack.folder / "__main__.py").write_text(after(version))
    stack.up()
    assert held(cloud, version) == {}
    # Not lost for good: a refresh shows it, and the next run writes what is declared.
    stack.up("--refresh")
    assert held(cloud, version) == WANTED
