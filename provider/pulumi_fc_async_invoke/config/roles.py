"""The role to assume: of the configuration, the environment or a profile. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from pulumi_fc_async_invoke.api.errors import SettingsError

from .declarations import ASSUME_ROLE, ASSUME_ROLE_WITH_OIDC, SESSION_NAME, SESSION_SECONDS, Setting
from .profiles import Profile
from .reading import Reader

ROLE_MODE = "RamRoleArn"
"""Of a profile with a key and a role."""


@dataclass(frozen=True)
class Role:
    """`alicloud:assumeRole` or `alicloud:assumeRoleWithOidc`; `None`: not set."""

    role_arn: str | None
    session_name: str | None
    policy: str | None = field(repr=False)
    session_expiration: int | None
    external_id: str | None = field(default=None, repr=False)
    oidc_provider_arn: str | None = None
    oidc_token_file: str | None = None
    oidc_token: str | None = field(default=None, repr=False)


def read_role(setting: Setting, reader: Reader) -> Role | None:
    """Read `ASSUME_ROLE` or `ASSUME_ROLE_WITH_OIDC`; `None`: it is not configured.

    Raises:
        SettingsError: it is not an object, or has a member that does not exist or makes no sense.
    """
    members = reader.members(setting)
    if members is None:
        return None
    known = [member.name for member in setting.members]
    for name in members:
        if name not in known:
            close = get_close_matches(name, known, 1)
            meant = f"did you mean {close[0]}?" if close else f"it has {', '.join(known)}"
            raise SettingsError(f"{setting.key} has no member {name!a}: {meant}")
    reader = reader.of(members)

    def text(name: str) -> str | None:
        found = reader.text(setting.member(name)) if name in known else None
        return found.value if found else None

    duration = setting.member("sessionExpiration")
    return Role(
        role_arn=text("roleArn"),
        session_name=text("sessionName") or text("roleSessionName"),
        policy=text("policy"),
        session_expiration=int(reader.number(duration)) if reader.find(duration) else None,
        external_id=text("externalId"),
        oidc_provider_arn=text("oidcProviderArn"),
        oidc_token_file=text("oidcTokenFile"),
        oidc_token=text("oidcToken"),
    )


def oidc_of_environment(environment: Mapping[str, str]) -> Role | None:
    """Read the OIDC role that the vendor's default chain asks first; `None`: it is not set."""
    # These three, and not the token itself (``utils/auth_util.py`` of alibabacloud-credentials).
    names = ("ROLE_ARN", "OIDC_PROVIDER_ARN", "OIDC_TOKEN_FILE")
    if not all(environment.get(f"ALIBABA_CLOUD_{name}") for name in names):
        return None
    role = read_role(ASSUME_ROLE_WITH_OIDC, Reader(lambda _key: {}, environment))
    return role and replace(role, oidc_token=None)


def role_to_assume(own: Role | None, profile: Profile | None) -> Role | None:
    """Choose the configured role, else the profile's, with its defaults.

    Raises:
        SettingsError: nothing names its ARN.
    """
    of_profile = None
    if profile is not None and profile.mode == ROLE_MODE:
        of_profile = _role_of(profile)
    role = own or of_profile
    if own is not None and of_profile is not None:
        role = replace(
            own,
            role_arn=own.role_arn or of_profile.role_arn,
            session_name=own.session_name or of_profile.session_name,
            session_expiration=own.session_expiration or of_profile.session_expiration,
        )
    if role is not None and role.role_arn is None:
        raise SettingsError(
            profile.lacks("ram_role_arn") if profile and not own else lacks(ASSUME_ROLE, "roleArn")
        )
    return role and with_defaults(role)


def _role_of(profile: Profile) -> Role:
    seconds = profile.values.get("expired_seconds")
    return Role(
        role_arn=profile.text("ram_role_arn"),
        session_name=profile.text("ram_session_name"),
        policy=profile.text("policy"),
        session_expiration=seconds if isinstance(seconds, int) and seconds else None,
        external_id=profile.text("external_id"),
    )


def with_defaults(role: Role) -> Role:
    """Fill in the name and the length of the session."""
    return replace(
        role,
        session_name=role.session_name or SESSION_NAME,
        session_expiration=role.session_expiration or SESSION_SECONDS,
    )


def lacks(setting: Setting, name: str) -> str:
    """Describe a member that is missing, and the command that sets it."""
    return f"{setting.key} has no {name}: {setting.member(name).command}"
