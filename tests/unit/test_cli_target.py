"""How an argument of the command line names a service, a function or a config."""

import pytest

from pulumi_fc_async_invoke.cli.target import (
    Location,
    Scope,
    Target,
    TargetError,
    parse_scope,
    parse_target,
)

ID = "acs:fc:cn-shanghai:42:services/demo.prod/functions/hello"


@pytest.mark.parametrize(
    ("text", "scope"),
    [(None, Scope()), ("demo", Scope("demo")), ("demo/hello", Scope("demo", "hello"))],
)
def test_a_scope_is_everything_a_service_or_a_function(text: str | None, scope: Scope) -> None:
    assert parse_scope(text) == scope


@pytest.mark.parametrize("text", ["", "demo.prod", "demo.prod/hello", "/hello", "a/b/c", ID])
def test_what_is_no_scope_is_an_error_that_says_what_one_is(text: str) -> None:
    with pytest.raises(TargetError, match="must be a service or service/function"):
        parse_scope(text)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("demo/hello", Target("demo", "hello", "LATEST")),
        ("demo.prod/hello", Target("demo", "hello", "prod")),
        (ID, Target("demo", "hello", "prod", "cn-shanghai", "42")),
    ],
)
def test_a_target_is_a_function_or_an_id(text: str, target: Target) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["", "demo", "demo.prod", "a.b.c/f", "acs:fc:nonsense"])
def test_what_is_no_target_is_an_error_that_says_what_one_is(text: str) -> None:
    with pytest.raises(TargetError, match="acs:fc:"):
        parse_target(text)


@pytest.mark.parametrize("text", ["demo hello", "acs:fc:x", "demo/hel lo", "d" * 129])
def test_a_scope_that_nothing_can_be_called_is_an_error_that_says_why(text: str) -> None:
    with pytest.raises(TargetError, match="must be 1 to 128 letters"):
        parse_scope(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("de mo/hello", "service"),
        ("demo.pr od/hello", "qualifier"),
        ("demo/hel.lo", "function"),
        (ID.replace("prod", "pr od"), "qualifier"),
        (ID.replace("cn-shanghai", "CN"), "region"),
        (ID.replace("42", "me"), "account"),
    ],
)
def test_a_target_that_nothing_can_be_called_is_an_error_that_says_why(
    text: str, what: str
) -> None:
    with pytest.raises(TargetError, match=f"The {what} '.*' must be"):
        parse_target(text)


def test_an_id_leads_to_the_config_that_it_names() -> None:
    assert parse_target(ID).identity(Location("cn-shanghai", "42")).id == ID


@pytest.mark.parametrize(
    ("scope", "words"),
    [(Scope(), "every service"), (Scope("a"), "a"), (Scope("a", "b"), "a/b")],
)
def test_a_scope_reads_as_it_was_written(scope: Scope, words: str) -> None:
    assert str(scope) == words
