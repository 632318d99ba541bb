"""The service is in trouble, refuses, or does not tell the truth, at each step."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

import pytest
from tests.client.scripted import ScriptedServer, response
from tests.support.fault_steps import (
    EACH_STEP,
    Case,
    Steps,
    in_words,
    next_step,
    read_after_a_write,
    refused,
    said_of,
    values_in_state,
)
from tests.support.faults_page import LIES, RESPONSES, SERVICE, SUCCESS
from tests.support.holds import LONG
from tests.support.outcome import Change
from tests.support.programs import declaration
from tests.support.stack import Stack
from tests.support.values import api_values, held_values

from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PASSING = [
    Case(
        "throttled",
        "every second call is throttled (429), from the first one on",
        [
            {"kind": "ResourceExhausted", "method": None, "times": 1},
            {"kind": "ResourceExhausted", "method": None, "every": 2},
        ],
        patient=True,
    ),
    Case(
        "storm-500", "three times 500", [{"kind": "InternalServerError", "times": 3}], patient=True
    ),
    Case("storm-503", "three times 503", [{"kind": "ResourceThrottled", "times": 3}], patient=True),
    Case(
        "storm-409",
        "three times 409",
        [{"kind": "ConcurrentUpdateError", "times": 3}],
        patient=True,
    ),
]
LASTING = [
    Case(
        "always-429",
        "429 for good",
        [{"kind": "ResourceExhausted"}],
        throttled=True,
    ),
    Case("always-500", "500 for good", [{"kind": "InternalServerError"}]),
    Case(
        "applied-500",
        "500 for good, and each write takes effect",
        [{"kind": "InternalServerError", "effect": True}],
    ),
    Case(
        "always-503",
        "503 for good",
        [{"kind": "ResourceThrottled"}],
        throttled=True,
    ),
    Case("always-409", "409 for good", [{"kind": "ConcurrentUpdateError"}]),
    Case(
        "late-409",
        "409 twice, and then no response until after the deadline",
        [
            {"kind": "ConcurrentUpdateError", "times": 2},
            {"kind": "latency", "after": 2, "milliseconds": LONG},
        ],
    ),
    Case("refused", "403", [{"kind": "AccessDenied"}]),
    Case(
        "html", "an HTML page with status 200, without effect", [{"kind": "html", "effect": False}]
    ),
]
WRITES = ("create", "update")
OFF = [
    Case(
        "ahead",
        "the service's clock is an hour ahead",
        rules=Rules(clock_offset=3600),
        shows=refused,
    ),
    Case(
        "behind",
        "the service's clock is an hour behind",
        rules=Rules(clock_offset=-3600),
        shows=refused,
    ),
    Case(
        "sample",
        "a PUT responds with other values than it stores",
        rules=Rules(put_response="sample"),
        shows=read_after_a_write(),
        steps=WRITES,
    ),
    Case(
        "stale",
        "the same, and two reads after any write are stale",
        rules=Rules(put_response="sample", stale_reads_count=2),
        shows=read_after_a_write(3),
    ),
    Case(
        "stale-for-long",
        "every read after the delete is stale",
        rules=Rules(stale_reads_count=100),
        shows=read_after_a_write(5),
        steps=["delete"],
    ),
    Case(
        "ignored",
        "a PUT stores nothing and responds with the old config",
        rules=Rules(put_response="ignored"),
        shows=read_after_a_write(),
        steps=["update"],
    ),
]
ANOTHER = {
    "every response is the config of another function": {"functionName": "another"},
    "every response is the config of another qualifier": {"qualifier": "another"},
}
"""In words, and by which name such a response is another's."""


@EACH_STEP
def test_the_service_fails_and_the_next_up_converges(
    stack: Stack, cloud: EmulatorServer, steps: Sequence[str]
) -> None:
    cases = [replace(case, steps=steps) for case in (*PASSING, *LASTING)]
    SERVICE.check(Steps(stack, cloud, cases).rows(), steps)


@pytest.mark.proof
def test_a_service_that_is_off_gets_the_truth_into_state_or_an_error(
    stack: Stack, cloud: EmulatorServer
) -> None:
    with ExitStack() as clouds:
        cases = [replace(case, cloud=clouds.enter_context(EmulatorServer())) for case in OFF]
        for number, (fault, another) in enumerate(ANOTHER.items()):
            name = f"another-{number}"
            names = {"serviceName": "demo", "functionName": name, "qualifier": "LATEST", **another}
            config = json.dumps({**names, **api_values()}).encode()
            liar = clouds.enter_context(ScriptedServer([response(200, config)]))
            cases.append(Case(name, fault, endpoint=liar.url, steps=WRITES))
        rows = Steps(stack, cloud, cases).rows()
    RESPONSES.check(rows)


def found_by(change: Change) -> str:
    if change.operation == "delete":
        return "that it is gone"
    return f"another {', '.join(sorted(set(change.properties) & set(api_values())))}"


def test_a_write_that_is_answered_and_not_stored_is_found_at_the_next_refresh(
    stack: Stack, cloud: EmulatorServer
) -> None:
    names = {"created": "create", "updated": "update"}
    stack.declare("updated", max_async_retry_attempts=1)
    stack.up()
    cloud.rules(put_response="lies")
    stack.program("".join(declaration(name, max_async_retry_attempts=2) for name in names))
    said = said_of(stack.up())
    seen = {
        name: (
            said.get(name, SUCCESS),
            in_words(held_values(cloud, name), old=1, new=2),
            in_words(values_in_state(stack, name), old=1, new=2),
        )
        for name in names
    }
    # It works again from here on.
    cloud.reset_rules()
    cloud.clear_calls()
    unrefreshed = stack.up()
    then = {name: next_step(unrefreshed, cloud, name) for name in names}
    assert cloud.calls() == []
    drift = {change.name: found_by(change) for change in stack.refresh().drift}
    cloud.clear_calls()
    refreshed = stack.up()
    writes = sorted(call.function or "" for call in cloud.calls() if call.method == "PUT")
    assert writes == sorted(names)
    for name in names:
        assert in_words(held_values(cloud, name), new=2) == "new"
    assert stack.is_settled()
    rows = [
        (step, *seen[name], then[name], drift[name], next_step(refreshed, cloud, name))
        for name, step in names.items()
    ]
    LIES.check(rows)
