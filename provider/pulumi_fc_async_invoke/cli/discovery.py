"""Which configs exist: services, their functions, and the configs of each, asked in parallel."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Thread
from typing import TypeVar

from pulumi_fc_async_invoke.api.errors import ParentNotFoundError
from pulumi_fc_async_invoke.api.names import LATEST, NAME
from pulumi_fc_async_invoke.api.v2016 import API, Identity
from pulumi_fc_async_invoke.api.version import RemoteConfig
from pulumi_fc_async_invoke.client.client import FunctionComputeClient

from . import console
from .console import ReportProgress
from .target import Location, Scope

AT_ONCE = 8
"""Calls at once: enough to hide a round trip, few enough not to be throttled for it."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class FoundConfig:
    """A config that exists."""

    identity: Identity
    config: RemoteConfig


def find(
    client: FunctionComputeClient,
    locations: Sequence[Location],
    scope: Scope,
    report: ReportProgress,
) -> list[FoundConfig]:
    """Find all configs in a scope, over all qualifiers, in the order of their names.

    What is deleted meanwhile is left out. So is, with a warning, what has a name that the service
    cannot give: it could not be asked for, and may be meant for a terminal.

    Raises:
        ParentNotFoundError: the scope itself does not exist in any of the locations.
        CallError: a call failed.
        SettingsError: there are no credentials.
    """
    absent: list[ParentNotFoundError] = []

    def services(where: Location) -> list[tuple[Location, str]]:
        if scope.service_name is not None:
            return [(where, scope.service_name)]
        listed = client.list_names(
            API.list_services(region=where.region, account_id=where.account_id)
        )
        return [(where, service) for service in _possible("service", listed)]

    def functions(parent: tuple[Location, str]) -> list[tuple[Location, str, str]]:
        where, service = parent
        if scope.function_name is not None:
            return [(where, service, scope.function_name)]
        listed = client.list_names(
            API.list_functions(
                region=where.region, account_id=where.account_id, service_name=service
            )
        )
        return [(where, service, function) for function in _possible("function", listed)]

    def configs(parent: tuple[Location, str, str]) -> list[FoundConfig]:
        where, service, function = parent
        listed = client.list(
            API.list(
                region=where.region,
                account_id=where.account_id,
                service_name=service,
                function_name=function,
            )
        )
        by_qualifier = {config.names.get("qualifier") or LATEST: config for config in listed}
        return [
            FoundConfig(
                Identity(
                    region=where.region,
                    account_id=where.account_id,
                    service_name=service,
                    qualifier=qualifier,
                    function_name=function,
                ),
                by_qualifier[qualifier],
            )
            for qualifier in _possible("qualifier", by_qualifier)
        ]

    def or_absent(ask: Callable[[T], list[R]], parent: T) -> list[R]:
        try:
            return ask(parent)
        except ParentNotFoundError as error:
            absent.append(error)
            return []

    all_services = in_parallel(services, locations, partial(report, "services"))
    all_functions = in_parallel(
        partial(or_absent, functions), list(chain(*all_services)), partial(report, "functions")
    )
    all_configs = in_parallel(
        partial(or_absent, configs), list(chain(*all_functions)), partial(report, "configs")
    )
    unique = {found.identity: found for found in chain(*all_configs)}
    if not unique and scope.service_name is not None:
        with suppress(IndexError):
            raise absent[0]
    return sorted(unique.values(), key=_order)


def _possible(what: str, names: Iterable[str]) -> list[str]:
    """Skip names that the service cannot give, with one warning."""
    listed = list(names)
    possible = [name for name in listed if NAME.fits(name)]
    if len(possible) < len(listed):
        example = next(name for name in listed if not NAME.fits(name))
        console.warn(
            f"Skipped {len(listed) - len(possible)} of {len(listed)} listed names, such as "
            f"{example[:80]!a}: the name of a {what} is {NAME.words}"
        )
    return possible


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], report: Callable[[int, int], None]
) -> list[R]:
    """Get the results in the order of the items; the first failure ends it and is raised.

    The calls that are under way then are left alone, and do not keep the program from ending: each
    may take as long as its deadline.

    Args:
        work: called from several threads.
        items: what it is called with.
        report: called with how many are done, of how many.
    """
    calls = [(Future[R](), item) for item in items]
    results = [result for result, _ in calls]
    waiting = deque(calls)

    def take() -> None:
        while True:
            try:
                result, item = waiting.popleft()
            except IndexError:
                return
            try:
                result.set_result(work(item))
            except BaseException as error:  # noqa: BLE001  raised where the result is asked for
                result.set_exception(error)

    # Not an executor's: Python waits for its threads at the end.
    for number in range(min(AT_ONCE, len(calls))):
        Thread(target=take, name=f"calls-{number}", daemon=True).start()
    try:
        report(0, len(calls))
        for done, result in enumerate(as_completed(results), start=1):
            result.result()
            report(done, len(calls))
        return [result.result() for result in results]
    finally:
        waiting.clear()


def _order(found: FoundConfig) -> tuple[str, ...]:
    identity = found.identity
    return (
        identity.region,
        identity.account_id,
        identity.service_name,
        identity.function_name,
        identity.qualifier,
    )
