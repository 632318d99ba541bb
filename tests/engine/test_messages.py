"""What goes wrong reaches the user as one line that says what to do, whatever it is."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.outcome import Outcome
from tests.support.ports import closed_port
from tests.support.programs import declaration
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, REGION, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ID = f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/hello"
NAME = f"demo.LATEST/hello ({REGION}, account {ACCOUNT})"


def lines(outcome: Outcome, words: str) -> set[str]:
    """The diagnostics with these words; each is one line."""
    found = {said for said in outcome.diagnostics if words in said}
    assert found, outcome.text
    assert all(said.count("\n") == 0 for said in found), found
    return found


# -- damaged state


def damage(stack: Stack, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit the resource in state by hand."""
    state = json.loads(stack.state_file.read_text())
    for resource in state["checkpoint"]["latest"]["resources"]:
        if "AsyncInvokeConfig" in resource["type"]:
            change(resource)
    stack.state_file.write_text(json.dumps(state))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("maxAsyncRetryAttempts", "many"),
        pytest.param("destinationConfig", "planted-value", marks=pytest.mark.proof),
    ],
)
def test_outputs_of_a_wrong_type_in_state_are_one_line_and_a_refresh_mends_them(
    stack: Stack, cloud: EmulatorServer, key: str, value: object
) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    before = held_values(cloud)
    damage(stack, lambda resource: resource["outputs"].update({key: value}))
    cloud.clear_calls()

    (line,) = lines(stack.up_fails(), "in state")
    assert line.startswith(f"{NAME}: {key} in state is of the wrong type: run `pulumi refresh`, ")
    assert cloud.calls() == []

    stack.refresh()
    assert stack.settled()
    assert held_values(cloud) == before


@pytest.mark.proof
def test_outputs_that_are_missing_in_state_are_put_back_by_a_refresh(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    before = held_values(cloud)

    def forget(resource: dict[str, Any]) -> None:
        resource["outputs"] = {"__provider": resource["outputs"]["__provider"]}

    damage(stack, forget)
    stack.up()
    stack.refresh()
    assert stack.settled()
    assert held_values(cloud) == before
    assert stack.outputs()["maxAsyncRetryAttempts"] == 1


def test_an_id_that_is_none_in_state_is_one_line_with_the_way_out(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    damage(stack, lambda resource: resource.update(id="hello"))
    cloud.clear_calls()
    (line,) = lines(stack.up_fails(), "is not the id")
    assert line.startswith("'hello' is not the id of an async-invoke-config; it looks like ")
    assert "pulumi state delete" in line
    assert cloud.calls() == []

    stack.run("state", "delete", stack.urn(), "--yes", "--stack", stack.name)
    stack.up()
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert stack.is_settled()


# -- settings of the wrong type


def test_a_setting_of_the_wrong_type_is_one_line_and_nothing_is_called(
    stack: Stack, cloud: EmulatorServer
) -> None:
    # As YAML types it: what `pulumi config set --path` or an editor leaves there.
    stack.configure(fc__requestTimeout={"seconds": 5})
    stack.declare()
    (line,) = lines(stack.up_fails(), "must be a number of seconds")
    assert "pulumi config set fc:requestTimeout " in line
    assert cloud.calls() == []
    assert stack.resources == {}


# -- names of any kind


def test_names_at_the_limits_and_a_destination_of_any_script_work_from_end_to_end(
    stack: Stack, cloud: EmulatorServer
) -> None:
    longest = "a-Z_9" + "x" * 123
    rest = "/queues/очередь-队列-🚀-%2F?a=b#c&{}'\"/"
    destination = (f"acs:mns:{REGION}:{ACCOUNT}:{rest}" + "y" * 1024)[:1024]
    stack.program(
        declaration(
            "longest", service_name=longest, function_name=longest, qualifier=longest,
            destination_config={"on_failure": {"destination": destination}},
        )
        + declaration("shortest", service_name="_", function_name="-", qualifier="0")
    )  # fmt: skip
    stack.up()
    assert held_values(cloud, longest, service=longest, qualifier=longest)["destinationConfig"] == {
        "onFailure": {"destination": destination}
    }
    assert held_values(cloud, "-", service="_", qualifier="0") != {}
    assert stack.settled()
    stack.destroy()
    assert cloud.configs() == []


# -- calls


def test_attempts_are_shown_with_debug_alone(stack: Stack) -> None:
    stack.declare(max_async_retry_attempts=1)
    attempt = "PUT /2016-08-15/services/demo.LATEST/functions/hello/async-invoke-config: HTTP 200,"
    assert attempt not in stack.up().text
    stack.declare(max_async_retry_attempts=2)
    assert attempt in stack.up("--debug").text


def test_an_emulator_that_does_not_run_is_reported_soon_with_its_address(stack: Stack) -> None:
    stack.declare()
    with closed_port() as port:
        # A call that waited for its deadline would outlast the test.
        stack.configure(fc__endpoint=f"http://127.0.0.1:{port}", fc__requestTimeout="3600")
        (line,) = lines(stack.up_fails(), "refused")

    assert f"127.0.0.1:{port} refused the connection. Is the emulator running?" in line
