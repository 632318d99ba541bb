"""The unsigned paths under ``/_emulator/`` that steer a running emulator.

They accept requests from loopback, to a loopback ``Host``, and none that a web page sends: another
site's page cannot reach them, not even through a name that it points at 127.0.0.1.

========================= =====================================================================
``GET health``            that it runs, and its defaults
``GET PUT DELETE rules``  read, change some, back to those at the start
``GET POST DELETE faults`` read, set one more, clear
``GET PUT PATCH DELETE configs`` read, seed one as it stands, change one, remove (query: a filter)
``GET POST PUT DELETE parents`` read, declare one, ``{"strict": …}``, remove one (no query: reset)
``GET POST DELETE keys``  the ids, add one, revoke one (``?id=``)
``GET DELETE calls``      read (``?at_least=&seconds=`` waits for so many), forget
``POST reset``            back to the start, with no configs; calls in flight are dropped
========================= =====================================================================

``remote.EmulatorControl`` is the typed way to all of it.
"""

import ipaddress
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from pulumi_fc_async_invoke.api.identity import LATEST
from pulumi_fc_async_invoke.emulator.authentication import AccessKey
from pulumi_fc_async_invoke.emulator.faults import Fault
from pulumi_fc_async_invoke.emulator.parents import Parent
from pulumi_fc_async_invoke.emulator.rules import DEFAULTS, Json, Rules, apply_put
from pulumi_fc_async_invoke.emulator.service import timestamp
from pulumi_fc_async_invoke.emulator.state import State
from pulumi_fc_async_invoke.emulator.storage import ConfigKey, Filter, StoredConfig

PREFIX = "/_emulator/"
_HOST = re.compile(r"(?:\[(.*)\]|([^:]*))(?::\d+)?")
_KEY_NAMES = frozenset(ConfigKey._fields)
_VALUE_NAMES = frozenset({*DEFAULTS, "destinationConfig"})


def control_app(state: State) -> Starlette:
    """The control paths of one emulator."""
    control = _Control(state)
    routes = [
        Route(f"/{name}", _guarded(handler), methods=methods)
        for name, handler, methods in (
            ("health", control.health, ["GET"]),
            ("rules", control.rules, ["GET", "PUT", "DELETE"]),
            ("faults", control.faults, ["GET", "POST", "PUT", "DELETE"]),
            ("configs", control.configs, ["GET", "PUT", "PATCH", "DELETE"]),
            ("parents", control.parents, ["GET", "POST", "PUT", "DELETE"]),
            ("keys", control.keys, ["GET", "POST", "DELETE"]),
            ("calls", control.calls, ["GET", "DELETE"]),
            ("reset", control.reset, ["POST"]),
        )
    ]
    return Starlette(
        routes=[Mount(PREFIX.rstrip("/"), routes=routes)],
        exception_handlers={
            ValueError: _bad_request,
            TypeError: _bad_request,
            KeyError: _bad_request,
        },
    )


class _Control:
    """Each method answers one path; they run in the event loop, as the calls do."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def health(self, _request: Request) -> Response:
        options = self._state.options
        return JSONResponse({"status": "ok", "region": options.region, "account": options.account})

    async def rules(self, request: Request) -> Response:
        state = self._state
        if request.method == "PUT":
            state.rules = replace(state.rules, **await _object(request))
        elif request.method == "DELETE":
            state.rules = state.options.rules
        if not (state.rules.stale_reads or state.rules.stale_reads_count):
            state.stale.forget()  # reads are up to date from now on, not after some more of them
        return JSONResponse(asdict(state.rules))

    async def faults(self, request: Request) -> Response:
        plan = self._state.faults
        if request.method == "POST":
            plan.add(Fault.from_json(await _object(request)))
        elif request.method == "PUT":
            plan.release()
        elif request.method == "DELETE":
            plan.clear()
        return JSONResponse([planned.as_json() for planned in plan.planned])

    async def configs(self, request: Request) -> Response:
        storage = self._state.storage
        which = _filter(request)
        if request.method == "DELETE":
            removed = storage.delete(which)
            self._state.stale.forget()
            return JSONResponse({"removed": removed})
        if request.method in {"PUT", "PATCH"}:
            written = await self._write_config(request)
            if written is None:
                return JSONResponse({"error": "there is no such config"}, 404)
            which = written
        return JSONResponse([_config_json(key, config) for key, config in storage.find(which)])

    async def _write_config(self, request: Request) -> Filter | None:
        sent = await _object(request)
        names = {name: sent.pop(name) for name in _KEY_NAMES & sent.keys()}
        given = {"createdTime", "lastModifiedTime"} & sent.keys()
        times: dict[str, str] = {name: sent.pop(name) for name in given}
        _only(sent, _VALUE_NAMES)
        key = ConfigKey(
            names.get("account") or self._state.options.account,
            names.get("region") or self._state.options.region,
            names["service"],
            names["function"],
            names.get("qualifier") or LATEST,
        )
        storage = self._state.storage
        with storage.transaction():
            before = storage.get(key) if request.method == "PATCH" else None
            if before is None and request.method == "PATCH":
                return None
            now = timestamp()
            created = times.get("createdTime") or (before.created if before else now)
            # Rules() merges deeply, and null clears: nothing of it is checked or refused.
            values = apply_put(before and before.values, sent, Rules())
            config = StoredConfig(values, created, times.get("lastModifiedTime", now))
            storage.put(key, config)
        self._state.stale.forget()
        return Filter(*key)

    async def parents(self, request: Request) -> Response:
        parents = self._state.parents
        if request.method == "POST":
            parents.declare(_parent(await _object(request)))
        elif request.method == "PUT":
            sent = await _object(request)
            _only(sent, frozenset({"strict"}))
            parents.strict = bool(sent["strict"])
        elif request.method == "DELETE" and not request.query_params:
            parents.reset()
        elif request.method == "DELETE":
            parent = _parent(dict(request.query_params))
            parents.remove(parent)
            self._state.storage.delete(
                Filter(
                    parent.account,
                    parent.region,
                    parent.service,
                    parent.function,
                    parent.qualifier,
                )
            )
            self._state.stale.forget()
        return JSONResponse(
            {
                "strict": parents.strict,
                "declared": [parent._asdict() for parent in parents.declared],
                "missing": [parent._asdict() for parent in parents.missing],
            }
        )

    async def keys(self, request: Request) -> Response:
        keys = self._state.keys
        if request.method == "POST":
            key = AccessKey(**await _object(request))
            keys[key.id] = key
        elif request.method == "DELETE":
            keys.pop(request.query_params.get("id", ""), None)
        return JSONResponse([{"id": key.id, "account": key.account} for key in keys.values()])

    async def calls(self, request: Request) -> Response:
        log = self._state.calls
        if request.method == "DELETE":
            log.clear()
        at_least = int(request.query_params.get("at_least", "0"))
        if at_least:
            await log.wait_for(at_least, float(request.query_params.get("seconds", "10")))
        return JSONResponse([call.as_json() for call in log.all()])

    async def reset(self, _request: Request) -> Response:
        self._state.reset()
        return JSONResponse({})


def _config_json(key: ConfigKey, config: StoredConfig) -> Json:
    return {
        **key._asdict(),
        **config.values,
        "createdTime": config.created,
        "lastModifiedTime": config.modified,
    }


def _filter(request: Request) -> Filter:
    query = dict(request.query_params)
    _only(query, _KEY_NAMES)
    return Filter(**query)


def _parent(sent: dict[str, Any]) -> Parent:
    return Parent(**{name: value for name, value in sent.items() if value is not None})


async def _object(request: Request) -> dict[str, Any]:
    sent = await request.json()
    if not isinstance(sent, dict):
        raise ValueError("the body must be an object")  # noqa: TRY004  its handler answers 400
    return cast("dict[str, Any]", sent)


def _only(sent: dict[str, Any], allowed: frozenset[str]) -> None:
    unknown = sorted(sent.keys() - allowed)
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; there are: {', '.join(sorted(allowed))}")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address, without a port, is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guarded(
    handler: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        refusal = _refusal(request)
        return await handler(request) if refusal is None else refusal

    return guarded


def _refusal(request: Request) -> Response | None:
    """Refuse other machines, and what a browser sends for the page of another site."""
    headers = request.headers
    host = headers.get("host", "")
    if request.client is None or not is_loopback(request.client.host):
        return _error(403, "the control paths accept requests from loopback only")
    if not is_loopback(_without_port(host)):
        return _error(403, "the control paths accept a loopback Host only")
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return _error(403, "the control paths accept no request of another origin")
    if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return _error(403, "the control paths accept no request of another site")
    has_body = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and media_type != "application/json":
        return _error(415, "the control paths accept application/json only")
    return None


def _without_port(host: str) -> str:
    match = _HOST.fullmatch(host)
    return (match[1] or match[2]) if match else ""


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)


async def _bad_request(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)
