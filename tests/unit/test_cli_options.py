"""Where the command line takes its settings from."""

from pathlib import Path
from typing import Any

import pytest

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.cli.options import OptionError, Options, location
from pulumi_fc_async_invoke.cli.target import Location, parse_target
from pulumi_fc_async_invoke.config import declarations


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # outside any project
    monkeypatch.setenv("ALICLOUD_REGION", "cn-environment")
    monkeypatch.setenv("ALICLOUD_ACCOUNT_ID", "1")


def region(options: Options, **configuration: Any) -> str | None:
    return options.settings(
        {f"alicloud:{key}": configuration[key] for key in configuration}.get
    ).region


def test_an_option_comes_first_then_the_stack_then_the_environment() -> None:
    assert region(Options(region="cn-option"), region="cn-stack") == "cn-option"
    assert region(Options(), region="cn-stack") == "cn-stack"
    assert region(Options()) == "cn-environment"


def test_a_profile_that_is_named_comes_before_the_stacks_keys() -> None:
    configuration = {"alicloud:accessKey": "id", "alicloud:secretKey": "planted-secret"}
    settings = Options(profile="work").settings(configuration.get)

    assert (settings.configured_profile, settings.keys) == ("work", ())


@pytest.mark.parametrize(
    ("host", "trusted"),
    [
        ("sts-vpc.cn-shanghai.aliyuncs.com", True),
        ("127.0.0.1:8443", True),
        ("sts.example.com", False),
        ("aliyuncs.com.example.com", False),
    ],
)
def test_a_stack_sends_a_command_to_no_other_sts(host: str, *, trusted: bool) -> None:
    configuration = {"alicloud:endpoints": {"sts": host}}
    if trusted:
        assert Options().settings(configuration.get).sts_endpoint == host
    else:
        with pytest.raises(SettingsError, match=rf"endpoints.sts names {host}, which is neither"):
            Options().settings(configuration.get)


def test_the_stacks_keys_are_its_own_without_one() -> None:
    configuration = {"alicloud:accessKey": "id", "alicloud:secretKey": "planted-secret"}

    assert Options().settings(configuration.get).configured_credentials == (
        declarations.ACCESS_KEY,
        declarations.SECRET_KEY,
    )


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"endpoint": "example.com"}, "--endpoint stands for"),
        ({"request_timeout": 0}, "--request-timeout stands for"),
        ({"region": "cn shanghai"}, "--region 'cn shanghai' must be"),
        ({"account_id": "me"}, "--account-id 'me' must be"),
    ],
)
def test_a_wrong_option_is_named(wrong: dict[str, Any], option: str) -> None:
    with pytest.raises(OptionError, match=option):
        Options(**wrong)


def test_a_wrong_value_of_the_stack_is_named_by_its_key_alone() -> None:
    with pytest.raises(SettingsError) as caught:
        Options().settings({"fc:endpoint": "example.com"}.get)

    assert "stands for" not in str(caught.value)


def test_what_says_itself_where_it_is_needs_no_option() -> None:
    target = parse_target("acs:fc:cn-itself:1:functions/fn/LATEST", None)
    options = Options(region="cn-option", account_id="2").at(target)

    assert location(options.settings()) == Location("cn-itself", "1")


def test_what_there_is_no_account_for_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALICLOUD_ACCOUNT_ID")
    with pytest.raises(SettingsError, match="--account-id"):
        location(Options().settings())
