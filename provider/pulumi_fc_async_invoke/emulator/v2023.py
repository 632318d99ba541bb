"""API version 2023-03-30, Function Compute 3.0: paths, signatures and spelling."""

import re
import time
from collections.abc import MutableMapping
from urllib.parse import parse_qs

from .authentication import AccessKey
from .exceptions import ApiError
from .responses import destination_config
from .rules import DEFAULTS, SHAPE_2023, TIMES, ErrorBody, Json, Rules
from .signatures import (
    ACCOUNT_CODES,
    ACS3_SCHEME,
    MAX_SKEW_SECONDS,
    OPENAPI_CODES,
    ROA_SCHEME,
    authenticate,
    require,
)
from .state import State
from .storage import LATEST, ConfigKey
from .versions import OPERATIONS, Operation, Request, Route, parse_host

VERSION = "2023-03-30"
_CONFIG = re.compile(rf"/{VERSION}/functions/(?P<function>[^/]+)/async-invoke-config")
_CONFIGS = f"/{VERSION}/async-invoke-configs"
_ACTIONS: dict[Operation, str] = {
    "get": "GetAsyncInvokeConfig",
    "put": "PutAsyncInvokeConfig",
    "delete": "DeleteAsyncInvokeConfig",
    "list": "ListAsyncInvokeConfigs",
}
_DEFAULTS = {**DEFAULTS, "asyncTask": False}


class V2023:
    """Function Compute 3.0."""

    shape = SHAPE_2023
    error_body: ErrorBody = "Code"

    def route(self, request: Request) -> Route | None:
        """Read ``/functions/{function}/async-invoke-config?qualifier=``, or the account's list."""
        query = parse_qs(request.query, keep_blank_values=True)
        if request.path == _CONFIGS and request.method == "GET":
            return Route("list", "", query.get("functionName", [""])[-1])
        match = _CONFIG.fullmatch(request.path)
        operation = OPERATIONS.get(request.method)
        if match is None or operation is None:
            return None
        return Route(operation, "", match["function"], query.get("qualifier", [None])[-1])

    def account(self, request: Request) -> str:
        """Return the account of the host; other hosts leave it to the key."""
        return parse_host(request.headers.get("host", "")).account

    def authenticate(self, request: Request, state: State) -> AccessKey:
        """Check an ``ACS3-HMAC-SHA256`` signature, or a ROA one; each nonce is good for once."""
        headers = request.headers
        codes = OPENAPI_CODES if state.rules.auth_errors == "openapi" else ACCOUNT_CODES
        require(headers, "authorization", "x-acs-version", "x-acs-signature-nonce")
        scheme = ROA_SCHEME if headers["authorization"].startswith("acs ") else ACS3_SCHEME
        key = authenticate(request, scheme, codes, state)
        _use_nonce(state.nonces, headers["x-acs-signature-nonce"])
        route = self.route(request)
        action = None if route is None else _ACTIONS[route.operation]
        if headers["x-acs-version"] != VERSION or headers.get("x-acs-action", action) != action:
            raise ApiError("x-acs-version or x-acs-action is not of this path")
        return key

    def render(self, key: ConfigKey, config: Json, rules: Rules, *, qualified: bool) -> Json:
        """Spell a config; ``functionArn`` alone says whose it is."""
        del qualified
        body = {"functionArn": _arn(key, rules)} | {name: config[name] for name in TIMES}
        for name in self.shape.unset:
            value, default = config.get(name), _DEFAULTS[name]
            if value is None and rules.unset_as == "absent":
                continue
            if value is None and rules.unset_as != "null":
                value = default if rules.unset_as == "default" else type(default)()
            body[name] = value
        return body | destination_config(key, config, rules)


def _use_nonce(nonces: MutableMapping[str, float], nonce: str) -> None:
    now = time.monotonic()
    while nonces and now - nonces[oldest := next(iter(nonces))] > 2 * MAX_SKEW_SECONDS:
        del nonces[oldest]
    if nonce in nonces:
        raise ApiError("the nonce was used before: sign each attempt anew", "SignatureNonceUsed")
    nonces[nonce] = now


def _arn(key: ConfigKey, rules: Rules) -> str:
    colon = "/" if rules.arn == "odd" else ":"
    function = f"{key.service}${key.function}" if key.service else key.function
    arn = f"acs:fc:{key.region}:{key.account}{colon}functions/{function}"
    is_bare = key.qualifier == LATEST and rules.arn != "LATEST"
    return arn if is_bare else f"{arn}/{key.qualifier}"
