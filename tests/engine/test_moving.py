"""The guide to moving from 2.0 to 3.0 is followed, with its programs."""

from typing import Any

import pytest
from tests.support.pages import ROOT, blocks
from tests.support.programs import declaration, v3_declaration
from tests.support.stack import Stack

from pulumi_fc_async_invoke.emulator.rules import Twins
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

SIDE_BY_SIDE, AFTER = (
    each.text for each in blocks(ROOT / "docs" / "moving-to-v3.md") if each.language == "python"
)


def of_2_0(opts: str = "None") -> str:
    return declaration("orders", opts=opts, service_name="shop", max_async_retry_attempts=1)


def write(stack: Stack, program: str) -> None:
    (stack.folder / "__main__.py").write_text(program)


@pytest.mark.parametrize("twins", ["same", pytest.param("separate", marks=pytest.mark.proof)])
def test_a_function_of_2_0_is_managed_through_3_0_and_its_config_is_never_away(
    stack: Stack, cloud: EmulatorServer, twins: Twins
) -> None:
    cloud.rules(twins=twins)
    stack.program(of_2_0())
    stack.up()
    before = cloud.config("shop", "orders")
    cloud.clear_calls()

    stack.program(of_2_0("ResourceOptions(retain_on_delete=True)"))
    stack.up()
    write(stack, AFTER)
    assert "create" in stack.up().by_name["orders"]

    methods = [call.method for call in cloud.calls()]
    assert methods == (["GET"] if twins == "same" else ["GET", "PUT"])
    assert cloud.config("shop", "orders") == before
    assert [each["type"].rpartition(":")[2] for each in stack.resources.values()] == [
        "V3AsyncInvokeConfig"
    ]
    assert stack.is_settled()


@pytest.mark.proof
def test_a_function_that_is_deployed_anew_has_its_config_beside_the_old_one(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(of_2_0())
    stack.up()
    write(stack, SIDE_BY_SIDE)
    assert stack.up().by_name == {"orders-v3": ["create"]}
    assert {(each["service"], each["function"]) for each in cloud.configs()} == {
        ("shop", "orders"),
        (None, "shop-orders"),
    }
    new: dict[str, Any] = {"function_name": "shop-orders", "max_async_retry_attempts": 1}
    stack.program(v3_declaration("orders-v3", **new))
    assert stack.up().by_name == {"orders": ["delete"]}
    assert [each["function"] for each in cloud.configs()] == ["shop-orders"]


@pytest.mark.proof
def test_a_config_that_the_other_version_declares_as_well_survives_a_delete_that_comes_first(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.rules(twins="same")
    delete_first = "ResourceOptions(delete_before_replace=True)"
    kept = v3_declaration(
        "kept", function_name="shop$orders", opts="ResourceOptions(depends_on=[moved])"
    )

    def moved(function: str) -> str:
        return declaration("moved", opts=delete_first, service_name="shop", function_name=function)

    stack.program(moved("orders") + kept)
    stack.up()
    before = cloud.config("shop", "orders")
    stack.program(moved("elsewhere") + kept)
    assert stack.up().by_name["kept"] == ["update"]
    after = cloud.config("shop", "orders")
    assert after is not None
    assert before is not None
    assert after["maxAsyncRetryAttempts"] == before["maxAsyncRetryAttempts"]
    assert stack.settled()
