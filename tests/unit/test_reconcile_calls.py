"""The calls that each change takes, one by one."""

from copy import copy
from dataclasses import FrozenInstanceError

import pytest
from tests.support.configs import a_config
from tests.support.reconciling import BOTH_SIDES, EVERY_RULE, RULES, X, Y, Z, updated
from tests.support.remote_model import RemoteModel

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.emulator.rules import Clearing, Merge, Rules

ONE_SIDE = a_config(None, X)
REMOVALS: list[tuple[Merge, Clearing, Clearing, str, str]] = [
    # merge, null, empty: calls to remove one of two destinations, and to do so again elsewhere
    ("deep", "clear", "clear", "PUT", "PUT"),
    ("deep", "clear", "ignore", "PUT", "PUT"),
    ("deep", "clear", "refuse", "PUT", "PUT"),
    ("deep", "ignore", "clear", "PUT PUT", "PUT"),
    ("deep", "refuse", "clear", "PUT PUT", "PUT"),
    ("deep", "ignore", "ignore", "PUT PUT DELETE PUT", "PUT DELETE PUT"),
    ("deep", "ignore", "refuse", "PUT PUT DELETE PUT", "PUT PUT DELETE PUT"),
    ("deep", "refuse", "ignore", "PUT PUT DELETE PUT", "PUT PUT DELETE PUT"),
    ("deep", "refuse", "refuse", "PUT PUT PUT DELETE PUT", "PUT PUT PUT DELETE PUT"),
    ("shallow", "clear", "clear", "PUT", "PUT"),
    ("shallow", "clear", "ignore", "PUT", "PUT"),
    ("shallow", "clear", "refuse", "PUT", "PUT"),
    ("shallow", "ignore", "clear", "PUT", "PUT"),
    ("shallow", "ignore", "ignore", "PUT", "PUT"),
    ("shallow", "ignore", "refuse", "PUT", "PUT"),
    ("shallow", "refuse", "clear", "PUT PUT", "PUT"),
    ("shallow", "refuse", "ignore", "PUT PUT", "PUT"),
    ("shallow", "refuse", "refuse", "PUT PUT PUT", "PUT"),
]


@pytest.mark.parametrize(("merge", "null", "empty", "first", "second"), REMOVALS)
def test_the_calls_that_remove_a_destination(
    merge: Merge, null: Clearing, empty: Clearing, first: str, second: str
) -> None:
    removals = reconcile.Removals()
    calls: list[str] = []
    for _ in range(2):
        remote = RemoteModel(BOTH_SIDES.to_properties(), Rules(merge, null, empty))
        outcome = updated(remote, BOTH_SIDES, a_config(X), removals)
        calls.append(" ".join(outcome.calls))

    assert calls == [first, second]


@pytest.mark.parametrize(("merge", "null", "empty", "first", "second"), REMOVALS)
def test_the_calls_that_remove_the_only_destination(
    merge: Merge, null: Clearing, empty: Clearing, first: str, second: str
) -> None:
    if null == empty == "refuse":
        # With no destination left, leaving them out is an empty object: that is refused as well.
        first = second = "PUT PUT PUT PUT DELETE PUT"
    elif merge == "deep" and "clear" not in {null, empty}:
        # What one config has shown of one way says nothing of the next.
        first = first.replace("PUT DELETE", "PUT PUT DELETE")
        if empty == "refuse":
            second = second.replace("PUT PUT DELETE", "PUT PUT PUT DELETE")
    removals = reconcile.Removals()
    calls: list[str] = []
    for _ in range(2):
        remote = RemoteModel(ONE_SIDE.to_properties(), Rules(merge, null, empty))
        outcome = updated(remote, ONE_SIDE, a_config(), removals)
        calls.append(" ".join(outcome.calls))

    assert calls == [first, second]


def test_leaving_a_destination_out_is_not_tried_where_a_put_has_shown_that_it_stays() -> None:
    prior, declared = a_config(X), a_config(X, None, 60)
    rules = Rules(merge="deep", null="refuse", empty="refuse")
    remote = RemoteModel(prior.to_properties(), rules, others={0: a_config(X, Z).to_properties()})

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "PUT", "DELETE", "PUT"]
    assert outcome.result == declared == remote.values


def test_a_way_that_worked_once_and_does_not_fit_here_gives_way_to_the_next() -> None:
    prior, declared = a_config(X), a_config(X, None, 60)
    remote = RemoteModel(
        prior.to_properties(), Rules(merge="deep"), others={0: a_config(X, Z).to_properties()}
    )

    outcome = updated(remote, prior, declared, reconcile.Removals(works=reconcile.Removal.OMIT))

    assert outcome.calls == ["PUT", "PUT"]
    assert outcome.result == declared == remote.values


def test_the_table_of_removals_is_complete() -> None:
    assert {row[:3] for row in REMOVALS} == {(each.merge, each.null, each.empty) for each in RULES}


@EVERY_RULE
@pytest.mark.parametrize(
    ("prior", "declared"),
    [
        pytest.param(a_config(), ONE_SIDE, id="set"),
        pytest.param(ONE_SIDE, BOTH_SIDES, id="set another"),
        pytest.param(BOTH_SIDES, a_config(Y, X), id="swap"),
        pytest.param(BOTH_SIDES, a_config(X, Y, 60, 0, stateful_invocation=True), id="numbers"),
    ],
)
def test_what_removes_nothing_is_one_put(rules: Rules, prior: Config, declared: Config) -> None:
    outcome = updated(RemoteModel(prior.to_properties(), rules), prior, declared)

    assert outcome.calls == ["PUT"]


def test_every_put_sends_every_number() -> None:
    steps = reconcile.update(a_config(X), a_config(), reconcile.Removals())

    assert next(steps) == reconcile.Put(
        {
            "maxAsyncEventAgeInSeconds": 86_400,
            "maxAsyncRetryAttempts": 3,
            "statefulInvocation": False,
            "destinationConfig": {"onSuccess": {"destination": X}},
        }
    )


def test_a_create_sends_nothing_for_what_is_not_declared() -> None:
    steps = reconcile.create(a_config(), allow_overwrite=False, removals=reconcile.Removals())
    next(steps)

    step = steps.send(None)

    assert isinstance(step, reconcile.Put)
    assert "destinationConfig" not in step.body


@pytest.mark.parametrize(
    "step",
    [
        reconcile.Get(),
        reconcile.Put({}),
        reconcile.Delete(),
        reconcile.Wait(1.0),
        reconcile.Warn("why"),
        reconcile.Inform("what"),
    ],
    ids=lambda step: type(step).__name__,
)
def test_a_step_is_a_value_that_stays_as_it_is(step: reconcile.Step) -> None:
    assert copy(step) == step
    for name in ("body", "seconds", "message"):
        with pytest.raises(FrozenInstanceError):
            setattr(step, name, None)
