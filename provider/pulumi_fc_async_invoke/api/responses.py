"""From an answer of the service to a config or an error: pure, whatever the bytes are.

All text of the server that enters a message is one printable line, cut to a sane length, and free
of the call's credentials.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import cast
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from .error_codes import meaning
from .errors import ApiError, BadResponseError, ClockError, CredentialsError, ParentNotFoundError
from .text import one_line
from .version import RemoteConfig, Request

# Unlike the standard library's, this refuses half of a surrogate pair, and bounds the nesting.
_JSON: TypeAdapter[object] = TypeAdapter(object)

MAX_BODY = 1 << 20
"""Bytes of an answer that are read; a page of 100 configs has some 60,000."""

MAX_TOKEN = 4096
"""Characters of a nextToken; it goes into a URL, and httpx sends none of more than 65,536."""

ALLOWED_SKEW = 15 * 60
"""Seconds that the service lets a request's date be off (help document 53252)."""

_ARN = re.compile(r"acs:[^\s\"'<>]+")

_ABOUT_TIME = re.compile(r"\b(date|clock|skew|skewed|timestamp|request time)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Response:
    """An HTTP answer whose body has been read."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str] = field(repr=False)
    """Header names in lower case."""
    body: bytes = field(repr=False)
    """The body, at most `MAX_BODY` bytes of it."""
    cut: bool = False
    """Whether the body was longer."""

    @property
    def succeeded(self) -> bool:
        """Any 2xx: DELETE answers 204 or 200."""
        return 200 <= self.status < 300  # noqa: PLR2004  HTTP's class of successes


def read_config(response: Response, request: Request) -> RemoteConfig:
    """The config in an answer to PUT or GET.

    Raises:
        BadResponseError: if the body is not a config of the function that was asked for.
    """
    return _config(_json_object(response, request), response, request)


def read_deletion(response: Response, request: Request) -> None:
    """Nothing, or any JSON object: what a DELETE answers.

    Raises:
        BadResponseError: if something else than the service answered.
    """
    if response.body.strip():
        _json_object(response, request)


def read_page(response: Response, request: Request) -> tuple[list[RemoteConfig], str]:
    """The configs of one page of a list, and the token of the next page (empty: the last).

    Raises:
        BadResponseError: if the body is no such page.
    """
    items, token = _page("configs", response, request)
    return [_config(item, response, request) for item in items], token


def read_names(response: Response, request: Request) -> tuple[list[str], str]:
    """The names on one page of an account's services, or of a service's functions.

    Returns:
        The names, and the token of the next page (empty: the last).

    Raises:
        BadResponseError: the body is not such a page.
    """
    items, token = _page(request.what, response, request)
    key = {"services": "serviceName", "functions": "functionName"}[request.what]
    names: list[str] = []
    for item in items:
        name = cast("dict[str, object]", item).get(key) if isinstance(item, dict) else None
        if not isinstance(name, str) or not name:
            what = f"a list of {request.what} that holds one without a {key}"
            raise _bad(what, response, request)
        names.append(name)
    return names, token


def read_error(response: Response, request: Request, now: datetime) -> ApiError | BadResponseError:
    """The error that an answer without success stands for.

    Args:
        response: any status but 2xx.
        request: what was asked.
        now: this machine's time, with its time zone.
    """
    status = response.status
    if not 400 <= status < 600:  # noqa: PLR2004  HTTP's two classes of errors
        return _bad(_unexpected(response, request), response, request, with_body=False)
    code, message = _code_and_message(response, request)
    means = meaning(status, code)
    # Whoever's clock is wrong need not look at the keys.
    remedy = skew = _skew_words(response, message, now) if means.error is CredentialsError else ""
    if means.error is ParentNotFoundError:
        *names, last = request.api.identity_keys
        remedy = f"Create it first, or correct {', '.join(names)} or {last}"
    return (ClockError if skew else means.error)(
        method=request.method,
        resource=request.resource,
        status=status,
        code=code,
        message=message,
        request_id=request_id(response, request),
        what=request.what,
        remedy=remedy or None,
        retryable=means.retryable,
        throttled=means.throttled,
        outcome_unknown=means.outcome_unknown,
    )


def retry_after(response: Response, now: datetime) -> float | None:
    """Read how many seconds the service asks to wait.

    ``x-acs-retry-after`` has milliseconds (API version 2023-03-30), ``Retry-After`` has seconds or
    a date. A date is measured against the response's own ``Date``: this machine's clock may be off.
    """
    milliseconds = response.headers.get("x-acs-retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,12}", milliseconds):
        return float(milliseconds) / 1000
    value = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    then = http_date(value)
    if then is None:
        return None
    reference = http_date(response.headers.get("date", "")) or now
    return max((then - reference).total_seconds(), 0.0)


def _json_object(response: Response, request: Request) -> dict[str, object]:
    if response.cut:
        raise _bad(f"a body of more than {MAX_BODY:,} bytes", response, request, with_body=False)
    if not response.body.strip():
        raise _bad("an empty body", response, request, with_body=False)
    try:
        value: object = _JSON.validate_json(response.body)
    except ValueError:
        raise _bad("a body that is not JSON", response, request) from None
    if not isinstance(value, dict):
        raise _bad("a body that is not a JSON object", response, request)
    return cast("dict[str, object]", value)


def _page(member: str, response: Response, request: Request) -> tuple[list[object], str]:
    page = _json_object(response, request)
    items, token = page.get(member), page.get("nextToken")
    known = member in page or (request.api.may_omit_configs and page.keys() <= {"nextToken"})
    if not known or not (items is None or isinstance(items, list)):
        raise _bad(f"a body without a list of {member}", response, request)
    if not (token is None or isinstance(token, str)):
        raise _bad("a nextToken that is not a string", response, request)
    if token and len(token) > MAX_TOKEN:
        raise _bad(f"a nextToken of more than {MAX_TOKEN:,} characters", response, request)
    return cast("list[object]", items or []), token or ""


def _config(value: object, response: Response, request: Request) -> RemoteConfig:
    if not isinstance(value, dict):
        raise _bad("a config that is not a JSON object", response, request)
    try:
        config = request.api.read_config(cast("dict[str, object]", value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        problem = one_line(f"{path}: {first['msg']}", request.secrets, 200)
        # Without the body: it holds destinations, and those of a read may be secret too.
        text = f"a config that cannot be read ({problem})"
        raise _bad(text, response, request, with_body=False) from None
    except ValueError:
        raise _bad("a config without any field that a config has", response, request) from None
    for key, named in config.names.items():
        if named != request.names.get(key, named):
            shown = one_line(named, request.secrets, 100)
            what = f"the config of another {_WHAT[key]}, {shown!r}"
            raise _bad(what, response, request, with_body=False)
    return config


_WHAT = {
    "serviceName": "service",
    "functionName": "function",
    "region": "region",
    "accountId": "account",
}


def _bad(
    what: str, response: Response, request: Request, *, with_body: bool = True
) -> BadResponseError:
    """An error that says what came: status, type and the first characters; no other header."""
    id_ = request_id(response, request)
    text = f"{request}: the response is not the service's: HTTP {response.status} with {what}"
    if with_body:
        kind = one_line(response.headers.get("content-type", ""), request.secrets, 100) or "unknown"
        # Half of a config may come: its destinations may be secret, also those of a read.
        start = one_line(_ARN.sub("***", _text(response.body)), request.secrets, 80)
        text += f"; content type {kind}, starting with {start!r}"
    text += f" (request id {id_})" if id_ else " (no request id)"
    return BadResponseError(
        text,
        method=request.method,
        resource=request.resource,
        status=response.status,
        request_id=id_,
    )


def _unexpected(response: Response, request: Request) -> str:
    if 300 <= response.status < 400:  # noqa: PLR2004  HTTP's class of redirects
        try:
            host = urlsplit(response.headers.get("location", "")).hostname or ""
        except ValueError:
            host = ""
        where = one_line(host, request.secrets, 100)
        return (
            f"a redirect{f' to {where}' if where else ''}, which is not followed: "
            "credentials stay with the host that they are meant for. Check fc:endpoint"
        )
    return "a status that the API does not have"


def _text(body: bytes) -> str:
    # More than any message shows, even if much of it is cleaned away.
    return body[:20_000].decode("utf-8", errors="replace")


def request_id(response: Response, request: Request) -> str | None:
    """The id that the service gave a request; a front end may respond without one."""
    found = response.headers.get("x-fc-request-id") or response.headers.get("x-acs-request-id", "")
    return one_line(found, request.secrets, 100) or None


def _code_and_message(response: Response, request: Request) -> tuple[str, str]:
    """In each of the three spellings; empty where the body has none or is not JSON."""
    try:
        value: object = _JSON.validate_json(response.body)
    except ValueError:
        return "", ""
    if not isinstance(value, dict):
        return "", ""
    fields = cast("dict[str, object]", value)

    def first(*names: str) -> str:
        texts = (fields.get(name) for name in names)
        return next((text for text in texts if isinstance(text, str) and text), "")

    code = one_line(first("ErrorCode", "errorCode", "Code", "code"), request.secrets, 100)
    return code, one_line(
        first("ErrorMessage", "errorMessage", "Message", "message"), request.secrets
    )


def _skew_words(response: Response, message: str, now: datetime) -> str:
    """What the clocks have to do with a refusal, if anything."""
    theirs = http_date(response.headers.get("date", ""))
    off = None if theirs is None else (now - theirs).total_seconds()
    about_time = bool(_ABOUT_TIME.search(message))
    if off is not None and (about_time or abs(off) > ALLOWED_SKEW):
        return (
            f"This machine's clock is {abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} "
            f"the service's; more than {ALLOWED_SKEW} are refused: set it right"
        )
    return "Check this machine's clock" if about_time else ""


def http_date(value: str) -> datetime | None:
    """Read an HTTP date; `None` if it is not one."""
    try:
        moment = parsedate_to_datetime(value)
        # A date without a zone, or with -0000, comes without one: HTTP's dates are in GMT.
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
