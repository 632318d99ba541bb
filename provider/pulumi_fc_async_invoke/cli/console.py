"""What is printed, and where: results on standard output, everything else on standard error.

All text passes `printable` here, whoever wrote it; JSON is escaped, and so exact. Rich leaves out
colours where the output is not a terminal or ``NO_COLOR`` is set.
"""

import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pulumi_fc_async_invoke.api.text import printable

from .check import Check, Status

_UNCUT = 1_000_000
"""Width in columns where no terminal bounds a line."""

ReportProgress = Callable[[str], None]
"""Shows what is being done, and how far it is."""


def is_terminal() -> bool:
    """Tell whether people read standard output: on a terminal."""
    return sys.stdout.isatty()


def output() -> Console:
    """Make a console for standard output; only a terminal bounds a line."""
    return Console(width=None if is_terminal() else _UNCUT, highlight=False)


def print_json(document: object) -> None:
    """Print one JSON document, and nothing else, on standard output."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def print_line(text: str) -> None:
    """Print one line of a result."""
    output().print(Text(printable(text)), soft_wrap=True)


def print_source(text: str) -> None:
    """Print Python source."""
    sys.stdout.writelines(f"{printable(line, len(line))}\n" for line in text.split("\n")[:-1])


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Print a table with a line for each row; a row maps the titles of its columns to its cells.

    On a terminal that is too narrow for the longest row, each row is a block of lines.
    """
    columns = list(dict.fromkeys(chain(*rows)))
    cells = [[printable(row.get(column, "-")) for column in columns] for row in rows]
    titles = [column.upper() for column in columns]
    widths = [max(map(cell_len, column)) for column in zip(titles, *cells, strict=True)]
    lines = [
        "  ".join(f"{cell}{' ' * (width - cell_len(cell))}" for cell, width in each).rstrip()
        for each in (zip(row, widths, strict=True) for row in (titles, *cells))
    ]
    console = output()
    if max(map(cell_len, lines)) <= console.width:
        for number, line in enumerate(lines):
            console.print(Text(line, "" if number else "bold"), soft_wrap=True)
        return
    for number, row in enumerate(rows):
        if number:
            print_line("")
        print_properties(row)


def print_properties(properties: Mapping[str, str]) -> None:
    """Print a line for each property; a value that does not fit has the next line for itself."""
    console = output()
    texts = {name: printable(value) for name, value in properties.items()}
    left = {name: console.width - 2 - cell_len(text) for name, text in texts.items()}
    # The names of those that do not fit anyway leave no gap in the others.
    width = max((len(name) for name in texts if len(name) <= left[name]), default=0)
    for name, text in texts.items():
        fits = len(name) <= width <= left[name]
        gap = " " * (width + 2 - len(name)) if fits else "\n  "
        console.print(Text.assemble((name, "bold"), gap, text), soft_wrap=True)


def note(text: str) -> None:
    """Print one line that is not a result."""
    _print_message(Text(printable(text)))


def error(text: str) -> None:
    """Print why it failed, in one line."""
    _print_message(Text.assemble(("error:", "bold red"), f" {printable(text)}"))


def warn(text: str) -> None:
    """Print a warning, in one line."""
    _print_message(Text.assemble(("warning:", "yellow"), f" {printable(text)}"))


def _print_message(line: Text) -> None:
    Console(stderr=True, highlight=False).print(line, soft_wrap=True)


@contextmanager
def progress() -> Generator[ReportProgress, None, None]:
    """Show on standard error what is being done, if that is a terminal."""
    if not sys.stderr.isatty():  # rich takes FORCE_COLOR for one
        yield lambda _: None
        return
    with Console(stderr=True).status("") as status:
        yield status.update


_STYLES = {
    Status.OK: "green",
    Status.WARNING: "yellow",
    Status.BROKEN: "bold red",
    Status.SKIPPED: "dim",
}


def print_check(check: Check) -> None:
    """Print one check: a line of a table that grows, so its columns have fixed widths."""
    remedy = f". Remedy: {check.remedy}" if check.remedy else ""
    line = f"  {check.name:<12}  {printable(check.found + remedy)}"
    styled = Text.assemble((f"{check.status.value:<7}", _STYLES[check.status]), line)
    output().print(styled, soft_wrap=True)
    sys.stdout.flush()
