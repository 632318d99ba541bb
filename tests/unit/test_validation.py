"""What a program may declare, and the sentence for everything it may not."""

import json
import math
import re
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.output import Unknown
from pydantic.alias_generators import to_snake
from tests.support.configs import stored
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api import v2016, v2023
from pulumi_fc_async_invoke.api.fields import PropertyBag
from pulumi_fc_async_invoke.api.inputs import Failure, check_inputs
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.api.version import ApiVersion

IDENTITY: PropertyBag = {
    "serviceName": "demo",
    "functionName": "hello",
    "region": "cn-shanghai",
    "accountId": "1234567890123456",
}
DEFAULTS: PropertyBag = {
    **IDENTITY,
    "qualifier": "LATEST",
    "maxAsyncEventAgeInSeconds": 86_400,
    "maxAsyncRetryAttempts": 3,
    "statefulInvocation": False,
    "allowOverwrite": False,
}
QUEUE = "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"


def an_unknown() -> object:
    kind: type[object] = Unknown  # its own constructor has no types
    return kind()


def checked(**given_inputs: Any) -> PropertyBag:
    """The inputs for state, of a bag that is right."""
    inputs, failures = check_inputs(API, {**IDENTITY, **given_inputs}, {})
    assert failures == []
    return inputs


def failures_of(**given_inputs: Any) -> list[Failure]:
    return check_inputs(API, {**IDENTITY, **given_inputs}, {})[1]


def reason(key: str, value: object) -> str:
    """The one sentence for one wrong value."""
    [failure] = failures_of(**{key: value})
    assert failure.path == key
    return failure.reason


def destination_failure(value: object) -> Failure:
    [failure] = failures_of(destinationConfig={"onFailure": {"destination": value}})
    return failure


# -- defaults


def test_every_default_is_written_into_the_inputs() -> None:
    assert checked() == DEFAULTS


def test_what_the_stack_sets_stands_in_for_what_the_resource_leaves_out() -> None:
    names = {"serviceName": "demo", "functionName": "hello"}
    stack = {"region": "cn-beijing", "accountId": "42", "allowOverwrite": True}

    inputs, failures = check_inputs(API, names, stack)

    assert failures == []
    assert inputs == {**DEFAULTS, **stack}


def test_the_resource_comes_before_the_stack() -> None:
    stack = {"region": "cn-beijing", "accountId": "42", "allowOverwrite": True}

    inputs, _ = check_inputs(API, {**IDENTITY, "allowOverwrite": False}, stack)

    assert inputs == DEFAULTS


@pytest.mark.parametrize("key", [*IDENTITY, *DEFAULTS, "destinationConfig"])
def test_null_counts_as_left_out(key: str) -> None:
    inputs, failures = check_inputs(API, {**IDENTITY, key: None}, IDENTITY)

    assert failures == []
    assert inputs == DEFAULTS


@pytest.mark.parametrize(
    "nothing", [{}, {"onSuccess": None}, {"onSuccess": None, "onFailure": None}]
)
def test_a_destination_config_without_destinations_is_none(nothing: PropertyBag) -> None:
    assert checked(destinationConfig=nothing) == DEFAULTS


def test_destinations_stay_as_they_are() -> None:
    both = {"onSuccess": {"destination": QUEUE}, "onFailure": {"destination": QUEUE + "2"}}

    assert checked(destinationConfig=both)["destinationConfig"] == both


# -- numbers

AGE = "must be a whole number of seconds from 1 to 604800, but is "
RETRIES = "must be a whole number from 0 to 8, but is "


@pytest.mark.parametrize("value", [1, 1.0, "1", "0001", 604_800, 604_800.0, "604800"])
def test_an_age_may_be_written_in_each_way_that_says_one_whole_number(value: Any) -> None:
    age = checked(maxAsyncEventAgeInSeconds=value)["maxAsyncEventAgeInSeconds"]

    assert (age, type(age)) == (int(value), int)


@pytest.mark.parametrize("value", [0, 0.0, -0.0, "0", 8, 8.0, "8"])
def test_retries_may_be_written_in_each_way_that_says_one_whole_number(value: Any) -> None:
    retries = checked(maxAsyncRetryAttempts=value)["maxAsyncRetryAttempts"]

    assert (retries, type(retries)) == (int(value), int)


NO_WHOLE_NUMBERS = [
    pytest.param(1.5, "1.5", id="half"),
    pytest.param(math.nan, "nan", id="nan"),
    pytest.param(math.inf, "inf", id="infinity"),
    pytest.param(-math.inf, "-inf", id="minus infinity"),
    pytest.param(-1, "-1", id="negative"),
    pytest.param(2.0**53, "9007199254740992.0", id="inexact"),
    pytest.param(1e300, "1e+300", id="huge"),
    pytest.param(True, "the boolean true", id="true"),
    pytest.param(False, "the boolean false", id="false"),
    pytest.param("", 'the string ""', id="empty"),
    pytest.param("three", 'the string "three"', id="word"),
    pytest.param("3.0", 'the string "3.0"', id="float in a string"),
    pytest.param(" 3", 'the string " 3"', id="space"),
    pytest.param("3\n", r'the string "3\n"', id="line end"),
    pytest.param("\uff13", r'the string "\uff13"', id="fullwidth digit"),
    pytest.param("9" * 41, f'the string "{"9" * 40}..."', id="long string"),
    pytest.param([3], "a list", id="list"),
    pytest.param({}, "an object", id="object"),
]


@pytest.mark.parametrize(("value", "shown"), NO_WHOLE_NUMBERS)
def test_an_age_that_is_no_whole_number_is_refused(value: object, shown: str) -> None:
    assert reason("maxAsyncEventAgeInSeconds", value) == AGE + shown


@pytest.mark.parametrize(("value", "shown"), NO_WHOLE_NUMBERS)
def test_retries_that_are_no_whole_number_are_refused(value: object, shown: str) -> None:
    assert reason("maxAsyncRetryAttempts", value) == RETRIES + shown


@pytest.mark.parametrize("value", [0, 604_801, -1])
def test_an_age_out_of_range_is_refused(value: int) -> None:
    assert reason("maxAsyncEventAgeInSeconds", value) == f"{AGE}{value}"


@pytest.mark.parametrize("value", [-1, 9])
def test_retries_out_of_range_are_refused(value: int) -> None:
    assert reason("maxAsyncRetryAttempts", value) == f"{RETRIES}{value}"


# -- booleans


@pytest.mark.parametrize("key", ["statefulInvocation", "allowOverwrite"])
@pytest.mark.parametrize(
    ("value", "meant"), [(True, True), (False, False), ("true", True), ("false", False)]
)
def test_a_boolean_may_be_the_word(key: str, value: object, *, meant: bool) -> None:
    assert checked(**{key: value})[key] is meant


@pytest.mark.parametrize("key", ["statefulInvocation", "allowOverwrite"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1, "1"),
        (0.0, "0"),
        ("True", 'the string "True"'),
        ("", 'the string ""'),
        ([], "a list"),
        ({}, "an object"),
    ],
)
def test_what_is_no_boolean_is_refused(key: str, value: object, shown: str) -> None:
    assert reason(key, value) == f"must be true or false, but is {shown}"


# -- names

NAME = "1 to 128 letters, digits, hyphens and underscores"


@pytest.mark.parametrize("key", ["serviceName", "functionName", "qualifier"])
@pytest.mark.parametrize("value", ["a", "a-b_C9", "x" * 128, "1"])
def test_a_name_is_kept_as_it_is(key: str, value: str) -> None:
    assert checked(**{key: value})[key] == value


@pytest.mark.parametrize("key", ["serviceName", "functionName", "qualifier"])
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        pytest.param("", f"must not be empty; it must be {NAME}", id="empty"),
        pytest.param("a b", f'must be {NAME}, but is the string "a b"', id="space"),
        pytest.param("a+b", f'must be {NAME}, but is the string "a+b"', id="plus"),
        pytest.param("a\n", rf'must be {NAME}, but is the string "a\n"', id="line end"),
        pytest.param("\xe9", rf'must be {NAME}, but is the string "\xe9"', id="accent"),
        pytest.param(
            "x" * 129, f'must be {NAME}, but is the string "{"x" * 40}..."', id="too long"
        ),
        pytest.param(True, f"must be {NAME}, but is the boolean true", id="boolean"),
        pytest.param(["a"], f"must be {NAME}, but is a list", id="list"),
        pytest.param({}, f"must be {NAME}, but is an object", id="object"),
    ],
)
def test_what_is_no_name_is_refused(key: str, value: object, sentence: str) -> None:
    assert reason(key, value) == sentence


@pytest.mark.parametrize("key", ["serviceName", "functionName"])
def test_a_number_is_not_a_name(key: str) -> None:
    assert reason(key, 1) == f"must be {NAME}, but is 1"


@pytest.mark.parametrize("value", [3, 3.0])
def test_a_qualifier_may_be_the_number_of_a_version(value: float) -> None:
    assert checked(qualifier=value)["qualifier"] == "3"


def test_the_id_of_an_alias_is_told_from_its_name() -> None:
    assert reason("qualifier", "hello:prod").endswith(
        'if it is the id of an alias or a version, give its name alone, such as "prod"'
    )


def test_a_qualified_service_is_told_apart() -> None:
    assert reason("serviceName", "demo.prod") == (
        'must be the service\'s name alone: give service_name="demo" and qualifier="prod"'
    )


@pytest.mark.parametrize("value", ["cn-shanghai", "ap-southeast-1", "us-west-1", "r"])
def test_a_region_need_not_be_known(value: str) -> None:
    assert checked(region=value)["region"] == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("CN-Shanghai", 'the string "CN-Shanghai"'),
        ("cn_shanghai", 'the string "cn_shanghai"'),
        ("cn-", 'the string "cn-"'),
        ("evil.example/", 'the string "evil.example/"'),
        ("12", 'the string "12"'),
        (1, "1"),
    ],
)
def test_what_is_no_region_is_refused(value: object, shown: str) -> None:
    assert (
        reason("region", value) == f'must be a region\'s id, such as "cn-shanghai", but is {shown}'
    )


@pytest.mark.parametrize(
    ("key", "value", "command"),
    [
        ("region", "12", "pulumi config set alicloud:region cn-shanghai"),
        ("accountId", "me", "pulumi config set alicloud:accountId 1234567890123456"),
    ],
)
def test_what_the_configuration_has_wrong_comes_with_the_command(
    key: str, value: str, command: str
) -> None:
    given = {name: at for name, at in IDENTITY.items() if name != key}
    _, (failure,) = check_inputs(API, given, {key: value})

    assert failure.path == key
    assert failure.reason.endswith(
        "; it comes from the configuration: set it on the resource or its Provider, or for the "
        f"stack: {command}"
    )
    # The resource's own is mended in the program.
    _, (failure,) = check_inputs(API, {**given, key: value}, {})
    assert "pulumi config set" not in failure.reason


@pytest.mark.parametrize("value", ["1234567890123456", 1234567890123456, 1234567890123456.0])
def test_an_account_may_be_given_as_a_number(value: Any) -> None:
    assert checked(accountId=value)["accountId"] == "1234567890123456"


def test_an_account_in_a_string_keeps_its_zeros() -> None:
    assert checked(accountId="007")["accountId"] == "007"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12x", 'the string "12x"'),
        ("-1", 'the string "-1"'),
        (-1, 'the string "-1"'),
        (True, "the boolean true"),
    ],
)
def test_what_is_no_account_is_refused(value: object, shown: str) -> None:
    assert reason("accountId", value) == (
        f"must be an account's id: decimal digits alone, but is {shown}"
    )


@pytest.mark.parametrize("value", [1.5, 2.0**60])
def test_a_number_that_says_no_account_exactly_is_wanted_in_quotes(value: float) -> None:
    assert reason("accountId", value) == (
        "must be an account's id as a string of decimal digits: put it in quotes"
    )


MISSING = "is required: set it on the resource or its Provider, or for the stack: pulumi config set"


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("serviceName", "is required"),
        ("functionName", "is required"),
        (
            "region",
            f"{MISSING} alicloud:region cn-shanghai",
        ),
        (
            "accountId",
            f"{MISSING} alicloud:accountId 1234567890123456",
        ),
    ],
)
def test_what_is_missing_is_named_with_the_remedy(key: str, sentence: str) -> None:
    given_inputs = {name: value for name, value in IDENTITY.items() if name != key}

    assert check_inputs(API, given_inputs, {})[1] == [Failure(key, sentence)]


# -- destinations

DESTINATION = (
    'must be the ARN of the target, "acs:service:region:account:resource", such as '
    '"acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"'
)


@pytest.mark.parametrize(
    "value",
    [
        QUEUE,
        "acs:mns:cn-shanghai:1234567890123456:/topics/results/messages",
        "acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/hello",
        "acs:eventbridge:cn-shanghai:1234567890123456:eventbus/results",
        "acs:mq:cn-shanghai:1234567890123456:/instances/i/topic/t",
        "acs:mns:::/queues/failures/messages",
        "acs:mns:***:***:/queues/failures/messages",
        "acs:new-service:r:a:" + "x" * 1003,
    ],
)
def test_the_name_of_any_target_is_kept_as_it_is(value: str) -> None:
    config = checked(destinationConfig={"onSuccess": {"destination": value}})["destinationConfig"]

    assert config == {"onSuccess": {"destination": value}}


@pytest.mark.parametrize(
    "value",
    [
        "queue",
        "ACS:mns:r:a:q",
        "acs:mns:r:a",
        "acs:mns:r:a:",
        "acs::r:a:q",
        " " + QUEUE,
        QUEUE + " ",
        QUEUE + "\n",
        QUEUE + "\x00",
        QUEUE + "\u200b",
    ],
)
def test_a_destination_that_is_no_resource_name_is_refused_and_not_repeated(value: str) -> None:
    path = "destinationConfig.onFailure.destination"

    assert destination_failure(value) == Failure(path, DESTINATION)


@pytest.mark.parametrize(
    ("value", "ending"),
    [
        ("", ", but is empty; to have no destination, leave it out"),
        ("acs:mns:r:a:" + "x" * 1013, ", and have at most 1024 characters, but has 1025"),
        (1, ", but is 1"),
        (True, ", but is the boolean true"),
        ([QUEUE], ", but is a list"),
        ({"destination": QUEUE}, ", but is an object"),
    ],
)
def test_a_destination_of_another_kind_is_refused(value: object, ending: str) -> None:
    assert destination_failure(value).reason == DESTINATION + ending


@pytest.mark.parametrize("side", [{}, {"destination": None}])
def test_a_side_without_a_destination_is_told_how_to_have_none(side: PropertyBag) -> None:
    assert failures_of(destinationConfig={"onFailure": side}) == [
        Failure(
            "destinationConfig.onFailure.destination",
            "is required; to send nothing there, leave out on_failure",
        )
    ]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(QUEUE, "a string"), ("", "a string"), (1, "1"), (True, "the boolean true"), ([], "a list")],
)
def test_a_plain_value_in_the_place_of_an_object_is_refused(value: object, kind: str) -> None:
    assert failures_of(destinationConfig=value) == [
        Failure(  # not its own path: the engine would show the value, which may be a secret
            "destinationConfig.*", f"must be an object with onSuccess and onFailure, but is {kind}"
        )
    ]
    assert failures_of(destinationConfig={"onSuccess": value}) == [
        Failure("destinationConfig.onSuccess", f"must be an object with destination, but is {kind}")
    ]


# -- properties that there are not


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("maxAsyncRetryAttempt", "maxAsyncRetryAttempts"),
        ("max_async_retry_attempt", "max_async_retry_attempts"),
        ("maxEventAgeInSeconds", "maxAsyncEventAgeInSeconds"),
        ("service", "service_name"),
        ("Qualifier", "qualifier"),
        ("statefulInvocations", "statefulInvocation"),
        ("overwrite", "allow_overwrite"),
    ],
)
def test_a_misspelt_property_gets_the_nearest_name_in_its_own_style(name: str, meant: str) -> None:
    assert failures_of(**{name: 1}) == [
        Failure(name, f"is not a property of AsyncInvokeConfig; did you mean {meant}?")
    ]


@pytest.mark.parametrize("member", ["maxAsyncRetryAttempts", "destinationConfig"])
def test_the_python_name_as_only_a_transform_can_send_it_gets_the_apis(member: str) -> None:
    name = to_snake(member)

    assert failures_of(**{name: 1}) == [
        Failure(
            name, f"is not a property of AsyncInvokeConfig; a transform has to call it {member}"
        )
    ]


@pytest.mark.parametrize(
    ("api", "name"),
    [
        (v2016.API, "demo:hello"),
        (v2016.API, "demo/hello"),
        (v2016.API, "acs:fc:cn-a:1:services/demo.LATEST/functions/hello"),
        (v2023.API, "hello/prod"),
        (v2023.API, "hello:prod"),
        (v2023.API, "acs:fc:cn-a:1:functions/hello/prod"),
    ],
)
def test_an_arn_or_a_longer_name_of_a_function_gets_the_name_alone(
    api: ApiVersion, name: str
) -> None:
    _, failures = check_inputs(api, {"functionName": name}, {})
    (failure,) = (each for each in failures if each.path == "functionName")

    assert failure.reason.endswith('; give the name alone: function_name="hello"')


@pytest.mark.parametrize("name", ["hello:LATEST", "acs:fc:cn-a:1:services/demo", "a/b/c", "a b"])
def test_what_does_not_hold_one_function_gets_no_guess_at_its_name(name: str) -> None:
    _, failures = check_inputs(v2016.API, {"functionName": name}, {})
    (failure,) = (each for each in failures if each.path == "functionName")

    assert "give the name alone" not in failure.reason


def test_a_property_unlike_any_other_gets_no_guess() -> None:
    assert failures_of(zzz=1) == [Failure("zzz", "is not a property of AsyncInvokeConfig")]


def test_misspelt_properties_of_destinations_get_the_nearest_name_there() -> None:
    config = {"onSucess": {}, "onFailure": {"destination": QUEUE, "destinaton": QUEUE}}

    assert failures_of(destinationConfig=config) == [
        Failure(
            "destinationConfig.onFailure.destinaton",
            "is not a property of onFailure; did you mean destination?",
        ),
        Failure(
            "destinationConfig.onSucess",
            "is not a property of destinationConfig; did you mean onSuccess?",
        ),
    ]


@pytest.mark.parametrize("name", ["createdTime", "lastModifiedTime"])
def test_an_output_is_no_input(name: str) -> None:
    assert failures_of(**{name: "2026-01-01T00:00:00Z"}) == [
        Failure(name, "is an output; the service sets it")
    ]


def test_everything_wrong_is_said_at_once() -> None:
    failures = failures_of(
        serviceName="",
        maxAsyncEventAgeInSeconds=0,
        maxAsyncRetryAttempts=9,
        statefulInvocation=1,
        region="X",
        destinationConfig={"onSuccess": {}, "onFailure": {"destination": "x"}},
        zzz=1,
    )

    assert {failure.path for failure in failures} == {
        "serviceName",
        "maxAsyncEventAgeInSeconds",
        "maxAsyncRetryAttempts",
        "statefulInvocation",
        "region",
        "destinationConfig.onSuccess.destination",
        "destinationConfig.onFailure.destination",
        "zzz",
    }


def test_inputs_that_are_wrong_come_back_as_they_were_given() -> None:
    news = {**IDENTITY, "maxAsyncRetryAttempts": 9.0, "qualifier": None}

    assert check_inputs(API, news, {})[0] == news


def test_braces_in_a_value_are_only_braces() -> None:
    assert reason("serviceName", "{x}") == f'must be {NAME}, but is the string "{{x}}"'


# -- unknown values


@pytest.mark.parametrize("key", [*DEFAULTS, "destinationConfig"])
def test_an_unknown_value_passes_and_stays_in_its_place(key: str) -> None:
    unknown = an_unknown()

    assert checked(**{key: unknown}) == {**DEFAULTS, key: unknown}


@pytest.mark.parametrize("key", [*DEFAULTS, "destinationConfig"])
def test_what_stands_beside_an_unknown_value_is_validated(key: str) -> None:
    other = "serviceName" if key == "functionName" else "functionName"

    failures = failures_of(**{key: an_unknown(), other: ""})

    assert [failure.path for failure in failures] == [other]


def test_unknown_values_pass_at_every_depth() -> None:
    whole, inner = an_unknown(), an_unknown()

    config = checked(destinationConfig={"onSuccess": whole, "onFailure": {"destination": inner}})

    assert config["destinationConfig"] == {"onSuccess": whole, "onFailure": {"destination": inner}}


def test_known_destinations_beside_unknown_ones_are_validated() -> None:
    failures = failures_of(
        destinationConfig={"onSuccess": an_unknown(), "onFailure": {"destination": "x"}}
    )

    assert failures == [Failure("destinationConfig.onFailure.destination", DESTINATION)]


def test_an_unknown_value_under_a_wrong_name_is_refused() -> None:
    assert failures_of(zzz=an_unknown()) == [
        Failure("zzz", "is not a property of AsyncInvokeConfig")
    ]


# -- any bag at all

KEYS = st.sampled_from(
    [
        *DEFAULTS,
        "destinationConfig",
        "onSuccess",
        "onFailure",
        "destination",
        "createdTime",
        "__provider",
        "",
    ]
)
UNKNOWN = st.builds(an_unknown)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=50)
    | st.sampled_from(["3", "true", QUEUE, "demo.prod", "\ud800"])
    | UNKNOWN
)
ANYTHING = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=2)
        | st.dictionaries(KEYS | st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=8,
)
SIDE = st.none() | UNKNOWN | st.fixed_dictionaries({"destination": st.just(QUEUE) | UNKNOWN})
RIGHT = st.fixed_dictionaries(
    {key: st.just(value) | UNKNOWN for key, value in IDENTITY.items()},
    optional={
        "qualifier": st.sampled_from(["LATEST", "1", "prod", None]) | UNKNOWN,
        "maxAsyncEventAgeInSeconds": st.sampled_from([1, 60.0, "604800", None]) | UNKNOWN,
        "maxAsyncRetryAttempts": st.sampled_from([0, 8.0, "3", None]) | UNKNOWN,
        "statefulInvocation": st.sampled_from([True, "false", None]) | UNKNOWN,
        "destinationConfig": UNKNOWN
        | st.none()
        | st.fixed_dictionaries({}, optional={"onSuccess": SIDE, "onFailure": SIDE}),
    },
)


def merged(right: PropertyBag, wrong: PropertyBag) -> PropertyBag:
    return {**right, **wrong}


SPOILT = st.builds(merged, RIGHT, st.dictionaries(KEYS, ANYTHING, max_size=2))


def contains_unknown(value: object) -> bool:
    if isinstance(value, dict):
        return any(contains_unknown(member) for member in cast("PropertyBag", value).values())
    return isinstance(value, Unknown)


@examples(150)
@given(news=RIGHT | SPOILT | st.dictionaries(KEYS, ANYTHING, max_size=6))
def test_any_bag_has_failures_or_inputs_that_a_second_check_leaves_alone(news: PropertyBag) -> None:
    inputs, failures = check_inputs(API, news, {"allowOverwrite": True})

    if failures:
        assert inputs is not news
        assert all(failure.reason and "\n" not in failure.reason for failure in failures)
        assert len({failure.path for failure in failures}) == len(failures)
        # A key that is no plain name stands in brackets.
        roots = {re.split(r"[.\[]", failure.path)[0] for failure in failures}
        assert roots <= {*news, *IDENTITY, ""}
    else:
        assert check_inputs(API, inputs, {}) == (inputs, [])
        if not contains_unknown(inputs):
            values = stored(inputs)
            assert values.to_properties().items() <= inputs.items()


@examples(50)
@given(news=RIGHT)
def test_a_right_bag_has_no_failures(news: PropertyBag) -> None:
    assert check_inputs(API, news, {})[1] == []


@pytest.mark.parametrize(
    "secret", ["acs:mns:r:a:/queues/s3cr3t", "s3cr3t", "acs:s3cr3t\n", "s3cr3t" * 300]
)
@pytest.mark.parametrize(
    "bag",
    [
        '{"destinationConfig": "?"}',
        '{"destinationConfig": ["?"]}',
        '{"destinationConfig": {"onFailure": "?"}}',
        '{"destinationConfig": {"onFailure": ["?"]}}',
        '{"destinationConfig": {"onFailure": {"destination": "?"}}}',
        '{"destinationConfig": {"onFailure": {"destination": ["?"]}}}',
        '{"destinationConfig": {"onFailure": {"destination": {"x": "?"}}}}',
        '{"destinationConfig": {"onFailure": {"destinaton": "?"}}}',
        '{"destinationConfig": {"destination": "?"}}',
        '{"destination": "?"}',
    ],
)
def test_what_stands_for_a_destination_is_in_no_sentence(bag: str, secret: str) -> None:
    news = json.loads(bag.replace('"?"', json.dumps(secret)))

    failures = failures_of(**news, maxAsyncRetryAttempts=-1)

    assert failures
    assert "s3cr3t" not in json.dumps([[each.path, each.reason] for each in failures])


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("", 'destinationConfig[""]'),
        ("a b", 'destinationConfig["a b"]'),
        ("a.b", 'destinationConfig["a.b"]'),
        ("a\nb", 'destinationConfig["a\\nb"]'),
        ("\u202e", 'destinationConfig["\\u202e"]'),
        ("1", 'destinationConfig["1"]'),
    ],
)
def test_a_key_that_is_no_plain_name_stands_quoted_in_its_path(key: str, path: str) -> None:
    assert [failure.path for failure in failures_of(destinationConfig={key: 1})] == [path]
