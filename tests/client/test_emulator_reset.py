"""A reset emulator is as good as a new one."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from tests.support.rules import other_rules
from tests.support.signing import signing_client

from pulumi_fc_async_invoke.emulator.authentication import AccessKey
from pulumi_fc_async_invoke.emulator.faults import Fault
from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.emulator.state import Options, State
from pulumi_fc_async_invoke.emulator.storage import Filter, Storage

PATH = "/services/svc/functions/fn/async-invoke-config"
OPTIONS = {f"options.{each.name}" for each in fields(Options)}
NOT_CHANGED = {
    "parents._strict_at_start": "one of the options",
    "faults._released": "an event that nothing ever finds set",
    "calls._arrived": "an event that nothing ever finds set",
}
"""What the change below leaves alone, and why."""


@pytest.fixture
def api(fc_emulator: EmulatorServer) -> Iterator[httpx.Client]:
    with signing_client(fc_emulator.url) as client:
        yield client


PLAIN: dict[Any, Callable[[Any], Any]] = {
    Storage: lambda storage: storage.find(Filter()),
    asyncio.Event: lambda event: event.is_set(),
    asyncio.Task: lambda _: "a task",
    random.Random: lambda numbers: numbers.getstate(),
    dict: lambda mapping: {key: plain(each) for key, each in mapping.items()},
    set: lambda members: sorted(str(plain(each)) for each in members),
    (list, tuple, deque): lambda items: [plain(each) for each in items],
}
"""What compares by identity, or holds what does, as something that compares by content."""


def plain(value: Any) -> Any:
    """A value as something that compares by content, to any depth."""
    for kind, convert in PLAIN.items():
        if isinstance(value, kind):
            return convert(value)
    return plain(vars(value)) if hasattr(value, "__dict__") else value


def knowledge(emulator: EmulatorServer) -> dict[str, Any]:
    """All that an emulator knows: each attribute of its state, and of the parts of that."""
    state: State = vars(emulator)["_state"]
    known: dict[str, Any] = {}
    for name, part in vars(state).items():
        inside: Any = plain(part)
        parts = cast("dict[str, Any]", inside if type(inside) is dict else {"": inside})
        known |= {f"{name}.{inner}": each for inner, each in parts.items()}
    return known


def change_everything(emulator: EmulatorServer, api: httpx.Client) -> None:
    emulator.use_rules(other_rules())
    emulator.add_key("another", "hush")
    emulator.declare("svc", "fn")
    emulator.missing("svc", "gone")
    assert api.put(PATH, json={"maxAsyncRetryAttempts": 1}).status_code == 200
    with signing_client(emulator.url, version="2023-03-30") as other_version:
        path = "/functions/fn/async-invoke-config"
        assert other_version.get(path).status_code == 404
    emulator.revoke_key(emulator.access_key_id)
    emulator.fault("latency", milliseconds=60_000)


def test_a_reset_forgets_everything(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    with EmulatorServer() as fresh:
        new = knowledge(fresh)
    with ThreadPoolExecutor(1) as thread:
        change_everything(fc_emulator, api)
        in_flight = thread.submit(api.get, PATH)
        fc_emulator.calls(at_least=3)
        changed = knowledge(fc_emulator)

        fc_emulator.reset()

        with pytest.raises(httpx.TransportError):
            in_flight.result()
    assert knowledge(fc_emulator) == new
    left = {name for name in new if changed.get(name) == new[name]} - OPTIONS
    assert left == NOT_CHANGED.keys()


def test_a_reset_goes_back_to_the_options(tmp_path: Path) -> None:
    options = Options(
        data=tmp_path / "configs.sqlite",
        access_keys=(AccessKey("one", "hush"),),
        rules=Rules(merge="shallow"),
        faults=(Fault("ResourceThrottled", times=1),),
        strict_parents=True,
    )
    with EmulatorServer(options) as emulator, signing_client(emulator.url, "one", "hush") as api:
        assert api.get(PATH).status_code == 503
        emulator.seed("svc", "fn")
        emulator.clear_faults()
        emulator.strict_parents(strict=False)
        emulator.use_rules(Rules())
        emulator.revoke_key("one")

        emulator.reset()

        assert api.get(PATH).status_code == 503
        assert api.get(PATH).json()["ErrorCode"] == "ServiceNotFound"
        assert emulator.rules() == Rules(merge="shallow")
        assert emulator.configs() == []


def test_a_write_in_flight_takes_no_effect_after_a_reset(
    fc_emulator: EmulatorServer, api: httpx.Client
) -> None:
    fc_emulator.fault("latency", milliseconds=60_000, times=1)
    with ThreadPoolExecutor(1) as thread:
        write = thread.submit(api.put, PATH, json={})
        fc_emulator.calls(at_least=1)
        fc_emulator.reset()
        with pytest.raises(httpx.TransportError):
            write.result()
    assert fc_emulator.configs() == []


def test_a_connection_survives_a_reset(fc_emulator: EmulatorServer, api: httpx.Client) -> None:
    with api.stream("GET", PATH) as first:
        before = first.extensions["network_stream"].get_extra_info("client_addr")
        first.read()
    fc_emulator.reset()
    with api.stream("GET", PATH) as second:
        after = second.extensions["network_stream"].get_extra_info("client_addr")
    assert before == after
