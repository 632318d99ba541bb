"""What a resource's options, and those of the command line, do to a config."""

import pytest
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, TOPIC, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

REPLACED = ["create-replacement", "replace", "delete-replaced"]
REPLACED_AFTER_DELETION = ["delete-replaced", "replace", "create-replacement"]


def test_delete_before_replace_deletes_the_old_one_first(
    stack: Stack, cloud: EmulatorServer
) -> None:
    options = "ResourceOptions(delete_before_replace=True)"
    stack.declare(opts=options)
    stack.up()
    cloud.clear_calls()
    stack.declare(qualifier="prod", opts=options)
    assert stack.up().operations == REPLACED_AFTER_DELETION
    assert [(call.method, call.qualifier) for call in cloud.calls()] == [
        ("DELETE", "LATEST"),
        ("GET", "LATEST"),
        ("GET", "prod"),
        ("PUT", "prod"),
    ]
    assert stack.settled()


def test_a_protected_one_and_a_retained_one_stay_and_one_in_a_component_goes(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        declaration("protected", opts="ResourceOptions(protect=True)")
        + declaration("retained", opts="ResourceOptions(retain_on_delete=True)")
        + 'component = pulumi.ComponentResource("acme:queues:Worker", "worker")\n'
        + declaration("inner", opts="ResourceOptions(parent=component)")
        + "component.register_outputs({})\n"
    )
    stack.up()
    assert "acme:queues:Worker$pulumi-python:dynamic/fc:AsyncInvokeConfig" in stack.urn("inner")
    stack.destroy("--exclude-protected")
    assert set(stack.resources) == {"protected"}
    assert {config["function"] for config in cloud.configs()} == {"protected", "retained"}


def test_ignored_changes_stay_and_the_others_are_made_in_place(
    stack: Stack, cloud: EmulatorServer
) -> None:
    ignored = {
        "number": '["max_async_retry_attempts"]',
        "number-by-its-api-name": '["maxAsyncRetryAttempts"]',
        "side": '["destinationConfig.onFailure"]',
        "destinations": '["destination_config"]',
    }
    # The engine wants to know which properties changed, and the SDK's servicer can't tell it.
    replaced = 'ResourceOptions(replace_on_changes=["maxAsyncRetryAttempts"])'

    def program(retries: int, *, success: str, failure: str) -> str:
        return "".join(
            declaration(
                name,
                opts=f"ResourceOptions(ignore_changes={paths})",
                max_async_retry_attempts=retries,
                destination_config=destinations(success=success, failure=failure),
            )
            for name, paths in ignored.items()
        ) + declaration("updated", opts=replaced, max_async_retry_attempts=retries)

    stack.program(program(1, success=QUEUE, failure=TOPIC))
    stack.up()
    stack.program(program(2, success=TOPIC, failure=QUEUE))
    assert stack.up().by_name["updated"] == ["update"]
    assert held_values(cloud, "updated") == api_values(max_async_retry_attempts=2)
    number = api_values(
        max_async_retry_attempts=1, destination_config=destinations(success=TOPIC, failure=QUEUE)
    )
    assert {name: held_values(cloud, name) for name in ignored} == {
        "number": number,
        "number-by-its-api-name": number,
        "side": api_values(
            max_async_retry_attempts=2,
            destination_config=destinations(success=TOPIC, failure=TOPIC),
        ),
        "destinations": api_values(
            max_async_retry_attempts=2,
            destination_config=destinations(success=QUEUE, failure=TOPIC),
        ),
    }
    assert stack.settled()


def test_a_replacement_by_the_same_config_ends_with_the_config_there(
    stack: Stack, cloud: EmulatorServer
) -> None:
    # Old and new are one remote object: deleting the old must not take the new along.
    def program(trigger: int) -> str:
        deleted = f"delete_before_replace=True, replacement_trigger={trigger}"
        return (
            declaration("demanded", max_async_retry_attempts=1)
            + declaration("triggered", opts=f"ResourceOptions(replacement_trigger={trigger})")
            + declaration("along", opts="ResourceOptions(replace_with=[triggered])")
            + declaration("deleted", opts=f"ResourceOptions({deleted})")
        )

    stack.program(program(1))
    stack.up()
    # What has just been deleted may still be answered, and must not be taken over.
    cloud.rules(stale_reads=10_000)
    stack.program(program(2))
    outcome = stack.up("--replace", stack.urn("demanded"))
    assert outcome.by_name == {
        "demanded": REPLACED,
        "triggered": REPLACED,
        "along": REPLACED,
        "deleted": REPLACED_AFTER_DELETION,
    }
    assert held_values(cloud, "demanded") == api_values(max_async_retry_attempts=1)
    assert held_values(cloud, "triggered") == api_values()
    assert held_values(cloud, "along") == api_values()
    assert held_values(cloud, "deleted") == api_values()


def test_a_replacement_on_demand_that_changes_values_needs_permission_to_overwrite(
    stack: Stack, cloud: EmulatorServer
) -> None:
    # The new one is made first, and nothing tells it that the old one is its own.
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    stack.declare(max_async_retry_attempts=2)
    outcome = stack.up_fails("--replace", stack.urn())
    assert "a different config exists already and was left as it is" in outcome.text
    assert held_values(cloud) == api_values(max_async_retry_attempts=1)
    stack.declare(max_async_retry_attempts=2, allow_overwrite=True)
    assert stack.up("--replace", stack.urn()).operations == REPLACED
    assert held_values(cloud) == api_values(max_async_retry_attempts=2)
    assert stack.is_settled()


@pytest.mark.proof
def test_a_replacement_that_deletes_first_may_change_values(
    stack: Stack, cloud: EmulatorServer
) -> None:
    options = "ResourceOptions(delete_before_replace=True)"
    stack.declare(opts=options, max_async_retry_attempts=1)
    stack.up()
    stack.declare(opts=options, max_async_retry_attempts=2)
    assert stack.up("--replace", stack.urn()).operations == REPLACED_AFTER_DELETION
    assert held_values(cloud) == api_values(max_async_retry_attempts=2)
    assert stack.settled()


def test_a_new_name_takes_the_config_along(stack: Stack, cloud: EmulatorServer) -> None:
    with_alias = 'ResourceOptions(aliases=[pulumi.Alias(name="old-aliased")])'
    stack.program(
        declaration("old-aliased", function_name="aliased")
        + declaration("old", function_name="bare", max_async_retry_attempts=1)
    )
    stack.up()
    cloud.clear_calls()
    stack.program(
        declaration("new-aliased", function_name="aliased", opts=with_alias)
        + declaration("new", function_name="bare", max_async_retry_attempts=1)
    )
    outcome = stack.up()
    assert outcome.by_name == {"new": ["create"], "old": ["delete"]}
    assert [(call.method, call.function) for call in cloud.calls()] == [("GET", "bare")]
    (warning,) = [line for line in outcome.diagnostics if "is not deleted" in line]
    assert "demo.LATEST/bare" in warning
    assert held_values(cloud, "aliased") == api_values()
    assert held_values(cloud, "bare") == api_values(max_async_retry_attempts=1)
    assert set(stack.resources) == {"new-aliased", "new"}
    assert stack.settled()


@pytest.mark.proof
def test_what_was_deleted_from_state_is_adopted(stack: Stack, cloud: EmulatorServer) -> None:
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    stack.run("state", "delete", stack.urn(), "--stack", stack.name, "--yes")
    cloud.clear_calls()
    assert stack.up().operations == ["create"]
    assert [call.method for call in cloud.calls()] == ["GET"]
    assert stack.settled()


def test_hooks_secret_outputs_and_deleting_with_another_are_the_engines(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        "def tell(args):\n"
        "    retries = args.new_outputs['maxAsyncRetryAttempts']\n"
        "    pulumi.log.info(f'made {args.name}: {retries:g}')\n"
        "hooks = pulumi.ResourceHookBinding(after_create=[pulumi.ResourceHook('tell', tell)])\n"
        + declaration("hooked", opts="ResourceOptions(hooks=hooks)")
        + declaration("with-it", opts="ResourceOptions(deleted_with=hooked)")
        + declaration(
            "hidden", opts="ResourceOptions(additional_secret_outputs=['max_async_retry_attempts'])"
        )
        + "pulumi.export('retries', hidden.max_async_retry_attempts)\n"
    )
    assert "made hooked: 3" in stack.up().text
    assert stack.resources["with-it"]["outputs"]["maxAsyncRetryAttempts"] == 3
    assert "ciphertext" in stack.resources["hidden"]["outputs"]["maxAsyncRetryAttempts"]
    assert "[secret]" in stack.run("stack", "output", "retries").stdout
    assert stack.settled()
    cloud.clear_calls()

    stack.destroy()
    deletes = {call.function for call in cloud.calls() if call.method == "DELETE"}
    assert deletes == {"hooked", "hidden"}


@pytest.mark.proof
def test_only_the_target_is_changed(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(declaration("this") + declaration("that"))
    stack.up()
    stack.program(
        declaration("this", max_async_retry_attempts=0)
        + declaration("that", max_async_retry_attempts=0)
    )
    assert stack.up("--target", stack.urn("this")).by_name == {"this": ["update"]}
    assert held_values(cloud, "this") == api_values(max_async_retry_attempts=0)
    assert held_values(cloud, "that") == api_values()


def test_a_new_name_that_fails_leaves_the_old_one_in_state(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare("old", function_name="hello", max_async_retry_attempts=1)
    stack.up()
    stack.declare("new", function_name="hello", max_async_retry_attempts=2)
    # Only so does the engine go on to the delete.
    outcome = stack.up_fails("--continue-on-error")
    assert "it is not deleted, and stays in state" in outcome.text
    assert set(stack.resources) == {"old"}
    assert held_values(cloud) == api_values(max_async_retry_attempts=1)
    stack.declare("new", function_name="hello", max_async_retry_attempts=2, allow_overwrite=True)
    stack.up()
    assert set(stack.resources) == {"new"}
    assert held_values(cloud) == api_values(max_async_retry_attempts=2)
    assert stack.settled()
