"""The provider as it stands in the state of every stack."""

import base64
import pickle

import pytest
from pulumi.dynamic.dynamic import (
    serialize_provider,  # pyright: ignore[reportUnknownVariableType]  its argument has no type
)
from tests.plugin.conftest import MakePlugin
from tests.support.plugin import PROVIDER, Bag, Plugin

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.provider import AsyncInvokeConfigProvider, serialized_provider


def test_the_bytes_are_those_of_the_first_release() -> None:
    # A contract with every stack that exists: other bytes are an update of every resource, and a
    # renamed class or module cannot be read back at all.
    assert serialize_provider(AsyncInvokeConfigProvider()) == PROVIDER


def test_they_are_few() -> None:
    assert len(PROVIDER) <= 120


def test_they_hold_two_names_and_no_code() -> None:
    stored = base64.b64decode(PROVIDER)

    assert b"pulumi_fc_async_invoke.provider" in stored
    assert b"AsyncInvokeConfigProvider" in stored
    assert b"def " not in stored


def test_they_are_no_secret() -> None:
    # Nothing is captured in them; as a secret they would cost every run of every stack.
    assert not AsyncInvokeConfigProvider.serialize_as_secret_always


def test_a_plugin_reads_them_back(plugin: Plugin) -> None:
    # These bytes are all that the harness sends of the provider.
    assert plugin.check({"serviceName": "demo", "functionName": "hello"}).failures == {}


def test_it_is_the_same_from_every_version_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    # As 3.14 has it; the SDK takes the default.
    monkeypatch.setattr(pickle, "DEFAULT_PROTOCOL", 5)
    serialized_provider.cache_clear()
    assert serialized_provider(AsyncInvokeConfigProvider) == PROVIDER


def test_what_is_declared_is_known_whatever_bytes_state_holds(
    make_plugin: MakePlugin, configuration: Bag, cloud: EmulatorServer
) -> None:
    other = base64.b64encode(pickle.dumps(AsyncInvokeConfigProvider(), 5)).decode()
    assert other != PROVIDER
    names = {"serviceName": "demo", "functionName": "bytes"}
    with make_plugin() as plugin:
        created = plugin.create(plugin.check(names).inputs)
        plugin.configure(configuration, other)
        plugin.delete(created.id, created.outputs)
    assert cloud.config("demo", "bytes") is not None
