"""What a PUT does, under every rule."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_fc_async_invoke.emulator.exceptions import ApiError
from pulumi_fc_async_invoke.emulator.rules import (
    DEFAULTS,
    SHAPE_2016,
    SHAPE_2023,
    Clearing,
    Merge,
    Rules,
    Shape,
    all_rules,
    apply_put,
)

OK = {"destination": "acs:mns:cn-shanghai:1:/queues/ok/messages"}
KO = {"destination": "acs:mns:cn-shanghai:1:/queues/ko/messages"}
NEW = {"destination": "acs:mns:cn-shanghai:1:/queues/new/messages"}
BOTH: dict[str, Any] = {
    "maxAsyncEventAgeInSeconds": 100,
    "maxAsyncRetryAttempts": 1,
    "statefulInvocation": True,
    "destinationConfig": {"onSuccess": OK, "onFailure": KO},
}
SIDE: st.SearchStrategy[Any] = st.sampled_from([OK, KO, NEW])
COMPLETE: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "maxAsyncEventAgeInSeconds": st.integers(1, 604_800),
        "maxAsyncRetryAttempts": st.integers(0, 8),
        "statefulInvocation": st.booleans(),
        "destinationConfig": st.fixed_dictionaries({"onSuccess": SIDE, "onFailure": SIDE}),
    }
)
MAYBE_SIDE: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.just({}),
    st.just({"destination": None}),
    st.just({"destination": ""}),
    SIDE,
)
ANY_BODY: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "maxAsyncEventAgeInSeconds": st.one_of(st.none(), st.integers(1, 604_800)),
        "maxAsyncRetryAttempts": st.one_of(st.none(), st.integers(0, 8)),
        "statefulInvocation": st.one_of(st.none(), st.booleans()),
        "destinationConfig": st.one_of(
            st.none(),
            st.fixed_dictionaries({}, optional={"onSuccess": MAYBE_SIDE, "onFailure": MAYBE_SIDE}),
        ),
    },
)
ANY_RULES = st.sampled_from(list(all_rules()))


def destinations_after(sent: Any, rules: Rules) -> Any:
    return apply_put(BOTH, {"destinationConfig": sent}, rules).get("destinationConfig", {})


def outcome(sent: Any, rules: Rules) -> Any:
    try:
        return destinations_after(sent, rules)
    except ApiError:
        return "refused"


def test_there_are_18_services() -> None:
    assert len(set(all_rules())) == 18


def test_a_first_put_gets_the_defaults() -> None:
    assert apply_put(None, {}, Rules()) == DEFAULTS


def test_what_is_not_sent_stays() -> None:
    assert apply_put(BOTH, {"maxAsyncRetryAttempts": 5}, Rules()) == {
        **BOTH,
        "maxAsyncRetryAttempts": 5,
    }


def test_deep_keeps_the_other_side() -> None:
    assert destinations_after({"onSuccess": NEW}, Rules(merge="deep")) == {
        "onSuccess": NEW,
        "onFailure": KO,
    }


def test_shallow_drops_the_other_side() -> None:
    assert destinations_after({"onSuccess": NEW}, Rules(merge="shallow")) == {"onSuccess": NEW}


@pytest.mark.parametrize(
    ("merge", "clearing", "expected"),
    [
        ("deep", "clear", {"onFailure": KO}),
        ("deep", "ignore", {"onSuccess": OK, "onFailure": KO}),
        ("deep", "refuse", "refused"),
        ("shallow", "clear", {}),
        ("shallow", "ignore", {}),
        ("shallow", "refuse", "refused"),
    ],
)
def test_a_side_of_null_or_nothing(merge: Merge, clearing: Clearing, expected: object) -> None:
    assert outcome({"onSuccess": None}, Rules(merge=merge, null=clearing)) == expected
    assert outcome({"onSuccess": {}}, Rules(merge=merge, empty=clearing)) == expected


@pytest.mark.parametrize("merge", get_args(Merge))
@pytest.mark.parametrize(
    ("clearing", "expected"),
    [("clear", {}), ("ignore", BOTH["destinationConfig"]), ("refuse", "refused")],
)
def test_a_whole_destination_config_of_null_or_nothing(
    merge: Merge, clearing: Clearing, expected: object
) -> None:
    assert outcome(None, Rules(merge=merge, null=clearing)) == expected
    assert outcome({}, Rules(merge=merge, empty=clearing)) == expected


@pytest.mark.parametrize(
    ("null", "empty", "expected"),
    [
        ("clear", "refuse", {"onFailure": KO}),
        ("refuse", "clear", "refused"),
        ("ignore", "clear", {"onFailure": KO}),
        ("ignore", "ignore", {"onSuccess": OK, "onFailure": KO}),
        ("ignore", "refuse", "refused"),
    ],
)
def test_a_destination_of_null_that_is_ignored_leaves_an_empty_side(
    null: Clearing, empty: Clearing, expected: object
) -> None:
    rules = Rules(null=null, empty=empty)
    assert outcome({"onSuccess": {"destination": None}}, rules) == expected


@pytest.mark.parametrize(
    ("null", "expected"), [("clear", DEFAULTS), ("ignore", BOTH), ("refuse", None)]
)
@pytest.mark.parametrize("name", DEFAULTS)
def test_a_number_of_null(name: str, null: Clearing, expected: dict[str, Any] | None) -> None:
    rules = Rules(null=null)
    if expected is None:
        with pytest.raises(ApiError, match=name):
            apply_put(BOTH, {name: None}, rules)
    else:
        assert apply_put(BOTH, {name: None}, rules)[name] == expected[name]


def test_unknown_properties_are_ignored() -> None:
    body = {"more": 1, "destinationConfig": {"onSuccess": {**NEW, "more": 1}, "more": {}}}
    assert apply_put(None, body, Rules()) == {**DEFAULTS, "destinationConfig": {"onSuccess": NEW}}


@given(stored=st.one_of(st.none(), COMPLETE), body=COMPLETE, rules=ANY_RULES)
def test_a_complete_body_is_what_is_stored_under_every_rule(
    stored: dict[str, Any] | None, body: dict[str, Any], rules: Rules
) -> None:
    assert apply_put(stored, body, rules) == body


@given(
    stored=COMPLETE,
    body=ANY_BODY,
    rules=st.sampled_from(list(all_rules("merge", "null", "empty", "null_side", "blank"))),
    shape=st.sampled_from([SHAPE_2016, SHAPE_2023]),
)
def test_a_put_is_idempotent_and_leaves_its_arguments_alone(
    stored: dict[str, Any], body: dict[str, Any], rules: Rules, shape: Shape
) -> None:
    stored_before, body_before = repr(stored), repr(body)
    try:
        once = apply_put(stored, body, rules, shape)
    except ApiError:
        return
    assert apply_put(once, body, rules, shape) == once
    assert (repr(stored), repr(body)) == (stored_before, body_before)


@given(stored=COMPLETE, body=ANY_BODY, rules=ANY_RULES)
def test_only_what_is_null_or_empty_is_ever_refused(
    stored: dict[str, Any], body: dict[str, Any], rules: Rules
) -> None:
    sent = repr(body)
    has_clearing = "None" in sent or "{}" in repr(body.get("destinationConfig")) or "''" in sent
    try:
        apply_put(stored, body, rules)
    except ApiError:
        assert has_clearing
        assert "refuse" in {rules.null, rules.empty, rules.blank}


@pytest.mark.parametrize(
    "wrong", [{"merge": "sideways"}, {"stale_reads": -1}, {"stale_reads_count": True}]
)
def test_impossible_rules_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)
