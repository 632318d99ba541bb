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

    def problem(self, key: ConfigKey, *, any_qualifier: bool = False) -> ApiError | None:
        """Find the first of service, qualifier and function that does not exist.

        In 2.0 versions and aliases are a service's, in 3.0 a function's.

        Args:
            key: whose config is asked for; with an empty function, the service alone is meant.
            any_qualifier: a list, which is about no qualifier.

        Returns:
            The error to respond with: 404, with the code of what does not exist. `None`: all exist.
        """
        account, region, service, function, qualifier = key

        def here(parents: set[Parent]) -> list[Parent]:
            return [
                each
                for each in parents
                if each.is_in(account, region) and (each.service or "") == service
            ]

        mine = here(self.declared)
        missing = {(each.function, each.qualifier) for each in here(self.missing)}

        def exists(*names: tuple[str | None, str | None], is_declared: bool) -> bool:
            return missing.isdisjoint(names) and (is_declared or not self.strict)

        if service and not exists((None, None), is_declared=bool(mine)):
            return ApiError(f"service {service!r} does not exist", "ServiceNotFound")
        of_service = f" of service {service!r}" if service else ""
        no_function = None
        is_declared = any(each.function == function for each in mine)
        if not exists((function, None), is_declared=is_declared):
            message = f"function {function!r}{of_service} does not exist"
            no_function = ApiError(message, "FunctionNotFound")
        if not service and no_function:
            return no_function
        is_declared = qualifier == LATEST or any(
            each.qualifier == qualifier and (service or each.function == function) for each in mine
        )
        names = (None, qualifier), (function, qualifier)
        if not any_qualifier and not exists(*names, is_declared=is_declared):
            kind = "Version" if qualifier.isdecimal() else "Alias"
            message = f"{kind.lower()} {qualifier!r}{of_service} does not exist"
            return ApiError(message, f"{kind}NotFound")
        return no_function if function else None
