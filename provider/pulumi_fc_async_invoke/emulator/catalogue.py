"""What a list of services, or of a service's functions, holds: names alone.

The emulator keeps configs, not functions. So a function is listed if it has a config or was
declared, and exists as far as `parents` says: `--strict-parents` hides what was not declared.
"""

from .state import State
from .storage import LATEST, ConfigKey, Filter


def names(state: State, account: str, region: str, service: str) -> list[str]:
    """Name the functions of a service, or an account's services in a region.

    Args:
        state: of the emulator.
        account: whose.
        region: where.
        service: whose functions; an empty string: all services.

    Returns:
        The names in alphabetical order.
    """
    which = Filter(service or None, account=account, region=region)
    named = {(key.service, key.function) for key, _ in state.storage.find(which)}
    named |= {
        (each.service or "", each.function or "")
        for each in state.parents.declared
        if each.is_in(account, region) and service in {"", each.service}
    }
    if not service:
        named = {(name, "") for name, _ in named}
    return sorted(
        function or name
        for name, function in named
        if (function if service else name)  # 3.0 has no services, and a service may be empty
        and not state.parents.problem(
            ConfigKey(account, region, name, function, LATEST), any_qualifier=True
        )
    )
