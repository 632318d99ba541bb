"""Which configs exist: of 2.0 by services and functions, of 3.0 by account; in parallel."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Thread
from typing import TypeVar

from pulumi_fc_async_invoke.api import v2016, v2023
from pulumi_fc_async_invoke.api.errors import ParentNotFoundError
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.version import Identity, Request
from pulumi_fc_async_invoke.client.client import FunctionComputeClient

from . import console
from .console import ReportProgress
from .formatting import names
from .target import Location, Scope, impossible

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

    What is deleted meanwhile is left out. So is, with a warning, what does not say which config it
    is, or has a name that the service cannot give: it may be meant for a terminal.

    Raises:
        ParentNotFoundError: the scope itself does not exist in any of the locations.
        CallError: a call failed.
        SettingsError: there are no credentials.
    """
    absent: list[ParentNotFoundError] = []
    lists: list[Request] = []
    if "2.0" in scope.apis:
        lists += _lists_of_functions(client, locations, scope, report, absent)
    if "3.0" in scope.apis:
        lists += [v2023.API.list({**each.names, **scope.names}) for each in locations]
    configs = in_parallel(_noting(absent, partial(_read, client)), lists, report, "configs")
    unique = {each.identity.id: each for each in chain(*configs)}
    if not unique and scope.names and absent:
        raise absent[0]
    return sorted(unique.values(), key=_order)


def _lists_of_functions(
    client: FunctionComputeClient,
    locations: Sequence[Location],
    scope: Scope,
    report: ReportProgress,
    absent: list[ParentNotFoundError],
) -> list[Request]:
    """Make a request for the configs of each function of 2.0: it lists them in no other way."""

    def services(where: Location) -> list[dict[str, str]]:
        if "serviceName" in scope.names:
            return [{**where.names, "serviceName": scope.names["serviceName"]}]
        listed = client.list_names(v2016.API.list_services(where.names))
        return [{**where.names, "serviceName": name} for name in _possible("serviceName", listed)]

    def functions(service: dict[str, str]) -> list[Request]:
        if "functionName" in scope.names:
            return [v2016.API.list({**service, "functionName": scope.names["functionName"]})]
        listed = client.list_names(v2016.API.list_functions(service))
        return [
            v2016.API.list({**service, "functionName": name})
            for name in _possible("functionName", listed)
        ]

    all_services = chain(*in_parallel(services, locations, report, "services"))
    requests = in_parallel(_noting(absent, functions), all_services, report, "functions")
    return list(chain(*requests))


def _noting(
    absent: list[ParentNotFoundError], ask: Callable[[T], list[R]]
) -> Callable[[T], list[R]]:
    """Make a call return nothing where its service or function is absent, and note the error."""

    def ask_or_note(item: T) -> list[R]:
        try:
            return ask(item)
        except ParentNotFoundError as error:
            absent.append(error)
            return []

    return ask_or_note


def _read(client: FunctionComputeClient, request: Request) -> list[FoundConfig]:
    """Read the configs that a request lists, but for those of impossible names."""
    found: list[FoundConfig] = []
    skipped: list[str] = []
    for config in client.list(request):
        identity = request.api.listed(request, config)
        if identity is None:
            skipped.append("it does not say which function it is of")
        elif problem := impossible(identity.api, identity.names):
            skipped.append(problem)
        else:
            found.append(FoundConfig(identity, config))
    _warn(skipped, len(skipped) + len(found), "configs")
    return found


def _possible(key: str, listed: Iterable[str]) -> list[str]:
    """Skip names that the service cannot give, with one warning."""
    problems = {name: impossible(v2016.API, {key: name}) for name in listed}
    _warn([each for each in problems.values() if each], len(problems), "names")
    return [name for name, problem in problems.items() if problem is None]


def _warn(skipped: list[str], total: int, what: str) -> None:
    if skipped:
        console.warn(f"Skipped {len(skipped)} of {total} listed {what}; the first: {skipped[0]}")


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], report: ReportProgress, what: str
) -> list[R]:
    """Get the results in the order of the items; the first failure ends it and is raised.

    The calls that are under way then are left alone, and do not keep the program from ending: each
    may take as long as its deadline.

    Args:
        work: called from several threads.
        items: what it is called with.
        report: shows how many are done.
        what: what the results are.
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
        report(f"{what}: 0 of {len(calls)}")
        for done, result in enumerate(as_completed(results), start=1):
            result.result()
            report(f"{what}: {done} of {len(calls)}")
        return [result.result() for result in results]
    finally:
        waiting.clear()


def _order(found: FoundConfig) -> tuple[str, ...]:
    identity = found.identity
    named = names(identity).values()
    where = identity.names["region"], identity.names["accountId"]
    return *where, identity.api.number, *named
