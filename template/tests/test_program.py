"""What the program declares in each stack: Pulumi's mocks, no engine and no network."""

import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import mocks

PROJECT = Path(__file__).parents[1]
PROJECT_NAME = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())["name"]


class Declared(mocks.Mocks):
    """Returns the inputs of every resource, and remembers them."""

    def __init__(self) -> None:
        self.inputs: list[dict[str, Any]] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Create one resource."""
        self.inputs.append(args.inputs)
        return f"{args.name}-id", args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        """Refuse a function call; the program makes none."""
        raise AssertionError(args.token)


def declared(stack: str) -> dict[str, Any]:
    """Run the program with a stack's configuration; the inputs of its one resource."""
    settings = yaml.safe_load((PROJECT / f"Pulumi.{stack}.yaml").read_text())["config"]
    cloud = Declared()
    pulumi.runtime.set_mocks(cloud, project=PROJECT_NAME, stack=stack)
    pulumi.runtime.set_all_config(
        {
            # A key without a namespace is the project's own.
            key if ":" in key else f"{PROJECT_NAME}:{key}": value
            if isinstance(value, str)
            else json.dumps(value)
            for key, value in settings.items()
        }
    )

    @pulumi.runtime.test
    def run() -> None:
        runpy.run_path(str(PROJECT / "__main__.py"))

    run()
    (inputs,) = cloud.inputs
    return inputs


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_failures_are_kept_apart_for_each_stack(stack: str) -> None:
    """Where failures go."""
    failures = declared(stack)["destinationConfig"]["onFailure"]["destination"]
    assert failures.endswith(f"-failures-{stack}/messages")


def test_prod_is_more_patient_than_dev() -> None:
    """How often a failed invocation is tried again, and how long it may wait."""
    dev, prod = declared("dev"), declared("prod")
    assert prod["maxAsyncRetryAttempts"] > dev["maxAsyncRetryAttempts"]
    assert prod["maxAsyncEventAgeInSeconds"] > dev["maxAsyncEventAgeInSeconds"]
