"""Count the package's lines of code by folder, without docstrings, comments and blank lines.

::

    python -m tools.count_lines
"""

import ast
import io
import tokenize
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "provider" / "pulumi_fc_async_invoke"
_NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def lines_of_code(source: str) -> int:
    """Count the lines of a module that hold code."""
    docstrings = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in _NOT_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code - docstrings)


def by_folder() -> Counter[str]:
    """Lines of code of each folder of the package; ``.`` is the package's own."""
    counts = Counter[str]()
    for file in sorted(PACKAGE.rglob("*.py")):
        folder, *_, _name = (*file.relative_to(PACKAGE).parts[:-1], ".", file.name)
        counts[folder] += lines_of_code(file.read_text())
    return counts


def main() -> None:
    """Print the table."""
    counts = by_folder()
    for folder, lines in sorted(counts.items()):
        print(f"{folder:10}{lines:7,}")
    rest = sum(lines for folder, lines in counts.items() if folder not in {"cli", "emulator"})
    print(f"{'all':10}{counts.total():7,}\nwithout cli and emulator {rest:,}")


if __name__ == "__main__":
    main()
