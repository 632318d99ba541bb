"""What `fc-async-invoke diff` makes of a stack's state: pure, from the export to the comparison."""

import json
from typing import Any

import pytest

from pulumi_fc_async_invoke.api import v2023
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.cli.comparison import Comparison, Status, compare
from pulumi_fc_async_invoke.cli.state import StoredConfig, stored_configs

ID = "acs:fc:cn-shanghai:42:services/demo.LATEST/functions/hello"
URNS = "urn:pulumi:dev::project::pulumi:providers:pulumi-python::"
URN = "urn:pulumi:dev::project::pulumi-python:dynamic/fc:AsyncInvokeConfig::hello"
SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "ciphertext": "v1:encrypted",
}
A = "acs:mns:cn-shanghai:42:/queues/a/messages"
B = "acs:mns:cn-shanghai:42:/queues/b/messages"


def resource(outputs: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "urn": URN,
        "type": "pulumi-python:dynamic/fc:AsyncInvokeConfig",
        "id": ID,
        "provider": f"{URNS}default::some-id",
        "outputs": outputs or {},
        **fields,
    }


def provider(name: str, **inputs: Any) -> dict[str, Any]:
    return {"urn": f"{URNS}{name}", "type": "pulumi:providers:pulumi-python", "inputs": inputs}


def export(*resources: dict[str, Any]) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": list(resources)}})


def only(*resources: dict[str, Any]) -> StoredConfig:
    (stored,) = stored_configs(export(*resources))
    return stored


def compared(outputs: dict[str, Any], found: dict[str, Any]) -> Comparison:
    return compare(only(resource(outputs)), API.read_config(found))


# --- state


@pytest.mark.parametrize("state", ["{}", '{"deployment": null}', '{"deployment": {}}', export()])
def test_a_stack_may_be_empty(state: str) -> None:
    assert stored_configs(state) == []


def test_only_configs_that_the_stack_manages_are_looked_at() -> None:
    other = {"urn": URN, "type": "pulumi:pulumi:Stack"}
    read = resource(external=True)
    going = resource(delete=True)

    assert stored_configs(export(other, read, going)) == []


def test_a_name_may_hold_colons() -> None:
    assert only(resource(urn=f"{URN}::more")).name == "hello::more"


@pytest.mark.parametrize("name", ["default", "default_3_95_0", "default_1_0_0_alpha_1"])
def test_a_default_provider_is_the_stacks_configuration(name: str) -> None:
    default = provider(name, **{"alicloud:region": "cn-old"})
    stored = only(default, resource(provider=f"{URNS}{name}::some-id"))

    assert stored.provider_inputs is None


@pytest.mark.parametrize("name", ["mine", "default-hz", "default_hz", "defaults"])
def test_an_explicit_provider_has_inputs_of_its_own_but_for_its_secrets(name: str) -> None:
    explicit = provider(name, **{"alicloud:region": "cn-x", "alicloud:secretKey": SECRET})
    stored = only(explicit, resource(provider=f"{URNS}{name}::some-id"))

    assert stored.provider_inputs == {"alicloud:region": "cn-x"}


@pytest.mark.parametrize(
    ("outputs", "path"),
    [
        ({"destinationConfig": SECRET}, "destinationConfig"),
        ({"destinationConfig": {"onFailure": SECRET}}, "destinationConfig.onFailure"),
        (
            {"destinationConfig": {"onFailure": {"destination": SECRET}}},
            "destinationConfig.onFailure.destination",
        ),
        ({"maxAsyncRetryAttempts": SECRET}, "maxAsyncRetryAttempts"),
    ],
)
def test_a_secret_is_left_out_at_any_depth(outputs: dict[str, Any], path: str) -> None:
    stored = only(resource(outputs))

    assert stored.secrets == {path}
    assert "encrypted" not in repr(stored)


# --- comparison


def test_equal_values_are_the_same() -> None:
    outputs = {"destinationConfig": {"onFailure": {"destination": A}}, "maxAsyncRetryAttempts": 1.0}
    found = {"destinationConfig": {"onFailure": {"destination": A}}, "maxAsyncRetryAttempts": 1}

    assert compared(outputs, found).status is Status.SAME


def test_each_value_that_differs_is_named_with_both_sides() -> None:
    comparison = compared(
        {"destinationConfig": {"onFailure": {"destination": A}}, "maxAsyncRetryAttempts": 1},
        {"destinationConfig": {"onFailure": {"destination": B}}, "maxAsyncRetryAttempts": 7},
    )

    assert comparison.status is Status.DIFFERENT
    assert set(comparison.differences) == {
        ("destinationConfig.onFailure.destination", A, B),
        ("maxAsyncRetryAttempts", 1, 7),
    }


@pytest.mark.parametrize(
    "outputs",
    [
        {"destinationConfig": SECRET},
        {"destinationConfig": {"onFailure": SECRET}},
        {"destinationConfig": {"onFailure": {"destination": SECRET}}},
    ],
)
def test_a_secret_is_not_compared_and_its_value_on_the_service_not_shown(
    outputs: dict[str, Any],
) -> None:
    comparison = compared(outputs, {"destinationConfig": {"onFailure": {"destination": A}}})

    assert comparison.status is Status.SAME
    assert A not in str(comparison.document())
    assert comparison.document()["notCompared"]


def test_what_stands_beside_a_secret_is_compared() -> None:
    comparison = compared(
        {"destinationConfig": {"onFailure": SECRET}},
        {"destinationConfig": {"onSuccess": {"destination": A}}},
    )

    assert comparison.differences == (("destinationConfig.onSuccess.destination", None, A),)


def test_what_the_service_does_not_have_is_gone() -> None:
    assert compare(only(resource()), None).status is Status.GONE


def test_configs_of_3_are_compared_by_their_own_fields() -> None:
    stored = only(
        resource(
            {"asyncTask": True, "maxAsyncRetryAttempts": 1},
            type="pulumi-python:dynamic/fc:V3AsyncInvokeConfig",
            id="acs:fc:cn-shanghai:42:functions/hello/LATEST",
        )
    )
    found = v2023.API.read_config({"asyncTask": None, "maxAsyncRetryAttempts": 1})

    assert compare(stored, found).differences == (("asyncTask", True, False),)


@pytest.mark.parametrize("declared", [A, A.replace(":42:", "::"), A.replace("cn-shanghai:42", ":")])
@pytest.mark.parametrize("held", [A, A.replace(":42:", "::")])
def test_a_destination_in_another_spelling_is_the_same(declared: str, held: str) -> None:
    outputs = {"destinationConfig": {"onFailure": {"destination": declared}}}
    found = {"destinationConfig": {"onFailure": {"destination": held}}}

    assert compared(outputs, found).status is Status.SAME
