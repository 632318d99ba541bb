"""What a list of services, or of a service's functions, holds: names alone.

The emulator keeps configs, not functions. So a function is listed if it has a config or was
declared, and exists as far as `parents` says: `--strict-parents` hides what was not declared.
"""

from .exceptions import ApiError
from .state import State
from .storage import LATEST, ConfigKey, Filter


def services(state: State, account: str, region: str) -> list[str]:
    """The services of an account in a region, in alphabetical order."""
    found = state.storage.find(Filter(account=account, region=region))
    named = {key.service for key, _ in found}
    named |= {each.service or "" for each in state.parents.declared if each.is_in(account, region)}
    return sorted(
        service
        for service in named - {""}
        if _exists(state, ConfigKey(account, region, service, "", ""))
    )


def functions(state: State, account: str, region: str, service: str) -> list[str]:
    """The functions of a service, in alphabetical order."""
    found = state.storage.find(Filter(service, account=account, region=region))
    named = {key.function for key, _ in found}
    named |= {
        each.function
        for each in state.parents.declared
        if each.is_in(account, region) and each.service == service and each.function is not None
    }
    return sorted(
        function
        for function in named
        if _exists(state, ConfigKey(account, region, service, function, LATEST))
    )


def _exists(state: State, key: ConfigKey) -> bool:
    try:
        state.parents.check(key, any_qualifier=True)
    except ApiError:
        return False
    return True
