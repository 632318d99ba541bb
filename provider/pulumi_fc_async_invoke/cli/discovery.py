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
from pulumi_fc_async_invoke.api.identity import LATEST, Identity
from pulumi_fc_async_invoke.api.model import RemoteConfig
from pulumi_fc_async_invoke.client.client import FunctionComputeClient

from .console import Tell
from .program import Place
from .target import Scope

AT_ONCE = 8
"""Calls at once: enough to hide a round trip, few enough not to be throttled for it."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Found:
    """A config that exists."""

    identity: Identity
    config: RemoteConfig


def find(
    client: FunctionComputeClient, places: Sequence[Place], scope: Scope, tell: Tell
) -> list[Found]:
    """All configs in a scope, over all qualifiers, in the order of their names.

    What is deleted while this looks around is left out.

    Raises:
        ParentNotFoundError: the scope itself does not exist in any of the places.
        CallError: a call failed.
        SettingsError: there are no credentials.
    """
    absent: list[ParentNotFoundError] = []

    def services(place: Place) -> list[tuple[Place, str]]:
        if scope.service_name is not None:
            return [(place, scope.service_name)]
        named = client.list_services(region=place.region, account_id=place.account_id)
        return [(place, service) for service in named]

    def functions(parent: tuple[Place, str]) -> list[tuple[Place, str, str]]:
        where, service = parent
        if scope.function_name is not None:
            return [(where, service, scope.function_name)]
        named = client.list_functions(
            region=where.region, account_id=where.account_id, service_name=service
        )
        return [(where, service, function) for function in named]

    def configs(parent: tuple[Place, str, str]) -> list[Found]:
        where, service, function = parent
        found = client.list(
            region=where.region,
            account_id=where.account_id,
            service_name=service,
            function_name=function,
        )
        return [_found(where, service, function, config) for config in found]

    def or_absent(ask: Callable[[T], list[R]], parent: T) -> list[R]:
        try:
            return ask(parent)
        except ParentNotFoundError as error:
            absent.append(error)
            return []

    all_services = in_parallel(services, places, partial(tell, "services"))
    all_functions = in_parallel(
        partial(or_absent, functions), list(chain(*all_services)), partial(tell, "functions")
    )
    all_configs = in_parallel(
        partial(or_absent, configs), list(chain(*all_functions)), partial(tell, "configs")
    )
    unique = {found.identity: found for found in chain(*all_configs)}
    if not unique and scope.service_name is not None:
        with suppress(IndexError):
            raise absent[0]
    return sorted(unique.values(), key=_order)


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], tell: Callable[[int, int], None]
) -> list[R]:
    """The results in the order of the items; the first failure ends it and is raised.

    The calls that are under way then are left alone, and do not keep the program from ending: each
    may take as long as its deadline.

    Args:
        work: called from several threads.
        items: what it is called with.
        tell: told how many are done, of how many.
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
        tell(0, len(calls))
        for done, result in enumerate(as_completed(results), start=1):
            result.result()
            tell(done, len(calls))
        return [result.result() for result in results]
    finally:
        waiting.clear()


def _found(place: Place, service: str, function: str, config: RemoteConfig) -> Found:
    identity = Identity(
        region=place.region,
        account_id=place.account_id,
        service_name=service,
        qualifier=config.qualifier or LATEST,
        function_name=function,
    )
    return Found(identity, config)


def _order(found: Found) -> tuple[str, ...]:
    identity = found.identity
    return (
        identity.region,
        identity.account_id,
        identity.service_name,
        identity.function_name,
        identity.qualifier,
    )
