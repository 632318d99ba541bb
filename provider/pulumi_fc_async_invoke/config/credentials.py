"""Which keys sign a call: looked up when a call is made, never kept in state.

The order is that of pulumi-alicloud's provider (source: ``providerConfigure`` in ``provider.go`` of
terraform-provider-alicloud); docs/credentials.md says where this differs, and why.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from threading import Event
from typing import Any

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import SettingsError

from . import vendor
from .access_keys import key_pair
from .declarations import ASSUME_ROLE, ASSUME_ROLE_WITH_OIDC, CREDENTIALS_FILE
from .profiles import Profile, has_ini_section, read_profile
from .renewal import Renewed
from .roles import ROLE_MODE, Role, lacks, role_to_assume, with_defaults
from .settings import Settings

CredentialsSource = Callable[[], Credentials]

_ECS_MODE = "EcsRamRole"
_KEY_MODES = ("AK", "StsToken", ROLE_MODE)
_STS_MODES = ("OIDC", "ChainableRamRoleArn")
_LIBRARY_MODES = (*_STS_MODES, "CloudSSO", "External", "OAuth")
"""Modes that the vendor's library asks for."""


@dataclass(frozen=True)
class Source:
    """Where keys come from, without the keys themselves, to show to a user."""

    name: str
    """What signs, or what assumes the role."""
    role: str | None
    """ARN of the role that is assumed with those keys."""
    ignored: tuple[str, ...]
    """What else is set and does not count, each with the reason."""


@lru_cache(maxsize=16)
def credentials_source(settings: Settings, canceled: Event | None = None) -> CredentialsSource:
    """Choose what to call for the keys of the next request.

    Args:
        settings: what is set.
        canceled: set when the run is interrupted, which ends a wait for keys.

    Returns:
        A function, thread-safe, and the same one for the same settings. It raises `SettingsError`
        if there are no keys, or half of them; the message says what to set. And `CanceledError`.
    """
    try:
        plan = _plan(settings, canceled)
    except SettingsError as error:
        problem = str(error)

        def refuse() -> Credentials:
            raise SettingsError(problem)

        return refuse
    base, role = plan.candidates[0].keys, plan.role
    if role is None:
        return base
    sts, seconds = settings.sts_endpoint, settings.request_timeout
    name = f"role {role.role_arn}"
    open_provider = partial(vendor.assume_role, base, role, sts, seconds)
    return Renewed(name, open_provider, seconds, canceled)


def source(settings: Settings, environment: Mapping[str, str] = os.environ) -> Source:
    """Describe where `credentials_source` takes the keys from, and what is ignored; calls nothing.

    Args:
        settings: what is set.
        environment: the process's environment variables.

    Raises:
        SettingsError: half a pair of keys is set, or what is named cannot be read.
    """
    plan = _plan(settings)
    first, *later = plan.candidates
    ignored = [f"{each.name}: {first.name} comes first" for each in later[:-1]]
    ignored += plan.notes
    if settings.profile is None and settings.credentials_file is not None:
        ignored.append(f"{settings.credentials_file.origin}: no profile is named")
    variable = "ALICLOUD_ASSUME_ROLE_ARN"
    if settings.assume_role is None and environment.get(variable):
        ignored.append(f"{variable}: it counts only where {ASSUME_ROLE.key} is configured")
    return Source(first.name, plan.role.role_arn if plan.role else None, tuple(ignored))


@dataclass(frozen=True)
class _Candidate:
    """A source of keys that is set."""

    name: str
    keys: CredentialsSource = field(repr=False)


@dataclass(frozen=True)
class _Plan:
    candidates: list[_Candidate]
    """In their order: the first one gives the keys; the last one is the default chain."""
    role: Role | None
    """To assume with those keys."""
    notes: list[str]
    """What is set and does not count, each with the reason."""


def _plan(settings: Settings, canceled: Event | None = None) -> _Plan:
    candidates: list[_Candidate] = []
    notes: list[str] = []
    pair = key_pair(settings.keys)
    if pair is not None:
        name, keys = pair
        candidates.append(_Candidate(name, lambda: keys))
        notes += [
            f"{place.names[0]}: {name} comes first"
            for place in settings.keys
            if not set(place.names) & set(name.split())
        ]
    try:
        profile = _profile(settings)
    except SettingsError as error:
        if pair is None:
            raise
        profile = None  # a developer's profile need not be there where the keys are
        notes.append(str(error))
    candidates += _other_candidates(settings, profile, canceled)
    return _Plan(candidates, role_to_assume(settings.assume_role, profile), notes)


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
        if shared and has_ini_section(name, ini):
            return None
        raise


def _other_candidates(
    settings: Settings, profile: Profile | None, canceled: Event | None
) -> Iterator[_Candidate]:
    """Find every source after the access key that is set, in their order."""
    seconds = settings.request_timeout

    def renewed(name: str, open_provider: Callable[[], Any]) -> _Candidate:
        return _Candidate(name, Renewed(name, open_provider, seconds, canceled))

    if profile is not None and profile.mode != _ECS_MODE:
        name = f"profile {profile.name!r} in {profile.file}"
        if profile.mode in _LIBRARY_MODES:
            yield renewed(name, partial(_profile_provider, profile, name, settings))
        else:
            yield _Candidate(name, partial(_profile_keys, profile, name))
    uri = settings.credentials_uri
    if uri is not None:
        # Without the address itself: it may hold a token.
        yield renewed(uri.origin, lambda: vendor.credentials_uri(uri.value, seconds))
    role_name = settings.ecs_role.value if settings.ecs_role else None
    if role_name is None and profile is not None and profile.mode == _ECS_MODE:
        role_name = profile.text("ram_role_name") or ""
    if role_name is not None:
        name = f"the ECS instance's role {role_name}".rstrip()
        yield renewed(name, lambda: vendor.ecs_role(role_name or None))
    for oidc, origin in (
        (settings.assume_role_with_oidc, ASSUME_ROLE_WITH_OIDC.key),
        (settings.oidc_of_environment, "ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
    ):
        if oidc is not None:
            name = f"{origin} (role {oidc.role_arn})"
            yield renewed(name, partial(_oidc_provider, oidc, settings))
    yield renewed("the vendor's default chain", partial(_default_chain, settings))


def _profile_keys(profile: Profile, name: str) -> Credentials:
    if profile.mode not in _KEY_MODES:
        raise SettingsError(f"The {name} is of mode {profile.mode!a}, which is not supported")
    needed = ["access_key_id", "access_key_secret"]
    needed += ["sts_token"] if profile.mode == "StsToken" else []
    parts = [profile.text(key) or "" for key in needed]
    for key, part in zip(needed, parts, strict=True):
        if not part:
            raise SettingsError(profile.lacks(key))
    return Credentials(*parts)


def _profile_provider(profile: Profile, name: str, settings: Settings) -> Any:
    file = settings.credentials_file
    if file is not None and file.origin == CREDENTIALS_FILE.key and profile.beside_commands:
        # Whoever may write a stack's configuration may not run what he likes by that.
        raise SettingsError(
            f"The {name} may run a command, as a profile of that file does; that is only done "
            f"where the environment names the file: set {CREDENTIALS_FILE.variables[0]}"
        )
    if settings.sts_endpoint is not None and profile.mode in _STS_MODES:
        raise SettingsError(
            f"alicloud:endpoints.sts is not supported with the {name}, of mode "
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
    role, sts = with_defaults(oidc), settings.sts_endpoint
    return vendor.assume_role_with_oidc(role, sts, settings.request_timeout)


def _default_chain(settings: Settings) -> Any:
    file = settings.credentials_file
    if file is not None and file.origin != "ALIBABA_CLOUD_CREDENTIALS_FILE":
        # The chain does not read it: another identity would sign than the one in that file.
        raise SettingsError(
            f"{file.origin} is set, but no profile is named: pulumi config set alicloud:profile …"
        )
    return vendor.default_chain()
