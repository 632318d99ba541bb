"""What the plugin process loads, and when."""

import re
from collections.abc import Callable

import pytest
from tests.support.plugin import Plugin
from tests.support.stack import emulator_keys

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

MakePlugin = Callable[..., Plugin]


@pytest.fixture
def telling_plugin(make_plugin: MakePlugin, fc_emulator_server: EmulatorServer) -> Plugin:
    """A plugin whose interpreter writes each import to standard error."""
    keys = emulator_keys(fc_emulator_server)
    return make_plugin(environment={**keys, "PYTHONPROFILEIMPORTTIME": "1"})


def imported(plugin: Plugin) -> set[str]:
    return set(re.findall(r"^import time:.*\| +([\w.]+)$", plugin.messages, re.MULTILINE))


def test_a_preview_imports_nothing_that_only_calls_need(telling_plugin: Plugin) -> None:
    with telling_plugin as plugin:
        plugin.check({"serviceName": "demo", "functionName": "hello"})
        modules = imported(plugin)

    assert "pulumi_fc_async_invoke.plugin.lifecycle" in modules
    late = {
        "pulumi_fc_async_invoke.client.client",
        "httpcore",
        "httpx",
        "alibabacloud_credentials",
    }
    assert not late & modules


@pytest.mark.usefixtures("cloud")
def test_an_up_imports_no_emulator_and_not_the_vendors_library(telling_plugin: Plugin) -> None:
    with telling_plugin as plugin:
        plugin.create(plugin.check({"serviceName": "demo", "functionName": "hello"}).inputs)
        modules = imported(plugin)

    assert {"pulumi_fc_async_invoke.client.client", "httpx"} <= modules
    assert not {each for each in modules if "emulator" in each}
    # Not rich and click: httpx imports them for its own command line where they are installed.
    others = {"starlette", "uvicorn", "alibabacloud_credentials", "typer"}
    assert not others & modules
