"""Imports point one way: no room of the package imports one above it, at any place of a module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "provider" / "pulumi_fc_async_invoke"
NAME = PACKAGE.name

ROOMS = {
    "api": set[str](),
    "reconcile": {"api"},
    "config": {"api"},
    "client": {"_version", "api", "config"},
    "plugin": {"api", "client", "config", "reconcile"},
    "provider": {"api", "config", "plugin"},
    "sdk": {"api", "config", "provider"},
    "destinations": {"api", "config", "sdk"},
    "emulator": set[str](),
    "cli": {"_version", "api", "client", "config", "emulator", "provider"},
    "__init__": {"_version", "destinations", "sdk"},
    "_version": set[str](),
}
"""Each folder or module → what else of the package it may import."""

NO_IO = {"asyncio", "httpcore", "httpx", "pathlib", "requests", "socket", "subprocess", "threading"}


def imported(file: Path) -> Iterator[str]:
    """The whole names of what a module imports, also inside functions."""
    parents = (NAME, *file.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parents[: len(parents) + 1 - node.level]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield from (f"{module}.{each.name}" for each in node.names)


def room_of(module: str) -> str:
    """The room that a name of the package is in."""
    return module.removeprefix(f"{NAME}.").partition(".")[0]


def files_of(room: str) -> list[Path]:
    folder = PACKAGE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]


def test_every_room_is_known() -> None:
    rooms = {each.stem for each in PACKAGE.iterdir() if each.is_dir() or each.suffix == ".py"}

    assert rooms - {"__pycache__", "py"} == ROOMS.keys()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_is_below_it(room: str) -> None:
    found = {
        f"{file.relative_to(PACKAGE)}: {name}"
        for file in files_of(room)
        for name in imported(file)
        if name.split(".")[0] == NAME and room_of(name) not in {room, *ROOMS[room]}
    }

    assert found == set()


@pytest.mark.parametrize("room", ["api", "reconcile"])
def test_where_decisions_are_made_nothing_can_do_input_or_output(room: str) -> None:
    found = {name.split(".")[0] for file in files_of(room) for name in imported(file)}

    assert not found & NO_IO
