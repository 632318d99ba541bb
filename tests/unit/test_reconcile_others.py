"""What others change at the same time, and what warns of it."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.support.configs import a_config
from tests.support.fuzzing import examples
from tests.support.reconciling import (
    ANY_CONFIG,
    ANY_FAULTS,
    ANY_RULES,
    BOTH_SIDES,
    EVERY_RULE,
    X,
    Y,
    Z,
    created,
    properties,
    told,
    updated,
)
from tests.support.remote_model import DENIED, SAMPLE, Fault, Outcome, RemoteModel

from pulumi_fc_async_invoke.api.errors import (
    ConfigExistsError,
    FunctionComputeError,
    InvalidRequestError,
    NotAppliedError,
)
from pulumi_fc_async_invoke.api.fields import Config, PropertyBag
from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.reconcile.words import OURS


@EVERY_RULE
def test_a_destination_from_elsewhere_is_removed_with_a_warning_that_names_it(
    rules: Rules,
) -> None:
    prior, declared = a_config(), a_config(None, None, 60)
    remote = RemoteModel(
        prior.to_properties(), rules, others={0: a_config(None, Z).to_properties()}
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
    outcome = updated(RemoteModel(BOTH_SIDES.to_properties(), rules), BOTH_SIDES, a_config(X))

    assert outcome.warnings == []


def test_a_config_that_appears_while_it_is_created_is_not_overwritten_silently() -> None:
    remote = RemoteModel(None, others={1: a_config(None, Z).to_properties()})

    outcome = created(remote, a_config(X, None, 60))

    assert isinstance(outcome.error, ConfigExistsError)
    assert "someone else wrote this config at the same time" in str(outcome.error)
    assert f'destinationConfig.onFailure.destination is "{Z}" on the service' in str(outcome.error)
    assert remote.values is not None
    assert remote.values.destinations["onFailure"] == Z


def test_with_allow_overwrite_what_appears_while_it_is_overwritten_is_removed_too() -> None:
    present, declared = a_config(X), a_config(X, None, 60)
    remote = RemoteModel(present.to_properties(), others={1: a_config(X, Z).to_properties()})

    outcome = created(remote, declared, allow_overwrite=True)

    assert outcome.result == declared == remote.values
    assert [Z in warning for warning in outcome.warnings] == [True]


def test_with_allow_overwrite_it_is_removed_with_a_warning() -> None:
    remote = RemoteModel(None, others={1: a_config(None, Z).to_properties()})

    outcome = created(remote, a_config(X), allow_overwrite=True)

    assert outcome.result == a_config(X) == remote.values
    assert [Z in warning for warning in outcome.warnings] == [True]


def test_a_config_deleted_by_others_half_way_is_put_back() -> None:
    prior = a_config(X, Y)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(prior.to_properties(), rules, others={2: None})

    outcome = updated(remote, prior, a_config(X))

    assert outcome.calls == ["PUT", "PUT", "DELETE", "PUT"]
    assert outcome.result == a_config(X) == remote.values


# What a PUT answers wrongly cannot be told from what someone else wrote, if it is the same.
THEIRS = ANY_CONFIG.filter(
    lambda config: config.max_async_event_age_in_seconds != SAMPLE["maxAsyncEventAgeInSeconds"]
)
ANY_OTHERS = st.dictionaries(st.integers(0, 9), st.none() | THEIRS, min_size=1, max_size=3)
# A read that lags shows what was there before the write that it is to show.
RULES_WITHOUT_LAG = ANY_RULES.map(lambda rules: replace(rules, stale_reads_count=0))


def written_by_others(others: dict[int, Config | None]) -> dict[int, PropertyBag | None]:
    return {number: properties(each) for number, each in others.items()}


@examples(150)
@given(
    present=st.none() | ANY_CONFIG,
    declared=ANY_CONFIG,
    rules=ANY_RULES,
    faults=ANY_FAULTS,
    others=ANY_OTHERS,
)
def test_a_create_that_may_not_overwrite_harms_nothing_that_it_has_seen_of_others(
    present: Config | None,
    declared: Config,
    rules: Rules,
    faults: dict[int, Fault],
    others: dict[int, Config | None],
) -> None:
    remote = RemoteModel(properties(present), rules, faults, written_by_others(others))

    outcome = created(remote, declared)

    assert outcome.lost == []


@examples(150)
@given(
    present=st.none() | ANY_CONFIG,
    declared=ANY_CONFIG,
    rules=RULES_WITHOUT_LAG,
    faults=ANY_FAULTS,
    others=ANY_OTHERS,
)
def test_a_create_that_fails_to_overwrite_tells_what_others_have_lost(
    present: Config | None,
    declared: Config,
    rules: Rules,
    faults: dict[int, Fault],
    others: dict[int, Config | None],
) -> None:
    remote = RemoteModel(properties(present), rules, faults, written_by_others(others))

    outcome = created(remote, declared, allow_overwrite=True)

    assert_losses_are_told(remote, outcome, declared)


def assert_losses_are_told(remote: RemoteModel, outcome: Outcome, declared: Config) -> None:
    """What is not there any more can be restored from what the user reads."""
    if outcome.error is None:
        return
    text = " ".join([str(outcome.error), *outcome.warnings, str(remote.values)])
    known = [each for each in (declared, remote.values) if each]
    for lost in outcome.lost:
        assert (
            remote.values == lost
            or json.dumps(lost.to_properties()) in text
            or any(_is_told_with(text, lost, each) for each in known)
        ), (outcome, lost)


def _is_told_with(text: str, lost: Config, known: Config) -> bool:
    """Whether what was lost is what is known anyway, but for destinations that the text names."""
    sides = {*lost.destinations.values()} - {*known.destinations.values()}
    but_for_sides = lost.with_destinations(known.destinations)
    return but_for_sides == known and all(str(side) in text for side in sides)


def test_a_create_that_fails_leaves_what_someone_else_wrote_after_it() -> None:
    theirs = a_config(Z, None, 60, 7)
    remote = RemoteModel(None, Rules(put_response="sample"), others={2: theirs.to_properties()})

    outcome = created(remote, a_config(X))

    assert "DELETE" not in outcome.calls
    assert remote.values == theirs
    assert isinstance(outcome.error, NotAppliedError)
    assert told(outcome.error) == (theirs.to_properties(), None)


def test_a_create_that_fails_leaves_the_destination_that_someone_else_has_set() -> None:
    theirs = a_config(None, Z, 60, 7)
    remote = RemoteModel(None, Rules(), {2: DENIED}, others={1: theirs.to_properties()})

    outcome = created(remote, a_config(X), allow_overwrite=True)

    assert outcome.calls == ["GET", "PUT", "PUT", "GET"]
    assert remote.values == a_config(X, Z)
    # The program's own destination may be a secret.
    assert told(outcome.error) == (a_config(OURS, Z).to_properties(), None)


def test_a_create_that_may_not_delete_says_what_it_leaves() -> None:
    theirs = a_config(None, Z, 60, 7)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(None, rules, {4: DENIED}, others={1: theirs.to_properties()})

    outcome = created(remote, a_config(X), allow_overwrite=True)

    assert outcome.calls == ["GET", "PUT", "PUT", "PUT", "DELETE", "GET", "GET"]
    # The program's own destination may be a secret.
    assert told(outcome.error) == (a_config(OURS, Z).to_properties(), None)


def test_a_create_that_fails_after_the_delete_puts_back_what_someone_else_has_set() -> None:
    theirs = a_config(None, Z, 60, 7)
    rules = Rules(merge="deep", null="ignore", empty="ignore")
    remote = RemoteModel(None, rules, {5: DENIED}, others={1: theirs.to_properties()})

    outcome = created(remote, a_config(X), allow_overwrite=True)

    assert outcome.calls[:6] == ["GET", "PUT", "PUT", "PUT", "DELETE", "PUT"]
    assert isinstance(outcome.error, NotAppliedError)
    assert str(outcome.error).endswith(
        "; what someone else has set meanwhile is back, with the numbers of this program"
    )
    assert remote.values == a_config(None, Z)


def test_an_update_that_fails_leaves_what_someone_else_wrote_after_it() -> None:
    prior, theirs = a_config(X), a_config(Z, None, 60, 7)
    remote = RemoteModel(
        prior.to_properties(), Rules(put_response="sample"), others={1: theirs.to_properties()}
    )

    outcome = updated(remote, prior, a_config(Y))

    assert outcome.calls.count("PUT") == 1
    assert remote.values == theirs
    assert Z in str(outcome.error)


def test_a_removal_that_is_refused_after_a_lost_try_leaves_what_someone_else_wrote() -> None:
    prior, theirs = a_config(X), a_config(Z, None, 60, 7)
    refused = Fault("refused after a lost try", _refused_in_doubt)
    remote = RemoteModel(
        prior.to_properties(), Rules(), {0: refused}, others={1: theirs.to_properties()}
    )

    outcome = updated(remote, prior, a_config())

    assert outcome.calls == ["PUT", "GET"]
    assert remote.values == theirs
    assert Z in str(outcome.error)


def _refused_in_doubt(method: str) -> FunctionComputeError:
    error = InvalidRequestError(f"{method} demo.LATEST/hello", status=400)
    error.outcome_unknown = True
    return error


def test_a_declared_destination_is_in_no_error_about_a_difference() -> None:
    outcome = created(RemoteModel(a_config(X).to_properties()), a_config(Y))

    assert X in str(outcome.error)
    assert Y not in str(outcome.error)
