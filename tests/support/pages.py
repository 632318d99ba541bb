"""The documents of the project, and the code blocks in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "examples").rglob("README.md")),
    ROOT / "template" / "README.md",
)

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>[^\s`]*)(?: title=\"(?P<title>[^\"]+)\")?(?P<rest>[^\n]*)\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of code."""

    page: Path
    line: int
    """Where its fence stands."""
    language: str
    title: str | None
    """Name of the file that it is, if it is one."""
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    return list(_blocks(page))


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text()
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        assert not found["rest"], f"{page.name}:{line}: a fence with {found['rest']!r}"
        inner = re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
        yield Block(page, line, found["language"], found["title"], inner)


def shell_of(block: Block) -> str:
    """The commands alone, without what they print."""
    if block.language == "sh":
        return block.text
    typed = re.findall(r"^\$ (.*(?:(?<=\\)\n.*)*)", block.text, re.MULTILINE)
    assert typed, f"{block} has no line that starts with $"
    return "\n".join(typed) + "\n"
