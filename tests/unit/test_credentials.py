import subprocess
import sys
from typing import Any

import pytest

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.signing import Credentials
from pulumi_fc_async_invoke.config.credentials import (
    CredentialsSource,
    credentials_source,
    where_from,
)
from pulumi_fc_async_invoke.config.settings import Settings

KEY_ID = "ALIBABA_CLOUD_ACCESS_KEY_ID"
KEY_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"  # noqa: S105  a variable's name is no secret
TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN"  # noqa: S105  a variable's name is no secret


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (KEY_ID, KEY_SECRET, TOKEN):
        monkeypatch.delenv(name, raising=False)


def source_of(configured: dict[str, str]) -> CredentialsSource:
    return credentials_source(Settings.read(configured.get, {}))


def found(**configured: Any) -> Credentials:
    """The keys with `alicloud:...` configured so."""
    return source_of({f"alicloud:{name}": value for name, value in configured.items()})()


def test_a_configured_pair_is_taken() -> None:
    assert found(accessKey="id", secretKey="secret") == Credentials("id", "secret")


def test_a_security_token_comes_along() -> None:
    keys = found(accessKey="id", secretKey="secret", securityToken="token")

    assert keys == Credentials("id", "secret", "token")


def test_a_configured_pair_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ID, "other")
    monkeypatch.setenv(KEY_SECRET, "other")
    monkeypatch.setenv(TOKEN, "other")

    assert found(accessKey="id", secretKey="secret") == Credentials("id", "secret")


NO_ACCESS_KEY = "but alicloud:accessKey is not: pulumi config set alicloud:accessKey …"
NO_OTHER_HALF = "but alicloud:secretKey is not: pulumi config set --secret alicloud:secretKey …"


@pytest.mark.parametrize(
    ("configured", "sentence"),
    [
        (
            {"secretKey": "s3cr3t"},
            f"alicloud:secretKey is set, {NO_ACCESS_KEY}",
        ),
        (
            {"securityToken": "s3cr3t"},
            f"alicloud:securityToken is set, {NO_ACCESS_KEY}",
        ),
        (
            {"accessKey": "s3cr3t"},
            f"alicloud:accessKey is set, {NO_OTHER_HALF}",
        ),
    ],
)
def test_half_a_configured_pair_is_an_error_that_names_the_other_half(
    configured: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_ID, "of another account")
    monkeypatch.setenv(KEY_SECRET, "of another account")

    with pytest.raises(SettingsError) as caught:
        found(**configured)

    assert str(caught.value) == sentence


def test_the_environment_is_taken_without_the_vendors_library() -> None:
    program = (
        "import sys\n"
        "from pulumi_fc_async_invoke.config.credentials import credentials_source\n"
        "from pulumi_fc_async_invoke.config.settings import Settings\n"
        "keys = credentials_source(Settings.read({}.get))()\n"
        "print(keys.access_key_id, 'alibabacloud_credentials' in sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={KEY_ID: "id", KEY_SECRET: "secret"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["id", "False"]


def test_a_token_in_the_environment_comes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ID, "id")
    monkeypatch.setenv(KEY_SECRET, "secret")
    monkeypatch.setenv(TOKEN, "token")

    assert found() == Credentials("id", "secret", "token")


@pytest.mark.parametrize(("given", "missing"), [(KEY_ID, KEY_SECRET), (KEY_SECRET, KEY_ID)])
def test_half_a_pair_in_the_environment_is_an_error(
    given: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(given, "s3cr3t")

    with pytest.raises(SettingsError) as caught:
        found()

    assert str(caught.value) == (
        f"{given} is set in the environment, but {missing} is not: set both, or neither"
    )


def test_keys_in_the_environment_may_change_between_two_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_ID, "old")
    monkeypatch.setenv(KEY_SECRET, "secret")
    source = source_of({})
    assert source().access_key_id == "old"

    monkeypatch.setenv(KEY_ID, "new")

    assert source().access_key_id == "new"


def test_a_repr_hides_the_secret_parts() -> None:
    shown = repr(Credentials("id", "s3cr3t", "s3cr3t-token"))

    assert "s3cr3t" not in shown


def test_the_repr_of_a_source_holds_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ID, "environment-s3cr3t")
    monkeypatch.setenv(KEY_SECRET, "environment-s3cr3t")
    configured = {"alicloud:accessKey": "s3cr3t-id", "alicloud:secretKey": "s3cr3t"}

    assert "s3cr3t" not in repr(source_of(configured))
    assert "s3cr3t" not in repr(source_of({}))


@pytest.mark.parametrize(
    ("configured", "variables", "words"),
    [
        ({"alicloud:accessKey": "id"}, {KEY_ID: "id"}, "the stack's configuration"),
        ({"alicloud:profile": "work"}, {KEY_ID: "id"}, "profile 'work'"),
        ({}, {KEY_SECRET: "planted-secret"}, "the environment"),
        ({}, {}, "the vendor's default chain"),
    ],
)
def test_where_keys_come_from_is_said_without_them(
    monkeypatch: pytest.MonkeyPatch,
    configured: dict[str, str],
    variables: dict[str, str],
    words: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert where_from(Settings.read(configured.get, {})) == words
