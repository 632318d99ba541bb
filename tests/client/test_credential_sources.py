"""Which key signs, for everything that can be set: the emulator sees its id.

Real sockets; everything that would leave the machine goes to a proxy on loopback.
"""

import builtins
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
import requests.adapters
from alibabacloud_credentials.utils import auth_constant, auth_util
from tests.client.scripted import IDENTITY, client
from tests.support.token_sources import (
    LOOPBACK,
    METADATA,
    STS,
    STS_INSIDE_VPC,
    WEB_IDENTITY,
    Asked,
    Issued,
    TokenSources,
)

from pulumi_fc_async_invoke.api import v2023
from pulumi_fc_async_invoke.api.errors import CanceledError, ConfigNotFoundError, SettingsError
from pulumi_fc_async_invoke.cli.identity import caller_identity
from pulumi_fc_async_invoke.config import renewal
from pulumi_fc_async_invoke.config.credentials import credentials_source, source
from pulumi_fc_async_invoke.config.settings import Settings
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

# The vendor's library tells the time in a way that Python 3.12 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

Variables = dict[str, str]
Configuration = dict[str, Any]

V3_IDENTITY = v2023.API.identity({**IDENTITY.names, "functionName": "hello", "qualifier": "LATEST"})
ROLE_ARN = "acs:ram::1234567890123456:role/deployer"
PROVIDER_ARN = "acs:ram::1234567890123456:oidc-provider/ci"
IDS = (
    "configured-id",
    "alicloud-id",
    "alibaba-id",
    "alibabacloud-id",
    "work-id",
    "current-id",
    "base-id",
    "other-id",
    "ini-id",
    "external-id",
    "oauth-id",
    "sts-id",
    "oidc-id",
    "ecs-id",
    "uri-id",
)


def secret(key_id: str) -> str:
    return f"{key_id}-secret-marker"


def token(key_id: str) -> str:
    return f"{key_id}-token-marker"


def configured(key_id: str = "configured-id") -> Configuration:
    return {"alicloud:accessKey": key_id, "alicloud:secretKey": secret(key_id)}


def alicloud(key_id: str = "alicloud-id") -> Variables:
    return {"ALICLOUD_ACCESS_KEY": key_id, "ALICLOUD_SECRET_KEY": secret(key_id)}


def alibaba(key_id: str = "alibaba-id") -> Variables:
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret(key_id),
    }


def alibabacloud(key_id: str = "alibabacloud-id") -> Variables:
    return {
        "ALIBABACLOUD_ACCESS_KEY_ID": key_id,
        "ALIBABACLOUD_ACCESS_KEY_SECRET": secret(key_id),
    }


def profile(name: str) -> Configuration:
    return {"alicloud:profile": name}


def assume_role(**members: object) -> Configuration:
    return {"alicloud:assumeRole": {"roleArn": ROLE_ARN, **members}}


def oidc_role(**members: object) -> Configuration:
    return {
        "alicloud:assumeRoleWithOidc": {
            "roleArn": ROLE_ARN,
            "oidcProviderArn": PROVIDER_ARN,
            "oidcTokenFile": "{home}/web-identity",
            **members,
        }
    }


OIDC_VARIABLES = {
    "ALIBABA_CLOUD_ROLE_ARN": ROLE_ARN,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": PROVIDER_ARN,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "{home}/web-identity",
}
URI = "{url}/credentials?secret=uri-query-marker"
NO_PROFILE = {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}
NO_METADATA = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}


@dataclass(frozen=True)
class Row:
    """What is set, and who signs."""

    signs: str
    config: Configuration = field(default_factory=dict[str, Any])
    variables: Variables = field(default_factory=dict[str, str])
    asks: tuple[str, ...] = ()
    """Hosts that are asked for keys."""


MATRIX = {
    # One source after the other.
    "configuration": Row("configured-id", configured()),
    "ALICLOUD_…": Row("alicloud-id", {}, alicloud()),
    "ALIBABA_CLOUD_…": Row("alibaba-id", {}, alibaba()),
    "ALIBABACLOUD_…": Row("alibabacloud-id", {}, alibabacloud()),
    "profile": Row("work-id", profile("work")),
    "ALICLOUD_PROFILE": Row("work-id", {}, {"ALICLOUD_PROFILE": "work"}),
    "ALIBABA_CLOUD_PROFILE": Row("work-id", {}, {"ALIBABA_CLOUD_PROFILE": "work"}),
    "profile with a token": Row("base-id", profile("token")),
    "profile with a role": Row("sts-id", profile("role"), asks=(STS,)),
    "profile with an ECS role": Row("ecs-id", profile("machine"), asks=(METADATA,)),
    "profile with OIDC": Row("oidc-id", profile("oidc"), asks=(STS,)),
    "profile with a chained role": Row("sts-id", profile("chained"), asks=(STS,)),
    "profile with a command": Row("external-id", profile("external")),
    "profile with a sign-in": Row("oauth-id", profile("oauth")),
    "profile with CloudSSO": Row("uri-id", profile("sso"), asks=(LOOPBACK,)),
    "sharedCredentialsFile": Row(
        "other-id", {**profile("work"), "alicloud:sharedCredentialsFile": "{home}/other.json"}
    ),
    "a command in a file that the environment names": Row(
        "external-id",
        profile("external"),
        {"ALICLOUD_SHARED_CREDENTIALS_FILE": "{home}/.aliyun/config.json"},
    ),
    "sharedCredentialsFile in the home folder": Row(
        "other-id", {**profile("work"), "alicloud:sharedCredentialsFile": "~/other.json"}
    ),
    "ALICLOUD_SHARED_CREDENTIALS_FILE": Row(
        "other-id", profile("work"), {"ALICLOUD_SHARED_CREDENTIALS_FILE": "{home}/other.json"}
    ),
    "ALIBABA_CLOUD_CREDENTIALS_FILE": Row(
        "other-id", profile("work"), {"ALIBABA_CLOUD_CREDENTIALS_FILE": "{home}/other.json"}
    ),
    "credentialsUri": Row("uri-id", {"alicloud:credentialsUri": URI}, asks=(LOOPBACK,)),
    "ALICLOUD_CREDENTIALS_URI": Row(
        "uri-id", {}, {"ALICLOUD_CREDENTIALS_URI": URI}, asks=(LOOPBACK,)
    ),
    "ALIBABA_CLOUD_CREDENTIALS_URI": Row(
        "uri-id", {}, {"ALIBABA_CLOUD_CREDENTIALS_URI": URI}, asks=(LOOPBACK,)
    ),
    "ecsRoleName": Row("ecs-id", {"alicloud:ecsRoleName": "fc-deployer"}, asks=(METADATA,)),
    "ALICLOUD_ECS_ROLE_NAME": Row(
        "ecs-id", {}, {"ALICLOUD_ECS_ROLE_NAME": "fc-deployer"}, asks=(METADATA,)
    ),
    "ALIBABA_CLOUD_ECS_METADATA": Row(
        "ecs-id", {}, {"ALIBABA_CLOUD_ECS_METADATA": "fc-deployer"}, asks=(METADATA,)
    ),
    "assumeRoleWithOidc": Row("oidc-id", oidc_role(), asks=(STS,)),
    "assumeRoleWithOidc as JSON text": Row(
        "oidc-id", {key: json.dumps(value) for key, value in oidc_role().items()}, asks=(STS,)
    ),
    "assumeRoleWithOidc with a token": Row(
        "oidc-id", oidc_role(oidcToken=WEB_IDENTITY, oidcTokenFile=None), asks=(STS,)
    ),
    "assumeRoleWithOidc with members of the environment": Row(
        "oidc-id", {"alicloud:assumeRoleWithOidc": "{{}}"}, OIDC_VARIABLES, asks=(STS,)
    ),
    "oidcTokenFile before a token of the environment": Row(
        "oidc-id", oidc_role(), {"ALIBABA_CLOUD_OIDC_TOKEN": "another"}, asks=(STS,)
    ),
    "OIDC of the environment": Row("oidc-id", {}, OIDC_VARIABLES, asks=(STS,)),
    "current profile": Row("current-id"),
    "INI file": Row(
        "ini-id", {}, {**NO_PROFILE, "ALIBABA_CLOUD_CREDENTIALS_FILE": "{home}/credentials.ini"}
    ),
    "section of an INI file": Row(
        "ini-id",
        {},
        {
            "ALIBABA_CLOUD_PROFILE": "section",
            "ALIBABA_CLOUD_CREDENTIALS_FILE": "{home}/credentials.ini",
        },
    ),
    "role of whichever machine": Row("ecs-id", {}, NO_PROFILE, asks=(METADATA,)),
    # A role on top.
    "assumeRole": Row("sts-id", {**configured(), **assume_role()}, asks=(STS,)),
    "assumeRole as JSON text": Row(
        "sts-id",
        {**configured(), "alicloud:assumeRole": json.dumps({"roleArn": ROLE_ARN})},
        asks=(STS,),
    ),
    "assumeRole in a list": Row(
        "sts-id", {**configured(), "alicloud:assumeRole": [{"roleArn": ROLE_ARN}]}, asks=(STS,)
    ),
    "assumeRole with members of the environment": Row(
        "sts-id",
        {**configured(), "alicloud:assumeRole": {}},
        {"ALICLOUD_ASSUME_ROLE_ARN": ROLE_ARN},
        asks=(STS,),
    ),
    "assumeRole with a profile's key": Row(
        "sts-id", {**profile("work"), **assume_role()}, asks=(STS,)
    ),
    "assumeRole with an ECS role": Row(
        "sts-id", {"alicloud:ecsRoleName": "fc-deployer", **assume_role()}, asks=(METADATA, STS)
    ),
    "assumeRole with the default chain": Row("sts-id", assume_role(), asks=(STS,)),
    "a role after OIDC": Row("sts-id", {**oidc_role(), **assume_role()}, asks=(STS,)),
    "a profile's role with keys of the environment": Row(
        "sts-id", profile("role"), alicloud(), asks=(STS,)
    ),
    # Two at once.
    "configuration before the environment": Row("configured-id", configured(), alicloud()),
    "ALICLOUD_… before ALIBABA_CLOUD_…": Row(
        "alicloud-id", {}, {**alicloud(), **alibaba(), **alibabacloud()}
    ),
    "ALIBABA_CLOUD_… before ALIBABACLOUD_…": Row("alibaba-id", {}, {**alibaba(), **alibabacloud()}),
    "environment before a configured profile": Row("alicloud-id", profile("work"), alicloud()),
    "environment before a profile that is not there": Row(
        "alicloud-id", profile("nobody"), alicloud()
    ),
    "configured profile before ALICLOUD_PROFILE": Row(
        "work-id", profile("work"), {"ALICLOUD_PROFILE": "token"}
    ),
    "ALICLOUD_PROFILE before ALIBABA_CLOUD_PROFILE": Row(
        "work-id", {}, {"ALICLOUD_PROFILE": "work", "ALIBABA_CLOUD_PROFILE": "token"}
    ),
    "profile before credentialsUri": Row(
        "work-id", {**profile("work"), "alicloud:credentialsUri": URI}
    ),
    "credentialsUri before ecsRoleName": Row(
        "uri-id",
        {"alicloud:credentialsUri": URI, "alicloud:ecsRoleName": "fc-deployer"},
        asks=(LOOPBACK,),
    ),
    "credentialsUri before a profile with an ECS role": Row(
        "uri-id", {**profile("machine"), "alicloud:credentialsUri": URI}, asks=(LOOPBACK,)
    ),
    "ecsRoleName before assumeRoleWithOidc": Row(
        "ecs-id", {"alicloud:ecsRoleName": "fc-deployer", **oidc_role()}, asks=(METADATA,)
    ),
    "keys before assumeRoleWithOidc": Row("alicloud-id", oidc_role(), alicloud()),
    "assumeRoleWithOidc before the default chain": Row("oidc-id", oidc_role(), asks=(STS,)),
    "a role's variables without its object": Row(
        "configured-id",
        configured(),
        {"ALICLOUD_ASSUME_ROLE_ARN": ROLE_ARN, "ALIBABA_CLOUD_ROLE_ARN": ROLE_ARN},
    ),
    "one key in two places": Row("alicloud-id", {"alicloud:accessKey": "alicloud-id"}, alicloud()),
    "id in the configuration, secret in the environment": Row(
        "configured-id",
        {"alicloud:accessKey": "configured-id"},
        {"ALICLOUD_SECRET_KEY": secret("configured-id")},
    ),
    "token of another key": Row(
        "configured-id",
        configured(),
        {**alicloud(), "ALICLOUD_SECURITY_TOKEN": "of-the-other-one"},
    ),
    "empty values": Row(
        "alibaba-id",
        {"alicloud:accessKey": "", "alicloud:profile": "", "alicloud:assumeRole": ""},
        {"ALICLOUD_ACCESS_KEY": "", "ALICLOUD_SECRET_KEY": "", **alibaba()},
    ),
}


def issue(asked: Asked) -> Issued:
    """A key that says who has handed it out."""
    by = {METADATA: "ecs", LOOPBACK: "uri"}.get(asked.host, "sts")
    by = "oidc" if asked.query.get("OIDCToken") == WEB_IDENTITY else by
    return Issued(f"{by}-id", secret(f"{by}-id"), token(f"{by}-id"))


def issuing(key_id: str, *, lasts: float = 3600) -> Callable[[Asked], Issued]:
    """The same key for whoever asks."""

    def made(_asked: Asked) -> Issued:
        return Issued(key_id, secret(key_id), token(key_id), lasts)

    return made


@pytest.fixture
def sources() -> Iterator[TokenSources]:
    with TokenSources(issue) as started:
        yield started
        assert started.strays == []


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with files of every kind."""

    def pair(key_id: str) -> dict[str, str]:
        return {"access_key_id": key_id, "access_key_secret": secret(key_id)}

    soon = int(time.time()) + 3600
    external = {"mode": "StsToken", **pair("external-id"), "sts_token": token("external-id")}
    (tmp_path / "external.json").write_text(json.dumps(external))
    (tmp_path / "web-identity").write_text(WEB_IDENTITY)
    role = {"ram_role_arn": ROLE_ARN, "ram_session_name": "deploy"}
    profiles: list[dict[str, Any]] = [
        {"name": "current", "mode": "AK", **pair("current-id")},
        {"name": "work", "mode": "AK", **pair("work-id"), "region_id": "cn-beijing"},
        {"name": "token", "mode": "StsToken", **pair("base-id"), "sts_token": token("base-id")},
        {"name": "role", "mode": "RamRoleArn", **pair("work-id"), **role, "expired_seconds": 900},
        {"name": "machine", "mode": "EcsRamRole", "ram_role_name": "fc-deployer"},
        {
            "name": "oidc",
            "mode": "OIDC",
            **role,
            "oidc_provider_arn": PROVIDER_ARN,
            "oidc_token_file": str(tmp_path / "web-identity"),
            "role_session_name": "deploy",
        },
        {"name": "chained", "mode": "ChainableRamRoleArn", "source_profile": "work", **role},
        {
            "name": "external",
            "mode": "External",
            "process_command": f"cat {tmp_path / 'external.json'}",
        },
        {
            "name": "oauth",
            "mode": "OAuth",
            **pair("oauth-id"),
            "oauth_refresh_token": "refresh-marker",
            "oauth_access_token": "access-marker",
            "oauth_access_token_expire": soon,
            "sts_token": token("oauth-id"),
            "sts_expiration": soon,
        },
        {"name": "rsa", "mode": "RsaKeyPair"},
        {"name": "no role", "mode": "RamRoleArn", **pair("work-id")},
        {"name": "half", "mode": "AK", "access_key_id": "work-id"},
        {"name": "signed out", "mode": "CloudSSO"},
    ]
    (tmp_path / ".aliyun").mkdir()
    write_profiles(tmp_path / ".aliyun" / "config.json", "current", profiles)
    write_profiles(
        tmp_path / "other.json", "work", [{"name": "work", "mode": "AK", **pair("other-id")}]
    )
    ini = f"type = access_key\naccess_key_id = ini-id\naccess_key_secret = {secret('ini-id')}\n"
    (tmp_path / "credentials.ini").write_text(f"[default]\n{ini}[section]\n{ini}")
    return tmp_path


def write_profiles(file: Path, current: str, profiles: list[dict[str, Any]]) -> None:
    file.write_text(json.dumps({"current": current, "profiles": profiles}))


Set = Callable[[Configuration, Variables], Settings]


@pytest.fixture
def set_up(home: Path, sources: TokenSources, monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    """Makes settings of what is set, in a process that has nothing else."""
    for name in os.environ:
        if name.startswith(("ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name, value in sources.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(sources.certificate))
    add_sso_profile(home, sources)

    def fill_in(value: Any) -> Any:
        if isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            return {key: fill_in(each) for key, each in members.items()}
        if not isinstance(value, str):
            return value
        if value == "{{}}":
            return "{}"
        return value.replace("{home}", str(home)).replace("{url}", sources.url)

    def read(config: Configuration, variables: Variables) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, fill_in(value))
        reload_library()
        return Settings.read(fill_in(config).get, os.environ)

    credentials_source.cache_clear()
    yield read
    monkeypatch.undo()
    reload_library()


def add_sso_profile(home: Path, sources: TokenSources) -> None:
    file = home / ".aliyun" / "config.json"
    content = json.loads(file.read_text())
    content["profiles"].append(
        {
            "name": "sso",
            "mode": "CloudSSO",
            "cloud_sso_sign_in_url": sources.url,
            "cloud_sso_account_id": "1",
            "cloud_sso_access_config": "ac",
            "access_token": "sso-marker",
            "cloud_sso_access_token_expire": int(time.time()) + 3600,
        }
    )
    file.write_text(json.dumps(content))


def reload_library() -> None:
    # It reads the environment when it is imported.
    importlib.reload(auth_util)
    importlib.reload(auth_constant)


def problem(settings: Settings) -> str:
    """Why there are no keys: one line, and nothing secret in it."""
    with pytest.raises(SettingsError) as caught:
        credentials_source(settings)()
    said = str(caught.value)
    assert "\n" not in said
    assert "marker" not in said
    return said


def hosts(sources: TokenSources) -> tuple[str, ...]:
    return tuple(dict.fromkeys(asked.host for asked in sources.asked))


@pytest.mark.parametrize("name", MATRIX)
def test_this_key_signs(
    name: str,
    set_up: Set,
    sources: TokenSources,
    cloud: EmulatorServer,
    capfd: pytest.CaptureFixture[str],
) -> None:
    row = MATRIX[name]
    cloud.revoke_key(cloud.access_key_id)
    temporary = ("base-id", "external-id", "oauth-id", "sts-id", "oidc-id", "ecs-id", "uri-id")
    for key_id in IDS:
        cloud.add_key(
            key_id,
            secret(key_id),
            security_token=token(key_id) if key_id in temporary else None,
        )
    settings = set_up(row.config, row.variables)

    fc = client(cloud.url, credentials_source(settings))
    with fc:
        for identity in (IDENTITY, V3_IDENTITY):
            with pytest.raises(ConfigNotFoundError):
                fc.get(identity)

    assert [call.key_id for call in cloud.calls()] == [row.signs] * 2
    assert hosts(sources) == row.asks
    said = source(settings)
    assert "marker" not in f"{said} {settings!r} {capfd.readouterr()}"
    assert bool(said.role) == (row.signs == "sts-id" and name != "profile with a chained role")


# -- what is no key


REFUSED = {
    "half a configured pair": (
        Row("", {"alicloud:accessKey": "configured-id"}),
        (
            "alicloud:accessKey is set, but alicloud:secretKey is not: "
            "pulumi config set --secret alicloud:secretKey …"
        ),
    ),
    "the other half": (
        Row("", {"alicloud:secretKey": secret("configured-id")}),
        (
            "alicloud:secretKey is set, but alicloud:accessKey is not: "
            "pulumi config set alicloud:accessKey …"
        ),
    ),
    "a token alone": (
        Row("", {"alicloud:securityToken": token("configured-id")}),
        (
            "alicloud:securityToken is set, but alicloud:accessKey is not: "
            "pulumi config set alicloud:accessKey …"
        ),
    ),
    "half a pair beside a whole one": (
        Row("", {"alicloud:accessKey": "configured-id"}, alicloud()),
        (
            "alicloud:accessKey is set, but alicloud:secretKey is not: "
            "pulumi config set --secret alicloud:secretKey …"
        ),
    ),
    "half a pair, and a secret after another key": (
        Row(
            "",
            {"alicloud:accessKey": "configured-id"},
            {**alicloud(), "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret("alibaba-id")},
        ),
        (
            "alicloud:accessKey is set, but alicloud:secretKey is not: "
            "pulumi config set --secret alicloud:secretKey …"
        ),
    ),
    "a token before a whole key with another one": (
        Row(
            "",
            {},
            {
                "ALICLOUD_SECURITY_TOKEN": "of-the-other-one",
                **alibaba(),
                "ALIBABA_CLOUD_SECURITY_TOKEN": token("alibaba-id"),
            },
        ),
        (
            "ALICLOUD_SECURITY_TOKEN is set in the environment, but ALICLOUD_ACCESS_KEY is not: "
            "set both, or neither"
        ),
    ),
    "half a pair beside a profile": (
        Row("", {"alicloud:accessKey": "configured-id", **profile("work")}),
        (
            "alicloud:accessKey is set, but alicloud:secretKey is not: "
            "pulumi config set --secret alicloud:secretKey …"
        ),
    ),
    "half a pair of the environment": (
        Row("", {}, {"ALICLOUD_SECRET_KEY": secret("alicloud-id")}),
        (
            "ALICLOUD_SECRET_KEY is set in the environment, but ALICLOUD_ACCESS_KEY is not: "
            "set both, or neither"
        ),
    ),
    "half a pair of the environment beside a whole one": (
        Row("", {}, {"ALICLOUD_ACCESS_KEY": "alicloud-id", **alibaba()}),
        (
            "ALICLOUD_ACCESS_KEY is set in the environment, but ALICLOUD_SECRET_KEY is not: "
            "set both, or neither"
        ),
    ),
    "a profile that is not there": (
        Row("", profile("nobody")),
        (
            "Profile 'nobody' in ~/.aliyun/config.json does not exist: "
            "aliyun configure --profile nobody, or name another profile"
        ),
    ),
    "a profile that the environment names and that is not there": (
        Row("", {}, {"ALIBABA_CLOUD_PROFILE": "nobody"}),
        (
            "Profile 'nobody' in ~/.aliyun/config.json does not exist: "
            "aliyun configure --profile nobody, or name another profile"
        ),
    ),
    "a file that is not there": (
        Row("", {**profile("work"), "alicloud:sharedCredentialsFile": "/nowhere/config.json"}),
        "Profile 'work' in /nowhere/config.json cannot be read: No such file or directory",
    ),
    "a file of another format": (
        Row("", {**profile("work"), "alicloud:sharedCredentialsFile": "~/credentials.ini"}),
        (
            "Profile 'work' in ~/credentials.ini cannot be read: "
            "the file is not what `aliyun configure` writes"
        ),
    ),
    "a file without a profile": (
        Row("", {"alicloud:sharedCredentialsFile": "~/other.json"}),
        (
            "alicloud:sharedCredentialsFile is set, but no profile is named: "
            "pulumi config set alicloud:profile …"
        ),
    ),
    "a profile of an unknown mode": (
        Row("", profile("rsa")),
        (
            "The profile 'rsa' in ~/.aliyun/config.json is of mode 'RsaKeyPair', which is not "
            "supported"
        ),
    ),
    "a command in a file that the configuration names": (
        Row(
            "",
            {**profile("external"), "alicloud:sharedCredentialsFile": "{home}/.aliyun/config.json"},
        ),
        (
            "The profile 'external' in {home}/.aliyun/config.json may run a command, as a profile "
            "of that file does; that is only done where the environment names the file: set "
            "ALICLOUD_SHARED_CREDENTIALS_FILE"
        ),
    ),
    "a profile with half a pair": (
        Row("", profile("half")),
        (
            "The profile 'half' in ~/.aliyun/config.json has no access_key_secret: "
            "aliyun configure --profile half"
        ),
    ),
    "a profile whose sign-in is over": (
        Row("", profile("signed out")),
        (
            "No credentials from profile 'signed out' in ~/.aliyun/config.json: "
            "the sign-in has expired: run `aliyun configure` again"
        ),
    ),
    "a profile's role without its ARN": (
        Row("", profile("no role"), {"ALIBABA_CLOUD_ROLE_ARN": ROLE_ARN}),
        (
            "The profile 'no role' in ~/.aliyun/config.json has no ram_role_arn: "
            "aliyun configure --profile no role"
        ),
    ),
    "a role without its ARN": (
        Row("", {**configured(), "alicloud:assumeRole": {"sessionName": "ci"}}),
        (
            f"alicloud:assumeRole has no roleArn: "
            f"pulumi config set --path 'alicloud:assumeRole.roleArn' {ROLE_ARN}"
        ),
    ),
    "an OIDC role without a token": (
        Row("", oidc_role(oidcTokenFile=None)),
        (
            "alicloud:assumeRoleWithOidc has no oidcTokenFile: "
            "pulumi config set --path 'alicloud:assumeRoleWithOidc.oidcTokenFile' …"
        ),
    ),
    "an OIDC token's file that is not there": (
        Row("", oidc_role(oidcTokenFile="/nowhere/token")),
        f"No credentials from alicloud:assumeRoleWithOidc (role {ROLE_ARN}): no such file",
    ),
    "STS elsewhere with a profile that does not ask there": (
        Row("", {**profile("chained"), "alicloud:endpoints": {"sts": STS_INSIDE_VPC}}),
        (
            "alicloud:endpoints.sts is not supported with the profile 'chained' in "
            "~/.aliyun/config.json, of mode ChainableRamRoleArn: name the role in "
            "alicloud:assumeRole instead"
        ),
    ),
    "nothing": (
        Row("", {}, {**NO_PROFILE, **NO_METADATA}),
        (
            "No credentials were found (~/.aliyun/config.json: switched off; "
            "~/.alibabacloud/credentials.ini: no such file or section): "
            "set ALIBABA_CLOUD_ACCESS_KEY_ID and "
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment, or: pulumi config set "
            "alicloud:accessKey … && pulumi config set --secret alicloud:secretKey …"
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_there_is_no_key_and_one_line_says_what_to_do(
    name: str, set_up: Set, sources: TokenSources, home: Path
) -> None:
    row, said = REFUSED[name]
    assert problem(set_up(row.config, row.variables)) == said.replace("{home}", str(home))
    assert sources.asked == []


TEMPORARY: Mapping[str, tuple[Row, str]] = {
    "role": (MATRIX["assumeRole"], f"role {ROLE_ARN}"),
    "profile's role": (MATRIX["profile with a role"], f"role {ROLE_ARN}"),
    "OIDC role": (
        MATRIX["assumeRoleWithOidc"],
        f"alicloud:assumeRoleWithOidc (role {ROLE_ARN})",
    ),
    "OIDC of the environment": (
        MATRIX["OIDC of the environment"],
        f"ALIBABA_CLOUD_OIDC_TOKEN_FILE (role {ROLE_ARN})",
    ),
    "ECS role": (MATRIX["ecsRoleName"], "the ECS instance's role fc-deployer"),
    "credentials URI": (MATRIX["credentialsUri"], "alicloud:credentialsUri"),
    "profile with CloudSSO": (
        MATRIX["profile with CloudSSO"],
        "profile 'sso' in ~/.aliyun/config.json",
    ),
}


@pytest.mark.parametrize("name", TEMPORARY)
@pytest.mark.parametrize("status", [403, 500])
def test_a_refusal_is_one_line_with_its_status_and_code(
    status: int,
    name: str,
    set_up: Set,
    sources: TokenSources,
    capfd: pytest.CaptureFixture[str],
) -> None:
    row, called = TEMPORARY[name]
    sources.status = status
    code = "" if name == "ECS role" else " NoPermission"
    said = problem(set_up(row.config, row.variables))
    assert said == f"No credentials from {called}: HTTP {status}{code}"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", TEMPORARY)
@pytest.mark.parametrize("body", [b"", b"<html>marker</html>", b"[]", b'{"Code": "Success"}'])
def test_a_response_that_makes_no_sense_is_one_line(
    body: bytes, name: str, set_up: Set, sources: TokenSources
) -> None:
    row, called = TEMPORARY[name]
    sources.body = body
    said = problem(set_up(row.config, row.variables))
    assert said == f"No credentials from {called}: nothing usable"


@pytest.mark.parametrize("name", ["role", "OIDC role", "credentials URI"])
def test_keys_that_have_expired_are_none(name: str, set_up: Set, sources: TokenSources) -> None:
    row, called = TEMPORARY[name]
    sources.issue = issuing("expired-id", lasts=-60)
    said = problem(set_up(row.config, row.variables))
    assert said == f"No credentials from {called}: its keys have expired"


@pytest.mark.parametrize("name", ["role", "OIDC role", "credentials URI"])
def test_no_response_is_waited_for_no_longer_than_the_deadline(
    name: str, set_up: Set, sources: TokenSources
) -> None:
    row, called = TEMPORARY[name]
    sources.silent.set()
    settings = set_up({**row.config, "fc:requestTimeout": 0.2}, row.variables)
    assert problem(settings) == f"No credentials from {called}: no response"


@pytest.mark.parametrize("name", ["role", "credentials URI"])
def test_a_response_that_drips_is_waited_for_no_longer(
    name: str, set_up: Set, sources: TokenSources
) -> None:
    row, called = TEMPORARY[name]
    sources.drips = 5.0  # so that no timeout of the vendor's library ends it
    settings = set_up({**row.config, "fc:requestTimeout": 0.5}, row.variables)
    started = time.monotonic()
    assert problem(settings) == f"No credentials from {called}: no response"
    assert time.monotonic() - started < 60


def test_sts_that_is_away_is_one_line(set_up: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = set_up({**configured(), **assume_role()}, {})
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert problem(settings) == f"No credentials from role {ROLE_ARN}: no response"


def test_a_role_whose_base_fails_says_so_of_the_base(set_up: Set, sources: TokenSources) -> None:
    sources.status = 404
    settings = set_up({"alicloud:ecsRoleName": "fc-deployer", **assume_role()}, {})
    assert problem(settings) == "No credentials from the ECS instance's role fc-deployer: HTTP 404"
    assert hosts(sources) == (METADATA,)


def test_keys_without_a_secret_are_none(set_up: Set, sources: TokenSources) -> None:
    sources.body = json.dumps(
        {"Code": "Success", **Issued("half-a-key", "", token("half")).as_json()}
    ).encode()
    settings = set_up({"alicloud:credentialsUri": URI}, {})
    assert problem(settings) == "No credentials from alicloud:credentialsUri: nothing usable"


# -- what STS is asked


def test_sts_gets_all_that_is_configured_for_the_role(set_up: Set, sources: TokenSources) -> None:
    members = {
        "sessionName": "ci",
        "policy": '{"Version": "1"}',
        "sessionExpiration": 900.0,
        "externalId": "external",
    }
    credentials_source(set_up({**configured(), **assume_role(**members)}, {}))()
    (asked,) = sources.asked
    wanted = {
        "Action": "AssumeRole",
        "AccessKeyId": "configured-id",
        "RoleArn": ROLE_ARN,
        "RoleSessionName": "ci",
        "Policy": '{"Version": "1"}',
        "DurationSeconds": "900",
        "ExternalId": "external",
    }
    assert asked.host == STS
    assert asked.query.items() >= wanted.items()


def test_sts_gets_all_that_is_configured_for_an_oidc_role(
    set_up: Set, sources: TokenSources
) -> None:
    members = {"roleSessionName": "ci", "policy": "{}", "sessionExpiration": "1800"}
    credentials_source(set_up(oidc_role(**members), {}))()
    (asked,) = sources.asked
    wanted = {
        "Action": "AssumeRoleWithOIDC",
        "RoleArn": ROLE_ARN,
        "OIDCProviderArn": PROVIDER_ARN,
        "OIDCToken": WEB_IDENTITY,
        "RoleSessionName": "ci",
        "Policy": "{}",
        "DurationSeconds": "1800",
    }
    assert asked.query.items() >= wanted.items()


@pytest.mark.parametrize(
    ("config", "variables", "session"),
    [
        (assume_role(), {}, ("pulumi", "3600")),
        (
            assume_role(),
            {
                "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "env",
                "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "1000",
            },
            ("env", "1000"),
        ),
        (assume_role(), {"ALIBABA_CLOUD_ROLE_SESSION_NAME": "env"}, ("env", "3600")),
        (
            assume_role(sessionName="own", sessionExpiration=1200),
            {
                "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "env",
                "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "1000",
            },
            ("own", "1200"),
        ),
        (profile("role"), {}, ("deploy", "900")),
        ({**profile("role"), **assume_role()}, {}, ("deploy", "900")),
        ({**profile("role"), **assume_role(sessionName="own")}, {}, ("own", "900")),
    ],
)
def test_a_session_has_the_first_name_and_length_that_is_set(
    config: Configuration,
    variables: Variables,
    session: tuple[str, str],
    set_up: Set,
    sources: TokenSources,
) -> None:
    credentials_source(set_up({**configured(), **config}, variables))()
    (asked,) = sources.asked
    assert (asked.query["RoleSessionName"], asked.query["DurationSeconds"]) == session


def test_a_configured_role_comes_before_the_profiles(set_up: Set, sources: TokenSources) -> None:
    credentials_source(set_up({**profile("role"), **assume_role(roleArn=f"{ROLE_ARN}-2")}, {}))()
    (asked,) = sources.asked
    assert (asked.query["RoleArn"], asked.query["AccessKeyId"]) == (f"{ROLE_ARN}-2", "work-id")


@pytest.mark.parametrize("config", [{**configured(), **assume_role()}, oidc_role()])
@pytest.mark.parametrize(
    "endpoints", [{"sts": STS_INSIDE_VPC}, [{"sts": f"https://{STS_INSIDE_VPC}"}]]
)
def test_sts_may_be_elsewhere(
    endpoints: object, config: Configuration, set_up: Set, sources: TokenSources
) -> None:
    credentials_source(set_up({**config, "alicloud:endpoints": endpoints}, {}))()
    assert hosts(sources) == (STS_INSIDE_VPC,)


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, None), (200, b"[]"), (200, b"{" * 10_000_000), (200, b'{"AccountId": "me"}')],
    ids=["refused", "a list", "endless", "no account"],
)
def test_sts_says_whose_keys_they_are_or_nothing(
    set_up: Set,
    sources: TokenSources,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: bytes | None,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(sources.certificate))
    configuration = {**configured(), **assume_role(), "alicloud:endpoints": {"sts": STS_INSIDE_VPC}}
    settings = set_up(configuration, {})
    who = caller_identity(settings, 5)
    assert who is not None
    assert (who.account_id, who.arn) == ("1234567890123456", "acs:ram::1234567890123456:user/ci")
    asked = sources.asked[-1]
    assert (asked.host, asked.query["AccessKeyId"]) == (STS_INSIDE_VPC, "sts-id")
    assert asked.query["SecurityToken"] == token("sts-id")

    sources.status, sources.body = status, body
    assert caller_identity(replace(settings, assume_role=None), 5) is None


# -- how often


def ask_at_once(settings: Settings, calls: int) -> list[str]:
    """Each a call of its own thread: the key's id, or the error."""
    said: list[str] = []

    def ask() -> None:
        try:
            said.append(credentials_source(settings)().access_key_id)
        except SettingsError as error:
            said.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_sts_is_asked_once_for_100_resources(set_up: Set, sources: TokenSources) -> None:
    # 900 seconds are what the library itself renews at once.
    settings = set_up({**configured(), **assume_role(sessionExpiration=900)}, {})
    sources.issue = issuing("sts-id", lasts=900)
    assert ask_at_once(settings, 100) == ["sts-id"] * 100
    assert len(sources.asked) == 1


def test_a_failure_is_not_asked_for_again_at_once(set_up: Set, sources: TokenSources) -> None:
    sources.status = 403
    settings = set_up({**configured(), **assume_role()}, {})
    said = ask_at_once(settings, 20)
    assert said == [f"No credentials from role {ROLE_ARN}: HTTP 403 NoPermission"] * 20
    assert len(sources.asked) == 1


def test_an_interrupted_run_waits_for_no_keys(set_up: Set, sources: TokenSources) -> None:
    canceled = threading.Event()
    config = {**configured(), **assume_role(), "fc:requestTimeout": "3600"}
    find = credentials_source(set_up(config, {}), canceled)
    sources.drips = 5.0  # so that no timeout of the vendor's library ends it
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(find) for _ in range(8)]
        sources.wait_until_asked()
        canceled.set()
        ended = [each.exception(60) for each in waiting]

    assert [type(each) for each in ended] == [CanceledError] * 8
    assert len(sources.asked) == 1


def test_keys_that_are_valid_are_there_in_an_interrupted_run(
    set_up: Set, sources: TokenSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What puts back a config that was deleted a moment ago needs them.
    canceled = threading.Event()
    find = credentials_source(set_up({**configured(), **assume_role()}, {}), canceled)
    assert find().access_key_id == "sts-id"
    canceled.set()
    at(monkeypatch, 3600 - renewal.RENEWAL_MARGIN + 10)
    assert find().access_key_id == "sts-id"
    assert len(sources.asked) == 1


def _current(_parts: object) -> float:
    return time.time()


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Sets the clock forward, for all that looks at it."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)
    monkeypatch.setattr(time, "mktime", _current)


def test_keys_are_renewed_before_they_expire(
    set_up: Set, sources: TokenSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.issue = issuing("key-0")
    find = credentials_source(set_up({**configured(), **assume_role()}, {}))
    assert find().access_key_id == "key-0"
    sources.issue = issuing("key-1")
    at(monkeypatch, 3600 - renewal.RENEWAL_MARGIN - 5)
    assert find().access_key_id == "key-0"
    at(monkeypatch, 10)
    assert find().access_key_id == "key-1"


def test_a_token_is_read_whole_at_each_renewal_where_a_descriptor_has_one_offset(
    set_up: Set, sources: TokenSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where /dev/fd opens a duplicate, as on macOS."""

    def open_duplicate(file: Any, *args: Any, **kwargs: Any) -> Any:
        descriptor = str(file).partition("/dev/fd/")[2]
        return open_file(os.dup(int(descriptor)) if descriptor else file, *args, **kwargs)

    open_file: Any = open
    monkeypatch.setattr(builtins, "open", open_duplicate)
    find = credentials_source(set_up(oidc_role(oidcToken=WEB_IDENTITY, oidcTokenFile=None), {}))
    for _ in range(2):
        assert find().access_key_id == "oidc-id"
        at(monkeypatch, 3600)
    assert len(sources.asked) == 2


def test_a_source_that_goes_on_to_hand_out_expired_keys_is_one_line(
    set_up: Set, sources: TokenSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = set_up({"alicloud:credentialsUri": URI}, {})
    find = credentials_source(settings)
    assert find().access_key_id == "uri-id"
    sources.issue = issuing("uri-id", lasts=-60)
    at(monkeypatch, 3700)
    with pytest.raises(SettingsError, match="could not be renewed: its keys have expired"):
        find()


def test_a_renewal_that_fails_stops_nobody_whose_keys_are_valid(
    set_up: Set, sources: TokenSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = credentials_source(set_up({**configured(), **assume_role()}, {}))
    assert find().access_key_id == "sts-id"
    sources.status = 500
    at(monkeypatch, 3600 - renewal.RENEWAL_MARGIN + 10)
    assert find().access_key_id == "sts-id"
    assert len(sources.asked) == 2

    at(monkeypatch, renewal.RENEWAL_MARGIN)
    with pytest.raises(SettingsError) as caught:
        find()
    assert str(caught.value) == (
        f"The credentials of role {ROLE_ARN} could not be renewed: HTTP 500 NoPermission"
    )


def test_keys_of_unknown_expiry_are_asked_for_again_after_a_while(
    set_up: Set, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "external.json"
    find = credentials_source(set_up(profile("external"), {}))
    assert find().access_key_id == "external-id"
    file.write_text(file.read_text().replace("external-id", "new-id"))
    assert find().access_key_id == "external-id"
    at(monkeypatch, 61)
    assert find().access_key_id == "new-id"


# -- what is said


def test_what_does_not_count_is_said_with_the_reason(set_up: Set) -> None:
    settings = set_up(
        {
            **configured(),
            **profile("nobody"),
            "alicloud:credentialsUri": URI,
            "alicloud:ecsRoleName": "fc-deployer",
        },
        {**alicloud(), "ALICLOUD_ASSUME_ROLE_ARN": ROLE_ARN, **OIDC_VARIABLES},
    )
    first = "alicloud:accessKey and alicloud:secretKey"
    said = source(settings)
    assert (said.name, said.role) == (first, None)
    assert said.ignored == (
        f"alicloud:credentialsUri: {first} comes first",
        f"the ECS instance's role fc-deployer: {first} comes first",
        f"ALIBABA_CLOUD_OIDC_TOKEN_FILE (role {ROLE_ARN}): {first} comes first",
        f"ALICLOUD_ACCESS_KEY: {first} comes first",
        (
            "Profile 'nobody' in ~/.aliyun/config.json does not exist: "
            "aliyun configure --profile nobody, or name another profile"
        ),
        "ALICLOUD_ASSUME_ROLE_ARN: it counts only where alicloud:assumeRole is configured",
    )


def test_a_token_that_counts_is_not_said_to_be_ignored(set_up: Set) -> None:
    settings = set_up(configured(), {"ALICLOUD_SECURITY_TOKEN": token("configured-id")})
    assert source(settings).ignored == ()


def test_plain_keys_need_no_library_of_the_vendors() -> None:
    # In a process of its own: here it is imported.
    program = (
        "import sys\n"
        "from pulumi_fc_async_invoke.config.credentials import credentials_source\n"
        "from pulumi_fc_async_invoke.config.settings import Settings\n"
        "keys = credentials_source(Settings.read({}.get))()\n"
        "print(keys.access_key_id, 'alibabacloud_credentials' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"ALICLOUD_ACCESS_KEY": "id", "ALICLOUD_SECRET_KEY": "secret"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["id", "False"]
