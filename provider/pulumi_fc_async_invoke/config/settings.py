"""Where region, account, endpoint, limits and credentials come from: one place, one order.

What the provider was configured with (an explicit `Provider`'s arguments, else the stack's
configuration: the engine hands over one or the other), then the environment, then the profile.
Each setting is declared once, in `declarations`.
"""

import json
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, cast

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.names import exact_integer

from .declarations import (
    ACCESS_KEY,
    ACCOUNT,
    ALLOW_OVERWRITE,
    ASSUME_ROLE,
    ASSUME_ROLE_WITH_OIDC,
    CREDENTIALS_FILE,
    CREDENTIALS_URI,
    ECS_ROLE,
    ENDPOINT,
    ENDPOINTS,
    FC,
    INTERNAL,
    MAX_CONCURRENCY,
    PROFILE,
    REGION,
    REQUEST_TIMEOUT,
    SECRET_KEY,
    SECURITY_TOKEN,
    Setting,
)
from .endpoint import parse_base_url, parse_service_endpoint, parse_sts_endpoint
from .profiles import DEFAULT_FILE, read_profile

Lookup = Callable[[str], Any]
"""Looks up a configuration key such as ``alicloud:region``; `None`: not set."""


@dataclass(frozen=True)
class Found:
    """A value, and where it was found."""

    value: str = field(repr=False)
    origin: str
    """The configuration's key or the environment variable."""


@dataclass(frozen=True)
class Keys:
    """What one place holds of an access key: perhaps only a part."""

    names: tuple[str, str, str]
    """Of access key id, access key secret and security token in that place."""
    access_key: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)
    security_token: str | None = field(repr=False)

    @property
    def is_configured(self) -> bool:
        """Whether they stand in the configuration, not in the environment."""
        return self.names[0] == ACCESS_KEY.key


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


@dataclass(frozen=True)
class Settings:
    """How to reach Function Compute; holds no plain-text secret that a ``repr`` would show."""

    region: str | None
    """Region for resources that name none."""
    account_id: str | None
    """Account for resources that name none."""
    endpoint: str | None
    """Base URL in place of the service's own; see `endpoint.for_account`."""
    sts_endpoint: str | None
    """Host in place of the Security Token Service's own."""
    internal: bool
    """Whether to use the service's host inside a VPC."""
    allow_overwrite: bool
    """Default of `allow_overwrite`."""
    request_timeout: float
    """Overall deadline of one call with its retries, in seconds."""
    max_concurrency: int
    """Calls in flight at once, 1 to 64."""
    keys: tuple[Keys, ...]
    """Every place that holds an access key or a part of one; the first one wins."""
    profile: Found | None
    """Profile of the vendor's command line."""
    credentials_file: Found | None
    """File of the profile."""
    credentials_uri: Found | None
    """URI that hands out keys."""
    ecs_role: Found | None
    """RAM role of the ECS instance."""
    assume_role: Role | None
    """Role to assume with the keys that were found."""
    assume_role_with_oidc: Role | None
    """Role to assume with an OIDC token."""
    oidc_of_environment: Role | None
    """The same, as the environment alone names it: what the vendor's default chain asks first."""

    @classmethod
    def read(cls, get: Lookup, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read them from the provider's configuration and the environment; calls nothing.

        Args:
            get: looks up a configuration key such as ``alicloud:region``; `None`: not set.
            environment: the process's environment variables.

        Raises:
            SettingsError: if a value makes no sense; names the key and what would be right.
        """

        def text(setting: Setting) -> Found | None:
            return _text(setting, get, environment)

        endpoints = _object(ENDPOINTS, get) or {}
        sts = _member(ENDPOINTS, "sts", endpoints, environment)
        return cls(
            region=read_text(REGION_KEY, get, environment),
            account_id=read_text(ACCOUNT_KEY, get, environment),
            endpoint=_endpoint(text(ENDPOINT), text(FC), endpoints),
            sts_endpoint=None if sts is None else parse_sts_endpoint(sts.value, sts.origin),
            internal=_boolean(INTERNAL, get),
            allow_overwrite=_boolean(ALLOW_OVERWRITE, get),
            request_timeout=_number(REQUEST_TIMEOUT, get),
            max_concurrency=int(_number(MAX_CONCURRENCY, get, whole=True)),
            keys=tuple(_keys(get, environment)),
            profile=text(PROFILE),
            credentials_file=text(CREDENTIALS_FILE),
            credentials_uri=text(CREDENTIALS_URI),
            ecs_role=text(ECS_ROLE),
            assume_role=_role(ASSUME_ROLE, get, environment),
            assume_role_with_oidc=_role(ASSUME_ROLE_WITH_OIDC, get, environment),
            oidc_of_environment=_oidc_of_environment(environment),
        )

    def defaults(self) -> dict[str, Any]:
        """Inputs for resources that leave them out; those that nothing sets are not in it."""
        inputs = {
            "region": self.region,
            "accountId": self.account_id,
            "allowOverwrite": self.allow_overwrite,
        }
        return {key: value for key, value in inputs.items() if value is not None}

    @property
    def configured_keys(self) -> tuple[str, ...]:
        """Which of ``accessKey``, ``secretKey`` and ``securityToken`` the configuration holds."""
        return tuple(
            name.removeprefix("alicloud:")
            for keys in self.keys
            if keys.is_configured
            for name, value in zip(
                keys.names, (keys.access_key, keys.secret_key, keys.security_token), strict=True
            )
            if value
        )

    @property
    def configured_profile(self) -> str | None:
        """The profile that the configuration names, and not the environment."""
        is_configured = self.profile is not None and self.profile.origin == PROFILE.key
        return self.profile.value if self.profile and is_configured else None


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Copy an environment without its access keys: for an option that names a profile."""
    names = {*ACCESS_KEY.variables, *SECRET_KEY.variables, *SECURITY_TOKEN.variables}
    return {name: value for name, value in environment.items() if name not in names}


REGION_KEY = REGION.key
ACCOUNT_KEY = ACCOUNT.key


def read_text(key: str, get: Lookup, environment: Mapping[str, str] = os.environ) -> str | None:
    """Read one setting that is text, as `Settings.read` does.

    Args:
        key: `REGION_KEY` or `ACCOUNT_KEY`.
        get: looks up a configuration key; `None`: not set.
        environment: the process's environment variables.

    Raises:
        SettingsError: it is configured as something else than text.
    """
    setting = REGION if key == REGION_KEY else ACCOUNT
    found = _text(setting, get, environment)
    if found is None and setting is REGION:
        return _region_of_profile(get, environment)
    return None if found is None else found.value


def _find(setting: Setting, get: Lookup, environment: Mapping[str, str]) -> tuple[Any, str] | None:
    """The first value that is set, and where."""
    value = get(setting.key)
    if value is not None and value != "":
        return value, setting.key
    names = (name for name in setting.variables if environment.get(name))
    return next(((environment[name], name) for name in names), None)


def _text(setting: Setting, get: Lookup, environment: Mapping[str, str]) -> Found | None:
    found = _find(setting, get, environment)
    if found is None:
        return None
    value, origin = found
    if isinstance(value, float) and value.is_integer():
        # An account's id written as a number.
        whole = exact_integer(value)
        if whole is None:
            raise SettingsError(f"{origin} is too large to be exact as a number: put it in quotes")
        value = str(whole)
    # The engine hands over a structured value as its JSON text.
    is_member = "." in setting.key
    if not isinstance(value, str) or (value.startswith(("{", "[")) and not is_member):
        raise SettingsError(
            f"{origin} must be plain text, no object and no list: {setting.command}"
        )
    return Found(value, origin)


def _boolean(setting: Setting, get: Lookup) -> bool:
    found = _find(setting, get, {})
    if found is None:
        return bool(setting.default)
    meant = {"true": True, "false": False}.get(str(found[0]).lower())
    if meant is None:
        raise SettingsError(f"{setting.key} must be true or false: {setting.command}")
    return meant


def _number(
    setting: Setting,
    get: Lookup,
    environment: Mapping[str, str] | None = None,
    *,
    whole: bool = False,
) -> float:
    found = _find(setting, get, environment or {})
    if found is None:
        return float(setting.default)
    value, origin = found
    try:
        # Booleans and the like fail here; the engine hands over 16 as 16.0.
        number = float(str(value))
    except ValueError:
        number = math.nan
    if whole and (not setting.least <= number <= setting.most or not number.is_integer()):
        raise SettingsError(
            f"{origin} must be a whole number from {setting.least:.0f} to {setting.most:.0f}: "
            f"{setting.command}"
        )
    if not whole and not setting.least < number <= setting.most:
        raise SettingsError(
            f"{origin} must be a number of seconds, more than {setting.least:.0f} and at most "
            f"{setting.most:.0f}: {setting.command}"
        )
    return number


def _keys(get: Lookup, environment: Mapping[str, str]) -> Iterable[Keys]:
    settings = (ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN)
    configured = [_text(setting, get, {}) for setting in settings]
    places = [(tuple(setting.key for setting in settings), configured)]
    for names in zip(*(setting.variables for setting in settings), strict=True):
        values = [environment.get(name) for name in names]
        places.append((names, [Found(value, "") if value else None for value in values]))
    for names, found in places:
        parts = [each.value if each else None for each in found]
        if any(parts):
            yield Keys(cast("tuple[str, str, str]", names), *parts)


def _object(setting: Setting, get: Lookup) -> dict[str, Any] | None:
    """An object, or a list of one, as it is or as its JSON text; empty members are left out."""
    value = get(setting.key)
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            value = False
    if isinstance(value, list):
        items = cast("Sequence[Any]", value)
        value = items[0] if len(items) == 1 else items
    if value is None or value in ("", []):
        return None
    if not isinstance(value, dict):
        raise SettingsError(f"{setting.key} must be an object: {setting.members[0].command}")
    members = cast("dict[str, Any]", value)
    return {key: each for key, each in members.items() if each is not None and each != ""}


def _member(
    setting: Setting, name: str, members: Mapping[str, Any], environment: Mapping[str, str]
) -> Found | None:
    member = next(each for each in setting.members if each.name == name)
    return _text(member, lambda _key: members.get(name), environment)


def _role(setting: Setting, get: Lookup, environment: Mapping[str, str]) -> Role | None:
    members = _object(setting, get)
    if members is None:
        return None
    known = [member.name for member in setting.members]
    for name in members:
        if name not in known:
            close = get_close_matches(name, known, 1)
            meant = f"did you mean {close[0]}?" if close else f"it has {', '.join(known)}"
            raise SettingsError(f"{setting.key} has no member {name!a}: {meant}")

    def text(name: str) -> str | None:
        found = _member(setting, name, members, environment) if name in known else None
        return None if found is None else found.value

    duration = next(each for each in setting.members if each.name == "sessionExpiration")
    seconds = _find(duration, lambda _key: members.get(duration.name), environment)
    return Role(
        role_arn=text("roleArn"),
        session_name=text("sessionName") or text("roleSessionName"),
        policy=text("policy"),
        session_expiration=None
        if seconds is None
        else int(
            _number(duration, lambda _key: members.get(duration.name), environment, whole=True)
        ),
        external_id=text("externalId"),
        oidc_provider_arn=text("oidcProviderArn"),
        oidc_token_file=text("oidcTokenFile"),
        oidc_token=text("oidcToken"),
    )


def _oidc_of_environment(environment: Mapping[str, str]) -> Role | None:
    # These three, and not the token itself (``utils/auth_util.py`` of alibabacloud-credentials).
    names = ("ROLE_ARN", "OIDC_PROVIDER_ARN", "OIDC_TOKEN_FILE")
    if not all(environment.get(f"ALIBABA_CLOUD_{name}") for name in names):
        return None
    role = _role(ASSUME_ROLE_WITH_OIDC, lambda _key: {}, environment)
    return role and replace(role, oidc_token=None)


def _endpoint(own: Found | None, fc: Found | None, endpoints: Mapping[str, Any]) -> str | None:
    if own is not None:
        return parse_base_url(own.value, own.origin)
    shared = fc or _member(ENDPOINTS, "fc", endpoints, {})
    return None if shared is None else parse_service_endpoint(shared.value, shared.origin)


def _region_of_profile(get: Lookup, environment: Mapping[str, str]) -> str | None:
    profile = _text(PROFILE, get, environment)
    if profile is None:
        return None
    file = _text(CREDENTIALS_FILE, get, environment)
    with suppress(SettingsError):  # said when keys are needed: a preview needs none
        return read_profile(profile.value, file.value if file else DEFAULT_FILE).text("region_id")
    return None
