"""Which part of the call stack a resource is registered with."""

import inspect
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from pulumi_fc_async_invoke.sdk.call_stack import only_the_programs

PROGRAM = """
from tests.unit.test_call_stack import constructor

def declare():
    return constructor()

names = declare()
"""


def constructor() -> list[str]:
    """Stands for a resource's own, with as many frames of the SDK below it as there are."""
    with only_the_programs(inspect.currentframe()):
        return customs()


def customs() -> list[str]:
    return resources()


def resources() -> list[str]:
    return register()


def register() -> list[str]:
    return taken()


def taken() -> list[str]:
    return [frame.name for frame in reversed(traceback.extract_stack())]


SDK = ["taken", "register", "resources", "customs", "constructor"]


def run(tmp_path: Path, name: str) -> list[str]:
    """The names of the frames on the stack of a program, innermost first."""
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    held: dict[str, Any] = runpy.run_path(str(file), run_name=name)
    names: list[str] = held["names"]
    return names


def test_it_ends_with_the_programs_main_module(tmp_path: Path) -> None:
    assert run(tmp_path, "__main__") == [*SDK, "declare", "<module>"]


def test_it_is_whole_where_the_main_module_is_not_on_it(tmp_path: Path) -> None:
    names = run(tmp_path, "imported")

    assert names[: len(SDK) + 2] == [*SDK, "declare", "<module>"]
    assert "run_path" in names


def test_tracebacks_are_whole_again_afterwards(tmp_path: Path) -> None:
    run(tmp_path, "__main__")

    assert not hasattr(sys, "tracebacklimit")


def test_a_limit_of_the_programs_own_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "tracebacklimit", 100, raising=False)

    assert "run_path" in run(tmp_path, "__main__")
    assert sys.tracebacklimit == 100
