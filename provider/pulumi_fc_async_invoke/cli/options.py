"""The options that commands share, and how they become settings and a client.

The order is the provider's: options, then the stack's configuration (inside a project, or if one is
named), then the environment.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit

import typer

from pulumi_fc_async_invoke.api.addressing import is_loopback
from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.names import ACCOUNT_ID, REGION
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.config import declarations
from pulumi_fc_async_invoke.config.access_keys import without_keys
from pulumi_fc_async_invoke.config.endpoint import OPENAPI_HOST, for_account
from pulumi_fc_async_invoke.config.reading import Lookup
from pulumi_fc_async_invoke.config.settings import Settings

from . import console
from .project import Project, ProjectError, project_file
from .target import Location, Target


class ApiName(str, Enum):
    """What ``--api`` may be: a key of `APIS`."""

    V2 = "2.0"
    V3 = "3.0"

    __str__ = str.__str__


Api = Annotated[
    ApiName | None,
    typer.Option(
        "--api",
        help="Version of Function Compute that the names are of (default: 2.0), or to list.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

OPTIONS = {
    "alicloud:region": "--region",
    "alicloud:accountId": "--account-id",
    "alicloud:profile": "--profile",
    "fc:endpoint": "--endpoint",
    "fc:internal": "--internal",
    "fc:requestTimeout": "--request-timeout",
}
"""Configuration key → the option that overrides it."""

CREDENTIAL_KEYS = ("alicloud:accessKey", "alicloud:secretKey", "alicloud:securityToken")
"""Configuration keys that hold credentials. There is no option for them."""

NO_CONFIGURATION: Lookup = dict[str, Any]().get
"""The configuration where there is no stack: nothing is set."""

_SERVICE_HOSTS = ".fc.aliyuncs.com"


def _where(*names: str, **details: Any) -> Any:
    return typer.Option(*names, rich_help_panel="Where to look", **details)


class OptionError(SettingsError):
    """The value of an option is wrong; says which option, and what would be right."""


@dataclass(frozen=True)
class Options:
    """The values of the shared options, and what each of them is on the command line.

    Raises:
        OptionError: if a value is wrong.
    """

    region: Annotated[str | None, _where(metavar="REGION", help="Region, such as cn-shanghai.")] = (
        None
    )
    account_id: Annotated[
        str | None, _where(metavar="ID", help="Account that owns the functions.")
    ] = None
    endpoint: Annotated[
        str | None, _where(metavar="URL", help="Base URL to use instead of the service's own.")
    ] = None
    internal: Annotated[
        bool | None,
        _where(help="Use the service's host inside a VPC, or not.", show_default=False),
    ] = None
    profile: Annotated[
        str | None,
        _where(metavar="NAME", help="Profile of the vendor's command line to take the keys from."),
    ] = None
    request_timeout: Annotated[
        float | None,
        _where(
            metavar="SECONDS",
            help="Time limit for one call with its retries, or one run of pulumi (default: 60).",
        ),
    ] = None
    stack: Annotated[
        str | None,
        _where(
            *("--stack", "-s"),
            metavar="NAME",
            help="Stack whose settings to use (default: the selected one, inside a project).",
        ),
    ] = None
    folder: Annotated[
        Path | None,
        _where(
            *("--cwd", "-C"),
            metavar="FOLDER",
            help="Folder of the Pulumi project (default: this one).",
        ),
    ] = None

    def __post_init__(self) -> None:
        for option, value, rule in (
            ("--region", self.region, REGION),
            ("--account-id", self.account_id, ACCOUNT_ID),
        ):
            if value and not rule.fits(value):
                raise OptionError(f"{option} {value[:200]!a} must be {rule.words}")
        for key, value in self._by_key().items():
            _check(key, value)

    @property
    def project(self) -> Project:
        """The stack to look at; by default the selected stack of the project in this folder."""
        default = declarations.REQUEST_TIMEOUT.default
        seconds = default if self.request_timeout is None else self.request_timeout
        return Project(self.folder or Path(), self.stack, seconds)

    @property
    def names_a_stack(self) -> bool:
        """Whether to use a stack's configuration."""
        return self._asks_for_a_stack or project_file(Path()) is not None

    @property
    def _asks_for_a_stack(self) -> bool:
        return self.stack is not None or self.folder is not None

    def at(self, target: Target) -> "Options":
        """Override region and account with those of a target that is an id."""
        names = target.names
        return replace(
            self,
            region=names.get("region", self.region),
            account_id=names.get("accountId", self.account_id),
        )

    def configuration(self) -> Lookup:
        """Read the configuration of the stack, if there is one.

        Raises:
            ProjectError: if it cannot be read.
        """
        if not self.names_a_stack:
            return NO_CONFIGURATION
        try:
            return self.project.configuration()
        except ProjectError:
            if self._asks_for_a_stack or not self.project.has_none_selected():
                raise
            console.note("No stack of this project is selected: its settings are not used")
            return NO_CONFIGURATION

    def settings(self, configuration: Lookup | None = None) -> Settings:
        """Combine options, configuration and environment.

        Args:
            configuration: what the options override; by default the stack's configuration.

        Raises:
            SettingsError: if a value of the stack or the environment is wrong.
            ProjectError: if the stack's configuration cannot be read.
        """
        look_up = self.configuration() if configuration is None else configuration
        options = self._by_key()

        def get(key: str) -> Any:
            if key in CREDENTIAL_KEYS and self.profile is not None:
                return None  # --profile overrides the configured keys
            value = options.get(key)
            return look_up(key) if value is None else value

        # --profile overrides the keys of the environment, too.
        environment = os.environ if self.profile is None else without_keys(os.environ)
        settings = Settings.read(get, environment)
        sts = settings.sts_endpoint
        if sts is not None and not _is_trusted(sts, ".aliyuncs.com"):
            # It would be sent a token, or a request for a role's keys that it could send on.
            raise SettingsError(
                f"alicloud:endpoints.sts names {sts}, which is neither Alibaba Cloud's nor this "
                "machine: this command asks no such host for keys"
            )
        return settings

    def _by_key(self) -> dict[str, Any]:
        return {
            key: getattr(self, option.removeprefix("--").replace("-", "_"))
            for key, option in OPTIONS.items()
        }


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options, but for those that it has itself.

    Args:
        command: takes `Options`, then its own arguments.
    """
    own = list(signature(command, eval_str=True).parameters.values())[1:]
    shared = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=hint)
        for name, hint in get_type_hints(Options, include_extras=True).items()
        if name not in {each.name for each in own}
    ]

    @wraps(command)
    def run(**values: Any) -> None:
        given = {each.name: values.pop(each.name) for each in shared}
        # An empty value counts as not set, as in the configuration and the environment.
        options = Options(**{name: None if value == "" else value for name, value in given.items()})
        command(options, **values)

    run.__dict__["__signature__"] = Signature([*own, *shared])
    run.__annotations__ = {each.name: each.annotation for each in (*own, *shared)}
    return run


def _check(key: str, value: object) -> None:
    try:
        Settings.read({key: value}.get, {})
    except SettingsError as error:
        raise OptionError(f"{error} ({OPTIONS[key]} stands for {key})") from None


def open_client(settings: Settings) -> FunctionComputeClient:
    """Make a client; note on standard error if its calls go to neither the service nor loopback."""
    endpoint = for_account(settings.endpoint or "", settings.account_id or "")
    host = urlsplit(endpoint).hostname
    if host and not (_is_trusted(host, _SERVICE_HOSTS) or OPENAPI_HOST.fullmatch(host)):
        console.note(f"Sending signed calls to {host}")
    return FunctionComputeClient(settings, console.warn)


def _is_trusted(authority: str, domain: str) -> bool:
    host = urlsplit(f"//{authority}").hostname or ""
    return is_loopback(host) or host.endswith(domain)


def location(settings: Settings) -> Location:
    """Get account and region from settings.

    Raises:
        SettingsError: if one of them is missing or impossible; says how to set it.
    """
    where = (
        (declarations.REGION, settings.region, REGION),
        (declarations.ACCOUNT, settings.account_id, ACCOUNT_ID),
    )
    for setting, value, rule in where:
        if value is None:
            raise SettingsError(
                f"{setting.key} is not set: give {OPTIONS[setting.key]}, or set "
                f"{setting.variables[0]}, or {setting.command}"
            )
        if not rule.fits(value):
            raise SettingsError(
                f"{setting.key} must be {rule.words}, but is {value[:200]!a}: {setting.command}"
            )
    return Location(str(settings.region), str(settings.account_id))
