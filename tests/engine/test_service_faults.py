"""The service is in trouble, refuses, or does not answer the truth, at each step."""

from contextlib import ExitStack

from tests.support.fault_steps import COLUMNS, Case, Steps
from tests.support.faults_page import check_block, table
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PASSING = [
    Case(
        "throttled",
        "every second call is throttled (429)",
        [{"kind": "ResourceExhausted", "every": 2, "method": None}],
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
    Case("always-429", "429 for good", [{"kind": "ResourceExhausted"}], throttled=True),
    Case("always-500", "500 for good", [{"kind": "InternalServerError"}]),
    Case(
        "applied-500",
        "500 for good, and each write takes effect",
        [{"kind": "InternalServerError", "effect": True}],
    ),
    Case("always-503", "503 for good", [{"kind": "ResourceThrottled"}], throttled=True),
    Case("always-409", "409 for good", [{"kind": "ConcurrentUpdateError"}]),
    Case("refused", "403", [{"kind": "AccessDenied"}]),
    Case(
        "html", "an HTML page with status 200, without effect", [{"kind": "html", "effect": False}]
    ),
]
WRITES = ("create", "update")
RULES = {
    "the service's clock is an hour ahead": (Rules(clock_offset=3600), ["create"]),
    "the service's clock is an hour behind": (Rules(clock_offset=-3600), ["create"]),
    "two reads after a write are stale": (
        Rules(stale_reads_count=2),
        ["create", "update", "delete"],
    ),
    "the write answers other values than it stores": (Rules(put_answer="sample"), WRITES),
    "the write stores nothing and answers the old config": (
        Rules(put_answer="ignored"),
        ["update"],
    ),
}


def test_the_service_fails_and_the_next_up_converges(stack: Stack, cloud: EmulatorServer) -> None:
    rows = Steps(stack, cloud, [*PASSING, *LASTING]).rows()
    check_block("service", table(COLUMNS, rows))


def test_a_service_that_is_off_gets_the_truth_into_state_or_an_error(
    stack: Stack, cloud: EmulatorServer
) -> None:
    with ExitStack() as clouds:
        cases = [
            Case(
                f"case-{number}",
                fault,
                cloud=clouds.enter_context(EmulatorServer()),
                rules=rules,
                steps=steps,
            )
            for number, (fault, (rules, steps)) in enumerate(RULES.items())
        ]
        rows = Steps(stack, cloud, cases).rows()
    check_block("answers", table(COLUMNS, rows))
