"""From the options of a command to settings and a client.

The same order as the provider's: what is given (here: options), then the stack's configuration
(if a stack or a project is named), then the environment.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi_fc_async_invoke.api.errors import SettingsError
from pulumi_fc_async_invoke.api.names import ACCOUNT_ID, REGION
from pulumi_fc_async_invoke.client import defaults
from pulumi_fc_async_invoke.client.client import FunctionComputeClient
from pulumi_fc_async_invoke.client.connect import connect
from pulumi_fc_async_invoke.config.settings import Settings

from . import console
from .program import Place
from .project import Project

Lookup = Callable[[str], Any]
"""The value of a key such as ``alicloud:region``; `None`: not set."""

OPTIONS = {
    "alicloud:region": "--region",
    "alicloud:accountId": "--account-id",
    "alicloud:profile": "--profile",
    "fc:endpoint": "--endpoint",
    "fc:internal": "--internal",
    "fc:requestTimeout": "--request-timeout",
}
"""Key of the stack's configuration → option that takes its place."""


KEYS = ("alicloud:accessKey", "alicloud:secretKey", "alicloud:securityToken")
"""Keys of the configuration that hold credentials; no option takes their place."""


class OptionError(SettingsError):
    """An option whose value makes no sense; says which, and what would be right."""


@dataclass(frozen=True)
class Given:
    """What the command line says about where to look.

    Raises:
        OptionError: if an option's value makes no sense.
    """

    region: str | None = None
    account_id: str | None = None
    endpoint: str | None = None
    internal: bool | None = None
    profile: str | None = None
    request_timeout: float | None = None
    stack: str | None = None
    folder: Path | None = None

    def __post_init__(self) -> None:
        for option, value, rule in (
            ("--region", self.region, REGION),
            ("--account-id", self.account_id, ACCOUNT_ID),
        ):
            if value and not rule.fits(value):
                raise OptionError(f"{option} {value!a} must be {rule.words}")
        options = self._options()
        try:
            Settings.read(options.get, {})
        except SettingsError as error:
            # Settings know keys alone.
            key = next(key for key in options if str(error).startswith(key))
            raise OptionError(f"{error} ({OPTIONS[key]} stands for {key})") from None

    @property
    def project(self) -> Project:
        """The stack that is meant: by default the selected one of the project here."""
        seconds = defaults.REQUEST_TIMEOUT if self.request_timeout is None else self.request_timeout
        return Project(self.folder or Path(), self.stack, seconds)

    @property
    def names_a_stack(self) -> bool:
        """Whether the stack's configuration counts."""
        return self.stack is not None or self.folder is not None

    def at(self, region: str | None, account_id: str | None) -> "Given":
        """The same, for what says itself where it is; `None`: it does not."""
        return replace(self, region=region or self.region, account_id=account_id or self.account_id)

    def configuration(self) -> "Lookup":
        """The stack's configuration, if there is a stack.

        Raises:
            ProjectError: if it cannot be read.
        """
        return self.project.configuration().get if self.names_a_stack else _no_configuration

    def settings(self, configuration: "Lookup | None" = None) -> Settings:
        """The settings.

        Args:
            configuration: what comes after the options; by default the stack's.

        Raises:
            SettingsError: if a value of the stack or the environment makes no sense.
            ProjectError: if the stack's configuration cannot be read.
        """
        look_up = self.configuration() if configuration is None else configuration
        options = self._options()

        def get(key: str) -> Any:
            if key in KEYS and self.profile is not None:
                return None  # keys come before a profile only where both are configured
            given = options.get(key)
            return look_up(key) if given is None else given

        return Settings.read(get)

    def _options(self) -> dict[str, Any]:
        return {
            "alicloud:region": self.region,
            "alicloud:accountId": self.account_id,
            "alicloud:profile": self.profile,
            "fc:endpoint": self.endpoint,
            "fc:internal": self.internal,
            "fc:requestTimeout": self.request_timeout,
        }


def _no_configuration(_key: str) -> None:
    """There is no stack."""


def client(settings: Settings) -> FunctionComputeClient:
    """A client with these settings; it warns of calls that take long."""
    return connect(settings, console.warn)


def place(settings: Settings) -> Place:
    """Account and region that the settings name.

    Raises:
        SettingsError: if one of them is missing; names every way to set it.
    """
    if settings.region is None:
        raise SettingsError(
            "No region: give --region, name a stack that has alicloud:region, or set "
            "ALICLOUD_REGION"
        )
    if settings.account_id is None:
        raise SettingsError(
            "No account: give --account-id, name a stack that has alicloud:accountId, or set "
            "ALICLOUD_ACCOUNT_ID"
        )
    return Place(settings.region, settings.account_id)
