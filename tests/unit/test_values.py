"""What a program may pass in: enums are their values, and what cannot be serialized is one line."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import pulumi
import pytest
from tests.support.mocks import Cloud, mocked_cloud, run

from pulumi_fc_async_invoke import (
    AsyncInvokeConfig,
    AsyncInvokeConfigArgs,
    DestinationArgs,
    DestinationConfigArgs,
)

QUEUE = "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"


class Name(str, Enum):
    """As generated SDKs declare enums."""

    DEMO = "demo"
    HELLO = "hello"
    QUEUE = QUEUE


class Count(int, Enum):
    ONE = 1


@pytest.fixture(autouse=True)
def cloud() -> Iterator[Cloud]:
    with mocked_cloud() as cloud:
        yield cloud


def declare(**inputs: Any) -> pulumi.Output[Any]:
    given: Any = {"service_name": "demo", "function_name": "hello", **inputs}
    return AsyncInvokeConfig("hello", **given).id


def late(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input("late").apply(lambda _: value)


# -- enums


WITH_ENUMS: dict[str, Callable[[], pulumi.Output[Any]]] = {
    "plain": lambda: declare(
        service_name=Name.DEMO,
        function_name=Name.HELLO,
        destination_config={"on_failure": {"destination": Name.QUEUE}},
        max_async_retry_attempts=Count.ONE,
    ),
    "in Args classes": lambda: (
        AsyncInvokeConfig(
            "hello",
            AsyncInvokeConfigArgs(
                service_name=Name.DEMO,
                function_name=Name.HELLO,
                destination_config=DestinationConfigArgs(
                    on_failure=DestinationArgs(destination=Name.QUEUE)
                ),
                max_async_retry_attempts=Count.ONE,
            ),
        ).id
    ),
    "in outputs": lambda: declare(
        service_name=late(Name.DEMO),
        function_name=late(Name.HELLO),
        destination_config=late({"on_failure": late({"destination": late(Name.QUEUE)})}),
        max_async_retry_attempts=late(Count.ONE),
    ),
}


@pytest.mark.parametrize("program", WITH_ENUMS.values(), ids=WITH_ENUMS)
def test_a_member_of_an_enum_is_its_value(
    program: Callable[[], pulumi.Output[Any]], cloud: Cloud
) -> None:
    run(program)
    inputs = cloud.inputs("hello")
    assert inputs == {
        "serviceName": "demo",
        "functionName": "hello",
        "destinationConfig": {"onFailure": {"destination": QUEUE}},
        "maxAsyncRetryAttempts": 1,
    }
    assert f"{inputs['serviceName']}" == "demo"


# -- what cannot be serialized

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a block written as a list": (
        {"destination_config": [{"on_failure": {"destination": QUEUE}}]},
        (
            "destination_config must be DestinationConfigArgs or a dict, but is a list: "
            "give the object itself, not a list"
        ),
    ),
    "a nested block written as a list": (
        {"destination_config": {"on_failure": [{"destination": QUEUE}]}},
        (
            "destination_config.on_failure must be DestinationArgs or a dict, but is a list: "
            "give the object itself, not a list"
        ),
    ),
    "a nested block by its name in the API": (
        {"destination_config": {"onFailure": [{"destination": QUEUE}]}},
        (
            "destination_config.on_failure must be DestinationArgs or a dict, but is a list: "
            "give the object itself, not a list"
        ),
    ),
    "a nested block in an Args object": (
        {"destination_config": DestinationConfigArgs(on_failure=[])},  # type: ignore[arg-type]  # wrong on purpose
        "destination_config.on_failure must be DestinationArgs or a dict, but is a list",
    ),
    "a number in a list": (
        {"max_async_retry_attempts": [1]},
        (
            "max_async_retry_attempts must be a whole number, but is a list: "
            "give the value itself, not a list"
        ),
    ),
    "any object": (
        {"service_name": object()},
        "service_name must be a string, but is an object",
    ),
    "a dict for a string": (
        {"service_name": {"name": "demo"}},
        "service_name must be a string, but is a dict",
    ),
    "a dict for a boolean": (
        {"stateful_invocation": {}},
        "stateful_invocation must be True or False, but is a dict",
    ),
    "a string for an object": (
        {"destination_config": QUEUE},
        "destination_config must be DestinationConfigArgs or a dict, but is a str",
    ),
    "another Args object": (
        {"destination_config": DestinationArgs(destination=QUEUE)},
        "destination_config must be DestinationConfigArgs or a dict, but is a DestinationArgs",
    ),
    "bytes": ({"service_name": b"demo"}, "service_name must be a string, but is a bytes"),
    "a key that is not a string": (
        {"destination_config": {1: {}}},
        "destination_config must have strings as keys, but has an int",
    ),
    "an object under a name that there is not": (
        {"destination_config": {"on_error": [object()]}},
        "destination_config.on_error must be a plain value, but is an object",
    ),
    "half a surrogate pair": (
        {"service_name": "\ud800"},
        "service_name holds half of a surrogate pair, which is not text",
    ),
    "a number that no double holds": (
        {"max_async_retry_attempts": 10**400},
        "max_async_retry_attempts is too large a number",
    ),
}


@pytest.mark.parametrize(("inputs", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_serialized_is_one_line_with_the_path_in_python(
    inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match="hello") as raised:
        run(lambda: declare(**inputs))
    assert isinstance(raised.value, pulumi.RunError)
    assert str(raised.value) == f"AsyncInvokeConfig 'hello': {said}"


@pytest.mark.parametrize(("inputs", "said"), REFUSED.values(), ids=REFUSED)
def test_the_same_in_an_output_fails_the_run_with_the_same_line(
    inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        run(lambda: declare(**{name: late(value) for name, value in inputs.items()}))
    assert str(raised.value) == f"AsyncInvokeConfig 'hello': {said}"
    # The SDK wraps a ValueError in a traceback.
    assert not isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (
            lambda: AsyncInvokeConfig.get("hello", ["acs:fc"]).id,  # type: ignore[arg-type]  # wrong on purpose
            "id must be a string, but is a list: give the value itself, not a list",
        ),
        (
            lambda: declare(opts=pulumi.ResourceOptions(import_={})),  # type: ignore[arg-type]  # wrong on purpose
            "import_ must be a string, but is a dict",
        ),
    ],
    ids=["get", "import"],
)
def test_ids_are_looked_at_as_well(program: Callable[[], pulumi.Output[Any]], said: str) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        run(program)
    assert str(raised.value) == f"AsyncInvokeConfig 'hello': {said}"


def test_a_resource_in_place_of_its_name_is_told_of_its_outputs() -> None:
    def program() -> pulumi.Output[Any]:
        service = pulumi.ComponentResource("test:index:Service", "service")
        return declare(service_name=service)

    with pytest.raises(ValueError, match=r"but is a ComponentResource: give one of its outputs$"):
        run(program)


def test_what_the_program_holds_is_left_as_it_is() -> None:
    destination = DestinationArgs(destination=Name.QUEUE)
    args = AsyncInvokeConfigArgs(
        service_name=Name.DEMO,
        function_name="hello",
        destination_config=DestinationConfigArgs(on_failure=destination),
    )
    run(lambda: AsyncInvokeConfig("hello", args).id)
    assert args.service_name is Name.DEMO
    assert destination.destination is Name.QUEUE
