"""What a long proof has seen, as lines of JSON: `RECORD=file make kill-matrix`.

Lines survive a run that is cut off, and come from several workers. `python -m
tests.support.records file` prints what they add up to, and fails if that is less than what the
second argument asks for.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def record(**values: Any) -> None:
    """Append one line to the file that the environment variable RECORD names, if it does."""
    name = os.environ.get("RECORD")
    if name:
        # One short write to a file that is open for appending is never mixed with another.
        with Path(name).open("a") as file:
            file.write(json.dumps(values) + "\n")


def read(file: Path) -> list[Record]:
    """The lines of a file."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def table(records: Sequence[Record], down: str, across: str, count: str = "") -> str:
    """How often each value of one key comes with each of another, as a table in Markdown.

    Args:
        records: what is counted.
        down: key whose values are the rows.
        across: key whose values are the columns.
        count: key of the number that is added up; by default each record counts one.
    """
    cells: Counter[tuple[str, str]] = Counter()
    for each in records:
        cells[str(each[down]), str(each[across])] += each[count] if count else 1
    rows = sorted({row for row, _ in cells})
    columns = sorted({column for _, column in cells})
    lines = [[down, *columns, "all"], ["---"] * (len(columns) + 2)]
    lines += [
        [row, *(str(cells[row, each]) for each in columns), str(_total(cells, row))] for row in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _total(cells: "Counter[tuple[str, str]]", row: str) -> int:
    return sum(number for (of, _), number in cells.items() if of == row)


def _inputs(records: list[Record]) -> tuple[int, str]:
    total = sum(each["inputs"] for each in records)
    slowest = max(each["slowest_ms"] for each in records)
    return total, (
        f"{total} inputs, the slowest call took {slowest} ms\n\n"
        f"{table(records, 'call', 'answer', 'inputs')}"
    )


def _kills(records: list[Record]) -> tuple[int, str]:
    total = len(records)
    unreadable = sum(bool(each["removed"]) for each in records)
    return total, (
        f"{total} kills; after {unreadable} of them empty .attrs files had to be removed\n\n"
        f"{table(records, 'phase', 'victim')}\n\n"
        f"{table(records, 'phase', 'operation')}"
    )


def _soak(records: list[Record]) -> tuple[int, str]:
    lines: list[str] = []
    for kind in sorted({each["soak"] for each in records}):
        own = [each for each in records if each["soak"] == kind]
        lines.append(f"{kind}: {len(own)} samples; the first, the middle and the last:")
        lines += [json.dumps(own[index]) for index in (0, len(own) // 2, -1)]
    return len(records), "\n".join(lines)


_SUMMARIES: dict[str, Callable[[list[Record]], tuple[int, str]]] = {
    "inputs": _inputs,
    "phase": _kills,
    "soak": _soak,
}


def main() -> int:
    """Print the summary of a file; 1 if it holds less than was asked for."""
    file, *least = sys.argv[1:]
    records = read(Path(file))
    summary = next(each for key, each in _SUMMARIES.items() if key in records[0])
    total, text = summary(records)
    sys.stdout.write(f"{text}\n")
    if least and total < int(least[0]):
        sys.stderr.write(f"These are fewer than the {least[0]} that were asked for.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
