"""The hosts of Function Compute, and names as a part of a path.

Pure. Names that would change the meaning of a URL, or that the service would read differently
from what was meant, are refused here, before anything is sent.
"""

import ipaddress
import re
from urllib.parse import quote

from .errors import InvalidIdError

MAX_NAME_LENGTH = 257
"""Characters: ``service$function`` of 3.0, each of the two as long as a name may be."""

_HOST_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


def host_name(region: str, account_id: str, *, internal: bool = False) -> str:
    """Host of an account in a region; ``internal`` is the one inside a VPC.

    Raises:
        InvalidIdError: if a name holds more than letters, digits and hyphens: it would lead the
            request, and its signature, to another host.
    """
    for what, label in (("region", region), ("account id", account_id)):
        if not _HOST_LABEL.fullmatch(label):
            raise InvalidIdError(
                f"{_shown(label)} is not a valid {what}: it becomes part of a host name, so only "
                "letters, digits and hyphens are allowed, and neither end is a hyphen"
            )
    return f"{account_id}.{region}{'-internal' if internal else ''}.fc.aliyuncs.com"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ``::1`` or ``localhost``."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def segment(what: str, name: str, *, dots: bool = True) -> str:
    """Quote one name; ``%`` becomes ``%25``, so the service decodes exactly what was meant.

    Args:
        what: what it is, for messages.
        name: the name.
        dots: whether it may hold a dot.

    Raises:
        InvalidIdError: it cannot be a part of a path.
    """
    if not name:
        raise InvalidIdError(f"The {what} is empty")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidIdError(f"The {what} is longer than {MAX_NAME_LENGTH} characters")
    if name in {".", ".."} or "/" in name:
        problem = "it would change the path of the call"
    elif not dots and "." in name:
        problem = "the dot separates service name and qualifier"
    elif re.search(r"[\x00-\x1f\x7f-\x9f]", name):
        problem = "it holds a control character"
    else:
        try:
            return quote(name, safe="")
        except UnicodeEncodeError:
            problem = "it holds half of a surrogate pair"
    raise InvalidIdError(f"{_shown(name)} is not a valid {what}: {problem}")


def _shown(name: str) -> str:
    """As ASCII and short, for messages."""
    return ascii(name if len(name) <= MAX_NAME_LENGTH else name[:MAX_NAME_LENGTH] + "…")
