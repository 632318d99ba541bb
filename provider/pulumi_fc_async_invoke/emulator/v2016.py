"""API version 2016-08-15, Function Compute 2.0: paths, signature and spelling."""

import re
from functools import lru_cache

from .authentication import AccessKey
from .exceptions import ApiError
from .responses import destination_config
from .rules import SHAPE_2016, ErrorBody, Json, Rules
from .signatures import ACCOUNT_CODES, FC_SCHEME, authenticate, require
from .state import State
from .storage import ConfigKey
from .versions import OPERATIONS, Operation, Request, Route, parse_host

_SERVICES = "/2016-08-15/services"
_SERVICE = rf"{_SERVICES}/(?P<service>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?"
_FUNCTIONS = re.compile(rf"{_SERVICE}/functions")
_CONFIG = re.compile(rf"{_SERVICE}/functions/(?P<function>[^/]+)/async-invoke-config(?P<plural>s?)")


class V2016:
    """Function Compute 2.0."""

    shape = SHAPE_2016
    error_body: ErrorBody = "ErrorCode"

    def route(self, request: Request) -> Route | None:
        """Read ``/services/{service[.qualifier]}/functions/{function}/async-invoke-config[s]``.

        Services, and the functions of one, can be listed as well.
        """
        return _route(request.method, request.path)

    def account(self, request: Request) -> str:
        """Return the account of the host, or that of ``x-fc-account-id``."""
        return parse_host(request.headers.get("host", "")).account or request.headers.get(
            "x-fc-account-id", ""
        )

    def authenticate(self, request: Request, state: State) -> AccessKey:
        """Check an ``FC`` signature; there are no nonces."""
        headers = request.headers
        require(headers, "date", "authorization")
        key = authenticate(request, FC_SCHEME, ACCOUNT_CODES, state)
        if headers.get("x-fc-account-id", self.account(request)) != self.account(request):
            raise ApiError("x-fc-account-id names another account than the host", "AccessDenied")
        return key

    def render(self, key: ConfigKey, config: Json, rules: Rules, *, qualified: bool) -> Json:
        """Spell a config with the names of service, function and qualifier."""
        body = dict(config)
        if rules.names in {"service", "both"}:
            body.update(service=key.service, function=key.function)
        if rules.names in {"serviceName", "both"}:
            body.update(serviceName=key.service, functionName=key.function)
        if qualified or rules.echo == "LATEST":
            body["qualifier"] = key.qualifier
        elif rules.echo == "empty":
            body["qualifier"] = ""
        body.pop("destinationConfig", None)
        return body | destination_config(key, config, rules)


@lru_cache(maxsize=4096)
def _route(method: str, path: str) -> Route | None:
    if path == _SERVICES:
        return Route("names") if method == "GET" else None
    if match := _FUNCTIONS.fullmatch(path):
        return Route("names", match["service"], "", match["qualifier"]) if method == "GET" else None
    match = _CONFIG.fullmatch(path)
    operations: dict[str, Operation] = {"GET": "list"} if match and match["plural"] else OPERATIONS
    operation = operations.get(method)
    if match is None or operation is None:
        return None
    return Route(operation, match["service"], match["function"], match["qualifier"])
