"""The guide to moving from pulumi-alicloud is followed, with its commands and its programs.

The plugin of pulumi-alicloud is not at hand. Where the engine would not call it, a resource of its
type stands in the state; where it would, a resource that deletes as it does stands for it.
"""

import json
import re
import subprocess

import pytest
from tests.support.pages import ROOT, blocks
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

GUIDE = ROOT / "docs" / "migrating.md"
OLD = "alicloud:fc/functionAsyncInvokeConfig:FunctionAsyncInvokeConfig"

DELETES = """
import urllib.request
from pulumi import dynamic

class _Alicloud(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("demo:hello", props)

    def delete(self, id, props):
        url = f"{props['url']}/_emulator/configs?service=demo&function=hello"
        request = urllib.request.Request(url, method="DELETE")
        urllib.request.urlopen(request).close()

class FunctionAsyncInvokeConfig(dynamic.Resource):
    pass

FunctionAsyncInvokeConfig(_Alicloud(), "old", {"url": "URL"}, opts=OPTS)
"""
"""A program with a resource that deletes the config when it is deleted."""


@pytest.fixture(autouse=True)
def _settings_of_the_old_resource(cloud: EmulatorServer) -> None:  # pyright: ignore[reportUnusedFunction]
    cloud.seed(
        "demo",
        "hello",
        {
            "maxAsyncEventAgeInSeconds": 300,
            "maxAsyncRetryAttempts": 2,
            "destinationConfig": {"onFailure": {"destination": QUEUE}},
        },
    )


WANTED = api_values(
    destination_config={"on_failure": {"destination": QUEUE}},
    max_async_event_age_in_seconds=300,
    max_async_retry_attempts=2,
)


def after() -> str:
    """The guide's program after the move."""
    (program,) = [each.text for each in blocks(GUIDE) if each.title == "after.py"]
    return program


def steps() -> list[str]:
    """The commands of the guide, step by step; the file with the state lies beside the program."""
    return [each.text for each in blocks(GUIDE) if each.language == "sh"]


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


def put_old_resource_into_state(stack: Stack) -> None:
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
        "urn": f"{prefix}{OLD}::hello",
        "custom": True,
        "id": "demo:hello",
        "type": OLD,
        "inputs": {"serviceName": "demo", "functionName": "hello"},
        "outputs": {"serviceName": "demo", "functionName": "hello"},
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


def test_the_guide_hands_the_config_over_and_back_without_a_write(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program("")
    put_old_resource_into_state(stack)
    before = urns(stack)
    look, forget, configure, take_over = steps()

    urn = re.search(r"urn:\S+FunctionAsyncInvokeConfig::hello", follow(stack, look))
    assert urn
    assert urn[0] in forget
    follow(stack, forget)
    assert held_values(cloud) == WANTED
    forget_provider_without_a_plugin(stack)

    (stack.folder / "__main__.py").write_text(after())
    stack.configure(alicloud__accountId=None)
    follow(stack, configure)
    said = follow(stack, take_over)
    assert "AsyncInvokeConfig hello created" in said
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert held_values(cloud) == WANTED
    assert stack.outputs()["accountId"] == ACCOUNT
    assert OLD not in "".join(urns(stack))

    (back,) = [each.text for each in blocks(GUIDE) if each.language == "console"]
    follow(stack, back.replace("$ ", ""))
    assert urns(stack) == before
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert held_values(cloud) == WANTED


def program_with_old(stack: Stack, cloud: EmulatorServer, opts: str) -> None:
    stack.program(DELETES.replace("URL", cloud.url).replace("OPTS", opts))


def test_retaining_the_old_resource_hands_the_config_over_without_a_write(
    stack: Stack, cloud: EmulatorServer
) -> None:
    program_with_old(stack, cloud, "None")
    stack.up()
    program_with_old(stack, cloud, "ResourceOptions(retain_on_delete=True)")
    stack.up()
    (stack.folder / "__main__.py").write_text(after())
    assert stack.up().operations == ["create"]
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert held_values(cloud) == WANTED
    assert stack.settled()


@pytest.mark.proof
def test_swapping_them_in_one_run_deletes_the_config_as_the_guide_warns(
    stack: Stack, cloud: EmulatorServer
) -> None:
    program_with_old(stack, cloud, "None")
    stack.up()
    (stack.folder / "__main__.py").write_text(after())
    stack.up()
    assert held_values(cloud) == {}
    # Not lost for good: a refresh shows it, and the next run writes what is declared.
    stack.up("--refresh")
    assert held_values(cloud) == WANTED
