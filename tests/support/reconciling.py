"""Configs, rules and helpers of the tests of reconcile."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import strategies as st
from tests.support.configs import a_config
from tests.support.remote_model import FAULTS, Outcome, RemoteModel

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.fields import Config, PropertyBag
from pulumi_fc_async_invoke.emulator.rules import Rules, all_rules

X = "acs:mns:cn-shanghai:1:/queues/x/messages"
Y = "acs:mns:cn-shanghai:1:/queues/y/messages"
Z = "acs:mns:cn-shanghai:1:/queues/z/messages"
CONFIGS = [
    a_config(on_success, on_failure, age)
    for on_success, on_failure, age in itertools.product((None, X, Y), (None, X, Y), (86_400, 60))
]
# Enough for what takes a product of faults: nothing, one side, both, swapped, other numbers.
FEW_CONFIGS = [
    a_config(),
    a_config(None, X),
    a_config(X, None, 60),
    a_config(X, Y),
    a_config(Y, X, 60),
]
BOTH_SIDES = a_config(X, Y)
RULES = list(all_rules())
EVERY_RULE = pytest.mark.parametrize(
    "rules", [pytest.param(each, id=f"{each.merge}-{each.null}-{each.empty}") for each in RULES]
)

ANY_CONFIG = st.builds(
    a_config,
    st.sampled_from([None, X, Y, Z]),
    st.sampled_from([None, X, Y, Z]),
    st.sampled_from([1, 60, 86_400]),
    st.sampled_from([0, 1, 3]),
    st.booleans(),
)
ANY_FAULTS = st.dictionaries(st.integers(0, 9), st.sampled_from(FAULTS), max_size=4)
ANY_RULES = st.builds(
    Rules,
    merge=st.sampled_from(["deep", "shallow"]),
    null=st.sampled_from(["clear", "ignore", "refuse"]),
    empty=st.sampled_from(["clear", "ignore", "refuse"]),
    put_response=st.sampled_from(["result", "sample"]),
    stale_reads_count=st.integers(0, 6),
)


def properties(values: Config | None) -> PropertyBag | None:
    return None if values is None else values.to_properties()


def updated(
    remote: RemoteModel,
    prior: Config,
    declared: Config,
    removals: reconcile.Removals | None = None,
) -> Outcome:
    return remote.run(reconcile.update(declared, prior, removals or reconcile.Removals()))


def created(remote: RemoteModel, declared: Config, *, allow_overwrite: bool = False) -> Outcome:
    removals = reconcile.Removals()
    return remote.run(
        reconcile.create(declared, allow_overwrite=allow_overwrite, removals=removals)
    )


def pairs(configs: list[Config]) -> Iterator[tuple[Config, Config]]:
    return ((prior, declared) for prior in configs for declared in configs if prior != declared)


def assert_nothing_is_lost(
    remote: RemoteModel, outcome: Outcome, prior: Config | None, declared: Config
) -> None:
    """It worked, or the former config is in place, or the error says truthfully what is where."""
    if outcome.error is None:
        assert outcome.result == declared == remote.values
        return
    assert isinstance(outcome.error, FunctionComputeError)
    if remote.values == prior:
        return
    now, before = told(outcome.error)
    assert before == properties(prior), outcome.error
    held = remote.values and without_new(remote.values, prior, declared)
    assert now in ("not known", properties(held)), outcome.error


def assert_nothing_but_the_declared_is_lost(
    remote: RemoteModel, outcome: Outcome, prior: Config, declared: Config
) -> None:
    """As above, or the service is on the way from the former config to the declared one."""
    if outcome.error is not None and remote.values is not None:
        there = remote.values.differences(declared)
        if not set(there) - {
            path for path in there if path not in remote.values.differences(prior)
        }:
            return
    assert_nothing_is_lost(remote, outcome, prior, declared)


def without_new(held: Config, prior: Config | None, declared: Config) -> Config:
    """As messages show it: a destination that only the program declares may be a secret."""
    before = prior.destinations.values() if prior else ()
    new = set(declared.destinations.values()) - set(before)
    sides = held.destinations
    return held.with_destinations(
        {side: "one of this program's" if arn in new else arn for side, arn in sides.items()}
    )


def told(error: FunctionComputeError | None) -> tuple[Any, Any]:
    """What an error says the service holds now, and what it held before."""
    text, separator, before = str(error).rpartition("; before, it held ")
    assert separator, f"the former config is lost: {error}"
    if "whether it took effect is not known" in text:
        return "not known", read(before)
    now = text.rpartition("the service now holds ")[2]
    if now == "something that is not known":
        return "not known", read(before)
    return read(now), read(before)


def read(description: str) -> Any:
    return None if description == "no config" else json.loads(description)
