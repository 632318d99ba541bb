"""Which services, functions, versions and aliases exist. By default, all that anyone names do."""

from typing import NamedTuple

from pulumi_fc_async_invoke.api.identity import LATEST
from pulumi_fc_async_invoke.emulator.answers import failure
from pulumi_fc_async_invoke.emulator.storage import ConfigKey


class Parent(NamedTuple):
    """A service, or its function, or its version or alias, or a function of one of these.

    Account and region None mean all.
    """

    service: str
    function: str | None = None
    qualifier: str | None = None
    account: str | None = None
    region: str | None = None

    def is_in(self, account: str, region: str) -> bool:
        """Whether it counts for this account and region."""
        return self.account in {None, account} and self.region in {None, region}


class Parents:
    """What exists, for one run of the emulator (the configs alone are in the file).

    Args:
        strict: only what is declared exists, even while nothing is.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.declared: set[Parent] = set()
        self.missing: set[Parent] = set()
        self._strict_at_start = strict

    def declare(self, parent: Parent) -> None:
        """It exists; from now on nothing does that is not declared."""
        self.missing.discard(parent)
        self.declared.add(parent)
        self.strict = True

    def remove(self, parent: Parent) -> None:
        """It does not exist, whatever else does."""
        self.declared.discard(parent)
        self.missing.add(parent)

    def reset(self) -> None:
        """As at the start."""
        self.declared.clear()
        self.missing.clear()
        self.strict = self._strict_at_start

    def check(self, key: ConfigKey, *, any_qualifier: bool = False) -> None:
        """Make sure that service, qualifier and function exist.

        Args:
            key: whose config is asked for; with an empty function, the service alone is meant.
            any_qualifier: a list, which is about no qualifier.

        Raises:
            ApiFailure: 404, with the code of the first that does not.
        """
        if not self.strict and not self.missing:
            return
        account, region, service, function, qualifier = key
        missing = {parent[:3] for parent in self.missing if parent.is_in(account, region)}
        declared = [parent for parent in self.declared if parent.is_in(account, region)]
        mine = [parent for parent in declared if parent.service == service]
        if (service, None, None) in missing or (self.strict and not mine):
            raise failure("ServiceNotFound", f"service {service!r} does not exist")
        is_known = qualifier == LATEST or any(parent.qualifier == qualifier for parent in mine)
        is_missing = missing & {(service, None, qualifier), (service, function, qualifier)}
        if not any_qualifier and (is_missing or (self.strict and not is_known)):
            kind = "Version" if qualifier.isdecimal() else "Alias"
            raise failure(
                f"{kind}NotFound",
                f"{kind.lower()} {qualifier!r} of service {service!r} does not exist",
            )
        if not function:
            return
        is_known = any(parent.function == function for parent in mine)
        if (service, function, None) in missing or (self.strict and not is_known):
            raise failure(
                "FunctionNotFound", f"function {function!r} of service {service!r} does not exist"
            )
