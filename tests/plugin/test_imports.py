"""What the plugin process loads, and when."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.plugin import Plugin
from tests.support.stack import emulator_keys

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

MakePlugin = Callable[..., Plugin]


@pytest.fixture
def telling_plugin(make_plugin: MakePlugin, shared_cloud: EmulatorServer) -> Plugin:
    """A plugin whose interpreter writes each import to standard error."""
    keys = emulator_keys(shared_cloud)
    return make_plugin(environment={**keys, "PYTHONPROFILEIMPORTTIME": "1"})


def imported(plugin: Plugin) -> set[str]:
    return set(re.findall(r"^import time:.*\| +([\w.]+)$", plugin.messages, re.MULTILINE))


def test_a_preview_imports_nothing_that_only_calls_need(telling_plugin: Plugin) -> None:
    with telling_plugin as plugin:
        plugin.check({"serviceName": "demo", "functionName": "hello"})
        modules = imported(plugin)

    assert "pulumi_fc_async_invoke.lifecycle" in modules
    late = {"pulumi_fc_async_invoke.client", "httpx", "tenacity", "alibabacloud_credentials"}
    assert not late & modules


@pytest.mark.usefixtures("cloud")
def test_an_up_imports_no_emulator_and_not_the_vendors_library(telling_plugin: Plugin) -> None:
    with telling_plugin as plugin:
        plugin.create(plugin.check({"serviceName": "demo", "functionName": "hello"}).inputs)
        modules = imported(plugin)

    assert {"pulumi_fc_async_invoke.client", "tenacity"} <= modules
    assert not {each for each in modules if "emulator" in each}
    others = {"starlette", "uvicorn", "alibabacloud_credentials", "rich", "click"}
    assert not others & modules


def test_no_plugin_of_pydantic_sees_the_models(make_plugin: MakePlugin, tmp_path: Path) -> None:
    metadata = tmp_path / "spy-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: spy\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[pydantic]\nspy = spy:plugin\n")
    (tmp_path / "spy.py").write_text("plugin = None\n")
    telling = {"PYTHONPATH": str(tmp_path), "PYTHONPROFILEIMPORTTIME": "1"}
    with make_plugin(environment=telling) as plugin:
        plugin.check({"serviceName": "demo", "functionName": "hello"})
        modules = imported(plugin)

    assert "pydantic" in modules
    assert "spy" not in modules
