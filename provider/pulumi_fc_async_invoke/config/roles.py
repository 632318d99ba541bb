"""The role to assume: of the configuration, the environment or a profile. Pure."""

from dataclasses import dataclass, field, replace

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.spelling import nearest

from .declarations import ASSUME_ROLE, ASSUME_ROLE_WITH_OIDC, Setting
from .profiles import Profile
from .reading import Reader

ROLE_MODE = "RamRoleArn"
"""Of a profile with a key and a role."""


@dataclass(frozen=True)
class Role:
    """A role to assume, with a key or with an OIDC token; `None`: not set."""

    origin: str
    """The setting, environment variable or file that names it."""
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
            close = nearest(name, known)
            meant = f"did you mean {close}?" if close else f"it has {', '.join(known)}"
            raise SettingsError(f"{setting.key} has no member {name!a}: {meant}")
    role = _role(setting, reader.of(members), setting.key)
    if "oidcTokenFile" in members and "oidcToken" not in members:
        role = replace(role, oidc_token=None)  # the environment's comes after what is configured
    return role


def _role(setting: Setting, reader: Reader, origin: str) -> Role:
    members = {member.name: member for member in setting.members}

    def text(name: str) -> str | None:
        return reader.value(members[name]) if name in members else None

    duration = members["sessionExpiration"]
    return Role(
        origin=origin,
        role_arn=text("roleArn"),
        session_name=text("sessionName") or text("roleSessionName"),
        policy=text("policy"),
        session_expiration=int(reader.number(duration)) if reader.find(duration) else None,
        external_id=text("externalId"),
        oidc_provider_arn=text("oidcProviderArn"),
        oidc_token_file=text("oidcTokenFile"),
        oidc_token=text("oidcToken"),
    )


def read_oidc_role(reader: Reader) -> Role | None:
    """Read `ASSUME_ROLE_WITH_OIDC`, else the role that the vendor's default chain asks first.

    Raises:
        SettingsError: as `read_role`.
    """
    role = read_role(ASSUME_ROLE_WITH_OIDC, reader)
    # These three, and not the token itself (``utils/auth_util.py`` of alibabacloud-credentials).
    names = ("OIDC_TOKEN_FILE", "OIDC_PROVIDER_ARN", "ROLE_ARN")
    if role is None and all(reader.environment.get(f"ALIBABA_CLOUD_{name}") for name in names):
        role = _role(ASSUME_ROLE_WITH_OIDC, reader.of({}), f"ALIBABA_CLOUD_{names[0]}")
        role = replace(role, oidc_token=None)
    return role


def role_to_assume(own: Role | None, profile: Profile | None) -> Role | None:
    """Choose the configured role, filled in from the profile's, or that one.

    Raises:
        SettingsError: nothing names its ARN.
    """
    of_profile = _role_of(profile) if profile and profile.mode == ROLE_MODE else None
    role = own or of_profile
    if own and of_profile:
        role = replace(
            own,
            role_arn=own.role_arn or of_profile.role_arn,
            session_name=own.session_name or of_profile.session_name,
            session_expiration=own.session_expiration or of_profile.session_expiration,
        )
    if role is not None and role.role_arn is None:
        raise SettingsError(
            lacks(ASSUME_ROLE, "roleArn") if own or not profile else profile.lacks("ram_role_arn")
        )
    return role


def _role_of(profile: Profile) -> Role:
    seconds = profile.values.get("expired_seconds")
    return Role(
        origin=profile.file,
        role_arn=profile.text("ram_role_arn"),
        session_name=profile.text("ram_session_name"),
        policy=profile.text("policy"),
        session_expiration=seconds if isinstance(seconds, int) and seconds else None,
        external_id=profile.text("external_id"),
    )


def lacks(setting: Setting, name: str) -> str:
    """Describe a member that is missing, and the command that sets it."""
    return f"{setting.key} has no {name}: {setting.member(name).command}"
