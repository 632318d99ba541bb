"""Which service, function or config an argument means. Pure.

Written as messages write it: ``service``, ``service/function``, ``service.qualifier/function``,
or the id of a config.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.names import ACCOUNT_ID, LATEST, NAME, REGION
from pulumi_fc_async_invoke.api.v2016 import API, Identity

_NAMES = re.compile(r"(?P<service>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?(?:/(?P<function>[^/]+))?")


_RULES = {"region": REGION, "account": ACCOUNT_ID}


@dataclass(frozen=True, order=True)
class Location:
    """One account in one region."""

    region: str
    """Such as ``cn-shanghai``."""
    account_id: str
    """Decimal digits."""


class TargetError(FunctionComputeError):
    """An argument that is not a name or an id; says what one looks like."""


@dataclass(frozen=True)
class Scope:
    """Where to look for configs: a service, one of its functions, or everywhere."""

    service_name: str | None = None
    """`None`: all services."""
    function_name: str | None = None
    """`None`: all functions of the service."""

    def __str__(self) -> str:
        """For messages."""
        return "/".join(filter(None, (self.service_name, self.function_name))) or "every service"


def parse_scope(text: str | None) -> Scope:
    """Read ``service`` or ``service/function``; `None` is everywhere.

    Raises:
        TargetError: if it is neither; says what one looks like.
    """
    if text is None:
        return Scope()
    match = _NAMES.fullmatch(text)
    if match is None or match["qualifier"]:
        raise TargetError(
            f"{text[:200]!a} must be a service or service/function, without a qualifier, as all "
            "of them are included"
        )
    _check_names(match.groupdict())
    return Scope(match["service"], match["function"])


@dataclass(frozen=True)
class Target:
    """One config; region and account may be left to the settings."""

    service_name: str
    function_name: str
    qualifier: str
    region: str | None = None
    account_id: str | None = None

    def identity(self, location: Location) -> Identity:
        """Get the identity of the config in a region and account."""
        return Identity(
            region=location.region,
            account_id=location.account_id,
            service_name=self.service_name,
            qualifier=self.qualifier,
            function_name=self.function_name,
        )


def parse_target(text: str) -> Target:
    """Read ``service[.qualifier]/function`` or an id.

    Raises:
        TargetError: if it is neither; says what one looks like.
    """
    if text.startswith("acs:"):
        try:
            identity = API.parse_id(text)
        except ValueError as error:
            raise TargetError(str(error)) from None
        service_name = identity.to_properties()["serviceName"]
        _check_names(
            {
                "service": service_name,
                "qualifier": identity.qualifier,
                "function": identity.function_name,
                "region": identity.region,
                "account": identity.account_id,
            }
        )
        return Target(
            service_name,
            identity.function_name,
            identity.qualifier,
            identity.region,
            identity.account_id,
        )
    match = _NAMES.fullmatch(text)
    if match is None or not match["function"]:
        raise TargetError(
            f"{text[:200]!a} must be service/function, service.qualifier/function, or an id "
            "acs:fc:{region}:{accountId}:services/{service}.{qualifier}/functions/{function}"
        )
    _check_names(match.groupdict())
    return Target(match["service"], match["function"], match["qualifier"] or LATEST)


def _check_names(names: Mapping[str, str | None]) -> None:
    """Refuse impossible names: the service would only say that they do not exist."""
    for what, name in names.items():
        rule = _RULES.get(what, NAME)
        if name is not None and not rule.fits(name):
            raise TargetError(f"The {what} {name[:200]!a} must be {rule.words}")
