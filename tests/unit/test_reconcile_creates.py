"""Creates: what is there already is taken over, refused or overwritten, as the user says."""

import pytest
from tests.support.configs import a_config
from tests.support.reconciling import CONFIGS, EVERY_RULE, X, Y, created, pairs
from tests.support.remote_model import RemoteModel

from pulumi_fc_async_invoke.api.errors import ConfigExistsError, NotAppliedError
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.emulator.rules import Json, Rules


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
def test_an_identical_config_is_adopted_without_a_write(*, allow_overwrite: bool) -> None:
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
    outcome = created(RemoteModel(a_config(X).to_properties()), a_config(None, Y, 60))

    assert str(outcome.error) == (
        "a different config exists already and was left as it is: "
        f'destinationConfig.onSuccess.destination is "{X}" on the service, none declared, '
        "destinationConfig.onFailure.destination is none on the service, "
        "a different one in the program, "
        "maxAsyncEventAgeInSeconds is 86400 on the service, 60 declared. "
        "To adopt it, declare the same values; to overwrite it, set allow_overwrite "
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
    remote = RemoteModel(a_config(X).to_properties(), others={1: None})

    outcome = created(remote, a_config(Y))

    assert outcome.result == a_config(Y) == remote.values
    assert outcome.calls == ["GET", "GET", "PUT"]


def test_a_new_config_that_reads_do_not_show_yet_is_waited_for() -> None:
    declared = a_config(X, None, 60)
    remote = RemoteModel(None, Rules(put_response="sample", stale_reads_count=2))

    outcome = created(remote, declared)

    assert outcome.calls == ["GET", "PUT", "GET", "GET", "GET"]
    assert outcome.result == declared == remote.values


class Capped(RemoteModel):
    """A service that stores 5 retries at most, whatever is sent, and says so."""

    def _put(self, body: Json) -> RemoteConfig:
        most = min(int(body["maxAsyncRetryAttempts"]), 5)
        return super()._put({**body, "maxAsyncRetryAttempts": most})


def test_a_create_that_the_service_carries_out_otherwise_leaves_nothing_behind() -> None:
    remote = Capped()
    outcome = created(remote, a_config(max_async_retry_attempts=8))

    assert isinstance(outcome.error, NotAppliedError)
    assert str(outcome.error).startswith("maxAsyncRetryAttempts is 5 on the service, 8 declared (")
    assert str(outcome.error).endswith("; nothing was left behind")
    assert outcome.calls[-1] == "DELETE"
    assert remote.values is None
