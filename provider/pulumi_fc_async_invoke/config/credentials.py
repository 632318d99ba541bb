"""Which keys sign a call: looked up when a call is made, never kept in state.

The order is that of pulumi-alicloud's provider (source: ``providerConfigure`` in ``provider.go`` of
terraform-provider-alicloud); docs/credentials.md says where this differs, and why.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from threading import Event
from typing import Any

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import SettingsError

from . import vendor
from .access_keys import whole_key
from .declarations import ASSUME_ROLE, ASSUME_ROLE_WITH_OIDC, CREDENTIALS_FILE
from .profiles import Profile, read_profile
from .renewal import Renewed
from .roles import ROLE_MODE, Role, lacks, role_to_assume
from .settings import Settings

CredentialsSource = Callable[[], Credentials]
_Source = tuple[str, CredentialsSource]
"""What it is called, and its keys."""

_ECS_MODE = "EcsRamRole"
_KEY_MODES = ("AK", "StsToken", ROLE_MODE)
_STS_MODES = ("OIDC", "ChainableRamRoleArn")
_LIBRARY_MODES = (*_STS_MODES, "CloudSSO", "External", "OAuth")
"""Modes that the vendor's library asks for."""


@dataclass(frozen=True)
class Source:
    """Where keys come from; shows no key."""

    name: str
    """What signs, or what assumes the role."""
    role: str | None
    """ARN of the role that is assumed with those keys."""
    ignored: tuple[str, ...]
    """What else is set and does not count, each with the reason."""
    keys: CredentialsSource = field(repr=False)
    """Returns the keys of the next request; thread-safe. It raises `SettingsError` if there are
    none; the message says what to set. And `CanceledError`."""


@lru_cache(maxsize=16)
def credentials_source(settings: Settings, canceled: Event | None = None) -> CredentialsSource:
    """Choose what to call for the keys of the next request: the same for the same settings.

    Args:
        settings: what is set.
        canceled: set when the run is interrupted, which ends a wait for keys.

    Returns:
        `Source.keys`, or a function that raises what `source` raises.
    """
    try:
        return source(settings, canceled).keys
    except SettingsError as error:
        problem = str(error)

        def refuse() -> Credentials:
            raise SettingsError(problem)

        return refuse


def source(settings: Settings, canceled: Event | None = None) -> Source:
    """Choose where the keys come from, and list what is ignored; calls nothing.

    Args:
        settings: what is set.
        canceled: as in `credentials_source`.

    Raises:
        SettingsError: half a pair of keys is set, or what is named cannot be read.
    """
    sources: list[_Source] = []
    ignored: list[str] = []
    key = whole_key(settings.keys)
    if key is not None:
        key_id, secret, token = key
        name = f"{key_id.origin} and {secret.origin}"
        credentials = Credentials(key_id.value, secret.value, token.value if token else None)
        sources.append((name, lambda: credentials))
        used = set(filter(None, key))
        others = (next(filter(None, place)) for place in settings.keys if not used & {*place})
        ignored += [f"{each.origin}: {name} comes first" for each in others]
    try:
        profile = _profile(settings)
    except SettingsError as error:
        if key is None:
            raise
        profile = None  # a developer's profile need not be there where the keys are
        ignored.append(str(error))
    renewed = partial(_renewed, settings, canceled)
    sources += _other_sources(settings, profile, renewed)
    (name, keys), *later = sources
    ignored[:0] = [f"{each}: {name} comes first" for each, _ in later[:-1]]  # not the default chain
    if settings.profile is None and settings.credentials_file is not None:
        ignored.append(f"{settings.credentials_file.origin}: no profile is named")
    variable = ASSUME_ROLE.member("roleArn").variables[0]
    if settings.assume_role is None and os.environ.get(variable):
        ignored.append(f"{variable}: it counts only where {ASSUME_ROLE.key} is configured")
    role = role_to_assume(settings.assume_role, profile)
    if role is not None:
        _, keys = renewed(f"role {role.role_arn}", vendor.assume_role, keys, role)
    return Source(name, role.role_arn if role else None, tuple(ignored), keys)


def _profile(settings: Settings) -> Profile | None:
    """Read the profile that is named.

    Raises:
        SettingsError: there is no such profile.
    """
    if settings.profile is None:
        return None
    name, file = settings.profile.value, settings.credentials_file
    try:
        return read_profile(name, file.value if file else None)
    except SettingsError:
        # The vendor's chain knows this variable, too, and what it names in an INI file.
        shared = settings.profile.origin == "ALIBABA_CLOUD_PROFILE"
        ini = file.value if file and file.origin == "ALIBABA_CLOUD_CREDENTIALS_FILE" else None
        if shared and vendor.has_ini_section(name, ini):
            return None
        raise


def _renewed(
    settings: Settings,
    canceled: Event | None,
    name: str,
    open_provider: Callable[..., Any],
    *of: Any,
) -> _Source:
    """Name keys that one of the library's providers hands out and this process renews."""
    open_it = partial(open_provider, *of, settings)
    return name, Renewed(name, open_it, settings.request_timeout, canceled)


def _other_sources(
    settings: Settings, profile: Profile | None, renewed: Callable[..., _Source]
) -> Iterator[_Source]:
    """Find every source after the access key that is set, in their order."""
    if profile is not None and profile.mode != _ECS_MODE:
        if profile.mode in _LIBRARY_MODES:
            yield renewed(profile.place, _profile_provider, profile)
        else:
            yield profile.place, partial(_profile_keys, profile)
    uri = settings.credentials_uri
    if uri is not None:
        # Without the address itself: it may hold a token.
        yield renewed(uri.origin, vendor.credentials_uri, uri.value)
    role_name = settings.ecs_role.value if settings.ecs_role else None
    if role_name is None and profile is not None and profile.mode == _ECS_MODE:
        role_name = profile.text("ram_role_name") or ""
    if role_name is not None:
        name = f"the ECS instance's role {role_name}".rstrip()
        yield renewed(name, vendor.ecs_role, role_name or None)
    oidc = settings.assume_role_with_oidc
    if oidc is not None:
        yield renewed(f"{oidc.origin} (role {oidc.role_arn})", _oidc_provider, oidc)
    yield renewed("the vendor's default chain", _default_chain)


def _profile_keys(profile: Profile) -> Credentials:
    if profile.mode not in _KEY_MODES:
        raise SettingsError(
            f"The {profile.place} is of mode {profile.mode!a}, which is not supported"
        )
    needed = ["access_key_id", "access_key_secret"]
    needed += ["sts_token"] if profile.mode == "StsToken" else []
    parts = [profile.text(key) or "" for key in needed]
    for key, part in zip(needed, parts, strict=True):
        if not part:
            raise SettingsError(profile.lacks(key))
    return Credentials(*parts)


def _profile_provider(profile: Profile, settings: Settings) -> Any:
    file = settings.credentials_file
    if file is not None and file.origin == CREDENTIALS_FILE.key and profile.beside_commands:
        # Whoever may write a stack's configuration may not run what he likes by that.
        raise SettingsError(
            f"The {profile.place} may run a command, as a profile of that file does; that is only "
            f"done where the environment names the file: set {CREDENTIALS_FILE.variables[0]}"
        )
    if settings.sts_endpoint is not None and profile.mode in _STS_MODES:
        raise SettingsError(
            f"alicloud:endpoints.sts is not supported with the {profile.place}, of mode "
            f"{profile.mode}: name the role in {ASSUME_ROLE.key} instead"
        )
    return vendor.cli_profile(profile.name, str(Path(profile.file).expanduser()))


def _oidc_provider(oidc: Role, settings: Settings) -> Any:
    for member, value in (
        ("roleArn", oidc.role_arn),
        ("oidcProviderArn", oidc.oidc_provider_arn),
        ("oidcTokenFile", oidc.oidc_token_file or oidc.oidc_token),
    ):
        if not value:
            raise SettingsError(lacks(ASSUME_ROLE_WITH_OIDC, member))
    return vendor.assume_role_with_oidc(oidc, settings)


def _default_chain(settings: Settings) -> Any:
    file = settings.credentials_file
    if file is not None and file.origin != "ALIBABA_CLOUD_CREDENTIALS_FILE":
        # The chain does not read it: another identity would sign than the one in that file.
        raise SettingsError(
            f"{file.origin} is set, but no profile is named: pulumi config set alicloud:profile …"
        )
    return vendor.default_chain()
