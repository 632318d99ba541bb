"""Faults at any step: nothing is lost, and the error says what is where."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.configs import a_config
from tests.support.fuzzing import examples
from tests.support.reconciling import (
    ANY_CONFIG,
    ANY_FAULTS,
    ANY_RULES,
    BOTH_SIDES,
    CONFIGS,
    EVERY_RULE,
    FEW_CONFIGS,
    RULES,
    X,
    Y,
    Z,
    assert_nothing_but_the_declared_is_lost,
    assert_nothing_is_lost,
    created,
    pairs,
    properties,
    told,
    updated,
)
from tests.support.remote_model import (
    DENIED,
    FAULTS,
    LOST,
    LOST_AFTER,
    REFUSED,
    SERVER_ERROR,
    Fault,
    Outcome,
    RemoteModel,
)

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import (
    CallError,
    CanceledError,
    CredentialsError,
    InvalidRequestError,
    NotAppliedError,
    ParentNotFoundError,
    SettingsError,
)
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.reconcile.words import held_now


@EVERY_RULE
@pytest.mark.parametrize(
    "configs",
    [
        pytest.param(FEW_CONFIGS, id="few configs"),
        pytest.param(CONFIGS, id="all configs", marks=pytest.mark.proof),
    ],
)
def test_after_any_fault_at_any_step_of_an_update_nothing_is_lost(
    configs: list[Config], rules: Rules
) -> None:
    for prior, declared in pairs(configs):
        undisturbed = updated(RemoteModel(prior.to_properties(), rules), prior, declared)
        for step, fault in itertools.product(range(len(undisturbed.calls)), FAULTS):
            remote = RemoteModel(prior.to_properties(), rules, {step: fault})

            outcome = updated(remote, prior, declared)

            assert_nothing_but_the_declared_is_lost(remote, outcome, prior, declared)
            assert_deletes_follow_an_accepted_put(outcome)


# One of each kind that `reconcile` may tell apart.
FEW_FAULTS = [
    each
    for each in FAULTS
    if each.name in ("settings", "credentials", "lost")
    or (each.name == "keys ended" and each.effect)
]


@EVERY_RULE
def test_after_two_faults_in_a_row_nothing_is_lost(rules: Rules) -> None:
    for prior, declared in pairs(FEW_CONFIGS):
        undisturbed = updated(RemoteModel(prior.to_properties(), rules), prior, declared)
        for step, first, second in itertools.product(
            range(len(undisturbed.calls)), FEW_FAULTS, FEW_FAULTS
        ):
            remote = RemoteModel(prior.to_properties(), rules, {step: first, step + 1: second})

            outcome = updated(remote, prior, declared)

            assert_nothing_but_the_declared_is_lost(remote, outcome, prior, declared)
            assert_deletes_follow_an_accepted_put(outcome)


@EVERY_RULE
def test_a_create_that_fails_leaves_nothing_that_was_not_there_before(rules: Rules) -> None:
    for declared, step, fault in itertools.product(CONFIGS, range(2), FAULTS):
        remote = RemoteModel(None, rules, {step: fault})

        outcome = created(remote, declared)

        assert remote.values == outcome.result
        assert (outcome.result == declared) == (outcome.error is None)


@EVERY_RULE
def test_a_create_that_fails_to_overwrite_loses_nothing(rules: Rules) -> None:
    for present, declared in pairs(FEW_CONFIGS):
        undisturbed = created(
            RemoteModel(present.to_properties(), rules), declared, allow_overwrite=True
        )
        for step, first, second in itertools.product(
            range(len(undisturbed.calls)), FAULTS, [None, *FEW_FAULTS]
        ):
            faults = {step: first} if second is None else {step: first, step + 1: second}
            remote = RemoteModel(present.to_properties(), rules, faults)

            outcome = created(remote, declared, allow_overwrite=True)

            assert_nothing_is_lost(remote, outcome, present, declared)


def assert_deletes_follow_an_accepted_put(outcome: Outcome) -> None:
    for number, call in enumerate(outcome.calls):
        if call == "DELETE":
            before = zip(outcome.calls[:number], outcome.accepted[:number], strict=True)
            assert ("PUT", True) in before


@examples(150)
@given(
    prior=ANY_CONFIG,
    declared=ANY_CONFIG,
    rules=st.sampled_from(RULES),
    faults=ANY_FAULTS,
    removals=st.builds(
        reconcile.Removals,
        st.permutations(list(reconcile.Removal)),
        st.sampled_from([None, *reconcile.Removal]),
        st.sets(st.sampled_from(reconcile.Removal)),
    ),
)
def test_whatever_fails_and_whatever_was_learned_nothing_is_lost(
    prior: Config,
    declared: Config,
    rules: Rules,
    faults: dict[int, Fault],
    removals: reconcile.Removals,
) -> None:
    remote = RemoteModel(prior.to_properties(), rules, faults)

    outcome = updated(remote, prior, declared, removals)

    assert_nothing_but_the_declared_is_lost(remote, outcome, prior, declared)


@examples(150)
@given(
    prior=ANY_CONFIG,
    declared=ANY_CONFIG,
    present=st.none() | ANY_CONFIG,
    rules=ANY_RULES,
    faults=ANY_FAULTS,
)
def test_success_means_that_the_service_holds_what_is_declared(
    prior: Config,
    declared: Config,
    present: Config | None,
    rules: Rules,
    faults: dict[int, Fault],
) -> None:
    remote = RemoteModel(properties(present), rules, faults)

    outcome = updated(remote, prior, declared)

    if outcome.error is None:
        assert outcome.result == declared == remote.values


def test_a_lost_answer_is_settled_by_a_look() -> None:
    remote = RemoteModel(a_config(X).to_properties(), faults={0: LOST_AFTER})

    outcome = updated(remote, a_config(X), a_config(Y))

    assert outcome.result == a_config(Y)
    assert outcome.calls == ["PUT", "GET"]


def test_a_lost_write_of_what_is_there_already_is_no_failure() -> None:
    remote = RemoteModel(a_config(X).to_properties(), faults={0: LOST})

    outcome = updated(remote, a_config(X), a_config(X))

    assert outcome.result == a_config(X)
    assert outcome.calls == ["PUT", "GET"]


def test_a_lost_answer_to_a_delete_is_settled_by_a_look() -> None:
    prior, declared = a_config(X, Y), a_config(X, None, 60)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {2: LOST_AFTER})

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "DELETE", "GET", "PUT"]
    assert outcome.result == declared == remote.values


def test_a_delete_that_never_took_effect_fails_and_says_what_is_there() -> None:
    prior = a_config(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {2: LOST})

    outcome = updated(remote, prior, a_config(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "GET"]
    assert str(outcome.error) == (
        "DELETE: no response. The service now holds what is declared, except that "
        "destinationConfig.onFailure.destination is one of this program's on the service, "
        "none declared"
    )
    assert remote.values == a_config(X, Y, 60)


def test_a_put_that_never_took_effect_says_nothing_about_how_to_remove() -> None:
    prior = a_config(X)
    remote = RemoteModel(prior.to_properties(), Rules(empty="refuse"), {0: LOST})
    removals = reconcile.Removals()

    outcome = updated(remote, prior, a_config(), removals)

    assert isinstance(outcome.error, CallError)
    assert outcome.calls == ["PUT", "GET"]
    assert removals == reconcile.Removals()


@EVERY_RULE
@pytest.mark.parametrize("stale_reads", [1, 2, 5])
def test_after_a_delete_reads_that_lag_hide_no_loss(rules: Rules, stale_reads: int) -> None:
    lagging = replace(rules, stale_reads_count=stale_reads)
    for prior, declared in pairs(FEW_CONFIGS):
        undisturbed = updated(RemoteModel(prior.to_properties(), rules), prior, declared)
        for step, fault in itertools.product(range(len(undisturbed.calls)), FAULTS):
            remote = RemoteModel(prior.to_properties(), lagging, {step: fault})

            outcome = updated(remote, prior, declared)

            if "DELETE" in outcome.calls[:step]:
                assert outcome.error is not None or remote.values == declared
                assert remote.values in (declared, prior) or told(outcome.error)[1] == properties(
                    prior
                )


def test_an_absent_function_is_the_error_as_it_came() -> None:
    parent = next(each for each in FAULTS if each.name == "parent")
    prior = a_config(X)
    remote = RemoteModel(prior.to_properties(), faults={0: parent, 1: parent})

    outcome = updated(remote, prior, a_config(Y))

    assert isinstance(outcome.error, ParentNotFoundError)
    assert "The service now holds" not in str(outcome.error)
    assert outcome.calls == ["PUT", "GET"]


def test_refused_values_are_the_error_as_it_came() -> None:
    remote = RemoteModel(a_config().to_properties(), faults={0: REFUSED})

    outcome = updated(remote, a_config(), a_config(X))

    assert isinstance(outcome.error, InvalidRequestError)
    assert "The service now holds" not in str(outcome.error)
    assert outcome.calls == ["PUT", "GET"]


@pytest.mark.parametrize("name", ["refused", "credentials", "throttled", "parent"])
def test_a_write_that_took_effect_although_it_was_refused_is_seen(name: str) -> None:
    fault = replace(next(each for each in FAULTS if each.name == name), effect=True)
    prior, declared = a_config(X), a_config(Y, None, 60)
    remote = RemoteModel(prior.to_properties(), faults={0: fault})

    assert updated(remote, prior, declared).result == declared

    remote = RemoteModel(None, faults={1: fault})

    assert created(remote, declared).result == declared


@pytest.mark.parametrize("name", ["refused", "credentials", "throttled", "parent"])
def test_a_delete_that_took_effect_although_it_was_refused_loses_nothing(name: str) -> None:
    fault = replace(next(each for each in FAULTS if each.name == name), effect=True)
    prior, declared = a_config(X, Y), a_config(X, None, 60)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {2: fault})

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "DELETE", "GET", "PUT"]
    assert outcome.result == declared


def test_values_that_are_refused_in_every_way_delete_nothing() -> None:
    prior = a_config(X, Y)
    remote = RemoteModel(prior.to_properties(), faults=dict.fromkeys(range(9), REFUSED))

    outcome = updated(remote, prior, a_config(X))

    assert isinstance(outcome.error, InvalidRequestError)
    assert outcome.calls == ["PUT", "PUT", "PUT", "GET"]
    assert remote.values == prior


def test_keys_that_end_half_way_leave_words_to_restore_the_config_by_hand() -> None:
    settings = next(each for each in FAULTS if each.name == "settings")
    prior, declared = a_config(X, Y), a_config(X, None, 60)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, dict.fromkeys(range(3, 9), settings))

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert isinstance(outcome.error, NotAppliedError)
    assert isinstance(outcome.error.__cause__, SettingsError)
    assert str(outcome.error) == (
        "no credentials; putting back what was there before failed too: no credentials; "
        "the service now holds no config; before, it held "
        f'{{"destinationConfig": {{"onSuccess": {{"destination": "{X}"}}, '
        f'"onFailure": {{"destination": "{Y}"}}}}, "maxAsyncEventAgeInSeconds": 86400, '
        '"maxAsyncRetryAttempts": 3, "statefulInvocation": false}'
    )


def test_a_failed_last_put_brings_the_former_config_back() -> None:
    prior = a_config(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {3: REFUSED})

    outcome = updated(remote, prior, a_config(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert str(outcome.error).endswith("; the config is back as it was when it was last read")
    assert remote.values == prior


def test_an_update_that_fails_half_way_stays_and_says_how_far_it_came() -> None:
    prior = a_config(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {1: DENIED})

    outcome = updated(remote, prior, a_config(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "GET"]
    assert str(outcome.error).endswith(
        "The service now holds what is declared, except that destinationConfig.onFailure."
        "destination is one of this program's on the service, none declared"
    )
    assert remote.values == a_config(X, Y, 60)


def test_after_a_delete_the_former_config_is_put_back_even_if_nothing_answers() -> None:
    prior = a_config(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {3: LOST, 4: LOST})

    outcome = updated(remote, prior, a_config(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "GET", "PUT"]
    assert str(outcome.error).endswith("; the config is back as it was when it was last read")
    assert remote.values == prior


def test_a_destination_that_appears_meanwhile_is_named_if_the_update_fails() -> None:
    prior, declared = a_config(X), a_config(None, None, 60)
    rules = Rules(merge="deep", null="ignore", empty="clear")
    others = {2: a_config(X, Z, 60).to_properties()}
    remote = RemoteModel(prior.to_properties(), rules, {1: DENIED}, others)

    outcome = updated(remote, prior, declared)

    assert Z in str(outcome.error)
    assert X not in str(outcome.error)


@pytest.mark.parametrize("elsewhere", [a_config(Z), a_config(None, Z)])
def test_a_destination_from_elsewhere_comes_back_if_the_put_after_a_delete_fails(
    elsewhere: Config,
) -> None:
    prior = a_config()
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    others = {0: elsewhere.to_properties()}
    remote = RemoteModel(prior.to_properties(), rules, {5: REFUSED}, others)

    outcome = updated(remote, prior, a_config(None, None, 60))

    assert outcome.calls == ["PUT", "PUT", "PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert remote.values == elsewhere


@pytest.mark.parametrize("declared", [a_config(Z), a_config(None, Z)])
def test_a_destination_that_was_replaced_comes_back_if_the_put_after_a_delete_fails(
    declared: Config,
) -> None:
    prior = a_config(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {3: REFUSED})

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert remote.values == prior


def test_a_response_that_is_not_what_was_sent_proves_nothing_if_no_look_is_possible() -> None:
    prior = a_config(X)
    remote = RemoteModel(prior.to_properties(), Rules(put_response="sample"), {1: DENIED})

    outcome = updated(remote, prior, a_config(Y))

    assert outcome.calls == ["PUT", "GET"]
    assert isinstance(outcome.error, CredentialsError)
    assert "shows other values than were sent" in str(outcome.error)


def test_a_stale_look_proves_nothing_if_the_next_one_fails() -> None:
    prior = a_config(X)
    rules = Rules(put_response="sample", stale_reads_count=1)
    remote = RemoteModel(prior.to_properties(), rules, {2: DENIED})

    outcome = updated(remote, prior, a_config(Y))

    assert outcome.calls == ["PUT", "GET", "GET"]
    assert isinstance(outcome.error, CredentialsError)
    assert "The service now holds" not in str(outcome.error)


@pytest.mark.parametrize("name", ["keys ended", "lost"])
def test_what_was_put_back_without_an_answer_is_not_claimed_to_be_there_or_not(name: str) -> None:
    fault = next(each for each in FAULTS if each.name == name and each.effect)
    settings = next(each for each in FAULTS if each.name == "settings")
    prior = a_config(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    faults = {3: DENIED, 4: fault, 5: settings}
    remote = RemoteModel(prior.to_properties(), rules, faults)

    outcome = updated(remote, prior, a_config(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "PUT", "GET"]
    assert remote.values == prior
    assert told(outcome.error) == ("not known", prior.to_properties())


def test_keys_that_end_after_a_write_without_an_answer_leave_it_to_a_look() -> None:
    ended = next(each for each in FAULTS if each.name == "keys ended" and each.effect)
    remote = RemoteModel(a_config(X).to_properties(), faults={0: ended})

    outcome = updated(remote, a_config(X), a_config(Y))

    assert outcome.calls == ["PUT", "GET"]
    assert outcome.result == a_config(Y)


def test_without_any_answer_the_former_config_is_in_the_error() -> None:
    prior = a_config(X)
    remote = RemoteModel(prior.to_properties(), faults={1: LOST_AFTER, 2: LOST})

    outcome = created(remote, a_config(Y), allow_overwrite=True)

    assert isinstance(outcome.error, NotAppliedError)
    assert "whether it took effect is not known" in str(outcome.error)
    assert told(outcome.error)[1] == prior.to_properties()


def test_a_create_interrupted_between_two_looks_does_not_pass_for_one_without_effect() -> None:
    steps = reconcile.create(a_config(X), allow_overwrite=False, removals=reconcile.Removals())
    assert next(steps) == reconcile.Get()
    assert isinstance(steps.send(None), reconcile.Put)
    assert steps.send(RemoteConfig(a_config(X, None, 60))) == reconcile.Get()
    assert isinstance(steps.send(None), reconcile.Wait)  # a stale read

    with pytest.raises(NotAppliedError, match="whether it took effect is not known"):
        steps.throw(CanceledError("GET hello", outcome_unknown=False))


@EVERY_RULE
@pytest.mark.parametrize("lost", [LOST, LOST_AFTER])
def test_after_a_delete_of_unknown_outcome_the_former_config_is_put_back(
    rules: Rules, lost: Fault
) -> None:
    for prior, declared in pairs(CONFIGS):
        undisturbed = updated(RemoteModel(prior.to_properties(), rules), prior, declared)
        if "DELETE" not in undisturbed.calls:
            continue
        delete = undisturbed.calls.index("DELETE")
        remote = RemoteModel(prior.to_properties(), rules, {delete: lost, delete + 1: DENIED})

        outcome = updated(remote, prior, declared)

        assert outcome.error is not None
        if lost.effect:
            assert outcome.calls[delete:][:3] == ["DELETE", "GET", "PUT"]
            assert remote.values == prior
        assert_nothing_is_lost(remote, outcome, prior, declared)


@EVERY_RULE
def test_a_way_of_clearing_that_is_always_a_server_error_gives_way_to_the_next(
    rules: Rules,
) -> None:
    for prior, declared in ((BOTH_SIDES, a_config(X)), (a_config(X), a_config(None, None, 60))):
        remote = RemoteModel(prior.to_properties(), rules, {0: SERVER_ERROR})

        outcome = updated(remote, prior, declared)

        assert outcome.calls[:3] == ["PUT", "GET", "PUT"]
        assert outcome.result == declared == remote.values


def test_a_service_that_fails_at_every_write_is_not_asked_in_every_way() -> None:
    faults = {0: SERVER_ERROR, 2: SERVER_ERROR}
    remote = RemoteModel(BOTH_SIDES.to_properties(), faults=faults)

    outcome = updated(remote, BOTH_SIDES, a_config(X))

    assert outcome.calls == ["PUT", "GET", "PUT", "GET"]
    assert "HTTP 500" in str(outcome.error)
    assert remote.values == BOTH_SIDES


def test_a_new_destination_is_in_no_message_of_an_undo_that_fails() -> None:
    prior, declared = a_config(X), a_config(None, Z)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    undisturbed = updated(RemoteModel(prior.to_properties(), rules), prior, declared)
    last = len(undisturbed.calls) - 1
    # The last PUT took effect, what came back said otherwise, and so did the undo.
    for first, second in itertools.product(FAULTS, FAULTS):
        remote = RemoteModel(prior.to_properties(), rules, {last: first, last + 1: second})

        outcome = updated(remote, prior, declared)

        assert Z not in str(outcome.error)


def test_what_only_the_program_declares_is_masked_where_a_loss_is_told() -> None:
    prior, declared = a_config(X, None, 60), a_config(X, Z)

    said = held_now(declared, prior, declared)

    assert X in said
    assert Z not in said
    assert "one of this program's" in said
