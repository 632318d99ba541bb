"""mypy and pyright, both strict, judge a right and a wrong program; line by line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MARK = "# error"

Refused = dict[str, set[int]]
"""File name → lines that a checker refuses."""


def mypy(folder: Path) -> Refused:
    done = run("-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"),
               "--cache-dir", str(folder / "cache"), "--output", "json", str(folder))  # fmt: skip
    assert done.stderr == ""
    found: Refused = {}
    for line in done.stdout.splitlines():
        problem = json.loads(line)
        if problem["severity"] == "error":
            found.setdefault(Path(problem["file"]).name, set()).add(problem["line"])
    return found


def pyright(folder: Path) -> Refused:
    settings = {
        "extraPaths": [str(ROOT / "provider")],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.10",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    done = run("-m", "pyright", "--pythonpath", sys.executable, "--outputjson", "-p", str(folder))
    found: Refused = {}
    for problem in json.loads(done.stdout)["generalDiagnostics"]:
        if problem["severity"] == "error":
            line = problem["range"]["start"]["line"] + 1
            found.setdefault(Path(problem["file"]).name, set()).add(line)
    return found


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds both programs; the wrong one is no .py file in the project, which is free of errors."""
    for program in ("right.py", "wrong.py.txt"):
        shutil.copy(HERE / program, tmp_path / program.removesuffix(".txt"))
    return tmp_path


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_checker_refuses_the_marked_lines_and_no_other(
    checker: Callable[[Path], Refused], folder: Path
) -> None:
    lines = enumerate((folder / "wrong.py").read_text().splitlines(), start=1)
    marked = {number for number, line in lines if line.endswith(MARK)}
    assert len(marked) > 20
    assert checker(folder) == {"wrong.py": marked}
