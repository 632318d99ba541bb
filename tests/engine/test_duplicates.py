"""One config declared twice in one program."""

from tests.support.faults_page import check_block
from tests.support.programs import Source, declaration
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


def test_the_same_names_twice_are_an_error_at_preview(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        declaration("first", function_name="hello")
        + declaration("second", function_name="hello", qualifier="LATEST")
    )
    outcome = stack.preview_fails()
    (said,) = [each for each in outcome.diagnostics if "'second' declares the same config" in each]
    assert cloud.calls() == []
    check_block("twice", f"The preview fails, and nothing is called. You see `{said}`.\n")


def test_names_that_turn_out_the_same_are_an_error_of_the_second(
    stack: Stack, cloud: EmulatorServer
) -> None:
    known_later = Source("first.id.apply(lambda _: 'hello')")
    stack.program(
        declaration("first", function_name="hello", max_async_retry_attempts=1)
        + declaration("second", function_name=known_later, max_async_retry_attempts=2)
    )
    outcome = stack.up_fails()
    assert "Another resource of this program has just created" in outcome.text
    held = cloud.config("demo", "hello")
    assert held is not None
    assert held["maxAsyncRetryAttempts"] == 1
    assert set(stack.resources) == {"first"}


def test_names_that_turn_out_to_be_those_of_one_that_exists_are_an_error(
    stack: Stack,
) -> None:
    first = declaration("first", function_name="hello")
    stack.program(first)
    stack.up()
    known_later = Source("other.id.apply(lambda _: 'hello')")
    stack.program(
        first
        + declaration("other", function_name="other")
        + declaration("second", function_name=known_later)
    )
    assert "manages the async-invoke-config of demo.LATEST/hello" in stack.up_fails().text
    assert set(stack.resources) == {"first", "other"}
    stack.program(first + declaration("other", function_name="other"))
    assert stack.settled()


def test_names_that_turn_out_to_be_those_of_one_that_was_changed_are_an_error(
    stack: Stack,
) -> None:
    stack.declare("first", function_name="hello", max_async_retry_attempts=1)
    stack.up()
    changed = declaration("first", function_name="hello", max_async_retry_attempts=2)
    known_later = Source("first.last_modified_time.apply(lambda _: 'hello')")
    stack.program(
        changed + declaration("second", function_name=known_later, max_async_retry_attempts=2)
    )
    assert "manages the async-invoke-config of demo.LATEST/hello" in stack.up_fails().text
    assert set(stack.resources) == {"first"}
    stack.program(changed)
    assert stack.settled()


def test_a_refresh_of_the_old_name_does_not_stop_a_new_one(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(declaration("old", function_name="hello"))
    stack.up()
    for number, arguments in enumerate([["--refresh"], ["--refresh", "--run-program"]]):
        stack.program(declaration(f"new-{number}", function_name="hello"))
        assert f"new-{number}" in stack.up(*arguments).by_name
        assert set(stack.resources) == {f"new-{number}"}
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
    assert stack.settled()


def test_the_same_names_in_two_regions_are_two_configs(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        declaration("first", function_name="hello")
        + declaration("second", function_name="hello", region="cn-hangzhou")
    )
    stack.up()
    assert {config["region"] for config in cloud.configs()} == {"cn-shanghai", "cn-hangzhou"}


def test_the_same_name_below_another_parent_is_another_resource(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        """
class Group(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Group", name)
        AsyncInvokeConfig("hello", service_name="demo", function_name="hello",
                          opts=ResourceOptions(parent=self))

Group("one")
Group("other")
"""
    )
    said = "'hello' declares the same config as another 'hello'"
    assert any(said in each for each in stack.preview_fails().diagnostics)
    assert cloud.calls() == []
