"""A project that several users work on, each in a folder of their own, with the state elsewhere."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.programs import IMPORTS
from tests.support.stack import Stack

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "shared-state.md"


def guide_block(heading: str) -> str:
    """The shell commands under a heading of the guide."""
    _, _, below = GUIDE.read_text().partition(f"# {heading}\n")
    block = re.search(r"```sh\n(.*?)```", below.partition("\n#")[0], re.DOTALL)
    assert block, f"{GUIDE.name} has no commands under {heading}"
    return block[1]


def guide_url(heading: str) -> str:
    """What the variable STATE is set to under a heading of the guide."""
    url = re.search(r"^export STATE='(.*)'$", guide_block(heading), re.MULTILINE)
    assert url
    return url[1]


class SharedStack(Stack):
    """One user's copy of a project, and one of its stacks."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, name: str = "dev") -> None:
        self.folder = folder
        self.name = name
        home = folder.with_name(f"{folder.name}-home")
        self.environment = {**environment, "PULUMI_HOME": str(home)}
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text(json.dumps({"name": "project", "runtime": "python"}))
        (folder / "__main__.py").write_text(IMPORTS)

    def colleague(self, name: str) -> "SharedStack":
        """Another user with what a version control system holds of the project."""
        other = SharedStack(self.folder.with_name(name), self.environment, name=self.name)
        for file in (*self.folder.glob("Pulumi*.yaml"), self.folder / "__main__.py"):
            shutil.copy(file, other.folder)
        return other

    def follow(self, heading: str) -> str:
        """Run the commands that the guide has under a heading; what they print."""
        done = subprocess.run(
            ["sh", "-eu", "-c", guide_block(heading)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    @property
    def latest(self) -> dict[str, Any]:
        exported = self.run("stack", "export", "--stack", self.name).stdout
        deployment: dict[str, Any] = json.loads(exported)["deployment"]
        return deployment
