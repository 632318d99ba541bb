"""How a stored config, a list or an error reads on the wire: pure."""

import json
from typing import NamedTuple

from pulumi_fc_async_invoke.emulator.rules import DEFAULTS, SIDES, Json, Rules
from pulumi_fc_async_invoke.emulator.storage import ConfigKey, StoredConfig


class Answer(NamedTuple):
    """An HTTP answer before it is sent."""

    status: int
    body: bytes = b""
    code: str = ""
    """``ErrorCode`` of the body, for the log of calls."""


class ApiFailure(Exception):  # noqa: N818  it stands for an answer, not for a failure of ours
    """Answer this call with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = error_answer(status, code, message)


ERROR_STATUS = {
    "InvalidArgument": 400,
    "MissingRequiredHeader": 400,
    "PathNotSupported": 400,
    "LimitExceededError": 400,
    "AccessDenied": 403,
    "SignatureNotMatch": 403,
    "InvalidAccessKeyID": 403,
    "AsyncConfigNotExists": 404,
    "ServiceNotFound": 404,
    "FunctionNotFound": 404,
    "AliasNotFound": 404,
    "VersionNotFound": 404,
    "ConcurrentUpdateError": 409,
    "ResourceExhausted": 429,
    "ClientClosedRequest": 499,
    "InternalServerError": 500,
    "ResourceThrottled": 503,
}
"""HTTP status of each error code (vendor's error-code page)."""


def failure(code: str, message: str) -> ApiFailure:
    """The error with this code, with the status that belongs to it."""
    return ApiFailure(ERROR_STATUS[code], code, message)


def error_answer(status: int, code: str, message: str) -> Answer:
    """An error as the service words it."""
    return Answer(status, to_json({"ErrorCode": code, "ErrorMessage": message}), code)


def to_json(value: Json) -> bytes:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def render(key: ConfigKey, config: StoredConfig, rules: Rules, *, qualified: bool) -> Json:
    """A config as a body.

    Args:
        key: whose it is.
        config: what is stored.
        rules: how names and unset destinations read.
        qualified: whether the path named a qualifier.
    """
    answer: Json = {}
    if rules.names in {"service", "both"}:
        answer.update(service=key.service, function=key.function)
    if rules.names in {"serviceName", "both"}:
        answer.update(serviceName=key.service, functionName=key.function)
    if qualified or rules.echo == "LATEST":
        answer["qualifier"] = key.qualifier
    elif rules.echo == "empty":
        answer["qualifier"] = ""
    answer["createdTime"] = config.created
    answer["lastModifiedTime"] = config.modified
    for name in DEFAULTS:
        answer[name] = config.values[name]
    destinations = _destinations(config.values.get("destinationConfig") or {}, rules)
    if destinations != {} or rules.absent_as == "empty":
        answer["destinationConfig"] = destinations
    return answer


def _destinations(stored: Json, rules: Rules) -> Json | None:
    if rules.absent_as == "null" and not stored:
        return None
    unset: dict[str, Json | None] = {
        "null": None,
        "null_sides": None,
        "null_destinations": {"destination": None},
        "empty": {},
    }
    if rules.absent_as not in unset or (rules.absent_as == "empty" and not stored):
        return stored
    return {side: stored.get(side, unset[rules.absent_as]) for side in SIDES}
