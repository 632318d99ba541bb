"""From a response of the service to a config or an error: pure, whatever the bytes are.

All text of the server that enters a message is one printable line, cut to a sane length, and free
of the call's credentials.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_snake

from .error_codes import meaning
from .errors import ApiError, BadResponseError, ClockError, CredentialsError, ParentNotFoundError
from .remote_config import RemoteConfig
from .text import one_line
from .times import clock_remedy, retry_after
from .version import Request

# Unlike the standard library's, this refuses half of a surrogate pair, and bounds the nesting.
_JSON: TypeAdapter[object] = TypeAdapter(object)

MAX_BODY = 1 << 20
"""Bytes of a response that are read; a page of 100 configs has some 60,000."""

MAX_TOKEN = 4096
"""Characters of a nextToken, as it goes into a URL."""

_ARN = re.compile(r"acs:[^\s\"'<>]+")


@dataclass(frozen=True)
class Response:
    """An HTTP response whose body has been read."""

    request: Request
    """What it responds to."""
    status: int
    """HTTP status."""
    headers: Mapping[str, str] = field(repr=False)
    """Header names in lower case."""
    body: bytes = field(repr=False)
    """The body; of one that is longer than `MAX_BODY`, one byte more than that."""

    def line(self, text: str, limit: int = 100) -> str:
        """Shorten text of the server to one line for a message, without the call's secrets."""
        return one_line(text, self.request.secrets, limit)

    @property
    def request_id(self) -> str | None:
        """The id that the service gave the request; a front end may respond without one."""
        found = self.headers.get("x-fc-request-id") or self.headers.get("x-acs-request-id", "")
        return self.line(found) or None

    def bad(self, what: str, *, with_body: bool = True) -> BadResponseError:
        """Make an error that says what came: status, type and the first characters.

        Args:
            what: what is wrong with it.
            with_body: whether to show how the body begins; not where a destination may stand.
        """
        text = f"{self.request}: the response is not the service's: HTTP {self.status} with {what}"
        if with_body:
            kind = self.line(self.headers.get("content-type", "")) or "unknown"
            # Half of a config may come: its destinations may be secret, also those of a read.
            # 20,000: more than a message shows, even if much of it is cleaned away.
            start = _ARN.sub("***", self.body[:20_000].decode("utf-8", errors="replace"))
            text += f"; content type {kind}, starting with {self.line(start, 80)!r}"
        id_ = self.request_id
        text += f" (request id {id_})" if id_ else " (no request id)"
        return BadResponseError(text, status=self.status, request_id=id_)

    def json(self) -> dict[str, Any]:
        """Parse the body, which has to be a JSON object."""
        if len(self.body) > MAX_BODY:
            raise self.bad(f"a body of more than {MAX_BODY:,} bytes", with_body=False)
        if not self.body.strip():
            raise self.bad("an empty body", with_body=False)
        try:
            value = _JSON.validate_json(self.body)
        except ValueError:
            raise self.bad("a body that is not JSON") from None
        if not isinstance(value, dict):
            raise self.bad("a body that is not a JSON object")
        return cast("dict[str, Any]", value)


def read_config(response: Response) -> RemoteConfig:
    """Read the config in a response to PUT or GET.

    Raises:
        BadResponseError: the body is not a config of the function that was asked for.
    """
    return _config(response.json(), response)


def read_deletion(response: Response) -> None:
    """Check the response to DELETE: no body, or any JSON object.

    Raises:
        BadResponseError: something else than the service responded.
    """
    if response.body.strip():
        response.json()


def read_page(response: Response) -> tuple[list[RemoteConfig], str]:
    """Read one page of a list of configs.

    Returns:
        The configs, and the token of the next page (empty: the last).

    Raises:
        BadResponseError: the body is not such a page.
    """
    items, token = _page("configs", response)
    return [_config(item, response) for item in items], token


def read_names(response: Response) -> tuple[list[str], str]:
    """Read the names on one page of an account's services, or of a service's functions.

    Returns:
        The names, and the token of the next page (empty: the last).

    Raises:
        BadResponseError: the body is not such a page.
    """
    what = response.request.what
    items, token = _page(what, response)
    key = {"services": "serviceName", "functions": "functionName"}[what]
    names: list[str] = []
    for item in items:
        name = cast("dict[str, object]", item).get(key) if isinstance(item, dict) else None
        if not isinstance(name, str) or not name:
            raise response.bad(f"a list of {what} that holds one without a {key}")
        names.append(name)
    return names, token


def read_error(response: Response, now: datetime) -> ApiError | BadResponseError:
    """Make the error that a response without success stands for.

    Args:
        response: any status but 2xx.
        now: this machine's time, with its time zone.
    """
    request, status = response.request, response.status
    if not 400 <= status < 600:  # noqa: PLR2004  HTTP's two classes of errors
        return response.bad(_unexpected(response), with_body=False)
    code, message = _code_and_message(response)
    means = meaning(status, code)
    remedy = skew = ""
    if means.error is CredentialsError:
        # Whoever's clock is wrong need not look at the keys.
        remedy = skew = clock_remedy(response.headers, message, now)
    if means.error is ParentNotFoundError:
        *names, last = map(to_snake, request.api.identity_keys)
        remedy = f"Create it first, or correct {', '.join(names)} or {last}"
    error = (ClockError if skew else means.error)(
        str(request),
        status=status,
        code=code,
        message=message,
        request_id=response.request_id,
        remedy=remedy,
        retryable=means.retryable,
        throttled=means.throttled,
        outcome_unknown=means.outcome_unknown,
    )
    error.retry_after = retry_after(response.headers, now)
    return error


def _page(member: str, response: Response) -> tuple[list[object], str]:
    page = response.json()
    items, token = page.get(member), page.get("nextToken")
    may_lack_it = response.request.api.may_omit_configs and page.keys() <= {"nextToken"}
    if not (member in page or may_lack_it) or not isinstance(items, list | None):
        raise response.bad(f"a body without a list of {member}")
    if not isinstance(token, str | None):
        raise response.bad("a nextToken that is not a string")
    if token and len(token) > MAX_TOKEN:
        raise response.bad(f"a nextToken of more than {MAX_TOKEN:,} characters")
    return cast("list[object]", items or []), token or ""


def _config(value: object, response: Response) -> RemoteConfig:
    if not isinstance(value, dict):
        raise response.bad("a config that is not a JSON object")
    request = response.request
    try:
        config = request.api.read_config(cast("dict[str, object]", value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        problem = response.line(f"{path}: {first['msg']}", 200)
        # Without the body: it holds destinations, and those of a read may be secret too.
        raise response.bad(f"a config that cannot be read ({problem})", with_body=False) from None
    except ValueError:
        raise response.bad("a config without any field that a config has") from None
    for key, what in _CHECKED_NAMES.items():
        named = config.names.get(key)
        if named is not None and named != request.names.get(key, named):
            shown = response.line(named)
            raise response.bad(f"the config of another {what}, {shown!r}", with_body=False)
    return config


# Not the qualifier: it is not documented whether an alias is read back as its version.
_CHECKED_NAMES = {
    "serviceName": "service",
    "functionName": "function",
    "region": "region",
    "accountId": "account",
}


def _unexpected(response: Response) -> str:
    if not 300 <= response.status < 400:  # noqa: PLR2004  HTTP's class of redirects
        return "a status that the API does not have"
    try:
        host = urlsplit(response.headers.get("location", "")).hostname
    except ValueError:
        host = None
    where = f" to {response.line(host)}" if host else ""
    return (
        f"a redirect{where}, which is not followed: "
        "credentials stay with the host that they are meant for. Check fc:endpoint"
    )


def _code_and_message(response: Response) -> tuple[str, str]:
    """In each of the spellings; empty where the body has none or is not a JSON object."""
    try:
        value = _JSON.validate_json(response.body)
    except ValueError:
        value = None
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}

    def first(*names: str) -> str:
        texts = (fields.get(name) for name in names)
        return next((text for text in texts if isinstance(text, str) and text), "")

    code = first("ErrorCode", "errorCode", "Code", "code")
    message = first("ErrorMessage", "errorMessage", "Message", "message")
    return response.line(code), response.line(message, 500)
