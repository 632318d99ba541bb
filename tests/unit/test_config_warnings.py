"""Warnings about the stack's configuration, from programs under Pulumi's mocks."""

from typing import Any

import pulumi
import pytest
from tests.support.mocks import mocked_cloud, run

from pulumi_fc_async_invoke import AsyncInvokeConfig, Provider


class Component(pulumi.ComponentResource):
    """Declares two configs below itself."""

    def __init__(self, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Component", "component", None, opts)
        for name in ("one", "two"):
            AsyncInvokeConfig(
                name,
                service_name="demo",
                function_name=name,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


def warnings(
    caplog: pytest.LogCaptureFixture,
    config: dict[str, str],
    secret_keys: list[str] | None = None,
    opts: Any = None,
) -> list[str]:
    """What a program with two resources is warned of."""

    def program() -> pulumi.Output[Any]:
        given = opts() if opts else None
        return Component(given).urn

    with mocked_cloud(config, secret_keys):
        run(program)
    return [record.message for record in caplog.records if record.levelname == "WARNING"]


PLAIN: dict[str, tuple[dict[str, str], str]] = {
    "a key": (
        {"alicloud:secretKey": "planted"},
        (
            "alicloud:secretKey stands in plain text in the stack's configuration, and so in its "
            "state: pulumi config set --secret alicloud:secretKey …"
        ),
    ),
    "a token and an external id": (
        {
            "alicloud:securityToken": "planted",
            "alicloud:assumeRole": '{"roleArn": "acs:ram::1:role/r", "externalId": "planted"}',
        },
        (
            "alicloud:securityToken and alicloud:assumeRole stand in plain text in the stack's "
            "configuration, and so in its state: "
            "pulumi config set --secret alicloud:securityToken … && "
            "pulumi config set --secret --path 'alicloud:assumeRole.externalId' …"
        ),
    ),
    "an OIDC token": (
        {"alicloud:assumeRoleWithOidc": '[{"oidcToken": "planted"}]'},
        (
            "alicloud:assumeRoleWithOidc stands in plain text in the stack's configuration, and so "
            "in its state: pulumi config set --secret --path "
            "'alicloud:assumeRoleWithOidc.oidcToken' …"
        ),
    ),
}


@pytest.mark.parametrize(("config", "said"), PLAIN.values(), ids=PLAIN)
def test_a_secret_in_plain_text_is_warned_of_once(
    caplog: pytest.LogCaptureFixture, config: dict[str, str], said: str
) -> None:
    assert warnings(caplog, config) == [said]


@pytest.mark.parametrize(("config", "said"), PLAIN.values(), ids=PLAIN)
def test_a_secret_that_is_marked_is_not(
    caplog: pytest.LogCaptureFixture, config: dict[str, str], said: str
) -> None:
    assert said
    assert warnings(caplog, config, list(config)) == []


@pytest.mark.parametrize("text", ['{"roleArn": "acs:ram::1:role/r"}', '{"roleArn"', "[]", "1"])
def test_a_role_without_a_secret_is_not(caplog: pytest.LogCaptureFixture, text: str) -> None:
    assert warnings(caplog, {"alicloud:assumeRole": text}) == []


def test_an_account_that_is_marked_as_secret_is_warned_of_as_ids_are_never_encrypted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = {"alicloud:accountId": "1234567890123456"}
    (said,) = warnings(caplog, config, ["alicloud:accountId"])
    assert said.startswith("alicloud:accountId is set with --secret, but it is part of every")
    assert said.endswith("Set it without --secret: pulumi config set alicloud:accountId …")
    assert "1234567890123456" not in said


def test_an_account_in_plain_text_is_not(caplog: pytest.LogCaptureFixture) -> None:
    assert warnings(caplog, {"alicloud:accountId": "1234567890123456"}) == []


class Alicloud(pulumi.ProviderResource):
    """Stands for pulumi-alicloud's."""

    def __init__(self) -> None:
        super().__init__("alicloud", "theirs", {})


def test_a_provider_of_pulumi_alicloud_alone_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    def theirs() -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(providers=[Alicloud()])

    (said,) = warnings(caplog, {}, opts=theirs)
    assert said == (
        "'one' has a provider of pulumi-alicloud, which this package cannot use: its settings are "
        "the stack's configuration. For others, add a Provider of pulumi_fc_async_invoke to the "
        "providers"
    )


def test_beside_one_of_ours_it_is_not(caplog: pytest.LogCaptureFixture) -> None:
    def both() -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(providers=[Alicloud(), Provider("ours")])

    assert warnings(caplog, {"alicloud:secretKey": "unused"}, opts=both) == []


def test_a_key_that_nearly_spells_one_of_ours_is_warned_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = {"fc:maxConcurency": "8", "fc:domain": "planted", "project:maxConcurency": "8"}

    assert warnings(caplog, config) == [
        "fc:maxConcurency is ignored: did you mean fc:maxConcurrency?"
    ]


def test_a_key_that_would_say_who_signs_must_not_be_misspelt(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(
        pulumi.RunError, match=r"no key alicloud:asumeRole: did you mean alicloud:assumeRole\?$"
    ):
        warnings(caplog, {"alicloud:asumeRole": "{}"})
