"""What a program sees of the package, and what importing it costs."""

import importlib.metadata
import inspect
import subprocess
import sys
import types

import pytest

import pulumi_fc_async_invoke
from pulumi_fc_async_invoke import provider


def imported_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_public_names() -> None:
    assert sorted(pulumi_fc_async_invoke.__all__) == [
        "AsyncInvokeConfig",
        "AsyncInvokeConfigArgs",
        "AsyncInvokeConfigArgsDict",
        "Destination",
        "DestinationArgs",
        "DestinationArgsDict",
        "DestinationConfig",
        "DestinationConfigArgs",
        "DestinationConfigArgsDict",
        "Provider",
        "ProviderArgs",
        "ProviderArgsDict",
        "ProviderAssumeRoleArgs",
        "ProviderAssumeRoleArgsDict",
        "ProviderAssumeRoleWithOidcArgs",
        "ProviderAssumeRoleWithOidcArgsDict",
        "ProviderEndpointsArgs",
        "ProviderEndpointsArgsDict",
        "V3AsyncInvokeConfig",
        "V3AsyncInvokeConfigArgs",
        "V3AsyncInvokeConfigArgsDict",
        "__version__",
        "destinations",
    ]


def test_nothing_else_is_public() -> None:
    names = {
        name
        for name, member in vars(pulumi_fc_async_invoke).items()
        if not name.startswith("_") and not isinstance(member, types.ModuleType)
    }

    assert names == set(pulumi_fc_async_invoke.__all__) - {"__version__", "destinations"}


@pytest.mark.parametrize("name", [*pulumi_fc_async_invoke.__all__])
def test_every_public_name_is_there_and_documented(name: str) -> None:
    member = getattr(pulumi_fc_async_invoke, name)

    assert not inspect.isclass(member) or inspect.getdoc(member)


def test_the_version_is_the_installed_one() -> None:
    installed = importlib.metadata.version("pulumi-fc-async-invoke")

    assert pulumi_fc_async_invoke.__version__ == installed


def test_a_program_imports_what_it_needs_and_nothing_but_pulumi() -> None:
    bare = imported_by("import pulumi, pulumi.dynamic")
    imported = imported_by("import pulumi_fc_async_invoke") - bare
    own = {each for each in imported if each.startswith("pulumi_fc_async_invoke")}

    # Not difflib, for one: it takes a millisecond, and only a misspelt name needs it.
    assert imported - own == set()
    rooms = {"api", "config", "plugin", "client", "reconcile", "emulator", "cli"}
    assert {each for each in own if set(each.split(".")) & rooms} == {
        f"pulumi_fc_async_invoke.{module}"
        for module in (
            "api",
            "api.arns",
            "api.errors",
            "api.names",
            "api.spelling",
            "config",
            "config.declarations",
            "config.profiles",
            "config.reading",
            "plugin",
            "plugin.process",
        )
    }


def test_the_plugin_does_not_import_the_emulator() -> None:
    modules = imported_by(
        "import pulumi_fc_async_invoke.plugin.lifecycle, pulumi_fc_async_invoke.client.client, "
        "pulumi_fc_async_invoke.provider"
    )

    assert "pulumi_fc_async_invoke.plugin.lifecycle" in modules
    assert not {each for each in modules if "emulator" in each or each.startswith("starlette")}


@pytest.mark.parametrize("name", ["AsyncInvokeConfigProvider", "V3AsyncInvokeConfigProvider"])
def test_names_that_stand_in_state_are_where_they_have_always_been(name: str) -> None:
    member = getattr(provider, name)
    assert member.__module__ == "pulumi_fc_async_invoke.provider"
    assert member.__qualname__ == name
    assert vars(member()) == {}
