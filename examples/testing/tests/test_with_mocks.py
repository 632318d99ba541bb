"""What the program declares, in milliseconds: Pulumi's mocks, no engine and no network."""

import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks

PROGRAM = Path(__file__).parents[1] / "__main__.py"


class Declared(mocks.Mocks):
    """Answers every resource with its inputs, and remembers them by name."""

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Create one resource."""
        self.inputs[args.name] = args.inputs
        return f"{args.name}-id", args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        """Refuse a function call; the program makes none."""
        raise AssertionError(args.token)


def declared(stack: str) -> dict[str, dict[str, Any]]:
    """Run the program as a stack of this name; the inputs of its resources, by name."""
    cloud = Declared()
    pulumi.runtime.set_mocks(cloud, project="fc-testing", stack=stack)
    pulumi.runtime.set_all_config(
        {"alicloud:region": "cn-shanghai", "alicloud:accountId": "1234567890123456"}
    )

    @pulumi.runtime.test
    def run() -> None:
        runpy.run_path(str(PROGRAM))

    run()
    return cloud.inputs


@pytest.mark.parametrize(("stack", "retries"), [("dev", 0), ("prod", 8)])
def test_only_prod_tries_again(stack: str, retries: int) -> None:
    """How often a failed invocation is tried again."""
    assert declared(stack)["orders"]["maxAsyncRetryAttempts"] == retries


def test_failures_are_kept() -> None:
    """Where failures go."""
    assert declared("dev")["orders"]["destinationConfig"] == {
        "onFailure": {
            "destination": "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"
        }
    }
