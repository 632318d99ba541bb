"""A user's unit tests: programs under `pulumi.runtime.set_mocks`, with no engine and no plugin."""

from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from tests.support.mocks import Cloud, mocked_cloud, run

from pulumi_fc_async_invoke import (
    AsyncInvokeConfig,
    AsyncInvokeConfigArgs,
    DestinationArgs,
    DestinationConfigArgs,
    Provider,
    V3AsyncInvokeConfig,
    V3AsyncInvokeConfigArgs,
)

QUEUE = "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"
TOPIC = "acs:mns:cn-shanghai:1234567890123456:/topics/results/messages"
TYPE = "pulumi-python:dynamic/fc:AsyncInvokeConfig"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mocked_cloud() as cloud:
        yield cloud


def test_keywords_reach_the_engine_in_the_apis_names(cloud: Cloud) -> None:
    def program() -> pulumi.Output[Any]:
        config = AsyncInvokeConfig(
            "hello",
            service_name="demo",
            function_name="hello",
            destination_config={"on_failure": {"destination": QUEUE}},
            max_async_retry_attempts=1,
        )
        return config.id

    assert run(program) == "hello-id"
    assert cloud.registered["hello"].typ == TYPE
    assert cloud.inputs("hello") == {
        "serviceName": "demo",
        "functionName": "hello",
        "destinationConfig": {"onFailure": {"destination": QUEUE}},
        "maxAsyncRetryAttempts": 1,
    }


def test_args_classes_and_dict_literals_say_the_same(cloud: Cloud) -> None:
    def program() -> pulumi.Output[Any]:
        a = AsyncInvokeConfig(
            "classes",
            AsyncInvokeConfigArgs(
                service_name="demo",
                function_name="hello",
                destination_config=DestinationConfigArgs(
                    on_success=DestinationArgs(destination=TOPIC)
                ),
            ),
        )
        b = AsyncInvokeConfig(
            "literals",
            service_name="demo",
            function_name="other",
            destination_config={"on_success": {"destination": TOPIC}},
        )
        return pulumi.Output.all(a.id, b.id)

    run(program)
    assert cloud.inputs("classes") == {**cloud.inputs("literals"), "functionName": "hello"}


def test_outputs_are_typed_at_every_depth(cloud: Cloud) -> None:
    def program() -> pulumi.Output[Any]:
        config = AsyncInvokeConfig(
            "hello",
            service_name="demo",
            function_name="hello",
            destination_config={"on_failure": {"destination": QUEUE}},
            max_async_retry_attempts=1,
        )
        target = config.destination_config.apply(
            lambda held: held and held.on_failure and held.on_failure.destination
        )
        return pulumi.Output.all(target, config.max_async_retry_attempts, config.created_time)

    target, attempts, created = run(program)
    assert target == QUEUE
    assert (attempts, type(attempts)) == (1, int)
    assert created is None
    assert "hello" in cloud.registered


def test_another_resources_output_is_an_input(cloud: Cloud) -> None:
    def program() -> pulumi.Output[Any]:
        first = AsyncInvokeConfig("first", service_name="demo", function_name="one")
        second = AsyncInvokeConfig(
            "second",
            service_name=first.service_name,
            function_name="two",
            destination_config={"on_failure": {"destination": first.id.apply(lambda name: name)}},
        )
        return second.id

    run(program)
    assert cloud.inputs("second")["serviceName"] == "demo"
    assert cloud.inputs("second")["destinationConfig"]["onFailure"]["destination"] == "first-id"


def test_a_config_of_3_0_is_another_resource_with_the_same_outputs_and_its_own(
    cloud: Cloud,
) -> None:
    def program() -> pulumi.Output[Any]:
        config = V3AsyncInvokeConfig(
            "hello",
            V3AsyncInvokeConfigArgs(
                function_name="hello",
                destination_config={"on_failure": {"destination": QUEUE}},
                async_task=True,
            ),
        )
        target = config.destination_config.apply(
            lambda held: held and held.on_failure and held.on_failure.destination
        )
        return pulumi.Output.all(config.function_name, config.async_task, target)

    assert run(program) == ["hello", True, QUEUE]
    assert cloud.registered["hello"].typ == "pulumi-python:dynamic/fc:V3AsyncInvokeConfig"
    assert cloud.inputs("hello") == {
        "functionName": "hello",
        "destinationConfig": {"onFailure": {"destination": QUEUE}},
        "asyncTask": True,
    }


def test_a_config_of_3_0_is_read_by_its_id(cloud: Cloud) -> None:
    name = "acs:fc:cn-shanghai:1234567890123456:functions/hello/LATEST"
    assert run(lambda: V3AsyncInvokeConfig.get("held", name).id) == name
    assert cloud.registered["held"].resource_id == name


class Function(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Function", name, None, opts)
        self.config = AsyncInvokeConfig(
            f"{name}-config",
            service_name="demo",
            function_name=name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def test_a_component_hands_its_provider_down(cloud: Cloud) -> None:
    def program() -> pulumi.Output[Any]:
        provider = Provider("hangzhou", region="cn-hangzhou", account_id="1", secret_key="s")  # noqa: S106  no key
        group = Function("hello", pulumi.ResourceOptions(providers=[provider]))
        return group.config.id

    run(program)
    assert "::hangzhou::" in (cloud.registered["hello-config"].provider or "")
    assert cloud.inputs("hangzhou")["alicloud:region"] == "cn-hangzhou"
    assert cloud.registered["hangzhou"].typ == "pulumi:providers:pulumi-python"


def test_get_reads_by_id(cloud: Cloud) -> None:
    name = "acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/hello"
    assert run(lambda: AsyncInvokeConfig.get("held", name).id) == name
    assert cloud.registered["held"].resource_id == name


def test_an_import_is_a_hidden_input_and_no_option_of_the_engine(cloud: Cloud) -> None:
    name = "acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/hello"
    opts = pulumi.ResourceOptions(import_=name)

    def program() -> pulumi.Output[Any]:
        return AsyncInvokeConfig("hello", service_name="demo", function_name="hello", opts=opts).id

    assert run(program) == "hello-id"
    assert not cloud.registered["hello"].resource_id
    assert cloud.inputs("hello")["__import"] == name
    assert opts.import_ == name


def test_tests_may_build_the_same_config_under_other_names(cloud: Cloud) -> None:
    for name in ("one", "other"):
        run(lambda: AsyncInvokeConfig(name, service_name="demo", function_name="hello").id)  # noqa: B023  runs at once
    assert {"one", "other"} <= cloud.registered.keys()
