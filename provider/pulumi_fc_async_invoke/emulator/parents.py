"""Which services, functions, versions and aliases exist. By default, all that anyone names do."""

from pydantic.dataclasses import dataclass

from .exceptions import ApiError
from .rules import STRICT
from .storage import LATEST, ConfigKey


@dataclass(frozen=True, config=STRICT)
class Parent:
    """A service, or its function, or its version or alias, or a function of one of these.

    Account and region None mean all.
    """

    service: str | None = None
    """None: a function of 3.0, or its version or alias."""
    function: str | None = None
    qualifier: str | None = None
    account: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        """Refuse a parent without a name.

        Raises:
            ValueError: neither a service nor a function is named.
        """
        if not (self.service or self.function):
            raise ValueError("name a service, or a function of 3.0")

    def is_in(self, account: str, region: str) -> bool:
        """Tell whether it counts for this account and region."""
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
        """Let a parent exist; from now on, nothing else does that is not declared."""
        self.missing.discard(parent)
        self.declared.add(parent)
        self.strict = True

    def remove(self, parent: Parent) -> None:
        """Let a parent not exist."""
        self.declared.discard(parent)
        self.missing.add(parent)

    def reset(self) -> None:
        """Go back to the start."""
        self.declared.clear()
        self.missing.clear()
        self.strict = self._strict_at_start

    def check(self, key: ConfigKey, *, any_qualifier: bool = False) -> None:
        """Make sure that service, qualifier and function exist.

        In 2.0 versions and aliases are a service's, in 3.0 a function's.

        Args:
            key: whose config is asked for; with an empty function, the service alone is meant.
            any_qualifier: a list, which is about no qualifier.

        Raises:
            ApiError: 404, with the code of the first that does not.
        """
        if not self.strict and not self.missing:
            return
        account, region, service, function, qualifier = key
        missing = {
            (each.service or "", each.function, each.qualifier)
            for each in self.missing
            if each.is_in(account, region)
        }
        mine = [
            each
            for each in self.declared
            if each.is_in(account, region) and (each.service or "") == service
        ]
        if service and ((service, None, None) in missing or (self.strict and not mine)):
            raise ApiError(f"service {service!r} does not exist", "ServiceNotFound")
        is_known = any(each.function == function for each in mine)
        is_missing = (service, function, None) in missing or (self.strict and not is_known)
        of_service = f" of service {service!r}" if service else ""
        no_function = ApiError(
            f"function {function!r}{of_service} does not exist", "FunctionNotFound"
        )
        if not service and is_missing:
            raise no_function
        is_known = qualifier == LATEST or any(
            each.qualifier == qualifier and (service or each.function == function) for each in mine
        )
        unqualified = missing & {(service, None, qualifier), (service, function, qualifier)}
        if not any_qualifier and (unqualified or (self.strict and not is_known)):
            kind = "Version" if qualifier.isdecimal() else "Alias"
            what = f"{kind.lower()} {qualifier!r}{of_service}"
            raise ApiError(f"{what} does not exist", f"{kind}NotFound")
        if function and is_missing:
            raise no_function
