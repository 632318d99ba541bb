"""State that an earlier version wrote: today's version previews it clean, and can manage it.

To record another one: run the program below with that version, `pulumi stack export`, and leave
out what names the machine (`sourcePosition`, `stackTrace`).
"""

import json
from pathlib import Path

import pytest
from tests.support.configs import stored
from tests.support.programs import declaration
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

RECORDED = Path(__file__).parent / "recorded"
PROGRAM = declaration("plain") + declaration(
    "full",
    qualifier="prod",
    destination_config={
        "on_success": {"destination": TOPIC},
        "on_failure": {"destination": QUEUE},
    },
    max_async_event_age_in_seconds=300,
    max_async_retry_attempts=1,
    stateful_invocation=True,
)


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.json")), ids=lambda file: file.stem)
def test_a_recorded_state_previews_clean_and_can_be_destroyed(
    file: Path, stack: Stack, cloud: EmulatorServer
) -> None:
    for resource in json.loads(file.read_text())["deployment"]["resources"]:
        outputs = resource.get("outputs", {})
        if "functionName" in outputs:
            cloud.seed(
                outputs["serviceName"],
                outputs["functionName"],
                {
                    **stored(outputs).to_properties(),
                    "createdTime": outputs["createdTime"],
                    "lastModifiedTime": outputs["lastModifiedTime"],
                },
                qualifier=outputs["qualifier"],
                account=outputs["accountId"],
                region=outputs["region"],
            )
    stack.program(PROGRAM)
    stack.run("stack", "import", "--file", str(file))
    assert set(stack.resources) == {"plain", "full"}

    assert stack.preview().operations == []
    assert stack.up().operations == []
    assert stack.is_settled()
    assert stack.destroy().operations == ["delete", "delete"]
    assert cloud.configs() == []


def test_there_is_a_recorded_state() -> None:
    assert list(RECORDED.glob("*.json"))
