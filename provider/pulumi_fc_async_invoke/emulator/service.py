"""The calls: from a request that arrived whole to the answer, without any sockets."""

import base64
import binascii
import re
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs

from pulumi_fc_async_invoke.api.identity import LATEST
from pulumi_fc_async_invoke.emulator.answers import (
    Answer,
    ApiFailure,
    error_answer,
    failure,
    render,
    to_json,
)
from pulumi_fc_async_invoke.emulator.authentication import account_of, authenticate
from pulumi_fc_async_invoke.emulator.calls import Call
from pulumi_fc_async_invoke.emulator.catalogue import functions, services
from pulumi_fc_async_invoke.emulator.rules import Refused, apply_put
from pulumi_fc_async_invoke.emulator.state import State
from pulumi_fc_async_invoke.emulator.storage import ConfigKey, Filter, StoredConfig
from pulumi_fc_async_invoke.emulator.validation import check_body, read_json

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
_SAMPLE_VALUES = {"maxAsyncEventAgeInSeconds": 1, "maxAsyncRetryAttempts": 1}

_PATH = re.compile(
    r"/2016-08-15/services/(?P<service>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?"
    r"/functions/(?P<function>[^/]+)/async-invoke-config(?P<plural>s?)"
)
_SERVICES = "/2016-08-15/services"
_FUNCTIONS = re.compile(
    r"/2016-08-15/services/(?P<service>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?/functions"
)
_HOST = re.compile(
    r"(?P<account>[^.:]+)\.(?P<region>[^.:]+?)(?:-internal)?\.fc\.aliyuncs\.com(?::\d+)?",
    re.IGNORECASE,
)


class Route(NamedTuple):
    """What a path is about."""

    service: str
    """Empty: all services."""
    function: str
    """Empty: all functions of the service."""
    qualifier: str | None
    is_list: bool


class HostNames(NamedTuple):
    """What a host says; empty strings for a host that is not the service's own."""

    account: str = ""
    region: str = ""


@lru_cache(maxsize=4096)
def parse_path(path: str) -> Route | None:
    """Read a URL-decoded path; None if it is none of this API."""
    if path == _SERVICES:
        return Route("", "", None, is_list=True)
    match = _FUNCTIONS.fullmatch(path)
    if match is not None:
        return Route(match["service"], "", match["qualifier"], is_list=True)
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    return Route(match["service"], match["function"], match["qualifier"], match["plural"] == "s")


@lru_cache(maxsize=4096)
def parse_host(host: str) -> HostNames:
    """Read ``{account}.{region}.fc.aliyuncs.com`` or ``{account}.{region}-internal.…``."""
    match = _HOST.fullmatch(host)
    return HostNames(match["account"], match["region"]) if match else HostNames()


class Service:
    """Answers calls."""

    def __init__(self, state: State) -> None:
        self._state = state

    def describe(self, call: Call, headers: Mapping[str, str], raw: bytes) -> Route | None:
        """Fill in what a request says about itself, before anyone believes it."""
        host = parse_host(headers.get("host", ""))
        call.account = host.account or headers.get("x-fc-account-id")
        call.region = host.region or self._state.options.region
        route = parse_path(call.path)
        if route is not None:
            call.service, call.function = route.service or None, route.function or None
            call.qualifier = route.qualifier if route.is_list else route.qualifier or LATEST
        if raw:
            try:
                call.body = read_json(raw)
            except Refused:
                call.body = None
        return route

    def answer(
        self, call: Call, route: Route | None, headers: Mapping[str, str], raw: bytes
    ) -> Answer:
        """Do what is asked."""
        try:
            key = self._admit(call, route, headers)
            if call.method == "PUT":
                return self._put(key, call, raw, qualified=_is_qualified(route))
            if call.method == "DELETE":
                return self._delete(key)
            if route is not None and route.is_list:
                return self._list(key, call.query) if key.function else self._names(key, call.query)
            return self._get(key, qualified=_is_qualified(route))
        except ApiFailure as error:
            return error.answer
        except Refused as error:
            return error_answer(400, "InvalidArgument", str(error))

    def _admit(self, call: Call, route: Route | None, headers: Mapping[str, str]) -> ConfigKey:
        """Route, authentication and parents, in this order."""
        if route is None or call.method not in (
            {"GET"} if route.is_list else {"GET", "PUT", "DELETE"}
        ):
            raise failure("PathNotSupported", f"{call.method} {call.path} is not supported")
        state = self._state
        access_key = authenticate(
            state.keys, call.method, call.path, headers, state.rules.clock_offset
        )
        call.key_id = access_key.id
        host = parse_host(headers.get("host", ""))
        call.account = account_of(
            access_key, host.account, headers.get("x-fc-account-id", ""), state.options.account
        )
        if route.is_list and route.function and route.qualifier is not None:
            raise failure("InvalidArgument", "a list is over all qualifiers: name none")
        key = ConfigKey(
            call.account,
            call.region or state.options.region,
            route.service,
            route.function,
            route.qualifier or LATEST,
        )
        if route.service:
            # The functions of a version are those of that version; configs are listed over all.
            state.parents.check(key, any_qualifier=route.is_list and route.qualifier is None)
        return key

    def _put(self, key: ConfigKey, call: Call, raw: bytes, *, qualified: bool) -> Answer:
        body = check_body(read_json(raw) if call.body is None else call.body)
        state, rules = self._state, self._state.rules
        with state.storage.transaction():
            before = state.storage.get(key)
            values = apply_put(before and before.values, body, rules)
            now = timestamp()
            answered = after = StoredConfig(values, before.created if before else now, now)
            if rules.put_answer in {"result", "sample"}:
                state.storage.put(key, after)
        if rules.put_answer in {"result", "sample"}:
            state.stale.written(key, before, rules)
        if rules.put_answer == "sample":
            answered = after._replace(values={**values, **_SAMPLE_VALUES})
        elif rules.put_answer == "ignored" and before is not None:
            answered = before
        return Answer(200, to_json(render(key, answered, rules, qualified=qualified)))

    def _get(self, key: ConfigKey, *, qualified: bool) -> Answer:
        state = self._state
        config = state.stale.seen(key, state.storage.get(key), count=True)
        if config is None:
            raise _no_config(key)
        return Answer(200, to_json(render(key, config, state.rules, qualified=qualified)))

    def _delete(self, key: ConfigKey) -> Answer:
        state = self._state
        with state.storage.transaction():
            before = state.storage.get(key)
            if before is None:
                raise _no_config(key)
            state.storage.delete(Filter(*key))
        state.stale.written(key, before, state.rules)
        return Answer(204)

    def _list(self, key: ConfigKey, query: str) -> Answer:
        limit, start_after = _page(query)
        state = self._state
        found: dict[ConfigKey, StoredConfig | None] = dict(state.storage.find(Filter(*key[:4])))
        for stale_key in state.stale.keys():  # noqa: SIM118  it is no dict
            if stale_key[:4] == key[:4]:
                found[stale_key] = state.stale.seen(stale_key, found.get(stale_key), count=False)
        rest = [
            (each, config)
            for each, config in sorted(found.items())
            if config is not None and each.qualifier > start_after
        ]
        configs = [
            render(each, config, state.rules, qualified=True) for each, config in rest[:limit]
        ]
        token = _token(rest[limit - 1][0].qualifier) if len(rest) > limit else ""
        return Answer(200, to_json({"configs": configs, "nextToken": token}))

    def _names(self, key: ConfigKey, query: str) -> Answer:
        """The services of an account, or the functions of a service; names are all that is known.

        ``prefix`` and ``startKey`` (inclusive) are the vendor's SDK's.
        """
        limit, start_after = _page(query)
        parameters = parse_qs(query)
        prefix = parameters.get("prefix", [""])[-1]
        start = parameters.get("startKey", [""])[-1]
        if key.service:
            member, name = "functions", "functionName"
            all_names = functions(self._state, key.account, key.region, key.service)
        else:
            member, name = "services", "serviceName"
            all_names = services(self._state, key.account, key.region)
        rest = [
            each
            for each in all_names
            if each.startswith(prefix) and each >= start and each > start_after
        ]
        token = _token(rest[limit - 1]) if len(rest) > limit else ""
        return Answer(
            200, to_json({member: [{name: each} for each in rest[:limit]], "nextToken": token})
        )


def timestamp() -> str:
    """Now, as the API writes it: RFC 3339 in UTC, whole seconds."""
    return _format_time(int(time.time()))


@lru_cache(maxsize=4)
def _format_time(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _is_qualified(route: Route | None) -> bool:
    return route is not None and route.qualifier is not None


def _no_config(key: ConfigKey) -> ApiFailure:
    return failure(
        "AsyncConfigNotExists",
        f"no async config of function {key.function!r} in {key.service}.{key.qualifier}",
    )


def _page(query: str) -> tuple[int, str]:
    """Limit and the name to go on after, from the query."""
    parameters = parse_qs(query)
    limit_text = parameters.get("limit", [str(DEFAULT_LIMIT)])[-1]
    if not limit_text.isascii() or not limit_text.isdigit():
        raise failure("InvalidArgument", "limit must be an integer")
    limit = int(limit_text[:9])
    if not 1 <= limit <= MAX_LIMIT:
        raise failure("InvalidArgument", f"limit must be between 1 and {MAX_LIMIT}")
    token = parameters.get("nextToken", [""])[-1]
    try:
        start_after = base64.urlsafe_b64decode(token.encode("ascii")).decode()
    except (binascii.Error, UnicodeError):
        start_after = ""
    if _token(start_after) != token:
        raise failure("InvalidArgument", "nextToken is none that this service gave")
    return limit, start_after


def _token(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode("ascii")
