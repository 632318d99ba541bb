"""Which service, function or config an argument means. Pure.

Written as messages write it: ``service``, ``service/function``, ``service.qualifier/function``,
or the id of a config.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.identity import LATEST, Identity
from pulumi_fc_async_invoke.api.names import ACCOUNT_ID, NAME, REGION

from .program import Place

_NAMES = re.compile(r"(?P<service>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?(?:/(?P<function>[^/]+))?")


_RULES = {"region": REGION, "account": ACCOUNT_ID}


class TargetError(FunctionComputeError):
    """An argument that names nothing; says what it would look like."""


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
        TargetError: if it is neither; says what it would look like.
    """
    if text is None:
        return Scope()
    match = _NAMES.fullmatch(text)
    if match is None or match["qualifier"]:
        raise TargetError(
            f"{text!r} must be a service or service/function, without a qualifier (all of them "
            "are looked at)"
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

    def identity(self, place: Place) -> Identity:
        """The config that is meant, in a place."""
        return Identity(
            region=place.region,
            account_id=place.account_id,
            service_name=self.service_name,
            qualifier=self.qualifier,
            function_name=self.function_name,
        )


def parse_target(text: str) -> Target:
    """Read ``service[.qualifier]/function`` or an id.

    Raises:
        TargetError: if it is neither; says what it would look like.
    """
    if text.startswith("acs:"):
        try:
            identity = Identity.parse(text)
        except ValueError as error:
            raise TargetError(str(error)) from None
        _check_names(
            {
                "service": identity.service_name,
                "qualifier": identity.qualifier,
                "function": identity.function_name,
                "region": identity.region,
                "account": identity.account_id,
            }
        )
        return Target(
            identity.service_name,
            identity.function_name,
            identity.qualifier,
            identity.region,
            identity.account_id,
        )
    match = _NAMES.fullmatch(text)
    if match is None or not match["function"]:
        raise TargetError(
            f"{text!r} must be service/function, service.qualifier/function, or an id "
            "acs:fc:{region}:{accountId}:services/{service}.{qualifier}/functions/{function}"
        )
    _check_names(match.groupdict())
    return Target(match["service"], match["function"], match["qualifier"] or LATEST)


def _check_names(names: Mapping[str, str | None]) -> None:
    """Nothing can have another name: the service would only say that it is not there."""
    for what, name in names.items():
        rule = _RULES.get(what, NAME)
        if name is not None and not rule.fits(name):
            raise TargetError(f"The {what} {name!a} must be {rule.words}")
