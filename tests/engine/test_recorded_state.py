"""State that an earlier version wrote: today's version previews it clean, and can manage it.

To record another one: run a program below with that version, `pulumi stack export`, and leave
out what names the machine (`sourcePosition`, `stackTrace`).
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.programs import declaration, destinations, v3_declaration
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

HELD = {
    *("destinationConfig", "maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts"),
    *("statefulInvocation", "asyncTask", "createdTime", "lastModifiedTime"),
}
"""The outputs that the service holds."""
RECORDED = Path(__file__).parent / "recorded"
FULL: dict[str, Any] = {
    "qualifier": "prod",
    "destination_config": destinations(success=TOPIC, failure=QUEUE),
    "max_async_event_age_in_seconds": 300,
    "max_async_retry_attempts": 1,
}
OF_2_0 = declaration("plain") + declaration("full", **FULL, stateful_invocation=True)
OF_3_0 = v3_declaration("v3-plain") + v3_declaration("v3-full", **FULL, async_task=True)
PROGRAMS = {"0.1.0": OF_2_0, "0.1.0-both": OF_2_0 + OF_3_0}
"""File → the program that it was recorded with."""


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.json")), ids=lambda file: file.stem)
def test_a_recorded_state_previews_clean_and_can_be_destroyed(
    file: Path, stack: Stack, cloud: EmulatorServer
) -> None:
    for resource in json.loads(file.read_text())["deployment"]["resources"]:
        outputs = resource.get("outputs", {})
        if "functionName" in outputs:
            cloud.seed(
                outputs.get("serviceName"),
                outputs["functionName"],
                {key: value for key, value in outputs.items() if key in HELD},
                qualifier=outputs["qualifier"],
                account=outputs["accountId"],
                region=outputs["region"],
            )
    stack.program(PROGRAMS[file.stem])
    stack.run("stack", "import", "--file", str(file))
    names = set(stack.resources)
    assert {"plain", "full"} <= names

    assert stack.preview().operations == []
    # It brings the recorded settings up to date, which a refresh takes from state.
    assert stack.up().operations == []
    assert stack.is_settled()
    assert stack.destroy().operations == ["delete"] * len(names)
    assert cloud.configs() == []


def test_each_program_has_a_recorded_state() -> None:
    assert {file.stem for file in RECORDED.glob("*.json")} == PROGRAMS.keys()
