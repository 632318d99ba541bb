"""How an argument of the command line names a service, a function or a config."""

import pytest

from pulumi_fc_async_invoke.api import v2016, v2023
from pulumi_fc_async_invoke.cli.target import (
    Location,
    Scope,
    TargetError,
    parse_scope,
    parse_target,
)

ID = "acs:fc:cn-shanghai:42:services/demo.prod/functions/hello"
ID_3 = "acs:fc:cn-shanghai:42:functions/hello/prod"
HELLO = {"serviceName": "demo", "functionName": "hello"}
HERE = Location("cn-shanghai", "42")


@pytest.mark.parametrize(
    ("text", "api", "scope"),
    [
        (None, None, Scope(("2.0", "3.0"))),
        (None, "3.0", Scope(("3.0",))),
        ("demo", None, Scope(("2.0",), {"serviceName": "demo"})),
        ("demo/hello", "2.0", Scope(("2.0",), HELLO)),
        ("hello", "3.0", Scope(("3.0",), {"functionName": "hello"})),
        ("demo$hello", "3.0", Scope(("3.0",), {"functionName": "demo$hello"})),
    ],
)
def test_a_scope_is_everything_a_service_or_a_function(
    text: str | None, api: str | None, scope: Scope
) -> None:
    assert parse_scope(text, api) == scope


@pytest.mark.parametrize("text", ["", "demo.prod", "demo.prod/hello", "/hello", "a/b/c", ID])
def test_what_is_no_scope_is_an_error_that_says_what_one_is(text: str) -> None:
    with pytest.raises(TargetError, match="must be a service or service/function"):
        parse_scope(text, None)


@pytest.mark.parametrize("text", ["", "hello/prod", "/hello", "a/b/c"])
def test_what_is_no_scope_of_3_is_an_error_that_says_what_one_is(text: str) -> None:
    with pytest.raises(TargetError, match=r"must be a function of Function Compute 3\.0"):
        parse_scope(text, "3.0")


@pytest.mark.parametrize(
    ("text", "api", "resource_id"),
    [
        ("demo/hello", None, ID.replace("prod", "LATEST")),
        ("demo.prod/hello", "2.0", ID),
        (ID, None, ID),
        ("hello", "3.0", ID_3.replace("prod", "LATEST")),
        ("hello/prod", "3.0", ID_3),
        (ID_3, None, ID_3),
        (ID_3, "2.0", ID_3),
    ],
)
def test_a_target_is_a_function_or_an_id(text: str, api: str | None, resource_id: str) -> None:
    assert parse_target(text, api).identity(HERE).id == resource_id


def test_an_id_is_of_its_own_region_and_account() -> None:
    assert parse_target(ID_3, None).identity(Location("cn-hangzhou", "1")).id == ID_3


@pytest.mark.parametrize("text", ["", "demo", "demo.prod", "a.b.c/f", "acs:fc:nonsense"])
def test_what_is_no_target_is_an_error_that_says_what_one_is(text: str) -> None:
    with pytest.raises(TargetError, match="acs:fc:"):
        parse_target(text, None)


@pytest.mark.parametrize("text", ["hello", "demo.prod"])
def test_a_name_of_3_without_its_version_is_told_of_the_option(text: str) -> None:
    with pytest.raises(TargetError, match=r"needs --api 3\.0"):
        parse_target(text, None)


@pytest.mark.parametrize("text", ["demo hello", "acs:fc:x", "demo/hel lo", "d" * 129])
def test_a_scope_that_nothing_can_be_called_is_an_error_that_says_why(text: str) -> None:
    with pytest.raises(TargetError, match="must be 1 to 128 letters"):
        parse_scope(text, None)


@pytest.mark.parametrize(
    ("text", "api", "what"),
    [
        ("de mo/hello", None, "service"),
        ("demo.pr od/hello", None, "qualifier"),
        ("demo/hel.lo", None, "function"),
        ("hel.lo", "3.0", "function"),
        ("hello/pr od", "3.0", "qualifier"),
        (ID.replace("prod", "pr od"), None, "qualifier"),
        (ID_3.replace("cn-shanghai", "CN"), None, "region"),
        (ID.replace("42", "me"), None, "account"),
    ],
)
def test_a_target_that_nothing_can_be_called_is_an_error_that_says_why(
    text: str, api: str | None, what: str
) -> None:
    with pytest.raises(TargetError, match=f"The {what} '.*' must be"):
        parse_target(text, api)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(), "Function Compute 2.0 and 3.0"),
        (Scope(("3.0",)), "Function Compute 3.0"),
        (Scope(("2.0",), HELLO), "demo/hello"),
    ],
)
def test_a_scope_reads_as_it_was_written(scope: Scope, words: str) -> None:
    assert str(scope) == words


def test_a_target_knows_its_api_version() -> None:
    assert [parse_target(each, None).api for each in (ID, ID_3)] == [v2016.API, v2023.API]
