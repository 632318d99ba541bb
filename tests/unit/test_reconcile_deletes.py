"""Deletes that reads confirm, and writes that someone else was faster with."""

from collections.abc import Sequence

import pytest
from tests.support.configs import a_config

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    ConfigNotFoundError,
    CredentialsError,
    FunctionComputeError,
    NoResponseError,
    NotAppliedError,
    ParentNotFoundError,
    SettingsError,
)
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.v2016 import API

QUEUE = "acs:mns:cn-shanghai:1:/queues/q/messages"
OTHERS = a_config(on_failure=QUEUE, max_async_retry_attempts=7)
Answers = Sequence[Config | FunctionComputeError | None]


def failed(kind: type[ApiError], status: int) -> FunctionComputeError:
    return kind("X demo.LATEST/hello", status=status)


def lost() -> FunctionComputeError:
    return NoResponseError("no response")


def drive(steps: reconcile.Steps[object], answers: Answers) -> list[str]:
    """Carry the steps out with these answers to the calls; the names of all steps, in order."""
    left = list(answers)
    done: list[str] = []
    try:
        step = next(steps)
        while True:
            done.append(type(step).__name__)
            answer = None if isinstance(step, reconcile.Wait | reconcile.Warn) else left.pop(0)
            if isinstance(answer, FunctionComputeError):
                step = steps.throw(answer)
            elif answer is None:
                step = steps.send(None)
            else:
                step = steps.send(API.read_config(answer.to_properties()))
    except StopIteration:
        assert not left
    return done


def test_a_delete_is_confirmed_by_a_read() -> None:
    assert drive(reconcile.delete(), [None, None]) == ["Delete", "Get"]


def test_a_delete_waits_until_reads_agree() -> None:
    stale = a_config()
    steps = drive(reconcile.delete(), [None, stale, stale, None])
    assert steps == ["Delete", "Get", "Wait", "Get", "Wait", "Get"]


def test_what_is_still_there_after_its_delete_is_told() -> None:
    steps = drive(reconcile.delete(), [None, *[a_config()] * 5])
    assert steps[-1] == "Warn"


@pytest.mark.parametrize("kind", [ConfigNotFoundError, ParentNotFoundError])
def test_what_is_gone_already_is_deleted(kind: type[ApiError]) -> None:
    assert drive(reconcile.delete(), [failed(kind, 404)]) == ["Delete"]


@pytest.mark.parametrize("error", [failed(CredentialsError, 403), SettingsError("no keys")])
def test_a_delete_that_was_confirmed_needs_no_read(error: FunctionComputeError) -> None:
    assert drive(reconcile.delete(), [None, error]) == ["Delete", "Get"]


def test_a_delete_without_an_answer_is_settled_by_a_read() -> None:
    assert drive(reconcile.delete(), [lost(), None]) == ["Delete", "Get"]


def test_a_delete_without_an_answer_is_done_if_the_function_has_gone_too() -> None:
    gone = failed(ParentNotFoundError, 404)
    assert drive(reconcile.delete(), [lost(), gone]) == ["Delete", "Get"]


def test_a_delete_without_an_answer_or_an_effect_says_that_the_config_is_still_there() -> None:
    with pytest.raises(NoResponseError, match="shows that the config is still there"):
        drive(reconcile.delete(), [lost(), a_config()])


def test_a_delete_without_any_answer_is_the_error_as_it_came() -> None:
    with pytest.raises(NoResponseError, match=r"^no response$"):
        drive(reconcile.delete(), [lost(), failed(CredentialsError, 403)])


def test_keys_that_end_after_a_delete_without_an_answer_leave_it_to_a_read() -> None:
    ended = SettingsError("no keys")
    ended.outcome_unknown = True
    assert drive(reconcile.delete(), [ended, None]) == ["Delete", "Get"]


def test_a_refused_delete_is_the_error_as_it_came() -> None:
    refused = failed(CredentialsError, 403)
    message = str(refused)
    with pytest.raises(CredentialsError) as caught:
        drive(reconcile.delete(), [refused, a_config()])
    assert str(caught.value) == message


def test_a_delete_that_took_effect_although_it_was_refused_is_done() -> None:
    assert drive(reconcile.delete(), [failed(CredentialsError, 403), None]) == ["Delete", "Get"]


def test_a_create_leaves_alone_what_someone_else_made_meanwhile() -> None:
    steps = reconcile.create(a_config(), allow_overwrite=False, removals=reconcile.Removals())
    with pytest.raises(NotAppliedError, match="someone else has written") as caught:
        drive(steps, [None, lost(), OTHERS])
    assert '"maxAsyncRetryAttempts": 7' in str(caught.value)
    assert "before, it held no config" in str(caught.value)


def test_an_update_leaves_alone_what_someone_else_made_of_it_meanwhile() -> None:
    prior = a_config(max_async_retry_attempts=1)
    steps = reconcile.update(a_config(max_async_retry_attempts=2), prior, reconcile.Removals())
    with pytest.raises(NoResponseError, match="maxAsyncRetryAttempts is 7") as caught:
        drive(steps, [lost(), OTHERS])
    assert QUEUE in str(caught.value)


def test_a_read_of_the_former_config_is_not_someone_elses_and_says_that_nothing_has_changed() -> (
    None
):
    prior = a_config(max_async_retry_attempts=1)
    steps = reconcile.update(a_config(max_async_retry_attempts=2), prior, reconcile.Removals())
    with pytest.raises(NoResponseError, match="shows no effect of it: run `pulumi up` again"):
        drive(steps, [lost(), prior])


def test_a_create_without_an_answer_or_an_effect_says_so() -> None:
    steps = reconcile.create(a_config(), allow_overwrite=False, removals=reconcile.Removals())
    with pytest.raises(NoResponseError, match="shows no effect of it"):
        drive(steps, [None, lost(), None])


def test_a_write_without_any_answer_claims_nothing() -> None:
    steps = reconcile.create(a_config(), allow_overwrite=False, removals=reconcile.Removals())
    with pytest.raises(NotAppliedError, match="whether it took effect is not known") as caught:
        drive(steps, [None, lost(), lost()])
    assert "no effect" not in str(caught.value)
