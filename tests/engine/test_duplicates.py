"""One config declared twice in one program."""

from tests.support.faults_page import check_block
from tests.support.stack import Source, Stack, declaration

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


def test_the_same_names_in_two_regions_are_two_configs(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        declaration("first", function_name="hello")
        + declaration("second", function_name="hello", region="cn-hangzhou")
    )
    stack.up()
    assert {config["region"] for config in cloud.configs()} == {"cn-shanghai", "cn-hangzhou"}
