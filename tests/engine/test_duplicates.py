"""One config declared twice in one program."""

import pytest
from tests.support.programs import Source, declaration
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

FIRST = declaration("first", function_name="hello", max_async_retry_attempts=1)
AFTER_FIRST = "ResourceOptions(depends_on=[first])"
SECOND = "'first' declares the same config already, that of demo.LATEST/hello"


def test_the_same_names_twice_are_an_error_at_preview(stack: Stack, cloud: EmulatorServer) -> None:
    second = declaration("second", opts=AFTER_FIRST, function_name="hello", qualifier="LATEST")
    stack.program(FIRST + second)
    outcome = stack.preview_fails()
    assert any(SECOND in each for each in outcome.diagnostics)
    assert cloud.calls() == []


def test_names_that_turn_out_the_same_are_an_error_of_the_second(
    stack: Stack, cloud: EmulatorServer
) -> None:
    known_later = Source("first.id.apply(lambda _: 'hello')")
    stack.program(
        FIRST + declaration("second", function_name=known_later, max_async_retry_attempts=2)
    )
    stack.preview()
    assert SECOND in stack.up_fails().text
    held = cloud.config("demo", "hello")
    assert held is not None
    assert held["maxAsyncRetryAttempts"] == 1
    assert set(stack.resources) == {"first"}
    stack.program(FIRST)
    assert stack.settled()


def test_names_that_a_transform_makes_the_same_are_an_error(stack: Stack) -> None:
    stack.program(
        """
def to_hello(args):
    if args.type_.endswith("AsyncInvokeConfig"):
        return pulumi.ResourceTransformResult({**args.props, "functionName": "hello"}, args.opts)

pulumi.runtime.register_resource_transform(to_hello)
"""
        + FIRST
        + declaration("second", opts=AFTER_FIRST, function_name="other")
    )
    assert SECOND in stack.preview_fails().text


def test_names_that_a_transform_makes_different_are_two_configs(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        """
def by_name(args):
    if args.type_.endswith("AsyncInvokeConfig"):
        return pulumi.ResourceTransformResult({**args.props, "functionName": args.name}, args.opts)

pulumi.runtime.register_resource_transform(by_name)
"""
        + FIRST
        + declaration("second", function_name="hello")
    )
    stack.up()
    assert {config["function"] for config in cloud.configs()} == {"first", "second"}


@pytest.mark.parametrize(
    "options",
    [("--refresh",), pytest.param(("--refresh", "--run-program"), marks=pytest.mark.proof)],
    ids=["refresh", "program"],
)
def test_a_refresh_of_the_old_name_does_not_stop_a_new_one(
    stack: Stack, cloud: EmulatorServer, options: tuple[str, ...]
) -> None:
    stack.program(declaration("old", function_name="hello"))
    stack.up()
    stack.program(declaration("new", function_name="hello"))
    assert "new" in stack.up(*options).by_name
    assert set(stack.resources) == {"new"}
    assert len(cloud.configs()) == 1


def test_a_refresh_before_a_replacement_on_demand_makes_no_duplicate(stack: Stack) -> None:
    def program(trigger: int) -> str:
        triggered = f"ResourceOptions(replacement_trigger={trigger})"
        return (
            declaration("demanded")
            + declaration("triggered", opts=triggered)
            + declaration("along", opts="ResourceOptions(replace_with=[triggered])")
        )

    stack.program(program(1))
    stack.up()
    stack.program(program(2))
    outcome = stack.up("--refresh", "--replace", stack.urn("demanded"))
    assert set(outcome.by_name) == {"demanded", "triggered", "along"}
    assert stack.is_settled()


def test_the_same_names_in_two_regions_are_two_configs(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        declaration("first", function_name="hello")
        + declaration("second", function_name="hello", region="cn-hangzhou")
    )
    stack.up()
    assert {config["region"] for config in cloud.configs()} == {"cn-shanghai", "cn-hangzhou"}


def test_the_same_name_below_a_parent_of_another_type_is_another_resource(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        """
for kind in ("One", "Other"):
    parent = pulumi.ComponentResource(f"test:index:{kind}", kind)
    AsyncInvokeConfig("hello", service_name="demo", function_name="hello",
                      opts=ResourceOptions(parent=parent))
"""
    )
    text = stack.preview_fails().text
    assert "$pulumi-python:dynamic/fc:AsyncInvokeConfig::hello declares the same config" in text
    assert cloud.calls() == []


@pytest.mark.proof
def test_a_new_name_that_is_skipped_leaves_the_config_to_the_next_up(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare("old", function_name="hello", max_async_retry_attempts=1)
    stack.up()
    stack.program(
        declaration("first")
        + declaration("new", opts=AFTER_FIRST, function_name="hello", max_async_retry_attempts=1)
    )
    cloud.fault("AccessDenied", method="PUT", function="first")
    outcome = stack.up_fails("--continue-on-error")
    assert "it is not deleted, as 'new' still declares it" in outcome.text
    assert stack.resources == {}
    cloud.clear_faults()
    cloud.clear_calls()
    assert stack.up().by_name == {"first": ["create"], "new": ["create"]}
    assert [call.method for call in cloud.calls() if call.function == "hello"] == ["GET"]
    assert stack.settled()
