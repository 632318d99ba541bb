"""A stack's configuration and state, through Pulumi's own command line.

Not through `pulumi.automation`: its export decrypts every secret in state.
"""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.text import one_line

from . import remedies
from .processes import run_pulumi
from .redaction import without_credentials


class ProjectError(FunctionComputeError):
    """Pulumi's command line is missing or failed, or a project's file is wrong.

    Attributes:
        problem: what is wrong, without what to do about it.
        remedy: what to do about it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


_ENDINGS = (".json", ".yaml", ".yml")
"""Of a project's file, in the order in which Pulumi looks for it."""


def project_file(folder: Path) -> Path | None:
    """Find the ``Pulumi.yaml`` of a folder: in it, or above."""
    folder = folder.resolve()
    candidates = (
        parent / f"Pulumi{ending}" for parent in (folder, *folder.parents) for ending in _ENDINGS
    )
    return next(filter(Path.is_file, candidates), None)


@dataclass(frozen=True)
class Project:
    """A stack of a project."""

    folder: Path
    """Where ``Pulumi.yaml`` is, or below that."""
    stack: str | None
    """Name of the stack; `None`: the one that is selected."""
    seconds: float
    """Time limit of each run of Pulumi: its backend may never respond."""

    def configuration(self) -> Callable[[str], str | None]:
        """Read the stack's configuration.

        Returns:
            Looks up a key such as ``alicloud:region``; `None`: not set. A secret is decrypted only
            when it is looked up, which raises a `ProjectError` where it cannot be.

        Raises:
            ProjectError: if it cannot be read.
        """
        try:
            values = _CONFIGURATION.validate_json(self._run("config", "--json"))
        except ValidationError:
            raise ProjectError(
                "pulumi config --json did not print a configuration",
                "update Pulumi: https://www.pulumi.com/docs/install/",
            ) from None

        def get(key: str) -> str | None:
            entry = values.get(key)
            if entry is None:
                return None
            return (
                self._run("config", "get", key).rstrip("\n") if entry.secret else str(entry.value)
            )

        return get

    def export(self) -> str:
        """Export the stack's state as JSON, its secrets encrypted.

        Raises:
            ProjectError: if it cannot be read.
        """
        return self._run("stack", "export")

    def has_none_selected(self) -> bool:
        """Tell whether the stacks can be listed, and none is selected."""
        try:
            stacks = _STACKS.validate_json(self._run("stack", "ls", "--json"))
        except (ProjectError, ValidationError):
            return False
        return not any(each.current for each in stacks)

    def _run(self, *arguments: str) -> str:
        if not self.folder.is_dir():
            raise ProjectError(
                f"There is no folder {self.folder}", "name the project's folder with --cwd"
            )
        which = [] if self.stack is None else [f"--stack={self.stack}"]
        command = " ".join(("pulumi", *arguments))
        try:
            done = run_pulumi(
                "pulumi",
                *(*arguments, *which, "--non-interactive", "--color=never"),
                seconds=self.seconds,
                folder=self.folder,
            )
        except OSError:
            raise ProjectError(
                "There is no pulumi on PATH to ask about the stack",
                "install it: https://www.pulumi.com/docs/install/",
            ) from None
        except subprocess.TimeoutExpired:
            raise ProjectError(
                f"{command} in {self.folder} took more than {self.seconds:g} s",
                f"{remedies.BACKEND}; to wait longer: --request-timeout",
            ) from None
        if done.returncode != 0:
            reason = _reason(done.stderr)
            raise ProjectError(
                f"{command} in {self.folder} failed: {reason}", remedies.remedy(reason)
            )
        return done.stdout


class _Entry(BaseModel):
    """One value as ``pulumi config --json`` prints it."""

    value: Any = ""
    secret: bool = False


class _Stack(BaseModel):
    """One stack as ``pulumi stack ls --json`` prints it."""

    current: bool = False


_CONFIGURATION = TypeAdapter(dict[str, _Entry])
_STACKS = TypeAdapter(list[_Stack])


def _reason(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")] or lines[-1:]
    reason = without_credentials(" ".join(errors).removeprefix("error: "))
    return one_line(reason) or "no reason given"
