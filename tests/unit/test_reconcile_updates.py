"""Updates: whatever the service held, it ends with exactly what is declared."""

import itertools
from dataclasses import replace

import pytest
from tests.support.configs import a_config
from tests.support.reconciling import (
    CONFIGS,
    EVERY_RULE,
    FEW_CONFIGS,
    RULES,
    X,
    Y,
    Z,
    pairs,
    updated,
)
from tests.support.remote_model import LOST, RemoteModel

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import NoResponseError, NotAppliedError
from pulumi_fc_async_invoke.emulator.rules import PutResponse, Rules


@EVERY_RULE
def test_an_update_ends_in_exactly_what_is_declared(rules: Rules) -> None:
    for prior, declared in itertools.product(CONFIGS, CONFIGS):
        remote = RemoteModel(prior.to_properties(), rules)

        outcome = updated(remote, prior, declared)

        assert outcome.error is None
        assert outcome.result == declared == remote.values


@EVERY_RULE
def test_what_was_learned_from_one_config_never_spoils_another(rules: Rules) -> None:
    removals = reconcile.Removals()
    for prior, declared in [*pairs(CONFIGS), *pairs(CONFIGS[::-1])]:
        remote = RemoteModel(prior.to_properties(), rules)

        outcome = updated(remote, prior, declared, removals)

        assert outcome.result == declared == remote.values


@EVERY_RULE
def test_an_update_puts_back_a_config_that_has_gone(rules: Rules) -> None:
    for prior, declared in itertools.product(FEW_CONFIGS, FEW_CONFIGS):
        remote = RemoteModel(None, rules)

        outcome = updated(remote, prior, declared)

        assert outcome.result == declared == remote.values


@EVERY_RULE
def test_an_update_corrects_what_has_drifted_since_state_saw_it(rules: Rules) -> None:
    for present, (prior, declared) in itertools.product(FEW_CONFIGS, pairs(FEW_CONFIGS)):
        remote = RemoteModel(present.to_properties(), rules)

        outcome = updated(remote, prior, declared)

        assert outcome.result == declared == remote.values


@pytest.mark.parametrize("stale_reads", range(5))
@pytest.mark.parametrize("put_response", ["result", "sample"])
def test_answers_that_are_not_what_was_stored_and_reads_that_lag_are_seen_through(
    put_response: PutResponse, stale_reads: int
) -> None:
    for each, (prior, declared) in itertools.product(RULES, pairs(FEW_CONFIGS)):
        rules = replace(each, put_response=put_response, stale_reads_count=stale_reads)
        remote = RemoteModel(prior.to_properties(), rules)

        outcome = updated(remote, prior, declared)

        if outcome.error is None:
            assert outcome.result == declared == remote.values
        else:
            # A read that still lags looks like a destination that cannot be removed.
            assert stale_reads
            assert isinstance(outcome.error, NotAppliedError)


def test_a_put_that_is_answered_and_not_carried_out_is_an_error() -> None:
    prior, declared = a_config(X, Y), a_config(X, Z, 60)
    remote = RemoteModel(prior.to_properties(), Rules(put_response="ignored"))

    outcome = updated(remote, prior, declared)

    assert isinstance(outcome.error, NotAppliedError)
    assert str(outcome.error) == (
        "destinationConfig.onFailure.destination is "
        "one of this program's on the service, a different one in the program, "
        "maxAsyncEventAgeInSeconds is 86400 on the service, 60 declared "
        "(the service responded to the write with success, and does not hold what was sent: "
        "run `pulumi up` again; if it says so again, look for what else writes this config, "
        "or report it to the vendor)"
    )
    assert remote.values == prior


def test_a_stale_read_is_waited_for() -> None:
    prior, declared = a_config(X), a_config(X, None, 60)
    rules = Rules(put_response="sample", stale_reads_count=4)
    remote = RemoteModel(prior.to_properties(), rules)

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "GET", "GET", "GET", "GET", "GET"]
    assert outcome.waits == [0.25, 0.5, 1.0, 2.0]


def test_one_look_settles_an_answer_that_is_not_what_was_sent() -> None:
    prior, declared = a_config(X), a_config(X, None, 60)
    remote = RemoteModel(prior.to_properties(), Rules(put_response="sample"))

    outcome = updated(remote, prior, declared)

    assert outcome.result == declared
    assert outcome.calls == ["PUT", "GET"]


def test_an_update_that_fails_says_that_the_config_has_gone() -> None:
    prior = a_config(X)
    remote = RemoteModel(prior.to_properties(), faults={0: LOST}, others={0: None})

    outcome = updated(remote, prior, a_config(Y))

    assert isinstance(outcome.error, NoResponseError)
    assert "The service now holds no config" in str(outcome.error)
