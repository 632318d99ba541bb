import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import ValidationError
from tests.support.configs import a_config, an_identity, stored
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.fields import Config, PropertyBag
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.emulator.rules import AbsentAs, Names, Rules
from pulumi_fc_async_invoke.emulator.storage import ConfigKey
from pulumi_fc_async_invoke.emulator.v2016 import V2016

X = "acs:mns:cn-shanghai:1:/queues/x/messages"
Y = "acs:mns:cn-shanghai:1:/queues/y/messages"
DEFAULTS: PropertyBag = {
    "maxAsyncEventAgeInSeconds": 86_400,
    "maxAsyncRetryAttempts": 3,
    "statefulInvocation": False,
}
ANY_VALUES = st.builds(
    a_config,
    st.sampled_from([None, X, Y]),
    st.sampled_from([None, X, Y]),
    st.integers(1, 604_800),
    st.integers(0, 8),
    st.booleans(),
)


def answered(**answer: Any) -> RemoteConfig:
    return API.read_config(answer)


# -- the service's answers


def test_an_answer_in_full() -> None:
    config = answered(
        service="demo",
        function="hello",
        qualifier="LATEST",
        createdTime="2026-01-01T00:00:00Z",
        lastModifiedTime="2026-01-02T00:00:00Z",
        destinationConfig={"onSuccess": {"destination": X}, "onFailure": {"destination": Y}},
        maxAsyncEventAgeInSeconds=60,
        maxAsyncRetryAttempts=1,
        statefulInvocation=True,
    )

    assert config.values == a_config(X, Y, 60, 1, stateful_invocation=True)
    assert (config.names.get("serviceName"), config.names.get("functionName")) == ("demo", "hello")
    assert config.names.get("qualifier") == "LATEST"
    assert config.outputs.get("createdTime") == "2026-01-01T00:00:00Z"
    assert config.outputs.get("lastModifiedTime") == "2026-01-02T00:00:00Z"


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        ("9" * 64, True),
        ("yesterday", True),
        ("9" * 65, False),
        ("2026-01-01\n", False),
        ("\x1b[31m", False),
        ("", False),
    ],
)
def test_a_time_is_short_and_printable_or_left_out(time: str, *, kept: bool) -> None:
    config = answered(createdTime=time, lastModifiedTime=time)

    assert config.outputs.get("createdTime") == (time if kept else None)
    assert config.outputs.get("lastModifiedTime") == (time if kept else None)


@pytest.mark.parametrize("key", ["maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts"])
def test_a_number_is_one_of_the_apis(key: str) -> None:
    for number in (-(2**63), 2**63 - 1):
        assert answered(**{key: number}).values.to_properties()[key] == number
    for number in (-(2**63) - 1, 2**63):
        with pytest.raises(ValidationError):
            answered(**{key: number})


def test_what_a_response_leaves_out_has_the_defaults() -> None:
    config = answered(qualifier="LATEST")

    assert config.values == a_config()
    assert config.names == {"qualifier": "LATEST"}
    assert config.outputs == {}


@pytest.mark.parametrize(
    "destination_config",
    [
        None,
        {},
        {"onSuccess": None, "onFailure": None},
        {"onSuccess": {}, "onFailure": {}},
        {"onSuccess": {"destination": None}, "onFailure": {"destination": None}},
        {"onSuccess": {"destination": ""}},
        {"elsewhere": {"destination": X}},
    ],
)
def test_a_destination_may_be_absent_or_null_at_each_level(destination_config: Any) -> None:
    assert answered(destinationConfig=destination_config).values == a_config()


@pytest.mark.parametrize("absent", [None, {}, {"destination": None}])
def test_one_side_may_be_absent_beside_the_other(absent: Any) -> None:
    config = answered(destinationConfig={"onSuccess": absent, "onFailure": {"destination": X}})

    assert config.values == a_config(on_failure=X)


@pytest.mark.parametrize("key", DEFAULTS)
def test_a_null_number_is_the_default(key: str) -> None:
    assert answered(**{key: None}).values == a_config()


@pytest.mark.parametrize(
    "names",
    [
        {"service": "demo", "function": "hello"},
        {"serviceName": "demo", "functionName": "hello"},
        {"service": "demo", "function": "hello", "serviceName": "demo", "functionName": "hello"},
    ],
)
def test_names_come_in_two_ways(names: dict[str, str]) -> None:
    config = answered(**names)

    assert (config.names.get("serviceName"), config.names.get("functionName")) == ("demo", "hello")


@pytest.mark.parametrize("other", [7, {"runtime": "python"}, "another", None])
def test_a_name_in_its_first_spelling_is_all_that_is_looked_at(other: object) -> None:
    config = answered(serviceName="demo", functionName="hello", service=other, function=other)

    assert (config.names.get("serviceName"), config.names.get("functionName")) == ("demo", "hello")


@pytest.mark.parametrize(
    ("names", "qualifier"),
    [
        ({"createdTime": "now"}, "LATEST"),
        ({"qualifier": ""}, "LATEST"),
        ({"functionName": ""}, "LATEST"),
        ({"serviceName": "demo.prod"}, "prod"),
        ({"serviceName": "demo.prod", "qualifier": "7"}, "7"),
    ],
)
def test_a_listed_config_is_told_by_what_it_names(names: dict[str, str], qualifier: str) -> None:
    listing = API.list(
        {"region": "r", "accountId": "1", "serviceName": "demo", "functionName": "hello"}
    )

    assert API.listed(listing, answered(**names)) == an_identity(
        "r", "1", "demo", qualifier, "hello"
    )


def test_a_null_name_gives_way_to_its_other_spelling() -> None:
    config = answered(serviceName=None, functionName=None, service="demo", function="hello")

    assert (config.names.get("serviceName"), config.names.get("functionName")) == ("demo", "hello")


def test_what_could_not_be_written_is_read_all_the_same() -> None:
    config = answered(maxAsyncEventAgeInSeconds=2_592_000, maxAsyncRetryAttempts=100)

    assert config.values.max_async_event_age_in_seconds == 2_592_000
    assert config.values.max_async_retry_attempts == 100


def test_unknown_fields_are_ignored() -> None:
    config = answered(asyncTask=True, destinationConfig={"onTimeout": {}, "onFailure": {"x": 1}})

    assert config.values == a_config()


@pytest.mark.parametrize(
    "answer",
    [
        {"maxAsyncRetryAttempts": "many"},
        {"maxAsyncRetryAttempts": 1.5},
        {"maxAsyncRetryAttempts": True},
        {"maxAsyncRetryAttempts": "1"},
        {"maxAsyncRetryAttempts": "1_0"},
        {"maxAsyncRetryAttempts": 3.0},
        {"statefulInvocation": "yes"},
        {"statefulInvocation": 1},
        {"destinationConfig": "nowhere"},
        {"destinationConfig": {"onFailure": X}},
        {"destinationConfig": {"onFailure": {"destination": 1}}},
    ],
)
def test_what_makes_no_sense_is_an_error_and_not_a_default(answer: PropertyBag) -> None:
    with pytest.raises(ValidationError):
        answered(**answer)


@examples(100)
@given(
    values=ANY_VALUES,
    absent_as=st.sampled_from(["absent", "null", "null_sides", "null_destinations", "empty"]),
    names=st.sampled_from(["service", "serviceName", "both"]),
)
def test_however_the_service_writes_it_the_values_are_the_same(
    values: Config, absent_as: AbsentAs, names: Names
) -> None:
    stored = values.to_properties()
    key = ConfigKey("1", "cn-shanghai", "demo", "hello", "LATEST")
    rules = Rules(absent_as=absent_as, names=names)

    config = API.read_config(V2016().render(key, stored, rules, qualified=True))

    assert config.values == values
    assert (config.names.get("serviceName"), config.names.get("functionName")) == ("demo", "hello")


def test_an_answer_stays_as_it_was_read() -> None:
    config = answered(maxAsyncRetryAttempts=1)
    field = "qualifier"

    with pytest.raises(FrozenInstanceError):
        setattr(config, field, "v1")


# -- state


def test_values_as_properties() -> None:
    assert a_config(X, None, 60, 1, stateful_invocation=True).to_properties() == {
        "destinationConfig": {"onSuccess": {"destination": X}},
        "maxAsyncEventAgeInSeconds": 60,
        "maxAsyncRetryAttempts": 1,
        "statefulInvocation": True,
    }


def test_without_destinations_there_is_no_key_for_them() -> None:
    assert a_config().to_properties() == DEFAULTS


@examples(100)
@given(values=ANY_VALUES)
def test_values_survive_state(values: Config) -> None:
    assert stored(values.to_properties()) == values


def test_the_wire_makes_floats_of_numbers_and_that_is_no_difference() -> None:
    wire = {"maxAsyncEventAgeInSeconds": 60.0, "maxAsyncRetryAttempts": 0.0}

    values = stored(wire)

    assert values == a_config(None, None, 60, 0)
    assert type(values.max_async_event_age_in_seconds) is int
    assert type(values.to_properties()["maxAsyncRetryAttempts"]) is int


def test_state_holds_more_than_the_values() -> None:
    bag = {"serviceName": "demo", "createdTime": "now", "__provider": "x", "allowOverwrite": True}

    assert stored(bag) == a_config()


def test_equal_values_are_equal_configs() -> None:
    assert a_config(X) == a_config(X)
    assert a_config(X) != a_config(Y)


# -- differences


def test_equal_values_have_no_differences() -> None:
    assert a_config(X, Y).differences(a_config(X, Y)) == {}


def test_equal_values_need_not_be_the_same_objects() -> None:
    here, there = (
        stored(
            json.loads(
                f'{{"maxAsyncEventAgeInSeconds": 60000,'
                f' "destinationConfig": {{"onSuccess": {{"destination": "{X}"}}}}}}'
            )
        )
        for _ in range(2)
    )

    assert here.destinations["onSuccess"] is not there.destinations["onSuccess"]
    assert here.differences(there) == {}


def test_differences_are_by_the_paths_of_the_api() -> None:
    here = a_config(X, None, 60, 1, stateful_invocation=True)

    assert here.differences(a_config(None, Y)) == {
        "destinationConfig.onSuccess.destination": (X, None),
        "destinationConfig.onFailure.destination": (None, Y),
        "maxAsyncEventAgeInSeconds": (60, 86_400),
        "maxAsyncRetryAttempts": (1, 3),
        "statefulInvocation": (True, False),
    }


@examples(100)
@given(here=ANY_VALUES, there=ANY_VALUES)
def test_there_are_differences_exactly_between_what_is_not_equal(
    here: Config, there: Config
) -> None:
    assert bool(here.differences(there)) == (here != there)
