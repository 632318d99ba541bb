"""Every setting, declared once: key, environment variables, range, default, and what it is.

Keys ``alicloud:…`` are those of pulumi-alicloud (source: ``config/vars.py`` of its version 4.0.0),
with the environment variables of its provider (source: ``provider.go`` of
terraform-provider-alicloud); our own are ``fc:…``. Pure.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One setting: where it is set, and which values it accepts."""

    key: str
    """In the stack's configuration, such as ``alicloud:region``; with a dot, a member's."""
    meaning: str
    """In a few words, for the documentation."""
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
        """Without what it is part of."""
        return self.key.rpartition(".")[2]

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
        return "pulumi config set {}{}{} {}".format(
            "--secret " if self.secret else "",
            "--path " if "." in self.key else "",
            f"'{self.key}'" if "." in self.key else self.key,
            self.example,
        )


REGION = Setting(
    "alicloud:region",
    "region for resources that name none",
    ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID"),
    example="cn-shanghai",
)
ACCOUNT = Setting(
    "alicloud:accountId",
    "account for resources that name none: decimal digits",
    ("ALICLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCOUNT_ID"),
    example="1234567890123456",
)
ACCESS_KEY = Setting(
    "alicloud:accessKey",
    "access key id",
    ("ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"),
)
SECRET_KEY = Setting(
    "alicloud:secretKey",
    "access key secret",
    ("ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"),
    secret=True,
)
SECURITY_TOKEN = Setting(
    "alicloud:securityToken",
    "security token of a temporary key",
    ("ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"),
    secret=True,
)
PROFILE = Setting(
    "alicloud:profile",
    "profile of the vendor's command line",
    ("ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"),
)
CREDENTIALS_FILE = Setting(
    "alicloud:sharedCredentialsFile",
    "file that holds the profile",
    ("ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"),
    default="~/.aliyun/config.json",
)
CREDENTIALS_URI = Setting(
    "alicloud:credentialsUri",
    "URI of a service that hands out temporary keys",
    ("ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"),
)
ECS_ROLE = Setting(
    "alicloud:ecsRoleName",
    "RAM role of the ECS instance",
    ("ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"),
)
_ROLE_ARN = "acs:ram::1234567890123456:role/deployer"
SESSION_NAME = "pulumi"
SESSION_SECONDS = 3600
"""Range and default of `sessionExpiration`: those of STS's AssumeRole."""


def _object(key: str, meaning: str, *members: Setting) -> Setting:
    """Declare an object; the members' keys are relative to its own."""
    absolute = tuple(replace(member, key=f"{key}.{member.key}") for member in members)
    return Setting(key, meaning, members=absolute)


def _session_expiration(*variables: str) -> Setting:
    return Setting(
        "sessionExpiration",
        "how long the keys are valid, in seconds",
        variables,
        example="3600",
        least=900,
        most=3600,
        default=SESSION_SECONDS,
    )


_POLICY = Setting("policy", "policy that narrows the role's permissions")
ASSUME_ROLE = _object(
    "alicloud:assumeRole",
    "RAM role to assume with the keys that were found",
    Setting(
        "roleArn",
        "ARN of the role",
        ("ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"),
        example=_ROLE_ARN,
    ),
    Setting(
        "sessionName",
        "name of the session",
        ("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"),
        default=SESSION_NAME,
    ),
    _POLICY,
    _session_expiration("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"),
    Setting("externalId", "external id that the role asks for", secret=True),
)
ASSUME_ROLE_WITH_OIDC = _object(
    "alicloud:assumeRoleWithOidc",
    "RAM role to assume with an OIDC token, where no keys were found",
    Setting(
        "oidcProviderArn",
        "ARN of the OIDC provider",
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN",),
        example="acs:ram::1234567890123456:oidc-provider/ci",
    ),
    Setting("oidcTokenFile", "file that holds the token", ("ALIBABA_CLOUD_OIDC_TOKEN_FILE",)),
    Setting(
        "oidcToken",
        "the token itself, in place of the file",
        ("ALIBABA_CLOUD_OIDC_TOKEN",),
        secret=True,
    ),
    Setting("roleArn", "ARN of the role", ("ALIBABA_CLOUD_ROLE_ARN",), example=_ROLE_ARN),
    Setting(
        "roleSessionName",
        "name of the session",
        ("ALIBABA_CLOUD_ROLE_SESSION_NAME",),
        default=SESSION_NAME,
    ),
    _POLICY,
    _session_expiration(),
)
ENDPOINTS = _object(
    "alicloud:endpoints",
    "hosts to use instead of the default ones; only these two are read",
    Setting(
        "fc",
        "of Function Compute, without the account's id",
        example="cn-shanghai-internal.fc.aliyuncs.com",
    ),
    Setting("sts", "of the Security Token Service", example="sts-vpc.cn-shanghai.aliyuncs.com"),
)
FC = Setting("alicloud:fc", "the former name of `endpoints.fc`")
ENDPOINT = Setting(
    "fc:endpoint",
    "base URL in place of the service's own: https, or http on loopback",
    example="https://fc.example.com",
)
INTERNAL = Setting(
    "fc:internal", "`true`: the service's host inside a VPC", example="true", default=False
)
ALLOW_OVERWRITE = Setting(
    "fc:allowOverwrite", "default of `allow_overwrite`", example="true", default=False
)
REQUEST_TIMEOUT = Setting(
    "fc:requestTimeout",
    "deadline of one call with all its attempts, in seconds",
    example="60",
    most=3600,
    default=60.0,
)
MAX_CONCURRENCY = Setting(
    "fc:maxConcurrency", "calls in flight at once", example="16", least=1, most=64, default=16
)

DECLARED = tuple(
    each for each in [*vars().values()] if isinstance(each, Setting) and ":" in each.key
)
"""All of the above, in their order."""

IGNORED = tuple(
    f"alicloud:{name}"
    for name in (
        "accountType",
        "clientConnectTimeout",
        "clientReadTimeout",
        "configurationSource",
        "features",
        "logEndpoint",
        "maxRetryTimeout",
        "mnsEndpoint",
        "otsInstanceName",
        "protocol",
        "secureTransport",
        "securityTransport",
        "signVersion",
        "skipRegionValidation",
        "sourceIp",
    )
)
"""Keys of pulumi-alicloud that have no meaning here."""


def misspelt_keys(keys: Iterable[str]) -> dict[str, str]:
    """Map each key that nearly spells one of ours to the one that was probably meant.

    Args:
        keys: all keys of the stack's configuration, with their namespaces.

    Returns:
        Nothing for what is spelt otherwise: a project named ``fc`` has keys of its own there.
    """
    known = [setting.key for setting in DECLARED]
    by_lower = {key.lower(): key for key in known}
    found: dict[str, str] = {}
    for key in keys:
        namespace = key.partition(":")[0]
        if namespace not in ("alicloud", "fc") or key in known or key in IGNORED:
            continue
        alike = [each for each in by_lower if each.startswith(f"{namespace}:")]
        # Without the namespace, which would make everything look alike.
        names = {each.partition(":")[2]: each for each in alike}
        close = get_close_matches(key.partition(":")[2].lower(), names, 1, _LIKENESS)
        if close:
            found[key] = by_lower[names[close[0]]]
    return found


_LIKENESS = 0.9
"""Of `difflib`: one letter in ten or so."""
