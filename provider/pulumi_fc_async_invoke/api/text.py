"""Foreign text in messages and on terminals: printable, bounded and without secrets. Pure.

Foreign is whatever this package has not written itself: what a service, a state, a project file or
another program says.
"""

import html
import json
from urllib.parse import quote

MAX_LINE = 4000
"""Characters of a line on a terminal."""


def printable(text: str, limit: int = MAX_LINE) -> str:
    """Make text safe to print as one line.

    Line breaks, escape sequences and characters that change the direction of writing become
    question marks: nothing in the text can forge a line or steer a terminal.

    Args:
        text: any text.
        limit: characters of the result, at most.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def one_line(text: str, secrets: tuple[str, ...] = (), limit: int = 500) -> str:
    """Shorten foreign text to one line for a message.

    Args:
        text: any text; line breaks and other characters that do not print become blanks.
        secrets: what to mask in it, in the spellings of URLs, HTML and JSON too.
        limit: characters of the result, at most.
    """
    # No spelling is shorter than the secret itself, and each other one has one of these characters.
    is_encoded = any(mark in text for mark in "%&\\")
    for secret in (each for each in secrets if 0 < len(each) <= len(text)):
        for spelling in _spellings(secret) if is_encoded else (secret,):
            text = text.replace(spelling, "***")
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(text.split())
    # Once more: what separated the parts of a secret may just have been removed.
    for secret in filter(None, secrets):
        line = line.replace(secret, "***")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _spellings(secret: str) -> set[str]:
    """Write a secret as it is, and as URLs, HTML and JSON write it."""
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        secret.replace("/", "\\/"),
    }
