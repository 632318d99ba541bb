"""What is printed, and where: results on standard output, everything else on standard error.

All text passes `printable` here, whoever wrote it; JSON is escaped, and so exact. Rich leaves out
colours where the output is not a terminal or ``NO_COLOR`` is set.
"""

import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from pulumi_fc_async_invoke.api.text import printable

_UNCUT = 1_000_000
"""Width in columns where no terminal bounds a line."""

ReportProgress = Callable[[str, int, int | None], None]
"""What is being done, how many of it are done, of how many (`None`: unknown)."""


def output() -> Console:
    """Make a console for standard output; lines are only cut or wrapped on a terminal."""
    return Console(width=None if sys.stdout.isatty() else _UNCUT, highlight=False)


def print_json(document: object) -> None:
    """Print one JSON document, and nothing else, on standard output."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def print_line(text: str) -> None:
    """Print one line of a result."""
    output().print(Text(printable(text)), soft_wrap=True)


def print_source(text: str) -> None:
    """Print Python source; coloured on a terminal."""
    text = "".join(f"{printable(line, len(line))}\n" for line in text.split("\n")[:-1])
    if sys.stdout.isatty():
        output().print(Syntax(text, "python", background_color="default"))
    else:
        sys.stdout.write(text)


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Print a table with a line for each row; a row maps the titles of its columns to its cells."""
    columns = list(dict.fromkeys(chain(*rows)))
    terminal = sys.stdout.isatty()
    table = Table(
        box=box.SIMPLE_HEAD if terminal else None, pad_edge=False, header_style="bold", expand=False
    )
    for column in columns:
        table.add_column(column.upper(), overflow="fold", no_wrap=not terminal)
    for row in rows:
        table.add_row(*(Text(printable(row.get(column, "-"))) for column in columns))
    _print(table)


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
    """Show a bar on standard error while something runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report


_STATUS_STYLES = {"ok": "green", "warning": "yellow", "broken": "bold red", "skipped": "dim"}
# Each line is printed before the next is known.
_STATUS_WIDTH = len("skipped")
_CHECK_WIDTH = len("reachability")


def print_check(status: str, name: str, found: str) -> None:
    """Print status, name and finding of a check: one line of a table that grows."""
    line = f"  {name:<{_CHECK_WIDTH}}  {printable(found)}"
    styled = Text.assemble((f"{status:<{_STATUS_WIDTH}}", _STATUS_STYLES[status]), line)
    output().print(styled, soft_wrap=True)
    sys.stdout.flush()


def _print(table: Table) -> None:
    console = output()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    # Columns are padded to one width, the last one too.
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())
