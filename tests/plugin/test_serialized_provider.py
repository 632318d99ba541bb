"""The provider as it stands in the state of every stack."""

import base64
import pickle
from typing import Any

import pytest
from pulumi.dynamic.dynamic import (
    serialize_provider,  # pyright: ignore[reportUnknownVariableType]  its argument has no type
)
from tests.plugin.conftest import MakePlugin
from tests.support.plugin import PROVIDER, V3_PROVIDER, Bag, Plugin

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.provider import (
    AsyncInvokeConfigProvider,
    V3AsyncInvokeConfigProvider,
    serialized_provider,
)

BYTES: dict[Any, str] = {
    AsyncInvokeConfigProvider: PROVIDER,
    V3AsyncInvokeConfigProvider: V3_PROVIDER,
}
BOTH = pytest.mark.parametrize("provider", BYTES, ids=["2.0", "3.0"])


@BOTH
def test_the_bytes_are_those_of_the_first_release(provider: Any) -> None:
    # A contract with every stack that exists: other bytes are an update of every resource, and a
    # renamed class or module cannot be read back at all.
    assert serialize_provider(provider()) == BYTES[provider]


@BOTH
def test_they_are_few(provider: Any) -> None:
    assert len(BYTES[provider]) <= 120


@BOTH
def test_they_hold_two_names_and_no_code(provider: Any) -> None:
    stored = base64.b64decode(BYTES[provider])

    assert b"pulumi_fc_async_invoke.provider" in stored
    assert provider.__name__.encode() in stored
    assert b"def " not in stored


@BOTH
def test_they_are_no_secret(provider: Any) -> None:
    # Nothing is captured in them; as a secret they would cost every run of every stack.
    assert not provider.serialize_as_secret_always


def test_a_plugin_reads_them_back(plugin: Plugin) -> None:
    # These bytes are all that the harness sends of the provider.
    assert plugin.check({"serviceName": "demo", "functionName": "hello"}).failures == {}


@BOTH
def test_it_is_the_same_from_every_version_of_python(
    monkeypatch: pytest.MonkeyPatch, provider: Any
) -> None:
    # As 3.14 has it; the SDK takes the default.
    monkeypatch.setattr(pickle, "DEFAULT_PROTOCOL", 5)
    serialized_provider.cache_clear()
    assert serialized_provider(provider) == BYTES[provider]


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
