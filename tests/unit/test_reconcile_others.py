"""What others change at the same time, and what warns of it."""

from tests.support.reconciling import BOTH_SIDES, EVERY_RULE, X, Y, Z, created, updated
from tests.support.remote_model import RemoteModel
from tools.docs import calls_table

from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.errors import ConfigExistsError
from pulumi_fc_async_invoke.model import ConfigValues


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
