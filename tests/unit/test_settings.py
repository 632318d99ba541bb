import json
import math
from pathlib import Path
from typing import Any

import pytest

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.config.declarations import (
    ACCESS_KEY,
    ACCOUNT,
    CREDENTIALS_FILE,
    CREDENTIALS_URI,
    DECLARED,
    ECS_ROLE,
    PROFILE,
    REGION,
    SECURITY_TOKEN,
    Setting,
    misspelt_keys,
)
from pulumi_fc_async_invoke.config.endpoint import for_account
from pulumi_fc_async_invoke.config.profiles import read_region
from pulumi_fc_async_invoke.config.reading import Found, Reader
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
        sts_endpoint=None,
        internal=False,
        allow_overwrite=False,
        request_timeout=60.0,
        max_concurrency=16,
        has_max_concurrency=False,
        keys=(),
        profile=None,
        credentials_file=None,
        credentials_uri=None,
        ecs_role=None,
        assume_role=None,
        assume_role_with_oidc=None,
    )


FIELDS = {
    REGION: "region",
    ACCOUNT: "account_id",
    PROFILE: "profile",
    CREDENTIALS_FILE: "credentials_file",
    CREDENTIALS_URI: "credentials_uri",
    ECS_ROLE: "ecs_role",
}


@pytest.mark.parametrize("setting", FIELDS, ids=lambda setting: setting.key)
def test_a_text_is_the_first_that_is_set(setting: Setting) -> None:
    def value(configured: str, environment: dict[str, str]) -> object:
        found = getattr(settings({setting.key: configured}, environment), FIELDS[setting])
        return found.value if isinstance(found, Found) else found

    environment = {name: name for name in setting.variables}
    assert value("configured", environment) == "configured"
    for name in setting.variables:
        assert value("", environment) == name
        environment[name] = ""
    assert value("", environment) is None


def test_a_region_that_nothing_else_names_is_the_profiles(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"profiles": [{"name": "work", "mode": "AK", "region_id": "cn-beijing"}]}')
    configured = {"alicloud:profile": "work", "alicloud:sharedCredentialsFile": str(file)}

    assert settings(configured).region == "cn-beijing"
    assert settings(configured, {"ALICLOUD_REGION": "cn-shanghai"}).region == "cn-shanghai"
    assert read_region(Reader(configured.get, {})) == "cn-beijing"


def test_a_profile_that_cannot_be_read_fails_no_preview() -> None:
    configured = {"alicloud:profile": "work", "alicloud:sharedCredentialsFile": "/nowhere"}

    assert settings(configured).region is None


def test_an_account_that_was_written_as_a_number_has_no_point() -> None:
    assert settings({"alicloud:accountId": 1234567890123456.0}).account_id == "1234567890123456"


def test_an_account_that_is_no_exact_number_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"alicloud:accountId is too large .* in quotes"):
        settings({"alicloud:accountId": 9999999999999999.0})


def test_keys_are_kept_with_where_they_stand() -> None:
    configured = {"alicloud:accessKey": "id", "alicloud:securityToken": "token"}

    found = settings(configured, {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret"})

    assert found.keys == (
        (Found("id", "alicloud:accessKey"), None, Found("token", "alicloud:securityToken")),
        (None, Found("secret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"), None),
    )
    assert found.configured_credentials == (ACCESS_KEY, SECURITY_TOKEN)


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


@pytest.mark.parametrize(("value", "meant"), [("16", 16), (1, 1), (64.0, 64), ("", 16)])
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
        "https://fc.example.com\n.evil.example.com",
        "https://fc .example.com",
        "https://xn--.example.com",
        "https://f\u00fc.example.com",
        "https://fc.example.com:99999",
        "https://-",
        "http://[::1%25eth0]",
        "http://[1::2::3]",
        "https://fc.example.com:70000",
        "https://\u212a.example.com",  # a Kelvin sign, which is a k in lower case
    ],
)
def test_an_endpoint_that_is_no_url_is_refused(value: str) -> None:
    assert refusal("fc:endpoint", value) == (
        f"fc:endpoint must be a whole base URL, of scheme, host and port alone: {EXAMPLE}"
    )


@pytest.mark.parametrize(
    "value",
    [
        "https://fc.example.com/path",
        "https://fc.example.com?query",
        "https://fc.example.com#fragment",
        "https://user:s3cr3t@fc.example.com",
        # Each names one host to one parser, and another one to the next.
        "http://evil.example.com[::1]:80",
        "http://[::1]x",
        "https://fc.example.com:",
        "https://fc.example.com:0443",
        "https://fc.example.com\\@evil.example.com",
    ],
)
def test_an_endpoint_with_more_than_a_host_is_refused_and_not_repeated(value: str) -> None:
    assert refusal("fc:endpoint", value) == (
        f"fc:endpoint must be a whole base URL, of scheme, host and port alone: {EXAMPLE}"
    )


@pytest.mark.parametrize("host", ["fc.example.com", "10.0.0.1", "127.0.0.1.example.com"])
def test_only_loopback_may_be_plain_http(host: str) -> None:
    assert refusal("fc:endpoint", f"http://{host}") == (
        f"fc:endpoint must be https, as {host} is not this machine (http is only for loopback): "
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

    role = {"policy": "s3cr3t-d", "externalId": "s3cr3t-e"}
    oidc = {"policy": "s3cr3t-f", "oidcToken": "s3cr3t-g"}
    read = settings(
        {
            **secrets,
            "alicloud:region": "cn-shanghai",
            "alicloud:credentialsUri": "http://127.0.0.1/s3cr3t",
            "alicloud:assumeRole": role,
            "alicloud:assumeRoleWithOidc": oidc,
        },
        {"ALICLOUD_SECRET_KEY": "s3cr3t-h"},
    )

    assert read.keys[0][1] == Found("s3cr3t-b", "alicloud:secretKey")
    assert "s3cr3t" not in f"{read} {read!r}"
    assert "cn-shanghai" in repr(read)


# -- values of the wrong type


@pytest.mark.parametrize(
    "key",
    ["alicloud:region", "alicloud:accountId", "alicloud:profile", "fc:endpoint"],
)
@pytest.mark.parametrize("value", ['{"a":1}', '["a"]', {"a": 1}, ["a"], True, 1.5])
def test_a_text_is_no_structure(key: str, value: object) -> None:
    (setting,) = (each for each in DECLARED if each.key == key)

    assert refusal(key, value) == (
        f"{key} must be plain text, no object and no list: {setting.command}"
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


# -- objects


ROLE_ARN = "acs:ram::1234567890123456:role/deployer"


@pytest.mark.parametrize("key", ["alicloud:assumeRole", "alicloud:assumeRoleWithOidc"])
@pytest.mark.parametrize("value", [ROLE_ARN, "{", "[1]", '"text"', 5, True, ["a", "b"], [{}, {}]])
def test_what_is_no_object_is_refused(key: str, value: object) -> None:
    assert refusal(key, value).startswith(f"{key} must be an object: pulumi config set --path '")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("rolearn", "did you mean roleArn?"),
        ("role_arn", "did you mean roleArn?"),
        (
            "serialNumber",
            "it has roleArn, sessionName, policy, sessionExpiration, externalId",
        ),
    ],
)
def test_a_member_that_a_role_does_not_have_is_refused(name: str, meant: str) -> None:
    assert refusal("alicloud:assumeRole", {name: "value"}) == (
        f"alicloud:assumeRole has no member {name!r}: {meant}"
    )


@pytest.mark.parametrize("value", [899, 3601, "0", "soon", 1000.5, True, []])
def test_a_session_lasts_from_900_to_3600_seconds(value: object) -> None:
    assert refusal("alicloud:assumeRole", {"roleArn": ROLE_ARN, "sessionExpiration": value}) == (
        "alicloud:assumeRole.sessionExpiration must be a whole number from 900 to 3600: "
        "pulumi config set --path 'alicloud:assumeRole.sessionExpiration' 3600"
    )


def test_a_sessions_length_in_the_environment_is_judged_where_the_object_is_configured() -> None:
    environment = {"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "60"}

    assert settings({}, environment).assume_role is None
    with pytest.raises(SettingsError, match=r"^ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION must be"):
        settings({"alicloud:assumeRole": {"roleArn": ROLE_ARN}}, environment)


@pytest.mark.parametrize("number", [2024, 0, 2**64, 2024.0])
def test_a_whole_number_is_a_text_in_an_object_too(number: float) -> None:
    members = {"roleArn": ROLE_ARN, "sessionName": "deploy", "externalId": number}
    for role in (members, json.dumps(members)):
        read = settings({"alicloud:assumeRole": role}).assume_role
        assert read is not None
        assert read.external_id == str(int(number))


@pytest.mark.parametrize("value", [True, 1.5])
def test_what_is_no_whole_number_is_no_text_in_an_object(value: object) -> None:
    said = refusal("alicloud:assumeRole", {"roleArn": ROLE_ARN, "sessionName": value})

    assert said.startswith("alicloud:assumeRole.sessionName must be plain text")


def test_a_secret_member_that_is_no_text_is_not_repeated() -> None:
    said = refusal("alicloud:assumeRoleWithOidc", {"oidcToken": {"s3cr3t": 1}})

    assert said == (
        "alicloud:assumeRoleWithOidc.oidcToken must be plain text, no object and no list: "
        "pulumi config set --secret --path 'alicloud:assumeRoleWithOidc.oidcToken' …"
    )


# -- endpoints of pulumi-alicloud


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("cn-x.fc.example.com", "https://123.cn-x.fc.example.com"),
        ("https://cn-x.fc.example.com", "https://123.cn-x.fc.example.com"),
        ("http://cn-x.fc.example.com", "https://123.cn-x.fc.example.com"),
        ("123.cn-x.fc.example.com", "https://123.cn-x.fc.example.com"),
        ("fcv3.cn-x.aliyuncs.com", "https://fcv3.cn-x.aliyuncs.com"),
        ("10.0.0.1:8443", "https://10.0.0.1:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080"),
    ],
)
def test_function_compute_may_be_where_pulumi_alicloud_finds_it(value: str, url: str) -> None:
    for configured in (
        {"alicloud:fc": value},
        {"alicloud:endpoints": {"fc": value, "ecs": "ecs.example.com"}},
        {"alicloud:endpoints": [{"fc": value}]},
    ):
        endpoint = settings(configured).endpoint
        assert endpoint is not None
        assert for_account(endpoint, "123") == url


def test_the_first_endpoint_that_is_set_counts() -> None:
    every = {
        "fc:endpoint": "https://own.example.com",
        "alicloud:fc": "former.example.com",
        "alicloud:endpoints": {"fc": "shared.example.com"},
    }

    assert settings(every).endpoint == "https://own.example.com"
    del every["fc:endpoint"]
    assert settings(every).endpoint == "https://{accountId}.former.example.com"
    del every["alicloud:fc"]
    assert settings(every).endpoint == "https://{accountId}.shared.example.com"


@pytest.mark.parametrize(
    "value", ["user:s3cr3t@example.com", "example.com/s3cr3t", "exa mple.com", "fc.x.com\t", ""]
)
def test_an_endpoint_of_pulumi_alicloud_is_judged_as_ours(value: str) -> None:
    if value:
        assert "s3cr3t" not in refusal("alicloud:fc", value)
    else:
        assert settings({"alicloud:fc": value}).endpoint is None


def test_sts_is_a_host_and_https() -> None:
    def sts(value: str) -> str | None:
        return settings({"alicloud:endpoints": {"sts": value}}).sts_endpoint

    assert sts("sts.example.com:8443") == "sts.example.com:8443"
    assert sts("https://sts.example.com/") == "sts.example.com"
    assert refusal("alicloud:endpoints", {"sts": "http://127.0.0.1"}) == (
        "alicloud:endpoints.sts must be a host name or an https URL: STS needs HTTPS"
    )


# -- keys that are not ours


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("fc:maxConcurency", "fc:maxConcurrency"),
        ("fc:max_concurrency", "fc:maxConcurrency"),
        ("fc:allowOverwrites", "fc:allowOverwrite"),
        ("fc:Endpoint", "fc:endpoint"),
        ("alicloud:asumeRole", "alicloud:assumeRole"),
        ("alicloud:accountID", "alicloud:accountId"),
        ("alicloud:secretkey", "alicloud:secretKey"),
    ],
)
def test_a_key_that_nearly_spells_one_of_ours_is_found(key: str, meant: str) -> None:
    assert misspelt_keys([key]) == {key: meant}


@pytest.mark.parametrize(
    "key",
    [
        *(setting.key for setting in DECLARED),
        # Of pulumi-alicloud, and not of this package.
        "alicloud:accountType",
        "alicloud:mnsEndpoint",
        "alicloud:secureTransport",
        "alicloud:sourceIp",
        # Of a project that is named fc, or of another.
        "fc:domain",
        "fc:image",
        "fc:replicas",
        "fc:timeout",
        "fc:concurrency",
        "project:maxConcurency",
        "aws:region",
    ],
)
def test_other_keys_are_left_alone(key: str) -> None:
    assert misspelt_keys([key]) == {}


def test_each_key_is_declared_once() -> None:
    keys = [setting.key for setting in DECLARED]

    assert len(set(keys)) == len(keys)
