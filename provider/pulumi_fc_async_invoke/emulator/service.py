"""The calls: from a request that arrived whole to the response, without any sockets."""

import base64
import binascii
import time
import uuid
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs

from .authentication import account_of
from .calls import Call
from .catalogue import names
from .exceptions import ApiError
from .responses import Response, error_response, page, to_json
from .rules import SHAPE_2016, SHAPE_2023, Json, apply_put, spelled
from .state import State
from .storage import LATEST, ConfigKey, Filter, twin_of
from .v2016 import V2016
from .v2023 import V2023
from .v2023 import VERSION as VERSION_2023
from .validation import check_body, read_json
from .versions import Request, parse_host

_SAMPLE_VALUES = {"maxAsyncEventAgeInSeconds": 1, "maxAsyncRetryAttempts": 1}
_2016, _2023 = V2016(), V2023()


class Operation:
    """One call of the API.

    Args:
        state: of the emulator.
        call: its entry in the log; what the request says about itself is filled in.
        request: what arrived.
    """

    def __init__(self, state: State, call: Call, request: Request) -> None:
        self._state = state
        self.call = call
        self._request = request
        self._host = parse_host(request.headers.get("host", ""))
        self._id = f"1-{int(call.time):08x}-{uuid.uuid4().hex[:24]}"
        is_2023 = request.path.startswith(f"/{VERSION_2023}/")
        self._version = _2023 if is_2023 else _2016
        self._route = self._version.route(request)
        self._describe()

    def _describe(self) -> None:
        call, route = self.call, self._route
        call.account = self._version.account(self._request) or None
        call.region = self._host.region or self._state.options.region
        if route is not None:
            call.service, call.function = route.service or None, route.function or None
            is_list = route.operation in {"list", "names"}
            call.qualifier = route.qualifier if is_list else route.qualifier or LATEST
        if self._request.body:
            try:
                call.body = read_json(self._request.body)
            except ApiError:
                call.body = None

    @property
    def request_id(self) -> dict[str, str]:
        """The header that names this call."""
        return {"x-acs-request-id" if self._host.is_openapi else "x-fc-request-id": self._id}

    def respond(self) -> Response:
        """Carry out the call."""
        try:
            operation, key = self._admit()
            carry_out: Callable[[ConfigKey], Response] = getattr(self, f"_{operation}")
            return carry_out(key)
        except ApiError as error:
            return self.error(error.status, error.code, str(error))

    def error(self, status: int, code: str, message: str) -> Response:
        """Make an error response, as this version and the rules spell it."""
        rule = self._state.rules.error_body
        spelling = self._version.error_body if rule == "own" else rule
        return error_response(status, code, message, self._id, spelling)

    def _admit(self) -> tuple[str, ConfigKey]:
        """Check path, authentication and parents, in this order."""
        state, call, route = self._state, self.call, self._route
        if route is None:
            raise ApiError(f"{call.method} {call.path} is not supported", "PathNotSupported")
        access_key = self._version.authenticate(self._request, state)
        call.key_id = access_key.id
        call.account = account_of(access_key, call.account or "", state.options.account)
        if route.qualifier is not None and (route.operation == "list" or not route.qualifier):
            raise ApiError("a list is over all qualifiers, and none is empty")
        key = ConfigKey(
            call.account,
            call.region or state.options.region,
            route.service,
            route.function,
            route.qualifier or LATEST,
        )
        if route.service or route.function:
            # The functions of a version are those of that version; configs are listed over all.
            is_list = route.operation in {"list", "names"}
            unqualified = is_list and route.qualifier is None
            if problem := state.parents.problem(key, any_qualifier=unqualified):
                raise problem
        return route.operation, twin_of(key) if state.rules.twins == "same" else key

    def _render(self, key: ConfigKey, config: Json, *, listed: bool = False) -> Json:
        qualified = listed or (self._route is not None and self._route.qualifier is not None)
        config = spelled(config, self._version.shape)
        return self._version.render(key, config, self._state.rules, qualified=qualified)

    def _put(self, key: ConfigKey) -> Response:
        parsed = read_json(self._request.body) if self.call.body is None else self.call.body
        shape = self._version.shape
        body = check_body(parsed, shape)
        state, rules = self._state, self._state.rules
        with state.storage.transaction():
            before = state.storage.get(key)
            shown = apply_put(before and spelled(before, shape), body, rules, shape)
            shown |= times(before)
            if rules.put_response in {"result", "sample"}:
                state.storage.put(key, spelled(shown, SHAPE_2016 if key.service else SHAPE_2023))
        if rules.put_response in {"result", "sample"}:
            state.stale.written(key, before, rules)
        if rules.put_response == "sample":
            shown |= _SAMPLE_VALUES
        elif rules.put_response == "ignored" and before is not None:
            shown = before
        return Response(200, to_json(self._render(key, shown)))

    def _get(self, key: ConfigKey) -> Response:
        state = self._state
        config = state.stale.seen(key, state.storage.get(key), count=True)
        if config is None:
            raise _no_config(key)
        return Response(200, to_json(self._render(key, config)))

    def _delete(self, key: ConfigKey) -> Response:
        state = self._state
        with state.storage.transaction():
            before = state.storage.get(key)
            state.storage.delete(Filter.of(key))
        if before is None:
            if state.rules.delete_absent == "404":
                raise _no_config(key)
            return Response(204)
        state.stale.written(key, before, state.rules)
        return Response(int(state.rules.delete_status))

    def _list(self, key: ConfigKey) -> Response:
        """List the configs of a function; in 3.0, of all functions if none is named."""
        state, rules = self._state, self._state.rules
        is_whole = not key.function and rules.twins == "same"  # with those of all services
        service = None if is_whole else key.service
        which = Filter(service, key.function or None, None, key.account, key.region)
        found: dict[ConfigKey, Json | None] = dict(state.storage.find(which))
        for stale in state.stale.keys():  # noqa: SIM118  it is not a dict
            if (
                stale[:2] == key[:2]
                and service in {None, stale.service}
                and key.function in {"", stale.function}
            ):
                found[stale] = state.stale.seen(stale, found.get(stale), count=False)
        existing: dict[tuple[str, ...], Json] = {
            each[2:]: config for each, config in found.items() if config is not None
        }
        shown, token = self._page(existing)
        configs = [
            self._render(ConfigKey(*key[:2], *name), existing[name], listed=True) for name in shown
        ]
        return page("configs", configs, token, rules)

    def _names(self, key: ConfigKey) -> Response:
        """List the services of an account, or the functions of a service: their names alone.

        ``prefix`` and ``startKey`` (inclusive) are the vendor's SDK's.
        """
        prefix = self._parameter("prefix")
        start = self._parameter("startKey")
        kind = "function" if key.service else "service"
        known = names(self._state, key.account, key.region, key.service)
        shown, token = self._page(
            (each,) for each in known if each.startswith(prefix) and each >= start
        )
        items = [{f"{kind}Name": each} for (each,) in shown]
        return Response(200, to_json({f"{kind}s": items, "nextToken": token}))

    def _parameter(self, name: str) -> str:
        return parse_qs(self._request.query, keep_blank_values=True).get(name, [""])[-1]

    def _page(self, names: Iterable[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], str]:
        """Return the names on a page, and the token of the next page or an empty string."""
        rules = self._state.rules
        limit_text = self._parameter("limit") or str(rules.list_limit)
        if not limit_text.isascii() or not limit_text.isdigit():
            raise ApiError("limit must be an integer")
        limit = int(limit_text[:9])
        if not 1 <= limit <= rules.list_maximum:
            raise ApiError(f"limit must be between 1 and {rules.list_maximum}")
        start_after = _read_token(self._parameter("nextToken"))
        rest = sorted(name for name in names if name > start_after)
        return rest[:limit], _token(rest[limit - 1]) if len(rest) > limit else ""


def times(before: Json | None) -> Json:
    """Return when a config that is written now was created and last modified.

    RFC 3339 in UTC, whole seconds.

    Args:
        before: the config that it replaces.
    """
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"createdTime": before["createdTime"] if before else now, "lastModifiedTime": now}


def _no_config(key: ConfigKey) -> ApiError:
    where = f"{key.service}.{key.qualifier}" if key.service else key.qualifier
    return ApiError(
        f"AsyncConfig for {where}:{key.function} does not exist.", "AsyncConfigNotExists"
    )


def _read_token(token: str) -> tuple[str, ...]:
    """Return the names to continue after; none for an empty token."""
    try:
        names = tuple(base64.urlsafe_b64decode(token.encode("ascii")).decode().split("\n"))
    except (binascii.Error, UnicodeError):
        names = ()
    if token and _token(names) != token:
        raise ApiError("nextToken is not one that this service issued")
    return names


def _token(names: Iterable[str]) -> str:
    return base64.urlsafe_b64encode("\n".join(names).encode()).decode("ascii")
