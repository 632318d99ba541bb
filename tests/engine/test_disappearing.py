"""A config, or the function or service it belongs to, goes away behind the program's back."""

import pytest
from tests.support.outcome import Change
from tests.support.programs import declaration
from tests.support.stack import Stack
from tests.support.values import held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

BOTH = declaration("hello", max_async_retry_attempts=1) + declaration("other")
BOTH_CHANGED = declaration("hello", max_async_retry_attempts=2) + declaration("other")
PARENTS = declaration("function") + declaration("service", service_name="gone")
PARENTS_CHANGED = declaration("function", stateful_invocation=True) + declaration(
    "service", service_name="gone", stateful_invocation=True
)


def _remove_parents(cloud: EmulatorServer) -> None:
    cloud.missing("demo", "function")
    cloud.missing("gone")


@pytest.mark.proof
def test_refresh_shows_that_a_config_is_gone_and_up_puts_it_back(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(BOTH)
    stack.up()
    cloud.clear_configs(function="hello")
    assert [(change.operation, change.name) for change in stack.refresh().drift] == [
        ("delete", "hello")
    ]
    assert set(stack.resources) == {"other"}
    assert stack.up().by_name == {"hello": ["create"]}
    assert held_values(cloud)["maxAsyncRetryAttempts"] == 1
    assert stack.settled()


def test_refresh_shows_that_configs_are_gone_with_their_parents_and_up_names_these(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(PARENTS)
    stack.up()
    _remove_parents(cloud)
    drift = stack.refresh().drift
    assert {(change.operation, change.name) for change in drift} == {
        ("delete", "function"),
        ("delete", "service"),
    }
    outcome = stack.up_fails("--continue-on-error")
    assert "FunctionNotFound: function 'function' of service 'demo' does not exist" in outcome.text
    assert "ServiceNotFound: service 'gone' does not exist" in outcome.text
    assert (
        "Create it first, or correct service_name, function_name, qualifier, region or account_id"
        in outcome.text
    )
    assert stack.resources == {}


@pytest.mark.proof
def test_an_update_puts_back_a_config_that_is_gone(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(BOTH)
    stack.up()
    cloud.clear_configs(function="hello")
    stack.program(BOTH_CHANGED)
    assert stack.up().by_name == {"hello": ["update"]}
    assert held_values(cloud)["maxAsyncRetryAttempts"] == 2
    assert stack.settled()


@pytest.mark.proof
def test_an_update_names_the_parent_that_is_gone(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(PARENTS)
    stack.up()
    _remove_parents(cloud)
    stack.program(PARENTS_CHANGED)
    outcome = stack.up_fails("--continue-on-error")
    assert "function 'function' of service 'demo' does not exist" in outcome.text
    assert "service 'gone' does not exist" in outcome.text
    # State says what is there no more, as nothing has been read; a refresh sets it right.
    assert set(stack.resources) == {"function", "service"}


def test_destroy_succeeds_with_half_of_it_gone(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(BOTH + PARENTS)
    stack.up()
    cloud.clear_configs(function="hello")
    _remove_parents(cloud)
    assert stack.destroy().operations == ["delete"] * 4
    assert cloud.configs() == []
    assert stack.resources == {}


def test_up_with_refresh_restores_in_one_go(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(BOTH)
    stack.up()
    cloud.clear_configs(function="hello")
    outcome = stack.up("--refresh")
    assert outcome.drift == [Change("delete", "hello", outcome.drift[0].properties)]
    assert outcome.by_name == {"hello": ["create"]}
    assert stack.is_settled()
