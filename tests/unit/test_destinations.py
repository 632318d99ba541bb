"""The names of destinations, under Pulumi's mocks."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import pulumi
import pytest
from tests.support.mocks import Cloud, mocked_cloud, run

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

REGION = "cn-shanghai"
ACCOUNT = "1234567890123456"
VARIABLES = (
    "ALICLOUD_REGION",
    "ALIBABA_CLOUD_REGION_ID",
    "ALICLOUD_ACCOUNT_ID",
    "ALIBABA_CLOUD_ACCOUNT_ID",
)

Helper = Callable[..., pulumi.Output[str]]
queue, topic, function = destinations.mns_queue, destinations.mns_topic, destinations.fc_function
function_3 = destinations.fc_v3_function


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def configured() -> Iterator[Cloud]:
    with mocked_cloud({"alicloud:region": REGION, "alicloud:accountId": ACCOUNT}) as cloud:
        yield cloud


@pytest.fixture
def unconfigured() -> Iterator[Cloud]:
    with mocked_cloud() as cloud:
        yield cloud


def refusal(helper: Helper, *names: Any, **options: Any) -> str:
    with pytest.raises(ValueError, match=r"^destinations: ") as caught:
        run(lambda: helper(*names, **options))
    return str(caught.value)


# -- their forms


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("program", "name"),
    [
        (lambda: queue("failures"), "mns:{at}:/queues/failures/messages"),
        (lambda: topic("results"), "mns:{at}:/topics/results/messages"),
        (lambda: function("demo", "hello"), "fc:{at}:services/demo/functions/hello"),
        (
            lambda: function("demo", "hello", qualifier="prod"),
            "fc:{at}:services/demo.prod/functions/hello",
        ),
        (lambda: function_3("hello"), "fc:{at}:functions/hello"),
        (lambda: function_3("hello", qualifier="prod"), "fc:{at}:functions/hello/prod"),
        (lambda: function_3("demo$hello"), "fc:{at}:functions/demo$hello"),
    ],
    ids=[
        "queue",
        "topic",
        "function",
        "qualified function",
        "function of 3.0",
        "qualified function of 3.0",
        "function of 2.0 in 3.0",
    ],
)
def test_each_target_has_its_form(program: Callable[[], pulumi.Output[str]], name: str) -> None:
    assert run(program) == "acs:" + name.format(at=f"{REGION}:{ACCOUNT}")


ALL = pytest.mark.parametrize(
    ("helper", "names"),
    [
        (queue, ["failures"]),
        (topic, ["results"]),
        (function, ["demo", "hello"]),
        (function_3, ["hello"]),
    ],
    ids=["mns_queue", "mns_topic", "fc_function", "fc_v3_function"],
)


@ALL
@pytest.mark.usefixtures("configured")
def test_region_and_account_may_be_named(helper: Helper, names: list[str]) -> None:
    name = run(lambda: helper(*names, region="cn-hangzhou", account_id="1"))
    assert name.split(":")[2:4] == ["cn-hangzhou", "1"]


@ALL
@pytest.mark.usefixtures("unconfigured")
def test_region_and_account_may_come_from_the_environment(
    helper: Helper, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_REGION_ID", "cn-beijing")
    monkeypatch.setenv("ALICLOUD_ACCOUNT_ID", "2")
    assert run(lambda: helper(*names)).split(":")[2:4] == ["cn-beijing", "2"]


@ALL
@pytest.mark.usefixtures("configured")
def test_every_value_may_be_an_output(helper: Helper, names: list[str]) -> None:
    def program() -> pulumi.Output[str]:
        outputs = [pulumi.Output.from_input(name) for name in names]
        return helper(
            *outputs,
            region=pulumi.Output.from_input("cn-hangzhou"),
            account_id=pulumi.Output.from_input("1"),
        )

    assert run(program) == run(lambda: helper(*names, region="cn-hangzhou", account_id="1"))


@pytest.mark.usefixtures("configured")
def test_a_value_may_be_awaited() -> None:
    async def late() -> str:
        return "failures"

    assert run(lambda: queue(late())).endswith(":/queues/failures/messages")


@pytest.mark.usefixtures("configured")
def test_a_qualifier_may_be_an_output() -> None:
    name = run(lambda: function("demo", "hello", qualifier=pulumi.Output.from_input("prod")))
    assert name.endswith(":services/demo.prod/functions/hello")


class Name(str, Enum):
    """As generated SDKs declare enums; since Python 3.11 it formats as ``Name.FAILURES``."""

    FAILURES = "failures"


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    "given", [Name.FAILURES, pulumi.Output.from_input], ids=["plain", "output"]
)
def test_a_member_of_an_enum_is_its_value(given: Any) -> None:
    name = run(lambda: queue(given if isinstance(given, Name) else given(Name.FAILURES)))
    assert name.endswith(":/queues/failures/messages")


def test_a_resource_takes_one(configured: Cloud) -> None:
    def program() -> pulumi.Output[str]:
        config = AsyncInvokeConfig(
            "hello",
            service_name="demo",
            function_name="hello",
            destination_config={"on_failure": {"destination": queue("failures")}},
        )
        return config.id

    run(program)
    assert configured.inputs("hello")["destinationConfig"] == {
        "onFailure": {"destination": f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"}
    }


# -- secrets


def is_secret(program: Callable[[], pulumi.Output[str]]) -> bool:
    return bool(run(lambda: program().is_secret()))


def test_a_secret_account_makes_the_name_a_secret() -> None:
    settings = {"alicloud:region": REGION, "alicloud:accountId": ACCOUNT}
    with mocked_cloud(settings, ["alicloud:accountId"]):
        assert is_secret(lambda: queue("failures"))
    with mocked_cloud(settings):
        assert not is_secret(lambda: queue("failures"))
        assert is_secret(lambda: queue(pulumi.Output.secret("failures")))


# -- what is refused


@pytest.mark.usefixtures("unconfigured")
def test_without_region_or_account_the_error_says_how_to_set_them() -> None:
    assert refusal(queue, "failures", account_id="1") == (
        "destinations: nothing says which region: pass region=…, or set it for the stack: "
        "pulumi config set alicloud:region cn-shanghai"
    )
    assert refusal(queue, "failures", region=REGION) == (
        "destinations: nothing says which account_id: pass account_id=…, or set it for the "
        "stack: pulumi config set alicloud:accountId 1234567890123456"
    )


def test_a_setting_that_is_no_text_is_a_mistake_as_well() -> None:
    with mocked_cloud({"alicloud:region": '["cn-shanghai"]'}):
        assert refusal(queue, "failures") == (
            "destinations: alicloud:region must be plain text, no object and no list: "
            "pulumi config set alicloud:region cn-shanghai"
        )


def test_a_wrong_region_of_the_configuration_is_told_from_one_of_the_program() -> None:
    with mocked_cloud({"alicloud:region": "Shanghai", "alicloud:accountId": ACCOUNT}):
        assert refusal(queue, "failures") == (
            'destinations: region must be a region\'s id, such as "cn-shanghai", but is '
            "'Shanghai'; it comes from the configuration: "
            "pulumi config set alicloud:region cn-shanghai"
        )


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("name", ["", "a/b", "a:b", "a b", "a\n", "acs:mns:::/queues/a", 1])
@pytest.mark.parametrize("helper", [queue, topic])
def test_a_name_that_would_mean_something_else_is_refused(helper: Helper, name: object) -> None:
    what = "queue_name" if helper is queue else "topic_name"
    assert refusal(helper, name) == (
        f"destinations: {what} must be one name without slashes, colons or spaces, but is {name!r}"
    )


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        (["demo.prod", "hello"], {}, "service_name must be 1 to 128 letters"),
        (["demo", "hel/lo"], {}, "function_name must be 1 to 128 letters"),
        (["demo", "hello"], {"qualifier": ""}, "qualifier must be 1 to 128 letters"),
        (["demo", "hello"], {"region": "Shanghai"}, "region must be a region's id"),
        (["demo", "hello"], {"account_id": "me"}, "account_id must be an account's id"),
    ],
)
def test_what_the_resource_would_refuse_is_refused(
    names: list[str], options: dict[str, str], said: str
) -> None:
    assert refusal(function, *names, **options).startswith(f"destinations: {said}")


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("name", ["", "a/b", "a$b$c", "$a", "a:b", 1])
def test_a_name_that_no_function_of_3_0_has_is_refused(name: object) -> None:
    assert refusal(function_3, name).startswith("destinations: name must be 1 to 128 letters")


@pytest.mark.usefixtures("configured")
def test_an_output_is_checked_when_it_is_known_and_not_shown() -> None:
    with pytest.raises(pulumi.RunError, match="queue_name must be one name") as caught:
        run(lambda: queue(pulumi.Output.secret("s3cr3t/name")))
    assert "s3cr3t" not in str(caught.value)
    # The SDK wraps a ValueError in a traceback where the output is a resource's input.
    assert not isinstance(caught.value, ValueError)


def test_a_mistake_is_no_traceback_for_pulumi() -> None:
    with mocked_cloud({"alicloud:region": REGION}), pytest.raises(pulumi.RunError):
        run(lambda: queue("a/b"))
