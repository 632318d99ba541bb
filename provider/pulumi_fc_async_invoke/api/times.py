"""What a response says about time: when to try again, and whose clock is wrong. Pure.

Headers have their names in lower case; ``now`` is this machine's time, with its time zone.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

ALLOWED_SKEW = 15 * 60
"""Seconds that the service lets a request's date be off (help document 53252)."""

_ABOUT_TIME = re.compile(r"\b(date|clock|skew|skewed|timestamp|request time)\b", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read how many seconds the service asks to wait.

    ``x-acs-retry-after`` has milliseconds (API version 2023-03-30), ``Retry-After`` has seconds or
    a date. A date is measured against the response's own ``Date``: this machine's clock may be off.
    """
    milliseconds = headers.get("x-acs-retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,12}", milliseconds):
        return float(milliseconds) / 1000
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    then = http_date(value)
    if then is None:
        return None
    reference = http_date(headers.get("date", "")) or now
    return max((then - reference).total_seconds(), 0.0)


def clock_remedy(headers: Mapping[str, str], message: str, now: datetime) -> str:
    """Say what to do about the clocks after a refusal; empty: it is not about them."""
    theirs = http_date(headers.get("date", ""))
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
