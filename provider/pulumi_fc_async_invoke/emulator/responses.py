"""How a config, a list or an error reads on the wire: pure."""

import json
from typing import NamedTuple

from .rules import SIDES, ErrorBody, Json, Missing, Rules
from .storage import ConfigKey

_ACCOUNT_FIELD = 3  # acs:mns:cn-hangzhou:ACCOUNT:/queues/q/messages


class Response(NamedTuple):
    """An HTTP response before it is sent."""

    status: int
    body: bytes = b""
    code: str = ""
    """Code of the error, for the log of calls."""


def to_json(value: Json) -> bytes:
    """Write compact JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def error_response(
    status: int, code: str, message: str, request_id: str, spelling: ErrorBody
) -> Response:
    """Make an error response in one of the spellings."""
    spellings: dict[ErrorBody, Json] = {
        "ErrorCode": {"ErrorCode": code, "ErrorMessage": message},
        "errorCode": {"errorCode": code, "errorMessage": message},
    }
    code_and_id = {"Code": code, "Message": message, "RequestId": request_id}
    return Response(status, to_json(spellings.get(spelling, code_and_id)), code)


def page(member: str, items: list[Json], token: str, rules: Rules) -> Response:
    """Make the response for one page of a list."""
    body = _missing(member, items, [], rules.no_configs)
    return Response(200, to_json(body | _missing("nextToken", token, "", rules.last_page)))


def _missing(name: str, value: object, nothing: object, rule: Missing) -> Json:
    if value != nothing or rule == "empty":
        return {name: value}
    return {} if rule == "absent" else {name: None}


def destination_config(key: ConfigKey, config: Json, rules: Rules) -> Json:
    """Return the member ``destinationConfig`` of a config, or nothing."""
    sides: Json = config.get("destinationConfig") or {}
    stored = {
        side: {"destination": _spell(value["destination"], key.account, rules)}
        for side, value in sides.items()
    }
    if rules.absent_as == "absent":
        return {"destinationConfig": stored} if stored else {}
    nothing = {"empty": {}, "null_destinations": {"destination": None}}.get(rules.absent_as)
    if not stored and rules.absent_as in {"null", "empty"}:
        return {"destinationConfig": nothing}
    return {"destinationConfig": {side: stored.get(side, nothing) for side in SIDES}}


def _spell(destination: str, account: str, rules: Rules) -> str:
    parts = destination.split(":")
    if len(parts) <= _ACCOUNT_FIELD + 1:
        return destination
    if rules.destination_as == "without_account":
        parts[_ACCOUNT_FIELD] = ""
    elif rules.destination_as == "with_account":
        parts[_ACCOUNT_FIELD] = parts[_ACCOUNT_FIELD] or account
    return ":".join(parts)
