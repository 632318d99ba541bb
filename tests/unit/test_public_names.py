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


@pytest.fixture(scope="module")
def imported_by_a_program() -> set[str]:
    return imported_by("import pulumi_fc_async_invoke")


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


@pytest.mark.parametrize(
    "module",
    [
        "httpcore",
        "httpx",
        "pydantic_core",
        "alibabacloud_credentials",
        "starlette",
        "uvicorn",
        "rich",
        "typer",
        "pulumi_fc_async_invoke.plugin.lifecycle",
        "pulumi_fc_async_invoke.client.client",
        "pulumi_fc_async_invoke.emulator",
        "pulumi_fc_async_invoke.cli",
    ],
)
def test_a_program_imports_none_of_the_plugins_machinery(
    module: str, imported_by_a_program: set[str]
) -> None:
    assert "pulumi_fc_async_invoke.sdk.resource" in imported_by_a_program
    assert module not in imported_by_a_program


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
