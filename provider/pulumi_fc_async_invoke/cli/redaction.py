"""Foreign text without what its URLs may keep secret. Pure.

Pulumi quotes a backend's URL as it was given, and that may hold a password: before the host, or
among the parameters.
"""

import re

_URL = r"[A-Za-z][A-Za-z0-9+.-]*://"
_QUOTED = re.compile(rf'(?<=")({_URL})((?:[^"\\]|\\.)*)')
"""Between quotes a URL may hold anything, blanks too, as it has not been parsed yet."""
_BARE = re.compile(rf"({_URL})([^\s\"]+)")
HIDDEN = "***"


def without_credentials(text: str) -> str:
    """Hide user, password and parameters in the URLs of a text."""
    return _BARE.sub(_hide, _QUOTED.sub(_hide, text))


def _hide(url: re.Match[str]) -> str:
    scheme, rest = url.groups()
    # A password may itself hold an @, or what elsewhere ends a host.
    credentials, at, address = rest.rpartition("@")
    address, mark, _ = address.partition("?")
    user = HIDDEN + at if credentials else ""
    return f"{scheme}{user}{address}{mark}{HIDDEN if mark else ''}"
