"""Each attribute set, changed and unset; each destination set, swapped and removed.

All of it on services that differ in what nobody documents. The walks of one service run side by
side in one stack, each on a function of its own.
"""

import itertools
from dataclasses import replace
from typing import Any, get_args

import pytest
from tests.support.programs import destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.emulator.rules import (
    CHOICES,
    AbsentAs,
    Clearing,
    Merge,
    Names,
    PutResponse,
    Rules,
)
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

Inputs = dict[str, Any]
STALE = 300
"""For how long reads may be stale, in milliseconds."""


def _to(**sides: str) -> Inputs:
    return {"destination_config": destinations(**sides)}


EVERYTHING: Inputs = {
    **_to(success=TOPIC, failure=QUEUE),
    "max_async_event_age_in_seconds": 604_800,
    "max_async_retry_attempts": 0,
    "task": True,
}

WALKS: dict[str, tuple[Inputs, Inputs, Inputs]] = {
    # set, changed, unset
    "age": (
        {"max_async_event_age_in_seconds": 1},
        {"max_async_event_age_in_seconds": 604_800},
        {},
    ),
    "retries": ({"max_async_retry_attempts": 0}, {"max_async_retry_attempts": 8}, {}),
    "stateful": ({"task": True}, {"task": False}, {}),
    "stateful-unset": ({}, {"task": True}, {}),
    "failure": (_to(failure=QUEUE), _to(failure=TOPIC), {}),
    "success": (_to(success=QUEUE), _to(success=TOPIC), {}),
    # one after the other set, and removed
    "growing": ({}, _to(failure=QUEUE), _to(failure=QUEUE, success=TOPIC)),
    "shrinking": (_to(failure=QUEUE, success=TOPIC), _to(success=TOPIC), {}),
    # both at once swapped, moved, removed, set again
    "swapped": (
        _to(failure=QUEUE, success=TOPIC),
        _to(failure=TOPIC, success=QUEUE),
        _to(failure=TOPIC),
    ),
    "moved": (_to(failure=QUEUE), _to(success=QUEUE), _to(failure=QUEUE)),
    "both": (_to(failure=QUEUE, success=TOPIC), {}, _to(failure=TOPIC, success=TOPIC)),
    # a destination removed along with other changes
    "everything": (EVERYTHING, {"max_async_retry_attempts": 1}, EVERYTHING),
}


def _service(
    merge: Merge,
    null: Clearing,
    empty: Clearing,
    put_response: PutResponse,
    stale_reads: int,
    *answers: tuple[AbsentAs, Names],
) -> list[Rules]:
    """The rules of each round; how a config is spelled in answers differs from round to round."""
    rules = Rules(
        merge=merge, null=null, empty=empty, put_response=put_response, stale_reads=stale_reads
    )
    return [replace(rules, absent_as=absent_as, names=names) for absent_as, names in answers]


SERVICES = [
    _service(
        "deep",
        "clear",
        "clear",
        "result",
        STALE,
        ("null_sides", "serviceName"),
        ("empty", "both"),
        ("null", "service"),
    ),
    _service(
        "shallow",
        "clear",
        "ignore",
        "sample",
        0,
        ("null_destinations", "service"),
        ("absent", "service"),
        ("null_sides", "both"),
    ),
    _service(
        "shallow",
        "clear",
        "refuse",
        "sample",
        STALE,
        ("absent", "serviceName"),
        ("null_sides", "both"),
        ("empty", "service"),
    ),
    _service(
        "deep",
        "ignore",
        "clear",
        "sample",
        STALE,
        ("null_destinations", "serviceName"),
        ("absent", "both"),
        ("null_sides", "service"),
    ),
    _service(
        "shallow",
        "ignore",
        "ignore",
        "result",
        STALE,
        ("null", "serviceName"),
        ("null_destinations", "both"),
        ("absent", "both"),
    ),
    _service(
        "deep",
        "ignore",
        "refuse",
        "result",
        0,
        ("empty", "serviceName"),
        ("null", "both"),
        ("null_destinations", "serviceName"),
    ),
    _service(
        "shallow",
        "refuse",
        "clear",
        "sample",
        0,
        ("null", "both"),
        ("null_destinations", "serviceName"),
        ("absent", "both"),
    ),
    _service(
        "deep",
        "refuse",
        "ignore",
        "result",
        STALE,
        ("absent", "service"),
        ("null_sides", "serviceName"),
        ("empty", "both"),
    ),
    _service(
        "shallow",
        "refuse",
        "refuse",
        "result",
        STALE,
        ("absent", "serviceName"),
        ("null_sides", "both"),
        ("empty", "service"),
    ),
]


def _pairs(choices: dict[str, tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Every (name, choice, name, choice)."""
    return {
        (one, first, other, second)
        for one, other in itertools.combinations(sorted(choices), 2)
        for first, second in itertools.product(choices[one], choices[other])
    }


def test_the_services_cover_every_pair_of_rules() -> None:
    choices: dict[str, tuple[Any, ...]] = {
        **{name: CHOICES[name] for name in ("merge", "null", "empty", "absent_as", "names")},
        # With the others a PUT stores nothing, so nothing can ever be as declared.
        "put_response": ("result", "sample"),
        "stale_reads": (0, STALE),
    }
    covered: set[tuple[Any, ...]] = set()
    for rules in itertools.chain(*SERVICES):
        covered |= _pairs({name: (getattr(rules, name),) for name in choices})
    assert _pairs(choices) - covered == set()
    assert get_args(PutResponse) == ("result", "sample", "ignored", "lies")


def _id(service: list[Rules]) -> str:
    rules = service[0]
    stale = "-stale" if rules.stale_reads else ""
    return f"{rules.merge}-null:{rules.null}-empty:{rules.empty}-{rules.put_response}{stale}"


USUAL = SERVICES[4]
"""One where a removal takes DELETE and PUT."""


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(each, id=_id(each), marks=() if each is USUAL else pytest.mark.proof)
        for each in SERVICES
    ],
)
@pytest.mark.usefixtures("version")
def test_every_walk_ends_each_round_with_what_is_declared(
    stack: Stack, cloud: EmulatorServer, service: list[Rules]
) -> None:
    for number, rules in enumerate(service):
        cloud.use_rules(rules)
        declared = {name: walk[number] for name, walk in WALKS.items()}
        stack.program(
            "".join(stack.version.declaration(name, **inputs) for name, inputs in declared.items())
        )
        stack.up()
        held = {name: stack.version.held(cloud, name) for name in declared}
        assert held == {name: stack.version.values(**inputs) for name, inputs in declared.items()}
        assert stack.is_settled()


@pytest.mark.usefixtures("version")
def test_a_service_that_ignores_a_write_is_an_error_and_state_keeps_what_was_there(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    cloud.rules(put_response="ignored")
    stack.declare(max_async_retry_attempts=2)
    outcome = stack.up_fails()
    assert "maxAsyncRetryAttempts is 1 on the service, 2 declared" in outcome.text
    assert stack.outputs()["maxAsyncRetryAttempts"] == 1
    cloud.reset_rules()
    assert stack.up().operations == ["update"]
    assert stack.version.held(cloud) == stack.version.values(max_async_retry_attempts=2)
