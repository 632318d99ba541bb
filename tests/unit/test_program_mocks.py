"""A user's unit tests: programs under `pulumi.runtime.set_mocks`, with no engine and no plugin."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, settings

from pulumi_fc_async_invoke import (
    AsyncInvokeConfig,
    AsyncInvokeConfigArgs,
    DestinationArgs,
    DestinationConfigArgs,
    Provider,
)

QUEUE = "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"
TOPIC = "acs:mns:cn-shanghai:1234567890123456:/topics/results/messages"
TYPE = "pulumi-python:dynamic/fc:AsyncInvokeConfig"


class Cloud(mocks.Mocks):
    """Answers every resource with its inputs, as a user's mocks do."""

    def __init__(self) -> None:
        self.registered: dict[str, mocks.MockResourceArgs] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.registered[args.name] = args
        return args.resource_id or f"{args.name}-id", _inputs(args)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(args.token)

    def inputs(self, name: str) -> dict[str, Any]:
        """What the program declared, in the API's names, without the SDK's own key."""
        given = _inputs(self.registered[name])
        return {key: value for key, value in given.items() if key != "__provider"}


def _inputs(args: Any) -> dict[str, Any]:
    """The SDK types them as a bare dict."""
    inputs: dict[str, Any] = args.inputs
    return inputs


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    # The SDK's mocks make an event loop per thread, and close none.
    new_event_loop = asyncio.new_event_loop
    loops: list[asyncio.AbstractEventLoop] = []

    def remembered() -> asyncio.AbstractEventLoop:
        loops.append(new_event_loop())
        return loops[-1]

    monkeypatch.setattr(asyncio, "new_event_loop", remembered)
    asyncio.set_event_loop(remembered())
    cloud = Cloud()
    pulumi.runtime.set_mocks(cloud, project="project", stack="test", preview=False)
    yield cloud
    settings.reset_options()
    asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()


def run(program: Callable[[], Any]) -> Any:
    """Run a program to its end; the value of the output that it returns."""
    seen: list[Any] = []

    def whole() -> Any:
        return pulumi.Output.from_input(program()).apply(seen.append)

    sdk: Any = mocks  # its decorator has no types
    sdk.test(whole)()
    return seen[0]


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


def test_tests_may_build_the_same_config_under_other_names(cloud: Cloud) -> None:
    for name in ("one", "other"):
        run(lambda: AsyncInvokeConfig(name, service_name="demo", function_name="hello").id)  # noqa: B023  runs at once
    assert {"one", "other"} <= cloud.registered.keys()
