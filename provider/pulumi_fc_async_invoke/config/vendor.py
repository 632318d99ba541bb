"""The providers of temporary keys of the vendor's library, `alibabacloud-credentials`.

It asks ECS metadata, a credentials URI, STS, or what a profile says, each within limits of its
own. Importing it takes a quarter of a second, so that is left until a call needs it.
"""

import configparser
import logging
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from pulumi_fc_async_invoke.api.credentials import Credentials

from .declarations import SESSION_EXPIRATION, SESSION_NAME
from .roles import Role
from .settings import Settings

_INI_FILE = "~/.alibabacloud/credentials.ini"


def default_chain() -> Any:
    """Make the library's own chain of providers.

    OIDC, the current profile, the credentials file, the ECS instance, the credentials URI: each
    from the environment and the home folder alone.
    """
    return _library().DefaultCredentialsProvider()


def cli_profile(name: str, file: str) -> Any:
    """Make the provider of a profile of the vendor's command line, in any mode."""
    return _library().CLIProfileCredentialsProvider(profile_name=name, profile_file=file)


def credentials_uri(uri: str, settings: Settings) -> Any:
    """Make the provider for a URI that returns keys."""
    return _library().URLCredentialsProvider(uri=uri, http_options=_timeouts(settings))


def ecs_role(name: str | None, _settings: Settings) -> Any:
    """Make the provider for an ECS instance's role; `None`: whichever it has.

    Each of its requests takes 1 second at most.
    """
    # Renewed when asked: no scheduler's thread beside the plugin's.
    return _library().EcsRamRoleCredentialsProvider(role_name=name, async_update_enabled=False)


def assume_role(base: Callable[[], Credentials], role: Role, settings: Settings) -> Any:
    """Make the provider that assumes a role with other keys."""
    return _library().RamRoleArnCredentialsProvider(
        credentials_provider=_Base(base),
        external_id=role.external_id,
        **_session(role, settings),
    )


def assume_role_with_oidc(role: Role, settings: Settings) -> Any:
    """Make the provider that assumes a role with an OIDC token."""

    def reading(path: str | None) -> Any:
        return _library().OIDCRoleArnCredentialsProvider(
            oidc_provider_arn=role.oidc_provider_arn,
            oidc_token_file_path=path,
            **_session(role, settings),
        )

    token = role.oidc_token
    return reading(role.oidc_token_file) if token is None else _WithToken(token, reading)


def _session(role: Role, settings: Settings) -> dict[str, Any]:
    """Say what both ways to assume a role have in common."""
    return {
        "role_arn": role.role_arn,
        "role_session_name": role.session_name or SESSION_NAME.default,
        "duration_seconds": role.session_expiration or SESSION_EXPIRATION.default,
        "policy": role.policy,
        "sts_endpoint": settings.sts_endpoint,
        "http_options": _timeouts(settings),
    }


def has_ini_section(name: str, file: str | None) -> bool:
    """Tell whether the library's own file, an INI file, has a section of this name.

    Args:
        name: the section.
        file: its path; `None`: the default one.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(Path(file or _INI_FILE).expanduser(), encoding="utf-8")
    except (configparser.Error, ValueError, OSError, RuntimeError):
        return False
    return parser.has_section(name)


class _WithToken:
    """Keys for a token, which the library takes from a file alone: one that has no name."""

    def __init__(self, token: str, reading: Callable[[str], Any]) -> None:
        self._token = token.encode()
        self._reading = reading

    def get_credentials(self) -> Any:
        with tempfile.TemporaryFile() as file:
            file.write(self._token)
            file.seek(0)  # macOS opens a descriptor where it stands; so each reading has its own
            return self._reading(f"/dev/fd/{file.fileno()}").get_credentials()


class _Base:
    """Keys to assume a role with, as the library wants them."""

    def __init__(self, source: Callable[[], Credentials]) -> None:
        self._source = source

    def get_credentials(self) -> Any:
        keys = self._source()
        return import_module("alibabacloud_credentials.provider.refreshable").Credentials(
            access_key_id=keys.access_key_id,
            access_key_secret=keys.access_key_secret,
            security_token=keys.security_token,
        )


def _library() -> Any:
    provider = import_module("alibabacloud_credentials.provider")
    # It logs failed responses, signed URLs and headers to standard error.
    for name in ("credentials", "alibabacloud-tea"):
        logging.getLogger(name).disabled = True
    return provider


def _timeouts(settings: Settings) -> Any:
    """Limit a request to the library's own timeouts, or less."""
    milliseconds = max(int(settings.request_timeout * 1000), 1)
    return import_module("alibabacloud_credentials.http").HttpOptions(
        connect_timeout=min(5_000, milliseconds), read_timeout=min(10_000, milliseconds)
    )
