"""Typed access to the control paths of an emulator, in this process or in another."""

import ssl
from dataclasses import asdict
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from pulumi_fc_async_invoke.emulator.authentication import ANY_ACCOUNT
from pulumi_fc_async_invoke.emulator.calls import Call
from pulumi_fc_async_invoke.emulator.control import PREFIX
from pulumi_fc_async_invoke.emulator.faults import Fault, FaultKind
from pulumi_fc_async_invoke.emulator.rules import (
    AbsentAs,
    Clearing,
    Echo,
    Json,
    Merge,
    Names,
    PutAnswer,
    Rules,
)

if TYPE_CHECKING:  # only the type checkers need it
    from typing_extensions import Self


class EmulatorControlError(Exception):
    """The emulator did not accept a control request; the message says why."""


class EmulatorControl:
    """Steers a running emulator.

    Every method raises `EmulatorControlError` for what the emulator does not accept, and
    `httpx.HTTPError` if it cannot be reached. Account and region None mean the emulator's
    defaults when writing, and any when reading or removing.

    Args:
        url: its base URL, as its first line of output says: ``http://127.0.0.1:PORT``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        # No proxy from the environment, and no certificates to load: it is plain HTTP on loopback.
        self._http = httpx.Client(
            trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), timeout=30
        )

    def close(self) -> None:
        """Close the connection; the emulator goes on."""
        self._http.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def health(self) -> Json:
        """``status``, ``region`` and ``account``."""
        answer: Json = self._ask("GET", "health")
        return answer

    # Rules

    def rules(
        self,
        *,
        merge: Merge | None = None,
        null: Clearing | None = None,
        empty: Clearing | None = None,
        absent_as: AbsentAs | None = None,
        echo: Echo | None = None,
        names: Names | None = None,
        stale_reads: int | None = None,
        stale_reads_count: int | None = None,
        put_answer: PutAnswer | None = None,
        clock_offset: int | None = None,
    ) -> Rules:
        """Change the rules that are given (`Rules` says what they mean); answers all."""
        given = {
            "merge": merge,
            "null": null,
            "empty": empty,
            "absent_as": absent_as,
            "echo": echo,
            "names": names,
            "stale_reads": stale_reads,
            "stale_reads_count": stale_reads_count,
            "put_answer": put_answer,
            "clock_offset": clock_offset,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        return Rules(**self._ask("PUT" if changes else "GET", "rules", changes or None))

    def use_rules(self, rules: Rules) -> None:
        """Set every rule at once."""
        self._ask("PUT", "rules", asdict(rules))

    def reset_rules(self) -> None:
        """Back to the rules at the start."""
        self._ask("DELETE", "rules")

    # Faults

    def fault(
        self,
        kind: FaultKind,
        *,
        method: str | None = None,
        function: str | None = None,
        times: int | None = None,
        every: int = 1,
        probability: float = 1.0,
        seed: int = 0,
        after: int = 0,
        per_second: float | None = None,
        milliseconds: int = 0,
        retry_after: str | None = None,
        status: int | None = None,
        effect: bool | None = None,
    ) -> None:
        """Let something go wrong from now on; `Fault` says what the arguments mean."""
        fault = Fault(
            kind=kind,
            method=method,
            function=function,
            times=times,
            every=every,
            probability=probability,
            seed=seed,
            after=after,
            per_second=per_second,
            milliseconds=milliseconds,
            retry_after=retry_after,
            status=status,
            effect=effect,
        )
        self._ask("POST", "faults", asdict(fault))

    def faults(self) -> list[Json]:
        """The faults that are set, with ``seen`` and ``hits`` so far."""
        answer: list[Json] = self._ask("GET", "faults")
        return answer

    def clear_faults(self) -> None:
        """Nothing goes wrong any more; calls that wait go on waiting."""
        self._ask("DELETE", "faults")

    def release(self) -> None:
        """Let the calls that wait because of ``latency`` or ``slow_answer`` go on at once."""
        self._ask("PUT", "faults")

    # Configs

    def configs(
        self,
        *,
        service: str | None = None,
        function: str | None = None,
        qualifier: str | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> list[Json]:
        """What is stored, never stale.

        Each has ``account``, ``region``, ``service``, ``function``, ``qualifier``, the API's
        values, ``createdTime`` and ``lastModifiedTime``.
        """
        answer: list[Json] = self._ask(
            "GET", "configs", query=_names(service, function, qualifier, account, region)
        )
        return answer

    def config(
        self,
        service: str,
        function: str,
        *,
        qualifier: str = "LATEST",
        account: str | None = None,
        region: str | None = None,
    ) -> Json | None:
        """The one config that is stored under these names, or None."""
        found = self.configs(
            service=service,
            function=function,
            qualifier=qualifier,
            account=account,
            region=region,
        )
        if len(found) > 1:
            raise EmulatorControlError("more than one matches: name the account and the region")
        return found[0] if found else None

    def seed(
        self,
        service: str,
        function: str,
        config: Json | None = None,
        *,
        qualifier: str = "LATEST",
        account: str | None = None,
        region: str | None = None,
    ) -> Json:
        """Store a config as it stands, in the API's shape, unchecked and past every rule.

        What is left out has the API's default. ``createdTime`` and ``lastModifiedTime`` may be
        given as well.
        """
        names = _names(service, function, qualifier, account, region)
        stored: list[Json] = self._ask("PUT", "configs", {**(config or {}), **names})
        return stored[0]

    def modify(
        self,
        service: str,
        function: str,
        changes: Json,
        *,
        qualifier: str = "LATEST",
        account: str | None = None,
        region: str | None = None,
    ) -> Json:
        """Change a stored config behind everyone's back; null clears, the rest stays."""
        names = _names(service, function, qualifier, account, region)
        stored: list[Json] = self._ask("PATCH", "configs", {**changes, **names})
        return stored[0]

    def clear_configs(
        self,
        *,
        service: str | None = None,
        function: str | None = None,
        qualifier: str | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> int:
        """Remove what matches, or everything; answers how many there were."""
        answer = self._ask(
            "DELETE", "configs", query=_names(service, function, qualifier, account, region)
        )
        return int(answer["removed"])

    # Services, functions, versions and aliases

    def declare(
        self,
        service: str,
        function: str | None = None,
        *,
        qualifier: str | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """It exists; from then on only what was declared does."""
        self._ask("POST", "parents", _names(service, function, qualifier, account, region))

    def missing(
        self,
        service: str,
        function: str | None = None,
        *,
        qualifier: str | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Delete a service, a function or a qualifier with its configs; all else still exists."""
        self._ask("DELETE", "parents", query=_names(service, function, qualifier, account, region))

    def strict_parents(self, *, strict: bool = True) -> None:
        """Whether only what was declared exists."""
        self._ask("PUT", "parents", {"strict": strict})

    def reset_parents(self) -> None:
        """Nothing is declared or missing any more."""
        self._ask("DELETE", "parents")

    # Access keys

    def add_key(
        self,
        key_id: str,
        secret: str,
        *,
        account: str = ANY_ACCOUNT,
        security_token: str | None = None,
    ) -> None:
        """Add a key, or replace the one of this id."""
        self._ask(
            "POST",
            "keys",
            {"id": key_id, "secret": secret, "account": account, "security_token": security_token},
        )

    def revoke_key(self, key_id: str) -> None:
        """The key is unknown from now on."""
        self._ask("DELETE", "keys", query={"id": key_id})

    def keys(self) -> list[Json]:
        """The valid keys: ``id`` and ``account``, no secrets."""
        answer: list[Json] = self._ask("GET", "keys")
        return answer

    # The log of calls

    def calls(self, *, at_least: int = 0, seconds: float = 10) -> list[Call]:
        """The calls so far, in the order in which they arrived.

        Args:
            at_least: wait until so many have arrived,
            seconds: but no longer than this.
        """
        answer = self._ask("GET", "calls", query={"at_least": at_least, "seconds": seconds})
        return [Call(**each) for each in answer]

    def clear_calls(self) -> None:
        """Forget the calls so far; their numbers go on."""
        self._ask("DELETE", "calls")

    def reset(self) -> None:
        """Go back to the start: its keys, rules and faults, no configs, and calls count from 1.

        The configs of a data file are removed, too. Calls in flight take no effect from here on
        and get no response. Connections stay open.
        """
        self._ask("POST", "reset")

    def _ask(
        self, method: str, name: str, body: Json | None = None, *, query: Json | None = None
    ) -> Any:
        answer = self._http.request(
            method, f"{self.url}{PREFIX}{name}", json=body, params=query or None
        )
        parsed = answer.json()
        if answer.is_error:
            raise EmulatorControlError(parsed["error"])
        return parsed


def _names(
    service: str | None,
    function: str | None,
    qualifier: str | None,
    account: str | None,
    region: str | None,
) -> Json:
    names = {
        "service": service,
        "function": function,
        "qualifier": qualifier,
        "account": account,
        "region": region,
    }
    return {name: value for name, value in names.items() if value is not None}
