"""A stack's configuration and state, through Pulumi's own command line.

Not through `pulumi.automation`: its export decrypts every secret in state.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.text import one_line

from . import processes, remedies
from .redaction import without_credentials

_ENDINGS = (".json", ".yaml", ".yml")
"""Of a project's file, in the order in which Pulumi looks for it."""


class ProjectError(FunctionComputeError):
    """Pulumi's command line is not there, or did not do what it was asked to.

    Attributes:
        problem: what is wrong, without what to do about it.
        remedy: what to do about it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Project:
    """A stack of a project."""

    folder: Path
    """Where ``Pulumi.yaml`` is, or below that."""
    stack: str | None
    """Name of the stack; `None`: the one that is selected."""
    seconds: float
    """How long each run of Pulumi may take: a backend that never answers is waited for no longer.
    """

    def configuration(self) -> "Configuration":
        """The stack's configuration.

        Raises:
            ProjectError: if it cannot be read.
        """
        return Configuration(self, _object(self._run("config", "--json")))

    def export(self) -> dict[str, Any]:
        """The stack's state, its secrets encrypted.

        Raises:
            ProjectError: if it cannot be read.
        """
        return _object(self._run("stack", "export"))

    def selected(self) -> str:
        """The name of the stack that is selected.

        Raises:
            ProjectError: if none is.
        """
        return self._run("stack", "--show-name").strip()

    def about(self) -> dict[str, Any]:
        """What Pulumi says about itself here; with a project, also which Python it uses.

        Raises:
            ProjectError: if it does not say.
        """
        return _object(self._run("about", "--json"))

    def virtualenv(self) -> Path | None:
        """The environment that ``Pulumi.yaml`` names; `None`: it names none.

        Raises:
            ProjectError: if that file cannot be read.
        """
        file = self._file()
        try:
            project = yaml.safe_load(file.read_text(encoding="utf-8"))
            named = project["runtime"]["options"]["virtualenv"]
        except (KeyError, TypeError):
            return None  # the short form, or other options
        except (OSError, ValueError, yaml.YAMLError):
            raise ProjectError(f"{file} cannot be read", "correct it") from None
        return file.parent / str(named) if named else None

    def _file(self) -> Path:
        folder = self.folder.resolve()
        candidates = (
            parent / f"Pulumi{ending}"
            for parent in (folder, *folder.parents)
            for ending in _ENDINGS
        )
        return next(filter(Path.is_file, candidates), folder / "Pulumi.yaml")

    def value(self, key: str) -> str:
        """One value of the configuration, decrypted.

        Raises:
            ProjectError: if it cannot be read, such as without the passphrase.
        """
        return self._run("config", "get", key).rstrip("\n")

    def _run(self, *arguments: str) -> str:
        if not self.folder.is_dir():
            raise ProjectError(
                f"There is no folder {self.folder}", "name the project's folder with --cwd"
            )
        which = [] if self.stack is None else [f"--stack={self.stack}"]
        command = " ".join(("pulumi", *arguments))
        try:
            done = processes.run(
                ["pulumi", *arguments, *which, "--non-interactive", "--color=never"],
                seconds=self.seconds,
                folder=self.folder,
                environment={"PULUMI_SKIP_UPDATE_CHECK": "true"},
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


class Configuration:
    """A stack's configuration, by key; a secret is decrypted only when it is asked for."""

    def __init__(self, project: Project, values: dict[str, Any]) -> None:
        self._project = project
        self._values = values

    def get(self, key: str) -> str | None:
        """The value of a key such as ``alicloud:region``; `None`: not set."""
        entry = cast("dict[str, Any] | None", self._values.get(key))
        if entry is None:
            return None
        if entry.get("secret"):
            return self._project.value(key)
        return str(entry.get("value", ""))


def _object(text: str) -> dict[str, Any]:
    try:
        value: object = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ProjectError(
            "What pulumi answered is no JSON object",
            "update Pulumi: https://www.pulumi.com/docs/install/",
        )
    return cast("dict[str, Any]", value)


def _reason(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")] or lines[-1:]
    said = without_credentials(" ".join(errors).removeprefix("error: "))
    return one_line(said) or "it did not say why"
