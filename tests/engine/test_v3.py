"""Function Compute 3.0 on the real engine: the same roads as in 2.0, and both in one program."""

from typing import Any

import pytest
from tests.support.programs import LATE, destinations, v3_declaration
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.emulator.rules import Rules, all_rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

OTHER_REGION = "cn-hangzhou"
OTHER_ACCOUNT = "9999999999999999"
REPLACED = ["create-replacement", "replace", "delete-replaced"]
FULL: dict[str, Any] = {
    "destination_config": destinations(success=TOPIC, failure=QUEUE),
    "max_async_event_age_in_seconds": 604_800,
    "max_async_retry_attempts": 0,
    "async_task": True,
}
HELD_FULL: dict[str, Any] = {
    "destinationConfig": {
        "onSuccess": {"destination": TOPIC},
        "onFailure": {"destination": QUEUE},
    },
    "maxAsyncEventAgeInSeconds": 604_800,
    "maxAsyncRetryAttempts": 0,
    "asyncTask": True,
}
DEFAULTS: dict[str, Any] = {
    "maxAsyncEventAgeInSeconds": 86_400,
    "maxAsyncRetryAttempts": 3,
    "asyncTask": False,
}


def id_of(function: str, qualifier: str = "LATEST") -> str:
    return f"acs:fc:{REGION}:{ACCOUNT}:functions/{function}/{qualifier}"


def held(cloud: EmulatorServer, function: str, **names: str) -> dict[str, Any]:
    """The API's values that the cloud holds for a function; empty if it holds no config."""
    found = cloud.config(None, function, **names) or {}
    return {key: found[key] for key in (*DEFAULTS, "destinationConfig") if found.get(key)} | {
        key: found[key] for key in DEFAULTS if key in found
    }


def methods(cloud: EmulatorServer, function: str) -> list[str]:
    return [each.method for each in cloud.calls() if each.function == function]


def test_a_life(stack: Stack, cloud: EmulatorServer) -> None:
    attributes: dict[str, dict[str, Any]] = {
        "age": {"max_async_event_age_in_seconds": 60},
        "retries": {"max_async_retry_attempts": 0},
        "task": {"async_task": True},
        "success": {"destination_config": destinations(success=TOPIC)},
        "failure": {"destination_config": destinations(failure=QUEUE)},
    }
    plain = "".join(v3_declaration(name) for name in attributes)
    given = "".join(v3_declaration(name, **inputs) for name, inputs in attributes.items())
    program = v3_declaration("full", qualifier="prod", **FULL)
    program += "\npulumi.export('arn', full.function_arn)\n"

    stack.program(program + plain)
    assert stack.up().operations == ["create"] * 6
    assert held(cloud, "full", qualifier="prod") == HELD_FULL
    assert all(held(cloud, name) == DEFAULTS for name in attributes)
    assert methods(cloud, "full") == ["GET", "PUT"]
    assert stack.resources["full"]["id"] == id_of("full", "prod")
    assert stack.exports["arn"] == id_of("full", "prod")
    assert stack.outputs("full")["createdTime"]

    cloud.clear_calls()
    stack.program(program + given)
    assert stack.up().by_name == {name: ["update"] for name in attributes}
    assert all(methods(cloud, name) == ["PUT"] for name in attributes)
    assert held(cloud, "age") == {**DEFAULTS, "maxAsyncEventAgeInSeconds": 60}
    assert held(cloud, "task") == {**DEFAULTS, "asyncTask": True}
    assert held(cloud, "success")["destinationConfig"] == {"onSuccess": {"destination": TOPIC}}
    assert held(cloud, "failure")["destinationConfig"] == {"onFailure": {"destination": QUEUE}}

    stack.program(program + plain)
    assert stack.up().by_name == {name: ["update"] for name in attributes}
    assert all(held(cloud, name) == DEFAULTS for name in attributes)
    assert stack.settled()

    stack.program("")
    assert stack.up().operations == ["delete"] * 6
    assert cloud.configs() == []


@pytest.mark.proof
def test_each_part_of_the_identity_replaces(stack: Stack, cloud: EmulatorServer) -> None:
    moves: dict[str, dict[str, str]] = {
        "function": {"function_name": "another"},
        "qualifier": {"qualifier": "prod"},
        "region": {"region": OTHER_REGION},
        "account": {"account_id": OTHER_ACCOUNT},
    }
    same = v3_declaration("same")
    stack.program(same + "".join(v3_declaration(name) for name in moves))
    stack.up()
    cloud.clear_calls()
    same = v3_declaration("same", qualifier="LATEST")
    stack.program(same + "".join(v3_declaration(name, **after) for name, after in moves.items()))
    assert stack.up().by_name == dict.fromkeys(moves, REPLACED)
    assert methods(cloud, "qualifier") == ["GET", "PUT", "DELETE", "GET"]
    assert len(cloud.configs()) == 5
    assert held(cloud, "qualifier", qualifier="prod") == DEFAULTS
    assert held(cloud, "region", region=OTHER_REGION) == DEFAULTS
    assert stack.settled()


def test_what_exists_is_adopted_or_refused_or_overwritten(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed(function="identical", config={})
    for name in ("different", "overwritten"):
        cloud.seed(function=name, config={"maxAsyncRetryAttempts": 7})
    program = v3_declaration("identical") + v3_declaration("overwritten", allow_overwrite=True)
    stack.program(program + v3_declaration("different"))
    outcome = stack.up_fails("--continue-on-error")
    assert "maxAsyncRetryAttempts is 7 on the service, 3 declared" in outcome.text
    assert methods(cloud, "identical") == ["GET"]
    assert held(cloud, "overwritten") == DEFAULTS
    assert held(cloud, "different")["maxAsyncRetryAttempts"] == 7


def test_drift_is_shown_and_corrected_and_what_has_gone_is_put_back(
    stack: Stack, cloud: EmulatorServer
) -> None:
    names = ("age", "retries", "task", "side", "gone", "function")
    program = "".join(v3_declaration(name) for name in names)
    stack.program(program)
    stack.up()
    cloud.modify(function="age", config={"maxAsyncEventAgeInSeconds": 1})
    cloud.modify(function="retries", config={"maxAsyncRetryAttempts": 0})
    cloud.modify(function="task", config={"asyncTask": True})
    side = {"destinationConfig": {"onFailure": {"destination": QUEUE}}}
    cloud.modify(function="side", config=side)
    cloud.clear_configs(function="gone")
    cloud.missing(function="function")
    outcome = stack.refresh()
    assert len(outcome.drift) == len(names)
    cloud.reset_parents()
    assert stack.up().by_name == {
        **{name: ["update"] for name in names[:4]},
        **{name: ["create"] for name in names[4:]},
    }
    assert all(held(cloud, name) == DEFAULTS for name in names)
    assert stack.settled()


def test_get_reads_and_import_adopts_and_neither_writes(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed(function="read", config={"maxAsyncRetryAttempts": 7}, qualifier="prod")
    cloud.seed(function="imported", config={"asyncTask": True})
    stack.program(
        f"""
found = V3AsyncInvokeConfig.get("read", {id_of("read", "prod")!r})
pulumi.export("retries", found.max_async_retry_attempts)
pulumi.export("qualifier", found.qualifier)
"""
        + v3_declaration(
            "imported", opts=f"ResourceOptions(import_={id_of('imported')!r})", async_task=True
        )
    )
    stack.up()
    assert stack.exports == {"retries": 7, "qualifier": "prod"}
    assert {each.method for each in cloud.calls()} == {"GET"}
    assert stack.settled()


def test_what_is_wrong_is_told_at_once_and_unknown_values_pass_beside_it(
    stack: Stack, cloud: EmulatorServer
) -> None:
    wrong = v3_declaration(
        "wrong",
        qualifier="wrong:prod",
        max_async_retry_attempts=9,
        destination_config=destinations(failure="queue"),
    )
    stack.program(LATE + wrong)
    text = stack.preview_fails().text
    assert 'give its name alone, such as "prod"' in text
    assert "but is 9" in text
    assert "destinationConfig.onFailure.destination" in text
    assert cloud.calls() == []

    unknown = (
        "V3AsyncInvokeConfig('unknown', function_name=late('fn'), "
        f"destination_config={{'on_failure': {{'destination': late({QUEUE!r})}}}})\n"
    )
    stack.program(LATE + unknown)
    assert "create" in stack.preview().operations
    stack.up()
    assert held(cloud, "fn")["destinationConfig"] == {"onFailure": {"destination": QUEUE}}


def test_both_versions_two_regions_and_two_accounts_are_in_one_program(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        f"""
other = Provider(
    "other", region={OTHER_REGION!r}, account_id={OTHER_ACCOUNT!r}, endpoint={cloud.url!r}
)
names = Output.from_input({{"function_name": "fn", "alias_name": "prod"}})
for suffix, opts in (("", None), ("-other", ResourceOptions(provider=other))):
    AsyncInvokeConfig("v2" + suffix, service_name="demo", function_name="fn", opts=opts)
    V3AsyncInvokeConfig(
        "v3" + suffix,
        function_name=names["function_name"],
        qualifier=names["alias_name"],
        destination_config={{
            "on_failure": {{"destination": destinations.fc_v3_function("failures")}}
        }} if opts is None else None,
        opts=opts,
    )
"""
    )
    stack.up()
    keys = ("service", "qualifier", "region", "account")
    assert {tuple(each[key] for key in keys) for each in cloud.configs()} == {
        (service, qualifier, *place)
        for service, qualifier in (("demo", "LATEST"), (None, "prod"))
        for place in ((REGION, ACCOUNT), (OTHER_REGION, OTHER_ACCOUNT))
    }
    assert stack.is_settled()


@pytest.mark.proof
@pytest.mark.parametrize(
    "rules",
    [pytest.param(each, id=f"{each.merge}-{each.empty}") for each in all_rules("merge", "empty")],
)
def test_destinations_are_removed_under_every_rule(
    stack: Stack, cloud: EmulatorServer, rules: Rules
) -> None:
    cloud.use_rules(rules)
    stack.program(v3_declaration("one", **FULL) + v3_declaration("both", **FULL))
    stack.up()
    inputs: dict[str, Any] = {**FULL, "destination_config": destinations(success=QUEUE)}
    none: dict[str, Any] = {**FULL, "destination_config": None}
    stack.program(v3_declaration("one", **inputs) + v3_declaration("both", **none))
    assert stack.up().by_name == {"one": ["update"], "both": ["update"]}
    assert held(cloud, "one")["destinationConfig"] == {"onSuccess": {"destination": QUEUE}}
    assert "destinationConfig" not in held(cloud, "both")
    assert stack.is_settled()
