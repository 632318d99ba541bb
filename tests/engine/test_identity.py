"""A change of service, function, qualifier, region or account is another remote object."""

from typing import Any

import pytest
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

OTHER_REGION = "cn-hangzhou"
OTHER_ACCOUNT = "9999999999999999"
REPLACED = ["create-replacement", "replace", "delete-replaced"]

MOVES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    # resource → what its identity says before and after; the rest of it stays
    "service": ({"service_name": "demo"}, {"service_name": "other"}),
    "function": ({"function_name": "function"}, {"function_name": "function-2"}),
    "qualifier": ({"qualifier": "LATEST"}, {"qualifier": "prod"}),
    "region": ({}, {"region": OTHER_REGION}),
    "account": ({}, {"account_id": OTHER_ACCOUNT}),
}


def test_each_part_of_the_identity_replaces_with_the_new_made_before_the_old_is_deleted(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program("".join(declaration(name, **before) for name, (before, _) in MOVES.items()))
    stack.up()
    cloud.clear_calls()
    stack.program("".join(declaration(name, **after) for name, (_, after) in MOVES.items()))
    assert stack.up().by_name == dict.fromkeys(MOVES, REPLACED)
    for name, (_, after) in MOVES.items():
        made, gone = ["GET", "PUT"], ["DELETE", "GET"]
        calls = [call for call in cloud.calls() if (call.function or "").startswith(name)]
        assert [call.method for call in calls] == made + gone
        assert calls[1].path == calls[0].path
        new = (calls[1].service, calls[1].function, calls[1].qualifier)
        old = (calls[2].service, calls[2].function, calls[2].qualifier)
        elsewhere = (calls[1].region, calls[1].account) != (calls[2].region, calls[2].account)
        assert elsewhere == bool({"region", "account_id"} & after.keys())
        assert (new != old) is not elsewhere
    assert len(cloud.configs()) == len(MOVES)
    assert stack.settled()


def test_no_qualifier_and_latest_are_the_same_whichever_way_the_program_goes(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(declaration("added") + declaration("dropped", qualifier="LATEST"))
    stack.up()
    cloud.clear_calls()
    stack.program(declaration("added", qualifier="LATEST") + declaration("dropped"))
    assert stack.up().operations == []
    assert cloud.calls() == []
    assert stack.is_settled()


@pytest.mark.proof
def test_a_preview_shows_what_causes_the_replacement_which_takes_the_values_along(
    stack: Stack, cloud: EmulatorServer
) -> None:
    values: dict[str, Any] = {
        "destination_config": destinations(failure=QUEUE),
        "max_async_retry_attempts": 0,
    }
    stack.declare(**values)
    stack.up()
    stack.declare(qualifier="prod", **values)
    outcome = stack.preview()
    assert outcome.operations == REPLACED
    assert outcome.changes[0].properties == ("qualifier",)
    stack.up()
    assert held_values(cloud, qualifier="prod") == api_values(**values)
    assert held_values(cloud) == {}


def test_the_stacks_region_and_account_replace_what_depends_on_them(
    stack: Stack, cloud: EmulatorServer
) -> None:
    program = declaration("follows") + declaration("fixed", region="cn-beijing", account_id=ACCOUNT)
    stack.program(program)
    stack.up()
    stack.configure(alicloud__region=OTHER_REGION)
    assert set(stack.up().by_name) == {"follows"}
    assert held_values(cloud, "follows", region=OTHER_REGION)
    stack.configure(alicloud__accountId=OTHER_ACCOUNT)
    assert stack.up().by_name == {"follows": REPLACED}
    assert held_values(cloud, "follows", region=OTHER_REGION, account=OTHER_ACCOUNT)
    assert len(cloud.configs()) == 2
    assert stack.settled()
