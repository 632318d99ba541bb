import math
from typing import Any

import pytest

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.config.settings import Settings


def settings(
    configured: dict[str, Any] | None = None, environment: dict[str, str] | None = None
) -> Settings:
    return Settings.read((configured or {}).get, environment or {})


def refusal(key: str, value: object) -> str:
    with pytest.raises(SettingsError) as caught:
        settings({key: value})
    return str(caught.value)


def test_with_nothing_set_everything_has_its_default() -> None:
    assert settings() == Settings(
        region=None,
        account_id=None,
        endpoint=None,
        internal=False,
        allow_overwrite=False,
        request_timeout=60.0,
        max_concurrency=4,
        access_key=None,
        secret_key=None,
        security_token=None,
        profile=None,
    )


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("alicloud:region", "region"),
        ("alicloud:accountId", "account_id"),
        ("alicloud:accessKey", "access_key"),
        ("alicloud:secretKey", "secret_key"),
        ("alicloud:securityToken", "security_token"),
        ("alicloud:profile", "profile"),
    ],
)
def test_each_text_has_its_key(key: str, field: str) -> None:
    assert getattr(settings({key: "value"}), field) == "value"
    assert getattr(settings({key: ""}), field) is None


@pytest.mark.parametrize(
    ("variable", "field"),
    [
        ("ALICLOUD_REGION", "region"),
        ("ALIBABA_CLOUD_REGION_ID", "region"),
        ("ALICLOUD_ACCOUNT_ID", "account_id"),
        ("ALIBABA_CLOUD_ACCOUNT_ID", "account_id"),
    ],
)
def test_region_and_account_may_come_from_the_environment(variable: str, field: str) -> None:
    assert getattr(settings(environment={variable: "value"}), field) == "value"
    assert getattr(settings(environment={variable: ""}), field) is None


@pytest.mark.parametrize(
    ("key", "variables", "field"),
    [
        ("alicloud:region", ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION_ID"), "region"),
        ("alicloud:accountId", ("ALICLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCOUNT_ID"), "account_id"),
    ],
)
def test_configuration_comes_before_the_environment(
    key: str, variables: tuple[str, str], field: str
) -> None:
    first, second = variables
    environment = {first: "first", second: "second"}

    assert getattr(settings({key: "configured"}, environment), field) == "configured"
    assert getattr(settings({}, environment), field) == "first"
    assert getattr(settings({}, {**environment, first: ""}), field) == "second"
    assert getattr(settings({key: ""}, environment), field) == "first"


def test_an_account_that_was_written_as_a_number_has_no_point() -> None:
    assert settings({"alicloud:accountId": 1234567890123456.0}).account_id == "1234567890123456"


def test_an_account_that_is_no_exact_number_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"alicloud:accountId is too large .* in quotes"):
        settings({"alicloud:accountId": 9999999999999999.0})


def test_keys_are_not_taken_from_the_environment_here() -> None:
    environment = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x"}

    assert settings(environment=environment).access_key is None


# -- booleans and seconds


@pytest.mark.parametrize(
    ("key", "field"), [("fc:internal", "internal"), ("fc:allowOverwrite", "allow_overwrite")]
)
@pytest.mark.parametrize(
    ("value", "meant"),
    [("true", True), ("false", False), ("True", True), (True, True), (False, False), ("", False)],
)
def test_a_boolean_is_a_word_or_a_boolean(
    key: str, field: str, value: object, *, meant: bool
) -> None:
    assert getattr(settings({key: value}), field) is meant


@pytest.mark.parametrize("key", ["fc:internal", "fc:allowOverwrite"])
@pytest.mark.parametrize("value", ["yes", "1", 1, "s3cr3t", [], {}])
def test_what_is_no_boolean_is_refused(key: str, value: object) -> None:
    assert refusal(key, value) == f"{key} must be true or false: pulumi config set {key} true"


@pytest.mark.parametrize(
    ("value", "seconds"), [("90", 90), ("0.5", 0.5), (90.0, 90), (3600, 3600), ("", 60)]
)
def test_a_timeout_is_a_number_of_seconds(value: object, seconds: float) -> None:
    assert settings({"fc:requestTimeout": value}).request_timeout == seconds


@pytest.mark.parametrize(
    "value", ["0", "-1", "3601", "1e9", "soon", "nan", math.nan, math.inf, "60s", True, []]
)
def test_what_is_no_sensible_timeout_is_refused(value: object) -> None:
    assert refusal("fc:requestTimeout", value) == (
        "fc:requestTimeout must be a number of seconds, more than 0 and at most 3600: "
        "pulumi config set fc:requestTimeout 60"
    )


@pytest.mark.parametrize(("value", "meant"), [("16", 16), (1, 1), (64.0, 64), ("", 4)])
def test_the_concurrency_is_a_whole_number(value: object, meant: int) -> None:
    assert settings({"fc:maxConcurrency": value}).max_concurrency == meant


@pytest.mark.parametrize(
    "value", ["0", "-1", "65", "1.5", "many", "nan", "inf", math.nan, math.inf, True, [], {}]
)
def test_what_is_no_sensible_concurrency_is_refused(value: object) -> None:
    assert refusal("fc:maxConcurrency", value) == (
        "fc:maxConcurrency must be a whole number from 1 to 64: "
        "pulumi config set fc:maxConcurrency 16"
    )


# -- endpoint


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://fc.example.com", "https://fc.example.com"),
        ("https://fc.example.com/", "https://fc.example.com"),
        ("https://fc.example.com:8443", "https://fc.example.com:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_endpoint_is_a_base_url(value: str, url: str) -> None:
    assert settings({"fc:endpoint": value}).endpoint == url


EXAMPLE = "pulumi config set fc:endpoint https://fc.example.com"


@pytest.mark.parametrize(
    "value",
    [
        "fc.example.com",
        "//fc.example.com",
        "ftp://fc.example.com",
        "https://",
        "https://fc.example.com:port",
        "https://[::1",
    ],
)
def test_an_endpoint_that_is_no_url_is_refused(value: str) -> None:
    assert refusal("fc:endpoint", value) == (
        f"fc:endpoint must be a whole base URL, with its scheme: {EXAMPLE}"
    )


@pytest.mark.parametrize(
    "value",
    [
        "https://fc.example.com/path",
        "https://fc.example.com?query",
        "https://fc.example.com#fragment",
        "https://user:s3cr3t@fc.example.com",
    ],
)
def test_an_endpoint_with_more_than_a_host_is_refused_and_not_repeated(value: str) -> None:
    assert refusal("fc:endpoint", value) == (
        f"fc:endpoint must hold scheme, host and port, and nothing else: {EXAMPLE}"
    )


@pytest.mark.parametrize("host", ["fc.example.com", "10.0.0.1", "127.0.0.1.example.com"])
def test_only_loopback_may_be_plain_http(host: str) -> None:
    assert refusal("fc:endpoint", f"http://{host}") == (
        f"fc:endpoint must be https, as {host} is not this machine (http is for loopback alone): "
        f"{EXAMPLE}"
    )


# -- what they are for


def test_defaults_for_inputs_are_those_that_are_set() -> None:
    assert settings().defaults() == {"allowOverwrite": False}
    configured = {
        "alicloud:region": "cn-shanghai",
        "alicloud:accountId": "1",
        "fc:allowOverwrite": "true",
    }
    assert settings(configured).defaults() == {
        "region": "cn-shanghai",
        "accountId": "1",
        "allowOverwrite": True,
    }


def test_no_key_is_in_a_repr() -> None:
    secrets = {
        "alicloud:accessKey": "s3cr3t-a",
        "alicloud:secretKey": "s3cr3t-b",
        "alicloud:securityToken": "s3cr3t-c",
    }

    read = settings({**secrets, "alicloud:region": "cn-shanghai"})

    assert read.secret_key == "s3cr3t-b"  # noqa: S105  made up for this test
    assert "s3cr3t" not in f"{read} {read!r}"
    assert "cn-shanghai" in repr(read)


# -- values of the wrong type


@pytest.mark.parametrize(
    "key",
    ["alicloud:region", "alicloud:accountId", "alicloud:profile", "fc:endpoint"],
)
@pytest.mark.parametrize("value", ['{"a":1}', '["a"]', {"a": 1}, ["a"], True, 1.5])
def test_a_text_is_no_structure(key: str, value: object) -> None:
    assert refusal(key, value) == (
        f"{key} must be plain text, no object and no list: pulumi config set {key} …"
    )


@pytest.mark.parametrize(
    ("key", "option"),
    [
        ("alicloud:accessKey", ""),
        ("alicloud:secretKey", "--secret "),
        ("alicloud:securityToken", "--secret "),
    ],
)
def test_a_key_is_no_structure_and_is_not_repeated(key: str, option: str) -> None:
    assert refusal(key, '{"key":"s3cr3t"}') == (
        f"{key} must be plain text, no object and no list: pulumi config set {option}{key} …"
    )
