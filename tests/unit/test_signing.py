from datetime import datetime, timezone

import pytest
from fc2.auth import Auth
from hypothesis import given
from hypothesis import strategies as st
from tests.support.configs import an_identity
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.credentials import Credentials, Signed
from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.v2016 import API, authorization, string_to_sign

PATH = "/2016-08-15/services/demo.LATEST/functions/hello/async-invoke-config"
HEADERS = {
    "Content-Type": "application/json",
    "Date": "Mon, 09 Nov 2020 09:46:33 GMT",
    "x-fc-account-id": "123",
}
KEY = Credentials("akID", "akSecret")
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("more", "signature"),
    [
        ({}, "HHoCTk403RH+Rv2LmpHHfzpfFS7Ur3j40gXi3fJ0q1c="),
        (
            {
                "Content-MD5": "b3b25ccc8b756a35af46296ced9d17c3",
                "x-fc-security-token": "stsToken",
            },
            "+JIHd+BRdvNnr+yYTV3t6l9x3Qu6p9aWfUIKs0tUJ6Y=",
        ),
    ],
    ids=["plain key", "temporary key and Content-MD5"],
)
def test_the_signature_of_the_documentation(more: dict[str, str], signature: str) -> None:
    assert authorization(KEY, "PUT", PATH, HEADERS | more) == f"FC akID:{signature}"


@examples(200)
@given(
    key=printable,
    secret=printable,
    method=st.sampled_from(["GET", "PUT", "DELETE", "put"]),
    path=st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    headers=st.dictionaries(
        st.one_of(
            st.sampled_from(["content-md5", "content-type", "date", "x-fc-account-id", "accept"]),
            st.from_regex(r"x-fc-[a-z0-9-]{1,12}", fullmatch=True),
        ),
        printable,
    ),
)
def test_the_signature_is_that_of_the_vendors_sdk(
    key: str, secret: str, method: str, path: str, headers: dict[str, str]
) -> None:
    theirs: str = Auth(key, secret).sign_request(method, path, headers)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # the SDK ships no types

    assert authorization(Credentials(key, secret), method, path, headers) == theirs


def test_header_names_count_in_any_case() -> None:
    shouted = {name.upper(): value for name, value in HEADERS.items()}

    assert string_to_sign("PUT", PATH, shouted) == string_to_sign("PUT", PATH, HEADERS)


def test_no_part_of_the_credentials_is_in_their_repr() -> None:
    shown = repr(Credentials("key-id", "key-secret", "sts-token"))

    assert not any(part in shown for part in ("key-id", "key-secret", "sts-token"))


def signed(credentials: Credentials) -> dict[str, str]:
    credentials.check()
    request = API.get(an_identity("cn-shanghai", "123", "demo", "LATEST", "hello"))
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    return API.sign(request, Signed("host", credentials, now, "nonce"))


def test_all_headers_are_signed_with_the_date() -> None:
    headers = signed(KEY)

    unsigned = {name: value for name, value in headers.items() if name != "Authorization"}
    assert headers["Authorization"] == authorization(KEY, "GET", PATH, unsigned)
    assert unsigned.keys() == {"Accept", "Content-Type", "Date", "x-fc-account-id"}
    assert unsigned["Date"] == "Fri, 02 Jan 2026 03:04:05 GMT"


def test_a_temporary_key_brings_its_token_and_signs_it() -> None:
    headers = signed(Credentials("id", "secret", "token"))

    assert headers["x-fc-security-token"] == "token"
    assert "x-fc-security-token:token\n" in string_to_sign("GET", PATH, headers)


def test_a_key_without_a_token_sends_none() -> None:
    assert "x-fc-security-token" not in signed(KEY)


@pytest.mark.parametrize("bad", ["", "line\nbreak", "sp ace", "nul\0", "größe", "\ud800"])
@pytest.mark.parametrize("part", ["access key id", "access key secret"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(part: str, bad: str) -> None:
    credentials = Credentials(bad, "s") if part == "access key id" else Credentials("i", bad)

    with pytest.raises(SettingsError, match=part) as caught:
        signed(credentials)

    assert not bad or bad not in str(caught.value)


def test_a_token_that_no_header_can_carry_is_refused_unseen() -> None:
    with pytest.raises(SettingsError, match="security token") as caught:
        signed(Credentials("i", "s", "to\r\nken"))

    assert "ken" not in str(caught.value).replace("token", "")
