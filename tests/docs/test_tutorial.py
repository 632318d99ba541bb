"""The tutorial is followed to the letter: its files, its commands, and what they print.

In an empty folder, with what would be published, as a user finds it. All commands run in one shell,
as in a terminal; the port alone is another one, as it may be taken.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.distributions import Distributions, clean_environment, locked_versions
from tests.support.pages import ROOT, Block, blocks
from tests.support.ports import closed_port

TUTORIAL = ROOT / "docs" / "tutorial.md"
PORT = "8743"
END = "-- end of the commands at line "


@pytest.fixture
def environment(engine: Path, distributions: Distributions, tmp_path: Path) -> dict[str, str]:
    """Of a user who has Pulumi and Python; the package comes from what would be published."""
    constraints = locked_versions(tmp_path / "constraints.txt")
    python = Path(sys.base_prefix) / "bin"
    return {
        **clean_environment(),
        "PATH": os.pathsep.join([str(engine), str(python), clean_environment()["PATH"]]),
        "FC_WHEEL": str(distributions.wheel),
        "PIP_CONSTRAINT": str(constraints),
        "PIP_NO_COMPILE": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_CONFIG_PASSPHRASE": "",
    }


def follow(folder: Path, environment: dict[str, str]) -> dict[int, str]:
    """Line of each block of commands → what these print."""
    with closed_port() as port:
        return _run(
            "".join(_as_script(each) for each in _steps()).replace(PORT, str(port)),
            folder,
            environment,
        )


def _run(script: str, folder: Path, environment: dict[str, str]) -> dict[int, str]:
    process = subprocess.Popen(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # the emulator is to end with it, whatever happens
    )
    try:
        said, _ = process.communicate(timeout=400)
    finally:
        _end_all_of(process)
    assert process.returncode == 0, said
    parts = re.split(rf"^{END}(\d+)\n", said, flags=re.MULTILINE)
    return {int(line): text for text, line in zip(parts[::2], parts[1::2], strict=False)}


def _end_all_of(process: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(ProcessLookupError):  # all have ended by themselves
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _steps() -> Iterator[Block]:
    """The files and the commands, in their order."""
    return (each for each in blocks(TUTORIAL) if each.title or each.language == "sh")


def _as_script(block: Block) -> str:
    if block.title:
        return f"cat > {block.title} <<'END OF FILE'\n{block.text}END OF FILE\n"
    return f"{block.text}echo '{END}{block.line}'\n"


def _expected() -> Iterator[tuple[int, str]]:
    """Line of a block of commands → a line that the page says they print."""
    commands = 0
    for block in blocks(TUTORIAL):
        if block.language == "sh":
            commands = block.line
        if block.language == "text":
            yield from ((commands, each) for each in block.text.splitlines() if each.strip())


# One test, as the steps build on each other.
@pytest.mark.proof
def test_the_tutorial_can_be_followed_and_prints_what_it_says(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    printed = follow(folder, environment)
    assert list(printed) == [each.line for each in _steps() if each.language == "sh"]
    for commands, line in _expected():
        wanted = re.escape(" ".join(line.split())).replace("…", r"\S+?").replace(PORT, r"\d+")
        said = " ".join(printed[commands].split())
        assert re.search(wanted, said), f"no {line!r} in:\n{printed[commands]}"
