"""`docs/errors.md` has every message, and no message that there is not.

Both sides are cut into their fixed parts: the code's strings where a value is put in, the page's
quoted messages at each `…`. If this fails, a message was added or changed: write it on the page.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "provider" / "pulumi_fc_async_invoke"
PAGE = ROOT / "docs" / "errors.md"

NO_MESSAGES = {
    "emulator": "no part of a user's run",
    "cli": "no part of a run of Pulumi; what it says names the option that mends it",
    "arguments.py": "types and descriptions alone",
    "declarations.py": "the same",
}
NOT_FOR_USERS = {
    # Part of what help() says of a resource.
    "resource_name: name in the program. opts: options of the resource.",
    # Shown, if ever, as the details of an internal error.
    "a PUT responds with a config",
    "it has no field of a config",
    # Part of what a request is about.
    "all functions",
    # A way to clear a destination.
    "empty config",
    "every request to this backend has a deadline",
    # Stand in for messages of others, which are replaced.
    "the attempt has used up its time",
    "not an http or https URL with a host",
    # Where keys are found, and what does not count: for the command line's doctor.
    "the vendor's default chain",
    "the ECS instance's role",
    "comes first",
    ": no profile is named",
    ": it counts only where",
    "is configured",
    "STS does not say whose keys these are:",
    # In errors of the vendor's library.
    "ECS instance",
    "credentials URI",
    "Connection aborted",
    "unable to open",
    "unable to get profile",
    "from credentials file",
    "is disabled",
    "No cached value",
    "No such file",
    # A regular expression.
    "b(date|clock|skew|skewed|timestamp|request time)b",
}
SEVERAL_WORDS = re.compile(r"[A-Za-z]+ [A-Za-z]+")


def parts(text: str) -> list[str]:
    """The fixed parts of a message that are long enough to be recognised."""
    plain = re.sub(r"\s+", " ", text.replace("`", "").replace("\\", ""))
    return [part.strip() for part in plain.split("…") if SEVERAL_WORDS.search(part)]


def strings(file: Path) -> Iterator[str]:
    """Every string of a module, `…` for each value that is put in; no docstrings."""
    tree = ast.parse(file.read_text())
    known: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"description", "title"}:
            known.update(ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            known.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            known.update(node.values)
            pieces = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            yield "".join(str(piece) for piece in pieces)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in known:
            yield node.value


def messages() -> list[str]:
    files = (
        file
        for file in sorted(PACKAGE.rglob("*.py"))
        if not NO_MESSAGES.keys() & set(file.relative_to(PACKAGE).parts)
    )
    return [part for file in files for text in strings(file) for part in parts(text)]


def quoted() -> list[str]:
    """What stands in backticks in the first column of the page's tables."""
    rows = (line for line in PAGE.read_text().splitlines() if line.startswith("| `"))
    first = (row.split(" | ")[0] for row in rows)
    return [
        part for cell in first for quote in re.findall("`([^`]+)`", cell) for part in parts(quote)
    ]


def test_the_page_of_errors_has_every_message_and_no_other() -> None:
    page = re.sub(r"\s+", " ", PAGE.read_text().replace("`", "").replace("\\", ""))
    code = " ".join(messages())  # some are put together of two strings
    missing = [part for part in messages() if part not in page and part not in NOT_FOR_USERS]
    stale = [part for part in quoted() if part not in code]

    assert (missing, stale) == ([], []), "docs/errors.md lacks the first, and has the second"
