"""Every way in which a config can be brought from one state to another, on every service."""

import itertools
import json
from collections.abc import Iterator
from copy import copy
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fuzzing import examples
from tests.support.remote_model import (
    FAULTS,
    LOST,
    LOST_AFTER,
    REFUSED,
    Fault,
    Outcome,
    RemoteModel,
)
from tools.docs import calls_table

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.emulator.rules import Clearing, Merge, PutAnswer, Rules, all_rules
from pulumi_fc_async_invoke.errors import (
    CallError,
    ConfigExistsError,
    FunctionComputeError,
    InvalidRequestError,
    NotAppliedError,
    ParentNotFoundError,
    SettingsError,
)
from pulumi_fc_async_invoke.model import ConfigValues, PropertyBag

X = "acs:mns:cn-shanghai:1:/queues/x/messages"
Y = "acs:mns:cn-shanghai:1:/queues/y/messages"
Z = "acs:mns:cn-shanghai:1:/queues/z/messages"
CONFIGS = [
    ConfigValues(on_success, on_failure, age)
    for on_success, on_failure, age in itertools.product((None, X, Y), (None, X, Y), (86_400, 60))
]
# Enough for what takes a product of faults: nothing, one side, both, swapped, other numbers.
FEW_CONFIGS = [
    ConfigValues(),
    ConfigValues(None, X),
    ConfigValues(X, None, 60),
    ConfigValues(X, Y),
    ConfigValues(Y, X, 60),
]
RULES = list(all_rules())
EVERY_RULE = pytest.mark.parametrize(
    "rules", [pytest.param(each, id=f"{each.merge}-{each.null}-{each.empty}") for each in RULES]
)


def properties(values: ConfigValues | None) -> PropertyBag | None:
    return None if values is None else values.to_properties()


def updated(
    remote: RemoteModel,
    prior: ConfigValues,
    declared: ConfigValues,
    removals: reconcile.Removals | None = None,
) -> Outcome:
    return remote.run(reconcile.update(declared, prior, removals or reconcile.Removals()))


def created(
    remote: RemoteModel, declared: ConfigValues, *, allow_overwrite: bool = False
) -> Outcome:
    removals = reconcile.Removals()
    return remote.run(
        reconcile.create(declared, allow_overwrite=allow_overwrite, removals=removals)
    )


def pairs(configs: list[ConfigValues]) -> Iterator[tuple[ConfigValues, ConfigValues]]:
    return ((prior, declared) for prior in configs for declared in configs if prior != declared)


def assert_nothing_is_lost(
    remote: RemoteModel, outcome: Outcome, prior: ConfigValues | None, declared: ConfigValues
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
    assert now in ("not known", properties(remote.values)), outcome.error


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


# -- update, without faults


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
@pytest.mark.parametrize("put_answer", ["result", "sample"])
def test_answers_that_are_not_what_was_stored_and_reads_that_lag_are_seen_through(
    put_answer: PutAnswer, stale_reads: int
) -> None:
    for each, (prior, declared) in itertools.product(RULES, pairs(FEW_CONFIGS)):
        rules = replace(each, put_answer=put_answer, stale_reads_count=stale_reads)
        remote = RemoteModel(prior.to_properties(), rules)

        outcome = updated(remote, prior, declared)

        if outcome.error is None:
            assert outcome.result == declared == remote.values
        else:
            # A read that still lags looks like a destination that cannot be removed.
            assert stale_reads
            assert isinstance(outcome.error, NotAppliedError)


def test_a_put_that_is_answered_and_not_carried_out_is_an_error() -> None:
    prior, declared = ConfigValues(X, Y), ConfigValues(X, Z, 60)
    remote = RemoteModel(prior.to_properties(), Rules(put_answer="ignored"))

    outcome = updated(remote, prior, declared)

    assert isinstance(outcome.error, NotAppliedError)
    assert str(outcome.error) == (
        "destinationConfig.onFailure.destination is "
        f'"{Y}" on the service, another one in the program, '
        "maxAsyncEventAgeInSeconds is 86400 on the service, 60 declared"
    )
    assert remote.values == prior


def test_a_stale_read_is_waited_for() -> None:
    prior, declared = ConfigValues(X), ConfigValues(X, None, 60)
    rules = Rules(put_answer="sample", stale_reads_count=4)
    remote = RemoteModel(prior.to_properties(), rules)

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "GET", "GET", "GET", "GET", "GET"]
    assert outcome.waits == [0.25, 0.5, 1.0, 2.0]


def test_one_look_settles_an_answer_that_is_not_what_was_sent() -> None:
    prior, declared = ConfigValues(X), ConfigValues(X, None, 60)
    remote = RemoteModel(prior.to_properties(), Rules(put_answer="sample"))

    outcome = updated(remote, prior, declared)

    assert outcome.result == declared
    assert outcome.calls == ["PUT", "GET"]


# -- create, without faults


@EVERY_RULE
@pytest.mark.parametrize("allow_overwrite", [False, True])
def test_a_create_where_nothing_is_needs_a_look_and_a_write(
    rules: Rules, *, allow_overwrite: bool
) -> None:
    for declared in CONFIGS:
        remote = RemoteModel(None, rules)

        outcome = created(remote, declared, allow_overwrite=allow_overwrite)

        assert outcome.result == declared == remote.values
        assert outcome.calls == ["GET", "PUT"]


@pytest.mark.parametrize("allow_overwrite", [False, True])
def test_an_identical_config_is_taken_over_without_a_write(*, allow_overwrite: bool) -> None:
    for declared in CONFIGS:
        remote = RemoteModel(declared.to_properties())

        outcome = created(remote, declared, allow_overwrite=allow_overwrite)

        assert outcome.result == declared
        assert outcome.calls == ["GET"]


def test_a_different_config_is_left_as_it_is() -> None:
    for present, declared in pairs(CONFIGS):
        remote = RemoteModel(present.to_properties())

        outcome = created(remote, declared)

        assert isinstance(outcome.error, ConfigExistsError)
        assert outcome.calls == ["GET", "GET"]
        assert outcome.waits == [2.0]
        assert remote.values == present


def test_a_refusal_says_what_is_different_and_what_to_do() -> None:
    outcome = created(RemoteModel(ConfigValues(X).to_properties()), ConfigValues(None, Y, 60))

    assert str(outcome.error) == (
        "a different config exists already and was left as it is: "
        f'destinationConfig.onSuccess.destination is "{X}" on the service, none declared, '
        "destinationConfig.onFailure.destination is none on the service, "
        "another one in the program, "
        "maxAsyncEventAgeInSeconds is 86400 on the service, 60 declared. "
        "To take it over, declare the same values; to overwrite it, set allow_overwrite "
        "(allowOverwrite) on the resource, or for the stack: "
        "pulumi config set fc:allowOverwrite true"
    )


@EVERY_RULE
def test_with_allow_overwrite_a_different_config_becomes_the_declared_one(rules: Rules) -> None:
    for present, declared in pairs(CONFIGS):
        remote = RemoteModel(present.to_properties(), rules)

        outcome = created(remote, declared, allow_overwrite=True)

        assert outcome.result == declared == remote.values


def test_a_config_deleted_a_moment_ago_does_not_stop_a_create() -> None:
    remote = RemoteModel(ConfigValues(X).to_properties(), others={1: None})

    outcome = created(remote, ConfigValues(Y))

    assert outcome.result == ConfigValues(Y) == remote.values
    assert outcome.calls == ["GET", "GET", "PUT"]


def test_a_new_config_that_reads_do_not_show_yet_is_waited_for() -> None:
    declared = ConfigValues(X, None, 60)
    remote = RemoteModel(None, Rules(put_answer="sample", stale_reads_count=2))

    outcome = created(remote, declared)

    assert outcome.calls == ["GET", "PUT", "GET", "GET", "GET"]
    assert outcome.result == declared == remote.values


# -- faults


@EVERY_RULE
def test_after_any_fault_at_any_step_of_an_update_nothing_is_lost(rules: Rules) -> None:
    for prior, declared in pairs(CONFIGS):
        undisturbed = updated(RemoteModel(prior.to_properties(), rules), prior, declared)
        for step, fault in itertools.product(range(len(undisturbed.calls)), FAULTS):
            remote = RemoteModel(prior.to_properties(), rules, {step: fault})

            outcome = updated(remote, prior, declared)

            assert_nothing_is_lost(remote, outcome, prior, declared)
            assert_deletes_follow_an_accepted_put(outcome)


DENIED = next(each for each in FAULTS if each.name == "credentials")
# One of each kind that `reconcile` may tell apart.
FEW_FAULTS = [each for each in FAULTS if each.name in ("settings", "credentials", "lost")]


@EVERY_RULE
def test_after_two_faults_in_a_row_nothing_is_lost(rules: Rules) -> None:
    for prior, declared in pairs(FEW_CONFIGS):
        undisturbed = updated(RemoteModel(prior.to_properties(), rules), prior, declared)
        for step, first, second in itertools.product(
            range(len(undisturbed.calls)), FEW_FAULTS, FEW_FAULTS
        ):
            remote = RemoteModel(prior.to_properties(), rules, {step: first, step + 1: second})

            outcome = updated(remote, prior, declared)

            assert_nothing_is_lost(remote, outcome, prior, declared)
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


ANY_CONFIG = st.builds(
    ConfigValues,
    st.sampled_from([None, X, Y, Z]),
    st.sampled_from([None, X, Y, Z]),
    st.sampled_from([1, 60, 86_400]),
    st.sampled_from([0, 1, 3]),
    st.booleans(),
)
ANY_FAULTS = st.dictionaries(st.integers(0, 9), st.sampled_from(FAULTS), max_size=4)


@examples(300)
@given(
    prior=ANY_CONFIG,
    declared=ANY_CONFIG,
    rules=st.sampled_from(RULES),
    faults=ANY_FAULTS,
    removals=st.builds(
        reconcile.Removals,
        st.sampled_from([None, *reconcile.Removal]),
        st.sets(st.sampled_from(reconcile.Removal)),
    ),
)
def test_whatever_fails_and_whatever_was_learned_nothing_is_lost(
    prior: ConfigValues,
    declared: ConfigValues,
    rules: Rules,
    faults: dict[int, Fault],
    removals: reconcile.Removals,
) -> None:
    remote = RemoteModel(prior.to_properties(), rules, faults)

    outcome = updated(remote, prior, declared, removals)

    assert_nothing_is_lost(remote, outcome, prior, declared)


@examples(300)
@given(
    prior=ANY_CONFIG,
    declared=ANY_CONFIG,
    present=st.none() | ANY_CONFIG,
    rules=st.builds(
        Rules,
        merge=st.sampled_from(["deep", "shallow"]),
        null=st.sampled_from(["clear", "ignore", "refuse"]),
        empty=st.sampled_from(["clear", "ignore", "refuse"]),
        put_answer=st.sampled_from(["result", "sample"]),
        stale_reads_count=st.integers(0, 6),
    ),
    faults=ANY_FAULTS,
)
def test_success_means_that_the_service_holds_what_is_declared(
    prior: ConfigValues,
    declared: ConfigValues,
    present: ConfigValues | None,
    rules: Rules,
    faults: dict[int, Fault],
) -> None:
    remote = RemoteModel(properties(present), rules, faults)

    outcome = updated(remote, prior, declared)

    if outcome.error is None:
        assert outcome.result == declared == remote.values


def test_a_lost_answer_is_settled_by_a_look() -> None:
    remote = RemoteModel(ConfigValues(X).to_properties(), faults={0: LOST_AFTER})

    outcome = updated(remote, ConfigValues(X), ConfigValues(Y))

    assert outcome.result == ConfigValues(Y)
    assert outcome.calls == ["PUT", "GET"]


def test_a_lost_write_of_what_is_there_already_is_no_failure() -> None:
    remote = RemoteModel(ConfigValues(X).to_properties(), faults={0: LOST})

    outcome = updated(remote, ConfigValues(X), ConfigValues(X))

    assert outcome.result == ConfigValues(X)
    assert outcome.calls == ["PUT", "GET"]


def test_a_lost_answer_to_a_delete_is_settled_by_a_look() -> None:
    prior, declared = ConfigValues(X, Y), ConfigValues(X, None, 60)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {2: LOST_AFTER})

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "DELETE", "GET", "PUT"]
    assert outcome.result == declared == remote.values


def test_a_delete_that_never_took_effect_fails_and_what_was_written_is_taken_back() -> None:
    prior = ConfigValues(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {2: LOST})

    outcome = updated(remote, prior, ConfigValues(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "GET", "PUT"]
    assert str(outcome.error) == (
        "DELETE: no answer; the config that was there before is back in place"
    )
    assert remote.values == prior


def test_a_put_that_never_took_effect_says_nothing_about_how_to_remove() -> None:
    prior = ConfigValues(X)
    remote = RemoteModel(prior.to_properties(), Rules(empty="refuse"), {0: LOST})
    removals = reconcile.Removals()

    outcome = updated(remote, prior, ConfigValues(), removals)

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
    prior = ConfigValues(X)
    remote = RemoteModel(prior.to_properties(), faults={0: parent})

    outcome = updated(remote, prior, ConfigValues(Y))

    assert isinstance(outcome.error, ParentNotFoundError)
    assert outcome.calls == ["PUT"]


def test_refused_values_are_the_error_as_it_came() -> None:
    remote = RemoteModel(ConfigValues().to_properties(), faults={0: REFUSED})

    outcome = updated(remote, ConfigValues(), ConfigValues(X))

    assert isinstance(outcome.error, InvalidRequestError)
    assert outcome.calls == ["PUT"]


def test_values_that_are_refused_in_every_way_delete_nothing() -> None:
    prior = ConfigValues(X, Y)
    remote = RemoteModel(prior.to_properties(), faults=dict.fromkeys(range(9), REFUSED))

    outcome = updated(remote, prior, ConfigValues(X))

    assert isinstance(outcome.error, InvalidRequestError)
    assert outcome.calls == ["PUT", "PUT", "PUT"]
    assert remote.values == prior


def test_keys_that_end_half_way_leave_words_to_restore_the_config_by_hand() -> None:
    settings = next(each for each in FAULTS if each.name == "settings")
    prior, declared = ConfigValues(X, Y), ConfigValues(X, None, 60)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, dict.fromkeys(range(3, 9), settings))

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert isinstance(outcome.error, NotAppliedError)
    assert isinstance(outcome.error.__cause__, SettingsError)
    assert str(outcome.error) == (
        "no credentials; putting back what was there before failed too: no credentials; "
        "the service now holds no config; before, it held "
        '{"maxAsyncEventAgeInSeconds": 86400, "maxAsyncRetryAttempts": 3, '
        '"statefulInvocation": false, "destinationConfig": '
        f'{{"onSuccess": {{"destination": "{X}"}}, "onFailure": {{"destination": "{Y}"}}}}}}'
    )


def test_a_failed_last_put_brings_the_former_config_back() -> None:
    prior = ConfigValues(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {3: REFUSED})

    outcome = updated(remote, prior, ConfigValues(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert str(outcome.error).endswith("; the config that was there before is back in place")
    assert remote.values == prior


def test_a_write_that_fails_half_way_is_taken_back() -> None:
    prior = ConfigValues(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {1: DENIED})

    outcome = updated(remote, prior, ConfigValues(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "PUT"]
    assert str(outcome.error).endswith("; the config that was there before is back in place")
    assert remote.values == prior


def test_after_a_delete_the_former_config_is_put_back_even_if_nothing_answers() -> None:
    prior = ConfigValues(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {3: LOST, 4: LOST})

    outcome = updated(remote, prior, ConfigValues(X, None, 60))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "GET", "PUT"]
    assert str(outcome.error).endswith("; the config that was there before is back in place")
    assert remote.values == prior


def test_putting_back_removes_what_has_appeared_meanwhile() -> None:
    prior, declared = ConfigValues(X), ConfigValues(None, None, 60)
    rules = Rules(merge="deep", null="ignore", empty="clear")
    others = {2: ConfigValues(X, Z, 60).to_properties()}
    remote = RemoteModel(prior.to_properties(), rules, {1: DENIED}, others)

    outcome = updated(remote, prior, declared)

    assert str(outcome.error).endswith("; the config that was there before is back in place")
    assert remote.values == prior
    assert {Z in warning for warning in outcome.warnings} == {True}


@pytest.mark.parametrize("elsewhere", [ConfigValues(Z), ConfigValues(None, Z)])
def test_a_destination_from_elsewhere_comes_back_if_the_put_after_a_delete_fails(
    elsewhere: ConfigValues,
) -> None:
    prior = ConfigValues()
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    others = {0: elsewhere.to_properties()}
    remote = RemoteModel(prior.to_properties(), rules, {4: REFUSED}, others)

    outcome = updated(remote, prior, ConfigValues(None, None, 60))

    assert outcome.calls == ["PUT", "PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert remote.values == elsewhere


@pytest.mark.parametrize("declared", [ConfigValues(Z), ConfigValues(None, Z)])
def test_a_destination_that_was_replaced_comes_back_if_the_put_after_a_delete_fails(
    declared: ConfigValues,
) -> None:
    prior = ConfigValues(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {3: REFUSED})

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT", "PUT"]
    assert remote.values == prior


def test_putting_back_what_was_there_deletes_nothing() -> None:
    prior, declared = ConfigValues(X), ConfigValues(None, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, {1: DENIED})

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "PUT", "PUT"]
    assert remote.values == ConfigValues(X, Y)
    assert told(outcome.error) == (ConfigValues(X, Y).to_properties(), prior.to_properties())


def test_an_answer_that_is_not_what_was_sent_proves_nothing_if_no_look_is_possible() -> None:
    prior = ConfigValues(X)
    remote = RemoteModel(prior.to_properties(), Rules(put_answer="sample"), {1: DENIED})

    outcome = updated(remote, prior, ConfigValues(Y))

    assert outcome.calls == ["PUT", "GET"]
    assert told(outcome.error) == ("not known", prior.to_properties())


def test_without_any_answer_the_former_config_is_in_the_error() -> None:
    prior = ConfigValues(X)
    remote = RemoteModel(prior.to_properties(), faults={1: LOST_AFTER, 2: LOST})

    outcome = created(remote, ConfigValues(Y), allow_overwrite=True)

    assert isinstance(outcome.error, NotAppliedError)
    assert "whether it took effect is not known" in str(outcome.error)
    assert told(outcome.error)[1] == prior.to_properties()


# -- the calls, one by one

ONE_SIDE = ConfigValues(None, X)
BOTH_SIDES = ConfigValues(X, Y)
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
        outcome = updated(remote, BOTH_SIDES, ConfigValues(X), removals)
        calls.append(" ".join(outcome.calls))

    assert calls == [first, second]


@pytest.mark.parametrize(("merge", "null", "empty", "first", "second"), REMOVALS)
def test_the_calls_that_remove_the_only_destination(
    merge: Merge, null: Clearing, empty: Clearing, first: str, second: str
) -> None:
    if null == empty == "refuse":
        # With no destination left, leaving them out is an empty object: that is refused as well.
        first = second = "PUT PUT PUT PUT DELETE PUT"
    removals = reconcile.Removals()
    calls: list[str] = []
    for _ in range(2):
        remote = RemoteModel(ONE_SIDE.to_properties(), Rules(merge, null, empty))
        outcome = updated(remote, ONE_SIDE, ConfigValues(), removals)
        calls.append(" ".join(outcome.calls))

    assert calls == [first, second]


def test_leaving_a_destination_out_is_not_tried_where_a_put_has_shown_that_it_stays() -> None:
    prior, declared = ConfigValues(X), ConfigValues(X, None, 60)
    rules = Rules(merge="deep", null="refuse", empty="refuse")
    remote = RemoteModel(
        prior.to_properties(), rules, others={0: ConfigValues(X, Z).to_properties()}
    )

    outcome = updated(remote, prior, declared)

    assert outcome.calls == ["PUT", "PUT", "PUT", "DELETE", "PUT"]
    assert outcome.result == declared == remote.values


def test_a_way_that_worked_once_and_does_not_fit_here_gives_way_to_the_next() -> None:
    prior, declared = ConfigValues(X), ConfigValues(X, None, 60)
    remote = RemoteModel(
        prior.to_properties(), Rules(merge="deep"), others={0: ConfigValues(X, Z).to_properties()}
    )

    outcome = updated(remote, prior, declared, reconcile.Removals(reconcile.Removal.OMIT))

    assert outcome.calls == ["PUT", "PUT"]
    assert outcome.result == declared == remote.values


def test_the_table_of_removals_is_complete() -> None:
    assert {row[:3] for row in REMOVALS} == {(each.merge, each.null, each.empty) for each in RULES}


@EVERY_RULE
@pytest.mark.parametrize(
    ("prior", "declared"),
    [
        pytest.param(ConfigValues(), ONE_SIDE, id="set"),
        pytest.param(ONE_SIDE, BOTH_SIDES, id="set another"),
        pytest.param(BOTH_SIDES, ConfigValues(Y, X), id="swap"),
        pytest.param(BOTH_SIDES, ConfigValues(X, Y, 60, 0, stateful_invocation=True), id="numbers"),
    ],
)
def test_what_removes_nothing_is_one_put(
    rules: Rules, prior: ConfigValues, declared: ConfigValues
) -> None:
    outcome = updated(RemoteModel(prior.to_properties(), rules), prior, declared)

    assert outcome.calls == ["PUT"]


def test_every_put_sends_every_number() -> None:
    steps = reconcile.update(ConfigValues(X), ConfigValues(), reconcile.Removals())

    assert next(steps) == reconcile.Put(
        {
            "maxAsyncEventAgeInSeconds": 86_400,
            "maxAsyncRetryAttempts": 3,
            "statefulInvocation": False,
            "destinationConfig": {"onSuccess": {"destination": X}},
        }
    )


def test_a_create_sends_nothing_for_what_is_not_declared() -> None:
    steps = reconcile.create(ConfigValues(), allow_overwrite=False, removals=reconcile.Removals())
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
    ],
    ids=lambda step: type(step).__name__,
)
def test_a_step_is_a_value_that_stays_as_it_is(step: reconcile.Step) -> None:
    assert copy(step) == step
    for name in ("body", "seconds", "message"):
        with pytest.raises(FrozenInstanceError):
            setattr(step, name, None)


# -- other people


@EVERY_RULE
def test_a_destination_from_elsewhere_is_removed_with_a_warning_that_names_it(
    rules: Rules,
) -> None:
    prior, declared = ConfigValues(), ConfigValues(None, None, 60)
    remote = RemoteModel(
        prior.to_properties(), rules, others={0: ConfigValues(None, Z).to_properties()}
    )

    outcome = updated(remote, prior, declared)

    assert outcome.result == declared == remote.values
    warning = (
        f'destinationConfig.onFailure.destination was set to "{Z}" outside of this program; '
        "the program does not declare it, so it is being removed"
    )
    assert set(outcome.warnings) == {warning}


@EVERY_RULE
def test_a_destination_that_the_program_itself_had_set_goes_without_a_warning(
    rules: Rules,
) -> None:
    outcome = updated(RemoteModel(BOTH_SIDES.to_properties(), rules), BOTH_SIDES, ConfigValues(X))

    assert outcome.warnings == []


def test_a_config_that_appears_while_it_is_created_is_not_overwritten_silently() -> None:
    remote = RemoteModel(None, others={1: ConfigValues(None, Z).to_properties()})

    outcome = created(remote, ConfigValues(X, None, 60))

    assert isinstance(outcome.error, ConfigExistsError)
    assert "someone else wrote this config at the same time" in str(outcome.error)
    assert f'destinationConfig.onFailure.destination is "{Z}" on the service' in str(outcome.error)
    assert remote.values is not None
    assert remote.values.on_failure == Z


def test_with_allow_overwrite_what_appears_while_it_is_overwritten_is_removed_too() -> None:
    present, declared = ConfigValues(X), ConfigValues(X, None, 60)
    remote = RemoteModel(present.to_properties(), others={1: ConfigValues(X, Z).to_properties()})

    outcome = created(remote, declared, allow_overwrite=True)

    assert outcome.result == declared == remote.values
    assert [Z in warning for warning in outcome.warnings] == [True]


def test_with_allow_overwrite_it_is_removed_with_a_warning() -> None:
    remote = RemoteModel(None, others={1: ConfigValues(None, Z).to_properties()})

    outcome = created(remote, ConfigValues(X), allow_overwrite=True)

    assert outcome.result == ConfigValues(X) == remote.values
    assert [Z in warning for warning in outcome.warnings] == [True]


def test_a_config_deleted_by_others_half_way_is_put_back() -> None:
    prior = ConfigValues(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, others={2: None})

    outcome = updated(remote, prior, ConfigValues(X))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT"]
    assert outcome.result == ConfigValues(X) == remote.values


def test_a_declared_destination_is_in_no_error_about_a_difference() -> None:
    outcome = created(RemoteModel(ConfigValues(X).to_properties()), ConfigValues(Y))

    assert X in str(outcome.error)
    assert Y not in str(outcome.error)


def test_the_documented_table_of_calls_has_a_row_for_every_change() -> None:
    rows = calls_table.table().splitlines()[2:]

    assert {row.split(" | ")[0].removeprefix("| ") for row in rows} == set(calls_table.OPERATIONS)
    assert "| create | any | GET, PUT | GET, PUT |" in rows
    assert "| create where the same config is already | any | GET | GET |" in rows
    assert "| change a number | any | PUT | PUT |" in rows
