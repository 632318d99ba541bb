import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.configs import an_identity, renamed
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.api.version import Identity

HELLO = an_identity("cn-shanghai", "1234567890123456", "demo", "LATEST", "hello")
NAME = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)


def test_the_id_is_the_resource_name_of_the_function_with_its_qualifier() -> None:
    assert HELLO.id == ("acs:fc:cn-shanghai:1234567890123456:services/demo.LATEST/functions/hello")


def test_an_id_is_read_back() -> None:
    assert API.parse_id(HELLO.id) == HELLO


def test_an_id_without_a_qualifier_means_latest() -> None:
    resource_id = "acs:fc:cn-shanghai:1234567890123456:services/demo/functions/hello"

    assert API.parse_id(resource_id) == HELLO


@examples(200)
@given(
    identity=st.builds(
        an_identity,
        region=NAME,
        account_id=st.from_regex(r"[0-9]{1,32}", fullmatch=True),
        service_name=NAME,
        qualifier=NAME,
        function_name=NAME,
    )
)
def test_every_id_is_read_back(identity: Identity) -> None:
    assert API.parse_id(identity.id) == identity


@pytest.mark.parametrize("part", API.identity_keys)
def test_each_part_makes_another_config(part: str) -> None:
    assert renamed(HELLO, **{part: "9"}).id != HELLO.id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "demo/hello",
        "acs:fc:cn-shanghai:1:services/demo.LATEST/functions/",
        "acs:fc:cn-shanghai:1:services//functions/hello",
        "acs:fc:cn-shanghai:1:services/demo./functions/hello",
        "acs:fc:cn-shanghai:1:services/demo.a.b/functions/hello",
        "acs:fc:cn-shanghai::services/demo/functions/hello",
        "acs:fc::1:services/demo/functions/hello",
        "acs:fc:cn-shanghai:1:services/demo/functions/hello/x",
        "acs:mns:cn-shanghai:1:/queues/x/messages",
        " " + HELLO.id,
        HELLO.id + "/",
        HELLO.id + "\n",
        HELLO.id + "\x1b[31m",
    ],
)
def test_what_is_no_id_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match="is not the id of") as caught:
        API.parse_id(text)

    assert str(caught.value) == (
        f"{text!r} is not the id of an async-invoke-config; it looks like "
        "acs:fc:{region}:{accountId}:services/{serviceName}.{qualifier}/functions/{functionName}"
    )


def test_in_messages_it_is_service_and_function_with_region_and_account() -> None:
    assert str(HELLO) == "demo.LATEST/hello (cn-shanghai, account 1234567890123456)"


@pytest.mark.parametrize("character", ["\u202e", "\u2028", "\x85", "\ufeff"])
def test_what_would_break_or_turn_a_line_is_no_part_of_an_id(character: str) -> None:
    with pytest.raises(ValueError, match="is not the id of") as caught:
        API.parse_id(HELLO.id + character)

    assert str(caught.value).isprintable()


def test_a_text_that_is_too_long_for_an_id_is_shown_in_part() -> None:
    with pytest.raises(ValueError, match=r"x\.\.\.' is not the id of") as caught:
        API.parse_id(HELLO.id + "x" * 1_000)

    assert len(str(caught.value)) < 500
