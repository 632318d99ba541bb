"""3.0 under every rule: no empty side is sent, and nothing is deleted too early."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.configs import a_v3_config
from tests.support.reconciling import X, Y
from tests.support.remote_model import DENIED, LOST, Fault, Outcome, RemoteModel

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import CallError, ConfigExistsError, InvalidRequestError
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.v2023 import API
from pulumi_fc_async_invoke.emulator.rules import Json, Rules, all_rules

CONFIGS = [
    a_v3_config(on_success, on_failure, **more)
    for on_success, on_failure, more in itertools.product(
        (None, X, Y), (None, X, Y), ({}, {"maxAsyncRetryAttempts": 0, "asyncTask": True})
    )
]
RULES = list(all_rules("merge", "null", "empty", "null_side"))
EVERY_RULE = pytest.mark.parametrize(
    "rules",
    [
        pytest.param(each, id=f"{each.merge}-{each.null}-{each.empty}-{each.null_side}")
        for each in RULES
    ],
)
NEVER_SET: list[Json] = [
    {},
    dict.fromkeys(("maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts", "asyncTask")),
    {"destinationConfig": None},
    {"destinationConfig": {"onSuccess": None, "onFailure": None}},
    {"maxAsyncEventAgeInSeconds": 0, "destinationConfig": {}},
    {"maxAsyncEventAgeInSeconds": 86_400, "maxAsyncRetryAttempts": 3, "asyncTask": False},
]
"""Every way in which a config that holds nothing but defaults may read."""


def removals() -> reconcile.Removals:
    return reconcile.Removals([reconcile.Removal(way) for way in API.clears_with])


def updated(
    remote: RemoteModel, prior: Config, declared: Config, learned: reconcile.Removals | None = None
) -> Outcome:
    return remote.run(reconcile.update(declared, prior, learned or removals()))


def sides(remote: RemoteModel) -> Iterator[Any]:
    for body in remote.bodies:
        yield from (body.get("destinationConfig") or {}).values()


@EVERY_RULE
def test_an_update_ends_in_exactly_what_is_declared(rules: Rules) -> None:
    learned = removals()
    for prior, declared in itertools.product(CONFIGS, CONFIGS):
        for known in (None, learned):
            remote = RemoteModel(prior.to_properties(), rules, api=API)

            outcome = updated(remote, prior, declared, known)

            assert outcome.error is None
            assert outcome.result == declared == remote.values
            assert {} not in list(sides(remote))
            if "DELETE" in outcome.calls:
                before = outcome.calls.index("DELETE")
                assert any(
                    method == "PUT" and accepted
                    for method, accepted in zip(
                        outcome.calls[:before], outcome.accepted[:before], strict=True
                    )
                )


@EVERY_RULE
def test_creating_over_what_is_there_ends_in_exactly_what_is_declared(rules: Rules) -> None:
    for there, declared in itertools.product([None, *CONFIGS], CONFIGS):
        stored = None if there is None else there.to_properties()
        remote = RemoteModel(stored, rules, api=API)

        outcome = remote.run(reconcile.create(declared, allow_overwrite=True, removals=removals()))

        assert outcome.result == declared == remote.values


@pytest.mark.parametrize("stored", NEVER_SET, ids=str)
def test_what_was_never_set_is_the_default_and_is_adopted_without_a_write(stored: Json) -> None:
    remote = RemoteModel({"functionArn": "acs:fc:r:1:functions/f", **stored}, api=API)

    outcome = remote.run(
        reconcile.create(a_v3_config(), allow_overwrite=False, removals=removals())
    )

    assert outcome.error is None
    assert outcome.calls == ["GET"]


ZERO = a_v3_config(maxAsyncRetryAttempts=0)
"""Its retry count may read the same where none was ever set."""


def test_a_retry_count_of_0_is_written_when_it_is_adopted_as_it_may_never_have_been_set() -> None:
    remote = RemoteModel({"maxAsyncRetryAttempts": 0}, api=API)

    outcome = remote.run(reconcile.create(ZERO, allow_overwrite=False, removals=removals()))

    assert (outcome.calls, outcome.result) == (["GET", "PUT"], ZERO)
    assert remote.bodies[0]["maxAsyncRetryAttempts"] == 0


def test_a_destination_that_appears_while_0_is_written_is_someone_elses() -> None:
    theirs: Json = {
        "maxAsyncRetryAttempts": 0,
        "destinationConfig": {"onFailure": {"destination": X}},
    }
    remote = RemoteModel({"maxAsyncRetryAttempts": 0}, api=API, others={1: theirs})

    outcome = remote.run(reconcile.create(ZERO, allow_overwrite=False, removals=removals()))

    assert isinstance(outcome.error, ConfigExistsError)
    assert set(outcome.calls) == {"GET", "PUT"}
    assert remote.stored is not None
    assert remote.stored["destinationConfig"] == theirs["destinationConfig"]


def test_a_retry_count_of_0_is_not_taken_for_another_that_is_declared() -> None:
    remote = RemoteModel({"maxAsyncRetryAttempts": 0}, api=API)

    outcome = remote.run(
        reconcile.create(a_v3_config(), allow_overwrite=False, removals=removals())
    )

    assert isinstance(outcome.error, ConfigExistsError)
    assert set(outcome.calls) == {"GET"}


def test_an_import_of_a_retry_count_of_0_writes_nothing() -> None:
    remote = RemoteModel({"maxAsyncRetryAttempts": 0}, api=API)

    outcome = remote.run(reconcile.adopt(ZERO))

    assert (outcome.calls, outcome.result) == (["GET"], ZERO)


@pytest.mark.parametrize("fault", [LOST, DENIED], ids=["lost", "denied"])
def test_a_retry_count_of_0_that_could_not_be_written_is_an_error(fault: Fault) -> None:
    remote = RemoteModel({"maxAsyncRetryAttempts": 0}, api=API, faults={1: fault})

    outcome = remote.run(reconcile.create(ZERO, allow_overwrite=False, removals=removals()))

    assert isinstance(outcome.error, CallError)


@pytest.mark.parametrize(
    ("prior", "declared", "sent"),
    [
        ((X, Y), (X, None), {"onSuccess": {"destination": X}}),
        ((X, None), (None, None), {}),
    ],
    ids=["one side stays", "no side stays"],
)
def test_the_first_attempt_to_clear_is_what_the_vendors_tools_send(
    prior: tuple[str, str | None], declared: tuple[str | None, None], sent: Json
) -> None:
    before = a_v3_config(*prior)
    remote = RemoteModel(before.to_properties(), Rules(merge="shallow"), api=API)

    outcome = updated(remote, before, a_v3_config(*declared))

    assert outcome.calls == ["PUT"]
    assert remote.bodies[0]["destinationConfig"] == sent


@EVERY_RULE
def test_a_destination_that_the_service_refuses_is_the_users_error_and_deletes_nothing(
    rules: Rules,
) -> None:
    prior, declared = a_v3_config(X, Y), a_v3_config("wrong", None)

    class Strict(RemoteModel):
        def _put(self, body: Json) -> Any:
            found = super()._put(body) if "wrong" not in str(body) else None
            if found is None:
                self.bodies.append(body)
                raise InvalidRequestError(
                    "PUT hello/LATEST",
                    status=400,
                    code="InvalidDestinationResources",
                    message="The destination resource is invalid",
                )
            return found

    remote = Strict(prior.to_properties(), rules, api=API)

    outcome = updated(remote, prior, declared)

    assert isinstance(outcome.error, InvalidRequestError)
    assert outcome.error.code == "InvalidDestinationResources"
    assert "DELETE" not in outcome.calls
    assert remote.values == prior
