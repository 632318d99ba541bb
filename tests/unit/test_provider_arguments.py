"""What a program passes to a `Provider`, and what the engine gets of it."""

import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc
from tests.support.mocks import Cloud, mocked_cloud, run

from pulumi_fc_async_invoke import (
    Provider,
    ProviderArgs,
    ProviderAssumeRoleArgs,
    ProviderAssumeRoleWithOidcArgs,
    ProviderEndpointsArgs,
)
from pulumi_fc_async_invoke.config.settings import Settings
from pulumi_fc_async_invoke.sdk.errors import BadCallError

ROLE = "acs:ram::1234567890123456:role/deployer"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mocked_cloud() as cloud:
        yield cloud


def late(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input("late").apply(lambda _: value)


def declare(*args: Any, **kwargs: Any) -> Any:
    return run(lambda: Provider("there", *args, **kwargs).urn)


def given(cloud: Cloud) -> dict[str, Any]:
    return cloud.inputs("there")


INPUTS: dict[str, Any] = {"region": "cn-hangzhou", "account_id": "1", "max_concurrency": 16}
SENT = {"alicloud:region": "cn-hangzhou", "alicloud:accountId": "1", "fc:maxConcurrency": 16}


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ([], INPUTS),
        ([ProviderArgs(**INPUTS)], {}),
        ([INPUTS], {}),
        ([pulumi.ResourceOptions()], INPUTS),
        ([None], INPUTS),
        ([ProviderArgs(**INPUTS), pulumi.ResourceOptions()], {}),
        ([], {"args": ProviderArgs(**INPUTS), "opts": pulumi.ResourceOptions()}),
    ],
    ids=[
        "keywords",
        "object",
        "dict",
        "options and keywords",
        "no options and keywords",
        "object and options",
        "named",
    ],
)
def test_every_way_to_call_it_says_the_same(
    cloud: Cloud, args: list[Any], kwargs: dict[str, Any]
) -> None:
    declare(*args, **kwargs)
    assert given(cloud) == SENT


@pytest.mark.parametrize("args", [[], [None]])
def test_options_alone_are_enough(cloud: Cloud, args: list[Any]) -> None:
    declare(*args, pulumi.ResourceOptions())
    assert given(cloud) == {}


def test_shared_settings_have_the_keys_of_pulumi_alicloud(cloud: Cloud) -> None:
    declare(
        profile="prod",
        shared_credentials_file="~/keys.json",
        ecs_role_name="role",
        credentials_uri="http://127.0.0.1:1/keys",
        fc="fc.example.com",
    )
    assert given(cloud) == {
        "alicloud:profile": "prod",
        "alicloud:sharedCredentialsFile": "~/keys.json",
        "alicloud:ecsRoleName": "role",
        "alicloud:credentialsUri": "http://127.0.0.1:1/keys",
        "alicloud:fc": "fc.example.com",
    }


ASSUME_ROLE = {"role_arn": ROLE, "session_expiration": 900}


@pytest.mark.parametrize(
    "role",
    [
        ASSUME_ROLE,
        ProviderAssumeRoleArgs(role_arn=ROLE, session_expiration=900),
        {"roleArn": ROLE, "session_expiration": 900, "policy": None},
    ],
    ids=["dict", "object", "names of the API"],
)
def test_a_role_is_sent_as_its_json_text(cloud: Cloud, role: Any) -> None:
    declare(assume_role=role)
    text = given(cloud)["alicloud:assumeRole"]
    assert json.loads(text) == {"roleArn": ROLE, "sessionExpiration": 900}


def test_a_role_may_be_or_hold_an_output(cloud: Cloud) -> None:
    run(lambda: Provider("there", assume_role=late({"role_arn": late(ROLE)})).urn)
    assert json.loads(given(cloud)["alicloud:assumeRole"]) == {"roleArn": ROLE}


def test_a_role_with_oidc_and_endpoints_are_sent_likewise(cloud: Cloud) -> None:
    declare(
        assume_role_with_oidc=ProviderAssumeRoleWithOidcArgs(
            oidc_provider_arn="acs:ram::1:oidc-provider/ci",
            role_arn=ROLE,
            oidc_token_file="/token",  # noqa: S106  no token
            role_session_name="ci",
        ),
        endpoints=ProviderEndpointsArgs(fc="fc.example.com", sts="sts.example.com"),
    )
    sent = {key: json.loads(text) for key, text in given(cloud).items()}
    assert sent == {
        "alicloud:assumeRoleWithOidc": {
            "oidcProviderArn": "acs:ram::1:oidc-provider/ci",
            "roleArn": ROLE,
            "oidcTokenFile": "/token",
            "roleSessionName": "ci",
        },
        "alicloud:endpoints": {"fc": "fc.example.com", "sts": "sts.example.com"},
    }


def test_the_settings_that_the_plugin_reads_are_those_that_were_given(cloud: Cloud) -> None:
    declare(
        **INPUTS,
        access_key="key",
        secret_key="secret",  # noqa: S106  no key
        shared_credentials_file="keys.json",
        assume_role={"role_arn": ROLE, "session_name": "ci", "external_id": "theirs"},
        endpoints={"sts": "sts.example.com"},
        request_timeout=30,
        internal=True,
        allow_overwrite=True,
    )

    sent = given(cloud)
    secrets = {key for key, value in sent.items() if rpc.is_rpc_secret(value)}
    assert secrets == {"alicloud:accessKey", "alicloud:secretKey", "alicloud:assumeRole"}
    settings = Settings.read({key: rpc.unwrap_rpc_secret(sent[key]) for key in sent}.get, {})
    assert (settings.region, settings.account_id) == ("cn-hangzhou", "1")
    role = settings.assume_role
    assert role is not None
    assert (role.role_arn, role.session_name, role.external_id) == (ROLE, "ci", "theirs")
    assert settings.sts_endpoint == "sts.example.com"
    assert [part and part.value for part in settings.keys[0]] == ["key", "secret", None]
    assert (settings.request_timeout, settings.max_concurrency) == (30, 16)
    assert settings.internal
    assert settings.allow_overwrite


def test_outputs_are_typed_and_none_where_nothing_was_given(cloud: Cloud) -> None:
    def program() -> pulumi.Output[Any]:
        there = Provider("there", region=late("cn-hangzhou"), max_concurrency=16, internal=True)
        return pulumi.Output.all(
            there.region, there.max_concurrency, there.internal, there.account_id
        )

    region, concurrency, internal, account = run(program)
    assert (region, concurrency, internal, account) == ("cn-hangzhou", 16, True, None)
    assert type(concurrency) is int
    assert given(cloud)["fc:internal"] is True


@pytest.mark.parametrize(
    "name", ["access_key", "secret_key", "security_token", "assume_role", "endpoints"]
)
def test_keys_and_what_may_hold_one_are_no_outputs(cloud: Cloud, name: str) -> None:
    def program() -> pulumi.Output[Any]:
        there = Provider("there", secret_key="planted")  # noqa: S106  no key
        assert not hasattr(there, name)
        return there.urn

    run(program)
    assert "there" in cloud.registered


WRONG: dict[str, tuple[tuple[Any, ...], dict[str, Any], str]] = {
    "a region in the place of the inputs": (
        ("cn-hangzhou",),
        {},
        "args must be ProviderArgs or a dict of its arguments, but is str",
    ),
    "a list": (
        (),
        {"region": ["cn-hangzhou"]},
        "region must be a string, but is a list: give the value itself, not a list",
    ),
    "a role in a list": (
        (),
        {"assume_role": [{"role_arn": ROLE}]},
        (
            "assume_role must be ProviderAssumeRoleArgs or a dict, but is a list: "
            "give the object itself, not a list"
        ),
    ),
    "an object in a role": (
        (),
        {"assume_role": {"role_arn": {}}},
        "assume_role.role_arn must be a string, but is a dict",
    ),
}


@pytest.mark.parametrize(("args", "kwargs", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_sent_is_one_line(
    args: tuple[Any, ...], kwargs: dict[str, Any], said: str
) -> None:
    with mocked_cloud(), pytest.raises(pulumi.RunError) as raised:
        declare(*args, **kwargs)
    assert str(raised.value) == f"Provider 'there': {said}"


def test_a_provider_has_no_provider(cloud: Cloud) -> None:
    def program() -> pulumi.Output[Any]:
        one = Provider("one")
        return Provider("there", pulumi.ResourceOptions(provider=one)).urn

    with pytest.raises(BadCallError, match=r"^Provider .there.: a provider takes no other"):
        run(program)
    assert "there" not in cloud.registered


def test_a_provider_cannot_be_read_by_its_id(cloud: Cloud) -> None:
    with pytest.raises(BadCallError, match=r"^Provider .there.: a provider takes no id in opts$"):
        declare(opts=pulumi.ResourceOptions(id="there"))
    assert "there" not in cloud.registered
