"""Which outputs a preview knows: what is declared, also if absent; not what the service sets."""

import json
from typing import Any

import pytest
from tests.support.programs import LATE, Source, declaration, destinations
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ID = f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/a"
OUTPUTS = {
    "function_name",
    "qualifier",
    "destination_config",
    "max_async_event_age_in_seconds",
    "max_async_retry_attempts",
    "region",
    "account_id",
    "allow_overwrite",
    "created_time",
    "last_modified_time",
    "id",
}
OF_2_0 = {"service_name", "stateful_invocation"}
OF_3_0 = {"async_task", "function_arn"}
KNOWN = """
async def write(outputs):
    import asyncio, json
    known = await asyncio.gather(*(output.is_known() for output in outputs.values()))
    with open("known.json", "w") as file:
        json.dump(sorted(name for name, is_known in zip(outputs, known) if is_known), file)

def known(config, names):
    outputs = {name: getattr(config, name) for name in names}
    pulumi.export("all", outputs)
    pulumi.export("destinations", outputs["destination_config"])
    pulumi.export("written", Output.from_input(write(outputs)))

"""
"""Source of a function that exports outputs, and writes down which of them are known."""

SET_BY_THE_SERVICE = {"created_time", "last_modified_time", "function_arn"}
FROM_A = Source("a.destination_config")
A_AND_B = declaration("a") + declaration("b", destination_config=FROM_A)


def known(stack: Stack) -> set[str]:
    names: list[str] = json.loads((stack.folder / "known.json").read_text())
    return set(names)


def test_an_absent_destination_is_known_and_so_no_change_of_what_takes_it(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(A_AND_B)
    stack.up()
    stack.preview("--expect-no-changes")
    stack.preview("--refresh", "--expect-no-changes")
    plan = str(stack.folder / "plan.json")
    stack.preview("--save-plan", plan)
    stack.up("--plan", plan)
    assert held_values(cloud, "b") == held_values(cloud, "a")


def test_the_same_holds_for_one_that_is_read(stack: Stack, cloud: EmulatorServer) -> None:
    cloud.seed("demo", "a", {"maxAsyncRetryAttempts": 1})
    stack.program(
        f"a = AsyncInvokeConfig.get('a', {ID!r})\n" + declaration("b", destination_config=FROM_A)
    )
    stack.up()
    stack.preview("--expect-no-changes")


def test_a_destination_of_one_whose_id_is_late_is_unknown(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed("demo", "a", {"destinationConfig": {"onFailure": {"destination": QUEUE}}})
    stack.program(declaration("b"))
    stack.up()
    stack.program(
        LATE
        + f"a = AsyncInvokeConfig.get('a', late({ID!r}))\n"
        + declaration("b", destination_config=FROM_A)
    )
    assert stack.preview().by_name["b"] == ["update"]
    stack.up()
    assert held_values(cloud, "b")["destinationConfig"] == {"onFailure": {"destination": QUEUE}}


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize(
    "declared",
    [
        pytest.param({}, id="without", marks=pytest.mark.proof),
        pytest.param({"destination_config": destinations(failure=QUEUE)}, id="with"),
    ],
)
def test_a_preview_knows_all_but_what_the_service_sets(
    stack: Stack, declared: dict[str, Any]
) -> None:
    version = stack.version
    outputs = OUTPUTS | (OF_3_0 if version.is_v3 else OF_2_0)

    def program(**inputs: Any) -> str:
        declaration = version.declaration("a", **declared, **inputs)
        return f"{KNOWN}{declaration}known(a, {sorted(outputs)})\n"

    stack.program(program())
    stack.preview()
    assert known(stack) == outputs - SET_BY_THE_SERVICE - {"id"}
    stack.up()
    assert known(stack) == outputs
    stack.preview("--expect-no-changes")
    assert known(stack) == outputs
    stack.program(program(max_async_retry_attempts=1))
    stack.preview()
    assert known(stack) == outputs - SET_BY_THE_SERVICE
