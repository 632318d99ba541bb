"""What is printed, and where: results on standard output, everything else on standard error.

Rich leaves colours out where the output is no terminal or ``NO_COLOR`` is set.
"""

import json
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

_UNCUT = 1_000_000
"""Width in columns where no terminal bounds a line."""

Tell = Callable[[str, int, int | None], None]
"""What is being done, how many of it are done, of how many; `None`: nobody knows."""


def output() -> Console:
    """Standard output; a line is only cut or wrapped on a terminal."""
    return Console(width=None if sys.stdout.isatty() else _UNCUT, highlight=False)


def print_json(document: object) -> None:
    """One JSON document, and nothing else, on standard output."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def print_line(text: str) -> None:
    """One line of a result."""
    output().print(Text(text), soft_wrap=True)


def print_source(text: str) -> None:
    """Python source; coloured on a terminal."""
    if sys.stdout.isatty():
        output().print(Syntax(text, "python", background_color="default"))
    else:
        sys.stdout.write(text)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with a line for each row."""
    terminal = sys.stdout.isatty()
    table = Table(
        box=box.SIMPLE_HEAD if terminal else None, pad_edge=False, header_style="bold", expand=False
    )
    for column in columns:
        table.add_column(column.upper(), overflow="fold", no_wrap=not terminal)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _print(table)


def note(text: str) -> None:
    """Something that is not the result."""
    Console(stderr=True, highlight=False).print(Text(text), soft_wrap=True)


def error(text: str) -> None:
    """Why it did not work, in one line."""
    line = Text.assemble(("error:", "bold red"), f" {text}")
    Console(stderr=True, highlight=False).print(line, soft_wrap=True)


def warn(text: str) -> None:
    """Something to look at, in one line."""
    line = Text.assemble(("warning:", "yellow"), f" {text}")
    Console(stderr=True, highlight=False).print(line, soft_wrap=True)


@contextmanager
def progress() -> Generator[Tell, None, None]:
    """A bar on standard error while something runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield _nobody
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield tell


def _nobody(_what: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""


_STATUS_STYLES = {"ok": "green", "warning": "yellow", "broken": "bold red", "skipped": "dim"}
# Each line is printed before the next is known.
_STATUS_WIDTH = len("skipped")
_CHECK_WIDTH = len("reachability")


def print_check(status: str, name: str, found: str) -> None:
    """Status, name and finding of a check: one line of a table that grows as they come."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(min_width=_STATUS_WIDTH)
    table.add_column(min_width=_CHECK_WIDTH)
    table.add_column(overflow="fold", no_wrap=not sys.stdout.isatty())
    table.add_row(Text(status, _STATUS_STYLES[status]), Text(name), Text(found))
    _print(table)
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
