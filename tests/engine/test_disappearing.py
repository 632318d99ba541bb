"""A config, or the function or service it belongs to, goes away behind the program's back."""

from typing import Any

import pytest
from tests.support.outcome import Change
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")


def _both(stack: Stack, retries: int = 1) -> str:
    declare = stack.version.declaration
    return declare("hello", max_async_retry_attempts=retries) + declare("other")


def _parents(stack: Stack, **inputs: Any) -> str:
    """A config whose function goes, and in 2.0 one whose service goes."""
    declare = stack.version.declaration
    function = declare("function", **inputs)
    if stack.version.is_v3:
        return function
    return function + declare("service", service_name="gone", **inputs)


def _orphans(stack: Stack) -> set[str]:
    return {"function"} if stack.version.is_v3 else {"function", "service"}


def _remove_parents(stack: Stack, cloud: EmulatorServer) -> None:
    cloud.missing(stack.version.service, "function")
    if not stack.version.is_v3:
        cloud.missing("gone")


def _says_what_is_gone(stack: Stack, text: str) -> bool:
    if stack.version.is_v3:
        return "FunctionNotFound: function 'function' does not exist" in text
    return (
        "FunctionNotFound: function 'function' of service 'demo' does not exist" in text
        and "ServiceNotFound: service 'gone' does not exist" in text
    )


@pytest.mark.proof
def test_refresh_shows_that_a_config_is_gone_and_up_puts_it_back(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(_both(stack))
    stack.up()
    cloud.clear_configs(function="hello")
    assert [(change.operation, change.name) for change in stack.refresh().drift] == [
        ("delete", "hello")
    ]
    assert set(stack.resources) == {"other"}
    assert stack.up().by_name == {"hello": ["create"]}
    assert stack.version.held(cloud)["maxAsyncRetryAttempts"] == 1
    assert stack.settled()


def test_refresh_shows_that_configs_are_gone_with_their_parents_and_up_names_these(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(_parents(stack))
    stack.up()
    _remove_parents(stack, cloud)
    drift = stack.refresh().drift
    assert {(change.operation, change.name) for change in drift} == {
        ("delete", name) for name in _orphans(stack)
    }
    outcome = stack.up_fails("--continue-on-error")
    assert _says_what_is_gone(stack, outcome.text)
    service = "" if stack.version.is_v3 else "service_name, "
    assert (
        f"Create it first, or correct {service}function_name, qualifier, region or account_id"
        in outcome.text
    )
    assert stack.resources == {}


@pytest.mark.proof
def test_an_update_puts_back_a_config_that_is_gone(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(_both(stack))
    stack.up()
    cloud.clear_configs(function="hello")
    stack.program(_both(stack, 2))
    assert stack.up().by_name == {"hello": ["update"]}
    assert stack.version.held(cloud)["maxAsyncRetryAttempts"] == 2
    assert stack.settled()


@pytest.mark.proof
def test_an_update_names_the_parent_that_is_gone(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(_parents(stack))
    stack.up()
    _remove_parents(stack, cloud)
    stack.program(_parents(stack, task=True))
    outcome = stack.up_fails("--continue-on-error")
    assert _says_what_is_gone(stack, outcome.text)
    # State says what is there no more, as nothing has been read; a refresh sets it right.
    assert set(stack.resources) == _orphans(stack)


def test_destroy_succeeds_with_half_of_it_gone(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(_both(stack) + _parents(stack))
    stack.up()
    cloud.clear_configs(function="hello")
    _remove_parents(stack, cloud)
    assert set(stack.destroy().by_name) == {"hello", "other", *_orphans(stack)}
    assert cloud.configs() == []
    assert stack.resources == {}


def test_up_with_refresh_restores_in_one_go(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(_both(stack))
    stack.up()
    cloud.clear_configs(function="hello")
    outcome = stack.up("--refresh")
    assert outcome.drift == [Change("delete", "hello", outcome.drift[0].properties)]
    assert outcome.by_name == {"hello": ["create"]}
    assert stack.is_settled()
