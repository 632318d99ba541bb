"""What the service refuses in a PUT's body: types, ranges and the shape of a destination.

Limits are those of the vendor's page PutFunctionAsyncInvokeConfig. Written apart from the
provider's own checks, so that the two can disagree.
"""

import json
import re
from typing import Any, NoReturn, cast

from .exceptions import ApiError
from .rules import SIDES, Json, Shape

RANGES = {
    "maxAsyncEventAgeInSeconds": (1, 604_800),
    "maxAsyncRetryAttempts": (0, 8),
}
MAX_BODY_BYTES = 1 << 20
"""More than any config; the real limit is not documented."""

# acs:service:region:account:resource; region and account may be empty or an asterisk.
_DESTINATION = re.compile(r"acs:[A-Za-z0-9][A-Za-z0-9-]*:[A-Za-z0-9-]*\*?:(?:\d*|\*):\S+")


def read_json(raw: bytes) -> Any:
    """Read a body.

    Raises:
        ApiError: it is too large or not JSON.
    """
    if len(raw) > MAX_BODY_BYTES:
        raise ApiError(f"the body is larger than {MAX_BODY_BYTES} bytes")
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ApiError("the body is not valid JSON") from None


def check_body(parsed: Any, shape: Shape) -> Json:
    """Check a PUT's body; null and "" are left to the rules.

    Args:
        parsed: the JSON of the body.
        shape: of the API version's configs.

    Returns:
        The same, now known to be an object with the right types.

    Raises:
        ApiError: it is not an object, or holds a value that the API does not take.
    """
    body = _object(parsed, "the body")
    for name, (least, most) in RANGES.items():
        value = body.get(name)
        if value is None:
            continue
        # True is an int in Python, and a number with a point is a float even when it is whole.
        if type(value) is not int:
            raise ApiError(f"{name} must be an integer")
        if not least <= value <= most:
            raise ApiError(f"{name} must be between {least} and {most}")
    if not isinstance(body.get(shape.flag), bool | None):
        raise ApiError(f"{shape.flag} must be a boolean")
    for path, destination in destinations(body).items():
        if destination and not _DESTINATION.fullmatch(destination):
            raise ApiError(
                f"The destination resource is invalid: {path}.destination must look like "
                "acs:service:region:account:resource",
                shape.refused_destination,
            )
    return body


def destinations(body: Json) -> dict[str, str | None]:
    """Return the destinations of a body by the paths of their sides.

    Raises:
        ApiError: one is not what the API has there.
    """
    found: dict[str, str | None] = {}
    config = body.get("destinationConfig")
    sides = {} if config is None else _object(config, "destinationConfig")
    for side in SIDES:
        if sides.get(side) is None:
            continue
        path = f"destinationConfig.{side}"
        destination = _object(sides[side], path).get("destination")
        if not isinstance(destination, str | None):
            raise ApiError(f"{path}.destination must be a string")
        found[path] = destination
    return found


def _object(value: Any, path: str) -> Json:
    if not isinstance(value, dict):
        raise ApiError(f"{path} must be an object")
    return cast("Json", value)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
