"""What names of Function Compute look like, for whatever takes one from a program. Pure."""

import re
from typing import NamedTuple, TypeGuard

LATEST = "LATEST"
"""The qualifier that a missing one means (tests of the vendor's SDKs: ``svc`` reads ``LATEST``)."""


class NameRule(NamedTuple):
    """Which strings one kind of name may be."""

    pattern: str
    """Regular expression of the whole name."""
    words: str
    """The same for a sentence that begins with "must be"."""

    def fits(self, value: object) -> TypeGuard[str]:
        """Whether a value is such a name."""
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


NAME = NameRule("[A-Za-z0-9_-]{1,128}", "1 to 128 letters, digits, hyphens and underscores")
"""A service, a function, or a qualifier."""
FUNCTION_NAME = NameRule(
    r"[A-Za-z0-9_-]{1,128}(\$[A-Za-z0-9_-]{1,128})?",
    "1 to 128 letters, digits, hyphens and underscores (service$function for one of 2.0)",
)
"""A function of Function Compute 3.0."""
REGION = NameRule("[a-z][a-z0-9]*(-[a-z0-9]+)*", 'a region\'s id, such as "cn-shanghai"')
ACCOUNT_ID = NameRule("[0-9]{1,32}", "an account's id: decimal digits alone")

_MAX_EXACT_FLOAT = 2**53


def exact_integer(number: float) -> int | None:
    """Take a float for a whole number; `None`: it is not one, or may have been rounded.

    The wire makes a float of every number, an account's id included.
    """
    exact = number.is_integer() and abs(number) < _MAX_EXACT_FLOAT
    return int(number) if exact else None
