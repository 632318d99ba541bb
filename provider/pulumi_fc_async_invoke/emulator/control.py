"""The unsigned paths under ``/_emulator/`` that steer a running emulator.

They accept requests from loopback, to a loopback ``Host``, and none that a web page sends: another
site's page cannot reach them, not even through a name that it points at 127.0.0.1.

========================= =====================================================================
``GET health``            that it runs, and its defaults
``GET PUT DELETE rules``  read, change some, back to those at the start
``GET POST PUT DELETE faults`` read, set one more, release what waits, clear
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
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from .authentication import AccessKey
from .exceptions import ApiError, explain
from .faults import Fault, PlannedFault
from .parents import Parent
from .remote import PREFIX, Seed
from .rules import SHAPE_2016, SHAPE_2023, STRICT, TIMES, Count, Json, Rules, apply_put
from .service import times
from .state import State
from .storage import ConfigKey, Filter
from .validation import destinations

_HOST = re.compile(r"(?:\[(.*)\]|([^:]*))(?::\d+)?")
T = TypeVar("T")


@dataclass(frozen=True, config=STRICT)
class _Strict:
    strict: bool


@dataclass(frozen=True)
class _Wait:
    at_least: Count = 0
    seconds: Annotated[float, Field(ge=0, le=3600)] = 60


@dataclass(frozen=True)
class _Id:
    id: str


def control_app(state: State) -> Starlette:
    """Make the application that serves the control paths."""
    control = _Control(state)
    routes = [
        Route(f"/{name}", _guarded(getattr(control, name)), methods=methods.split())
        for name, methods in (
            ("health", "GET"),
            ("rules", "GET PUT DELETE"),
            ("faults", "GET POST PUT DELETE"),
            ("configs", "GET PUT PATCH DELETE"),
            ("parents", "GET POST PUT DELETE"),
            ("keys", "GET POST DELETE"),
            ("calls", "GET DELETE"),
            ("reset", "POST"),
        )
    ]
    return Starlette(
        routes=[Mount(PREFIX.rstrip("/"), routes=routes)],
        exception_handlers={ValueError: _bad_request, ApiError: _bad_request},
    )


class _Control:
    """Each method serves one path; they run in the event loop, as the calls do."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def health(self, _request: Request) -> Json:
        options = self._state.options
        return {"status": "ok", "region": options.region, "account": options.account}

    async def rules(self, request: Request) -> Json:
        state = self._state
        if request.method == "PUT":
            state.rules = replace(state.rules, **await _body(request, dict[str, Any]))
        elif request.method == "DELETE":
            state.rules = state.options.rules
        if not (state.rules.stale_reads or state.rules.stale_reads_count):
            state.stale.forget()  # reads are up to date from now on, not after some more of them
        return asdict(state.rules)

    async def faults(self, request: Request) -> list[Json]:
        plan = self._state.faults
        if request.method == "POST":
            plan.planned.append(PlannedFault(await _body(request, Fault)))
        elif request.method == "PUT":
            plan.release()
        elif request.method == "DELETE":
            plan.planned.clear()  # calls that wait go on waiting
        return [
            {"seen": planned.seen, "hits": planned.hits, **asdict(planned.fault)}
            for planned in plan.planned
        ]

    async def configs(self, request: Request) -> Json | list[Json]:
        storage = self._state.storage
        if request.method in {"PUT", "PATCH"}:
            seed = await _body(request, Seed)
            which = self._write_config(seed, must_exist=request.method == "PATCH")
        else:
            which = _query(request, Filter)
        if request.method == "DELETE":
            removed = storage.delete(which)
            self._state.stale.forget()
            return {"removed": removed}
        return [_config_json(key, config) for key, config in storage.find(which)]

    def _write_config(self, seed: Seed, *, must_exist: bool) -> Filter:
        shape = SHAPE_2016 if seed.service else SHAPE_2023
        values = dict(seed.config or {})
        given = {name: values.pop(name) for name in TIMES if name in values}
        unknown = sorted(values.keys() - shape.unset.keys() - {"destinationConfig"})
        if unknown or not all(isinstance(time, str) for time in given.values()):
            raise ValueError(f"not in the API's shape: {', '.join(unknown) or 'the times'}")
        destinations(values)  # raises if they have another shape
        options, storage = self._state.options, self._state.storage
        key = ConfigKey(
            seed.account or options.account,
            seed.region or options.region,
            seed.service or "",
            seed.function,
            seed.qualifier,
        )
        with storage.transaction():
            before = storage.get(key) if must_exist else None
            if before is None and must_exist:
                raise ValueError("there is no such config")
            # Merged deeply, and null clears: nothing of it is checked or refused.
            values = apply_put(
                before,
                values,
                Rules(blank="clear"),
                shape._replace(empty_side="clear"),
            )
            storage.put(key, values | times(before) | given)
        self._state.stale.forget()
        return Filter.of(key)

    async def parents(self, request: Request) -> Json:
        parents = self._state.parents
        if request.method == "POST":
            parents.declare(await _body(request, Parent))
        elif request.method == "PUT":
            parents.strict = (await _body(request, _Strict)).strict
        elif request.method == "DELETE" and not request.query_params:
            parents.reset()
        elif request.method == "DELETE":
            parent = _query(request, Parent)
            parents.remove(parent)
            self._state.storage.delete(Filter(**asdict(parent) | {"service": parent.service or ""}))
            self._state.stale.forget()
        return {
            "strict": parents.strict,
            "declared": [asdict(parent) for parent in parents.declared],
            "missing": [asdict(parent) for parent in parents.missing],
        }

    async def keys(self, request: Request) -> list[Json]:
        keys = self._state.keys
        if request.method == "POST":
            key = await _body(request, AccessKey)
            keys[key.id] = key
        elif request.method == "DELETE":
            keys.pop(_query(request, _Id).id, None)
        return [{"id": key.id, "account": key.account} for key in keys.values()]

    async def calls(self, request: Request) -> list[Json]:
        log = self._state.calls
        if request.method == "DELETE":
            log.clear()
        wait = _query(request, _Wait)
        if wait.at_least:
            await log.wait_for(wait.at_least, wait.seconds)
        return [asdict(call) for call in log.all()]

    async def reset(self, _request: Request) -> Json:
        self._state.reset()
        return {}


def _config_json(key: ConfigKey, config: Json) -> Json:
    known = {name: value for name, value in config.items() if value is not None}
    return {**key._asdict(), "service": key.service or None, **known}


async def _body(request: Request, kind: type[T]) -> T:
    return TypeAdapter(kind).validate_json(await request.body())


def _query(request: Request, kind: type[T]) -> T:
    return TypeAdapter(kind).validate_strings(dict(request.query_params), strict=False)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address, without a port, is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guarded(
    handler: Callable[[Request], Awaitable[Any]],
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        refusal = _refusal(request)
        return JSONResponse(await handler(request)) if refusal is None else refusal

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


async def _bad_request(_request: Request, error: Exception) -> Response:
    return _error(400, explain(error))


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)
