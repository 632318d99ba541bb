"""Every setting, declared once: key, environment variables, range and default.

Keys ``alicloud:…`` are those of pulumi-alicloud (source: ``config/vars.py`` of its version 4.0.0),
with the environment variables of its provider (source: ``provider.go`` of
terraform-provider-alicloud); our own are ``fc:…``. docs/configuration.md says what they are for.
Pure.
"""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from pulumi_fc_async_invoke.api.spelling import nearest


class Setting(NamedTuple):
    """One setting: where it is set, and which values it accepts."""

    key: str
    """In the stack's configuration, such as ``alicloud:region``; with a dot, a member's."""
    variables: tuple[str, ...] = ()
    """Environment variables that count where the key is not configured; the first one wins."""
    secret: bool = False
    """Whether it belongs in the configuration only with ``--secret``."""
    example: str = "…"
    """A value, for a message."""
    least: float = 0
    """Least value of a number; of seconds, the greatest that is refused."""
    most: float = math.inf
    """Greatest value of a number."""
    default: Any = None
    """Value where nothing is set. An integer: whole numbers alone are accepted."""
    members: tuple["Setting", ...] = ()
    """Of an object."""

    @property
    def name(self) -> str:
        """The key without its namespace, or the object that it is a member of."""
        return self.key.rpartition(":")[2].rpartition(".")[2]

    def member(self, name: str) -> "Setting":
        """Return the member of this name."""
        return next(each for each in self.members if each.name == name)

    @property
    def root(self) -> str:
        """The configuration's own key: of the object, where this is a member of one."""
        return self.key.partition(".")[0]

    @property
    def command(self) -> str:
        """The command that sets it."""
        secret = "--secret " if self.secret else ""
        key = f"--path '{self.key}'" if "." in self.key else self.key
        return f"pulumi config set {secret}{key} {self.example}"


REGION = Setting(
    "alicloud:region",
    ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID"),
    example="cn-shanghai",
)
ACCOUNT = Setting(
    "alicloud:accountId",
    ("ALICLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCOUNT_ID"),
    example="1234567890123456",
)
ACCESS_KEY = Setting(
    "alicloud:accessKey",
    ("ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"),
)
SECRET_KEY = Setting(
    "alicloud:secretKey",
    ("ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"),
    secret=True,
)
SECURITY_TOKEN = Setting(
    "alicloud:securityToken",
    ("ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"),
    secret=True,
)
PROFILE = Setting("alicloud:profile", ("ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"))
CREDENTIALS_FILE = Setting(
    "alicloud:sharedCredentialsFile",
    ("ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"),
    default="~/.aliyun/config.json",
)
CREDENTIALS_URI = Setting(
    "alicloud:credentialsUri", ("ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI")
)
ECS_ROLE = Setting("alicloud:ecsRoleName", ("ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"))


def _object(key: str, *members: Setting) -> Setting:
    """Declare an object; the members' keys are relative to its own."""
    return Setting(
        key, members=tuple(member._replace(key=f"{key}.{member.key}") for member in members)
    )


_ROLE_ARN = Setting(
    "roleArn", ("ALIBABA_CLOUD_ROLE_ARN",), example="acs:ram::1234567890123456:role/deployer"
)
SESSION_NAME = Setting("roleSessionName", ("ALIBABA_CLOUD_ROLE_SESSION_NAME",), default="pulumi")
_POLICY = Setting("policy")
SESSION_EXPIRATION = Setting(
    "sessionExpiration", example="3600", least=900, most=3600, default=3600
)
"""In seconds; range and default are those of STS's AssumeRole."""
ASSUME_ROLE = _object(
    "alicloud:assumeRole",
    _ROLE_ARN._replace(variables=("ALICLOUD_ASSUME_ROLE_ARN", *_ROLE_ARN.variables)),
    SESSION_NAME._replace(
        key="sessionName",
        variables=("ALICLOUD_ASSUME_ROLE_SESSION_NAME", *SESSION_NAME.variables),
    ),
    _POLICY,
    SESSION_EXPIRATION._replace(variables=("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION",)),
    Setting("externalId", secret=True),
)
ASSUME_ROLE_WITH_OIDC = _object(
    "alicloud:assumeRoleWithOidc",
    Setting(
        "oidcProviderArn",
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN",),
        example="acs:ram::1234567890123456:oidc-provider/ci",
    ),
    Setting("oidcTokenFile", ("ALIBABA_CLOUD_OIDC_TOKEN_FILE",)),
    Setting("oidcToken", ("ALIBABA_CLOUD_OIDC_TOKEN",), secret=True),
    _ROLE_ARN,
    SESSION_NAME,
    _POLICY,
    SESSION_EXPIRATION,
)
ENDPOINTS = _object(
    "alicloud:endpoints",
    Setting("fc", example="cn-shanghai-internal.fc.aliyuncs.com"),
    Setting("sts", example="sts-vpc.cn-shanghai.aliyuncs.com"),
)
FC = Setting("alicloud:fc")
ENDPOINT = Setting("fc:endpoint", example="https://fc.example.com")
INTERNAL = Setting("fc:internal", example="true", default=False)
ALLOW_OVERWRITE = Setting("fc:allowOverwrite", example="true", default=False)
REQUEST_TIMEOUT = Setting("fc:requestTimeout", example="60", most=3600, default=60.0)
MAX_CONCURRENCY = Setting("fc:maxConcurrency", example="16", least=1, most=64, default=16)

DECLARED = tuple(
    each for each in [*vars().values()] if isinstance(each, Setting) and ":" in each.key
)
"""All of the above, in their order."""
EVERY_SETTING = tuple(each for setting in DECLARED for each in (setting, *setting.members))
"""The same, and the members of the objects among them."""


def misspelt_keys(keys: Iterable[str]) -> dict[str, str]:
    """Map each key that nearly spells one of ours to the one that was probably meant.

    Args:
        keys: all keys of the stack's configuration, with their namespaces.

    Returns:
        Nothing for what is spelt otherwise: a project named ``fc`` has keys of its own there.
    """
    known = {setting.key for setting in DECLARED}
    found: dict[str, str] = {}
    for key in keys:
        namespace, _, name = key.partition(":")
        if namespace in ("alicloud", "fc") and key not in known:
            alike = [each for each in DECLARED if each.key.startswith(f"{namespace}:")]
            names = {each.name.lower(): each.key for each in alike}
            close = nearest(name.lower(), names, 0.9)  # one letter in ten or so
            if close:
                found[key] = names[close]
    return found
