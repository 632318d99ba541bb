"""From an answer of the service to a config or an error: pure, whatever the bytes are.

All text of the server that enters a message is one printable line, cut to a sane length, and free
of the call's credentials.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import cast
from urllib.parse import urlsplit

from pydantic import ValidationError

from .error_codes import meaning
from .errors import ApiError, BadResponseError, ClockError, CredentialsError
from .text import one_line
from .v2016 import API
from .version import RemoteConfig

MAX_BODY = 1 << 20
"""Bytes of an answer that are read; a page of 100 configs has some 60,000."""

ALLOWED_SKEW = 15 * 60
"""Seconds that the service lets a request's date be off (help document 53252)."""

_ABOUT_TIME = re.compile(r"\b(date|clock|skew|skewed|timestamp|request time)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Call:
    """What was asked: enough to judge an answer and to word an error."""

    method: str
    """HTTP method."""
    resource: str
    """What it is about, as a user would name it."""
    service_name: str
    """The service that an answer has to name, if it names one."""
    function_name: str
    """The function that an answer has to name, if it names one."""
    what: str = "async-invoke-config"
    """What is asked for of the resource."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What no message may contain: the credentials and the signature."""


@dataclass(frozen=True)
class Answer:
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


def read_config(answer: Answer, call: Call) -> RemoteConfig:
    """The config in an answer to PUT or GET.

    Raises:
        BadResponseError: if the body is not a config of the function that was asked for.
    """
    return _config(_json_object(answer, call), answer, call)


def read_deletion(answer: Answer, call: Call) -> None:
    """Nothing, or any JSON object: what a DELETE answers.

    Raises:
        BadResponseError: if something else than the service answered.
    """
    if answer.body.strip():
        _json_object(answer, call)


def read_page(answer: Answer, call: Call) -> tuple[list[RemoteConfig], str]:
    """The configs of one page of a list, and the token of the next page (empty: the last).

    Raises:
        BadResponseError: if the body is no such page.
    """
    items, token = _page("configs", answer, call)
    return [_config(item, answer, call) for item in items], token


def read_service_names(answer: Answer, call: Call) -> tuple[list[str], str]:
    """The names on one page of an account's services, and the token of the next page.

    Raises:
        BadResponseError: if the body is no such page.
    """
    return _names("services", "serviceName", answer, call)


def read_function_names(answer: Answer, call: Call) -> tuple[list[str], str]:
    """The names on one page of a service's functions, and the token of the next page.

    Raises:
        BadResponseError: if the body is no such page.
    """
    return _names("functions", "functionName", answer, call)


def read_error(answer: Answer, call: Call, now: datetime) -> ApiError | BadResponseError:
    """The error that an answer without success stands for.

    Args:
        answer: any status but 2xx.
        call: what was asked.
        now: this machine's time, with its time zone.
    """
    status = answer.status
    if not 400 <= status < 600:  # noqa: PLR2004  HTTP's two classes of errors
        return _bad(_unexpected(answer, call), answer, call, with_body=False)
    code, message = _code_and_message(answer, call)
    means = meaning(status, code)
    # Whoever's clock is wrong need not look at the keys.
    skew = _skew_words(answer, message, now) if means.error is CredentialsError else ""
    return (ClockError if skew else means.error)(
        method=call.method,
        resource=call.resource,
        status=status,
        code=code,
        message=message,
        request_id=_request_id(answer, call),
        what=call.what,
        remedy=skew or None,
        retryable=means.retryable,
        throttled=means.throttled,
        outcome_unknown=means.outcome_unknown,
    )


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Read how many seconds the service asks to wait.

    ``x-acs-retry-after`` has milliseconds (API version 2023-03-30), ``Retry-After`` has seconds or
    a date. A date is measured against the response's own ``Date``: this machine's clock may be off.
    """
    milliseconds = answer.headers.get("x-acs-retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,12}", milliseconds):
        return float(milliseconds) / 1000
    value = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    then = http_date(value)
    if then is None:
        return None
    reference = http_date(answer.headers.get("date", "")) or now
    return max((then - reference).total_seconds(), 0.0)


def _json_object(answer: Answer, call: Call) -> dict[str, object]:
    if answer.cut:
        raise _bad(f"a body of more than {MAX_BODY:,} bytes", answer, call, with_body=False)
    if not answer.body.strip():
        raise _bad("an empty body", answer, call, with_body=False)
    try:
        value: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise _bad("a body that is no JSON", answer, call) from None
    if not isinstance(value, dict):
        raise _bad("a body that is no JSON object", answer, call)
    return cast("dict[str, object]", value)


def _page(member: str, answer: Answer, call: Call) -> tuple[list[object], str]:
    page = _json_object(answer, call)
    items, token = page.get(member), page.get("nextToken")
    if member not in page or not (items is None or isinstance(items, list)):
        raise _bad(f"a body without a list of {member}", answer, call)
    if not (token is None or isinstance(token, str)):
        raise _bad("a nextToken that is no text", answer, call)
    return cast("list[object]", items or []), token or ""


def _names(member: str, key: str, answer: Answer, call: Call) -> tuple[list[str], str]:
    items, token = _page(member, answer, call)
    names: list[str] = []
    for item in items:
        name = cast("dict[str, object]", item).get(key) if isinstance(item, dict) else None
        if not isinstance(name, str) or not name:
            raise _bad(f"a list of {member} that holds one without a {key}", answer, call)
        names.append(name)
    return names, token


def _config(value: object, answer: Answer, call: Call) -> RemoteConfig:
    if not isinstance(value, dict):
        raise _bad("a config that is no JSON object", answer, call)
    try:
        config = API.read_config(cast("dict[str, object]", value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        problem = one_line(f"{path}: {first['msg']}", call.secrets, 200)
        # Without the body: it holds destinations, and those of a read may be secret too.
        text = f"a config that cannot be read ({problem})"
        raise _bad(text, answer, call, with_body=False) from None
    except ValueError:
        raise _bad("a config without any field that a config has", answer, call) from None
    for what, key, asked in (
        ("service", "serviceName", call.service_name),
        ("function", "functionName", call.function_name),
    ):
        named = config.names.get(key)
        if named and named != asked:
            shown = one_line(named, call.secrets, 100)
            raise _bad(f"the config of another {what}, {shown!r}", answer, call, with_body=False)
    return config


def _bad(what: str, answer: Answer, call: Call, *, with_body: bool = True) -> BadResponseError:
    """An error that says what came: status, type and the first characters; no other header."""
    request_id = _request_id(answer, call)
    text = (
        f"{call.method} {call.what} of {call.resource}: the answer is not the service's: "
        f"HTTP {answer.status} with {what}"
    )
    if with_body:
        kind = one_line(answer.headers.get("content-type", ""), call.secrets, 100) or "unknown"
        start = one_line(_text(answer.body), call.secrets, 80)
        text += f"; content type {kind}, starting with {start!r}"
    text += f" (request id {request_id})" if request_id else " (no request id)"
    return BadResponseError(
        text,
        method=call.method,
        resource=call.resource,
        status=answer.status,
        request_id=request_id,
    )


def _unexpected(answer: Answer, call: Call) -> str:
    if 300 <= answer.status < 400:  # noqa: PLR2004  HTTP's class of redirects
        try:
            host = urlsplit(answer.headers.get("location", "")).hostname or ""
        except ValueError:
            host = ""
        where = one_line(host, call.secrets, 100)
        return (
            f"a redirect{f' to {where}' if where else ''}, which is not followed: "
            "credentials stay with the host that they are meant for. Check fc:endpoint"
        )
    return "a status that the API does not have"


def _text(body: bytes) -> str:
    # More than any message shows, even if much of it is cleaned away.
    return body[:20_000].decode("utf-8", errors="replace")


def _request_id(answer: Answer, call: Call) -> str | None:
    found = answer.headers.get("x-fc-request-id") or answer.headers.get("x-acs-request-id", "")
    return one_line(found, call.secrets, 100) or None


def _code_and_message(answer: Answer, call: Call) -> tuple[str, str]:
    """In each of the three spellings; empty where the body has none or is not JSON."""
    try:
        value: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(value, dict):
        return "", ""
    fields = cast("dict[str, object]", value)

    def first(*names: str) -> str:
        texts = (fields.get(name) for name in names)
        return next((text for text in texts if isinstance(text, str) and text), "")

    code = one_line(first("ErrorCode", "errorCode", "Code", "code"), call.secrets, 100)
    return code, one_line(first("ErrorMessage", "errorMessage", "Message", "message"), call.secrets)


def _skew_words(answer: Answer, message: str, now: datetime) -> str:
    """What the clocks have to do with a refusal, if anything."""
    theirs = http_date(answer.headers.get("date", ""))
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
