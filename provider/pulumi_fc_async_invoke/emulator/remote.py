"""Typed access to the control paths of an emulator, in this process or in another."""

import ssl
from collections.abc import Callable
from dataclasses import KW_ONLY, asdict
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, TypeVar

import httpx
from pydantic import Field
from pydantic.dataclasses import dataclass

from .authentication import DEFAULT_KEY_ID, DEFAULT_KEY_SECRET, AccessKey
from .calls import Call
from .exceptions import explain
from .faults import Fault
from .parents import Parent
from .rules import STRICT, Json, Rules
from .storage import LATEST, Filter

if TYPE_CHECKING:  # only the type checkers need it
    from typing_extensions import Self

PREFIX = "/_emulator/"
"""Of the control paths."""
_SECONDS = 30.0
"""For a response to a request that waits for nothing."""
_Control = TypeVar("_Control", bound="EmulatorControl")
_Arguments = ParamSpec("_Arguments")
_T = TypeVar("_T")
_Result = TypeVar("_Result")


@dataclass(frozen=True, config=STRICT)
class Seed:
    """A config to store, or what to change in one."""

    service: str | None = None
    """None: a function of 3.0."""
    function: Annotated[str, Field(min_length=1, validate_default=True)] = ""
    config: Json | None = None
    """In the API's shape."""
    _: KW_ONLY
    qualifier: str = LATEST
    account: str | None = None
    region: str | None = None


class EmulatorControlError(Exception):
    """The emulator did not accept a control request, or did not respond; the message says why."""


def _takes(
    make: Callable[_Arguments, _T],
) -> Callable[
    [Callable[[_Control, _T], _Result]], Callable[Concatenate[_Control, _Arguments], _Result]
]:
    """Let a method take the arguments that make its one parameter, so that they are declared once.

    Args:
        make: the parameter's class.
    """

    def decorate(
        method: Callable[[_Control, _T], _Result],
    ) -> Callable[Concatenate[_Control, _Arguments], _Result]:
        @wraps(method)
        def call(self: _Control, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
            try:
                made = make(*args, **kwargs)
            except ValueError as error:
                raise EmulatorControlError(explain(error)) from None
            return method(self, made)

        return call

    return decorate


def _typed_as(
    _make: Callable[_Arguments, object],
) -> Callable[
    [Callable[..., _Result]], Callable[Concatenate["EmulatorControl", _Arguments], _Result]
]:
    """Tell type checkers that a method takes the arguments of a class, though maybe only some."""

    def decorate(
        method: Callable[..., _Result],
    ) -> Callable[Concatenate["EmulatorControl", _Arguments], _Result]:
        return method

    return decorate


class EmulatorControl:
    """Control a running emulator.

    Every method raises `EmulatorControlError` for what the emulator does not accept, and if no
    emulator responds. Without a service, a function is one of 3.0. Account
    and region None mean the emulator's defaults when writing, and any when reading or removing.

    Args:
        url: its base URL, as its first line of output says: ``http://127.0.0.1:PORT``.
    """

    access_key_id = DEFAULT_KEY_ID
    """Of the default key, valid for every account."""
    access_key_secret = DEFAULT_KEY_SECRET
    """Of the default key."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # No proxy from the environment, and no certificates to load: it is plain HTTP on loopback.
        self._http = httpx.Client(trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def close(self) -> None:
        """Close the connection; the emulator goes on."""
        self._http.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def health(self) -> Json:
        """Return its ``status``, default ``region`` and default ``account``."""
        health: Json = self._ask("GET", "health")
        return health

    def reset(self) -> None:
        """Go back to the start: its keys, rules and faults, no configs, and calls count from 1.

        The configs of a data file are removed, too. Calls in flight take no effect from here on
        and get no response. Connections stay open.
        """
        self._ask("POST", "reset")

    # Rules

    @_typed_as(Rules)
    def rules(self, **changes: Any) -> Rules:
        """Change the given rules (their meaning: `Rules`), and return all rules."""
        return Rules(**self._ask("PUT" if changes else "GET", "rules", changes or None))

    def use_rules(self, rules: Rules) -> None:
        """Set every rule at once."""
        self._ask("PUT", "rules", asdict(rules))

    def reset_rules(self) -> None:
        """Go back to the rules at the start."""
        self._ask("DELETE", "rules")

    # Faults

    @_takes(Fault)
    def fault(self, fault: Fault) -> None:
        """Set a fault; takes the arguments of `Fault`."""
        self._ask("POST", "faults", asdict(fault))

    def faults(self) -> list[Json]:
        """List the faults that are set, with ``seen`` and ``hits`` so far."""
        faults: list[Json] = self._ask("GET", "faults")
        return faults

    def clear_faults(self) -> None:
        """Remove every fault; calls that wait go on waiting."""
        self._ask("DELETE", "faults")

    def release(self) -> None:
        """Let the calls that wait because of ``latency`` or ``slow_response`` go on at once."""
        self._ask("PUT", "faults")

    # Configs

    @_takes(Filter)
    def configs(self, which: Filter) -> list[Json]:
        """List the stored configs, never stale; takes the arguments of `Filter`.

        Each has ``account``, ``region``, ``service`` (None in 3.0), ``function``, ``qualifier``,
        the API's values, ``createdTime`` and ``lastModifiedTime``.
        """
        configs: list[Json] = self._ask("GET", "configs", query=asdict(which))
        return configs

    def config(
        self,
        service: str | None = None,
        function: str = "",
        *,
        qualifier: str = LATEST,
        account: str | None = None,
        region: str | None = None,
    ) -> Json | None:
        """Return the one config that is stored under these names, or None."""
        found = self.configs(service or "", function, qualifier, account, region)
        if len(found) > 1:
            raise EmulatorControlError("more than one matches: name the account and the region")
        return found[0] if found else None

    @_takes(Seed)
    def seed(self, seed: Seed) -> Json:
        """Store a config as it stands, in the API's shape, unchecked and past every rule.

        Takes the arguments of `Seed`. What is left out has the API's default, or was never set.
        ``createdTime`` and ``lastModifiedTime`` may be given as well.
        """
        stored: list[Json] = self._ask("PUT", "configs", asdict(seed))
        return stored[0]

    @_takes(Seed)
    def modify(self, seed: Seed) -> Json:
        """Change a stored config past every rule; null clears, and what is left out stays."""
        stored: list[Json] = self._ask("PATCH", "configs", asdict(seed))
        return stored[0]

    @_takes(Filter)
    def clear_configs(self, which: Filter) -> int:
        """Remove the configs that match, by default all; returns how many there were."""
        return int(self._ask("DELETE", "configs", query=asdict(which))["removed"])

    # Services, functions, versions and aliases

    @_takes(Parent)
    def declare(self, parent: Parent) -> None:
        """Let a service, function or qualifier exist; from then on, only declared ones do."""
        self._ask("POST", "parents", asdict(parent))

    @_takes(Parent)
    def missing(self, parent: Parent) -> None:
        """Delete a service, a function or a qualifier with its configs; all else still exists."""
        self._ask("DELETE", "parents", query=asdict(parent))

    def strict_parents(self, *, strict: bool = True) -> None:
        """Set whether only what was declared exists."""
        self._ask("PUT", "parents", {"strict": strict})

    def reset_parents(self) -> None:
        """Forget everything that was declared or missing."""
        self._ask("DELETE", "parents")

    # Access keys

    @_takes(AccessKey)
    def add_key(self, key: AccessKey) -> None:
        """Add a key, or replace the one of this id."""
        self._ask("POST", "keys", asdict(key))

    def revoke_key(self, key_id: str) -> None:
        """Remove a key: it is unknown from now on."""
        self._ask("DELETE", "keys", query={"id": key_id})

    def keys(self) -> list[Json]:
        """List the valid keys: ``id`` and ``account``, no secrets."""
        keys: list[Json] = self._ask("GET", "keys")
        return keys

    # The log of calls

    def calls(self, *, at_least: int = 0, seconds: float = 60) -> list[Call]:
        """List the calls so far, in the order in which they arrived.

        Args:
            at_least: wait until so many have arrived,
            seconds: but no longer than this.
        """
        query = {"at_least": at_least, "seconds": seconds}
        calls = self._ask("GET", "calls", query=query, timeout=seconds + _SECONDS)
        return [Call(**each) for each in calls]

    def clear_calls(self) -> None:
        """Forget the calls so far; their numbers go on."""
        self._ask("DELETE", "calls")

    def _ask(
        self,
        method: str,
        name: str,
        body: Json | None = None,
        *,
        query: Json | None = None,
        timeout: float = _SECONDS,
    ) -> Any:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            response = self._http.request(
                method,
                f"{self.url}{PREFIX}{name}",
                json=body,
                params=given or None,
                timeout=timeout,
            )
            parsed = response.json()
            problem = str(parsed["error"]) if response.is_error else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
            raise EmulatorControlError(
                f"no emulator responds at {self.url}; start it with "
                "python -m pulumi_fc_async_invoke.emulator, which prints its URL"
            ) from error
        if problem is not None:
            raise EmulatorControlError(problem)
        return parsed
