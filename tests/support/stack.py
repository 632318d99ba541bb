"""A Pulumi project in a temporary folder, driven by the real command line."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from tests.support.outcome import Outcome
from tests.support.programs import IMPORTS
from tests.support.versions import V2, Version

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.provider import RESOURCE_TYPE, V3_RESOURCE_TYPE

_EMPTY_STACKS: dict[str, dict[Path, bytes]] = {}
"""Name → the files that `pulumi stack init` leaves."""


class Stack:
    """One stack of one project.

    Every method that runs the command line returns what it did; a run that fails is an
    `AssertionError` with all that was printed, unless failure is what is asked for.
    """

    project = "project"
    """Name of the project."""
    version: Version = V2
    """What `declare` declares a config of."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, name: str = "dev") -> None:
        self.folder = folder
        self.name = name
        self.environment = dict(environment)
        (folder / ".state").mkdir(parents=True, exist_ok=True)
        project = {
            "name": self.project,
            "runtime": "python",
            "backend": {"url": f"file://{folder / '.state'}"},
        }
        (folder / "Pulumi.yaml").write_text(json.dumps(project))
        (folder / "__main__.py").write_text(IMPORTS)
        self.environment["PULUMI_STACK"] = name
        self._begin()

    def _begin(self) -> None:
        """Leave what `pulumi stack init` leaves: a command less for all but a name's first."""
        left = _EMPTY_STACKS.get(self.name)
        if left is None:
            self.run("stack", "init", self.name)
            state = self.folder / ".state" / ".pulumi"
            # Another stack may be there already.
            files = (*state.glob("meta*"), *state.rglob(f"{self.name}.*"), self._settings_file)
            _EMPTY_STACKS[self.name] = {
                file.relative_to(self.folder): file.read_bytes() for file in files if file.is_file()
            }
            return
        for file, content in left.items():
            (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / file).write_bytes(content)

    # -- what the user writes

    def program(self, text: str) -> None:
        """Write the program; the names it needs are imported."""
        (self.folder / "__main__.py").write_text(IMPORTS + text)
        # Python takes its compiled copy for current if the size is the same and the time the same
        # to the second: a quick `up` and a change of one digit would run the old program again.
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    def declare(self, name: str = "hello", *, opts: str = "None", **inputs: Any) -> None:
        """Write a program of one resource; inputs that are not given have a default."""
        self.program(self.version.declaration(name, opts=opts, **inputs))

    def configure(self, **values: object) -> None:
        """Write the stack's configuration; ``__`` stands for the colon, `None` removes."""
        file = self._settings_file
        settings: dict[str, Any] = yaml.safe_load(file.read_text()) if file.exists() else {}
        config = settings.setdefault("config", {})
        for key, value in values.items():
            config.pop(key.replace("__", ":"), None)
            if value is not None:
                config[key.replace("__", ":")] = value
        file.write_text(yaml.safe_dump(settings))

    @property
    def _settings_file(self) -> Path:
        return self.folder / f"Pulumi.{self.name}.yaml"

    # -- what the user runs

    def up(self, *arguments: str) -> Outcome:
        """`pulumi up` that succeeds."""
        return self._succeed("up", "--yes", "--skip-preview", *arguments)

    def try_up(self, *arguments: str) -> Outcome:
        """`pulumi up` that may fail."""
        return self._operate("up", "--yes", "--skip-preview", *arguments)

    def up_fails(self, *arguments: str) -> Outcome:
        """`pulumi up` that does not."""
        return self._fail("up", "--yes", "--skip-preview", *arguments)

    def preview(self, *arguments: str) -> Outcome:
        """`pulumi preview` that succeeds."""
        return self._succeed("preview", *arguments)

    def preview_fails(self, *arguments: str) -> Outcome:
        """`pulumi preview` that does not."""
        return self._fail("preview", *arguments)

    def refresh(self, *arguments: str) -> Outcome:
        """`pulumi refresh` that succeeds."""
        return self._succeed("refresh", "--yes", "--skip-preview", *arguments)

    def refresh_fails(self, *arguments: str) -> Outcome:
        """`pulumi refresh` that does not."""
        return self._fail("refresh", "--yes", "--skip-preview", *arguments)

    def destroy(self, *arguments: str) -> Outcome:
        """`pulumi destroy` that succeeds."""
        return self._succeed("destroy", "--yes", "--skip-preview", *arguments)

    def destroy_fails(self, *arguments: str) -> Outcome:
        """`pulumi destroy` that does not."""
        return self._fail("destroy", "--yes", "--skip-preview", *arguments)

    def settled(self) -> bool:
        """Whether neither a preview nor a refresh finds anything to do.

        It takes a run of the command line, so `make test` takes it for granted here: in each file,
        a test of the kind asks `is_settled`. The nightly run looks each time (`SETTLED=always`).
        """
        return os.environ.get("SETTLED") != "always" or self.is_settled()

    def is_settled(self) -> bool:
        """The same, and it looks each time."""
        outcome = self.preview("--refresh")
        done = [op for op in outcome.operations if op != "read"]
        return not done and not outcome.drift

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Any command of the command line."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done

    def _operate(self, command: str, *arguments: str) -> Outcome:
        log = self.folder / "events.jsonl"
        log.unlink(missing_ok=True)
        done = self.run(
            command, "--stack", self.name, "--event-log", str(log), *arguments, check=False
        )
        lines = log.read_text().splitlines() if log.exists() else []
        return Outcome(
            done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines]
        )

    def _succeed(self, command: str, *arguments: str) -> Outcome:
        outcome = self._operate(command, *arguments)
        assert outcome.exit_code == 0, outcome.text
        return outcome

    def _fail(self, command: str, *arguments: str) -> Outcome:
        outcome = self._operate(command, *arguments)
        assert outcome.exit_code != 0, outcome.text
        assert "Traceback" not in outcome.text, outcome.text
        return outcome

    # -- what the engine keeps

    @property
    def state_file(self) -> Path:
        """The checkpoint."""
        return self.folder / ".state" / ".pulumi" / "stacks" / self.project / f"{self.name}.json"

    @property
    def latest(self) -> dict[str, Any]:
        """The state; empty if there is none yet."""
        checkpoint: dict[str, Any] = json.loads(self.state_file.read_text())["checkpoint"]
        return checkpoint["latest"] or {}

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Name → resource in state, of the async-invoke-configs."""
        return {resource["urn"].rsplit("::", 1)[1]: resource for resource in self._in_state()}

    def all_outputs(self, name: str) -> list[dict[str, Any]]:
        """Outputs of one resource in state, and of what it replaces and is not deleted yet."""
        urn_end = f"::{name}"
        return [each["outputs"] for each in self._in_state() if each["urn"].endswith(urn_end)]

    def _in_state(self) -> list[dict[str, Any]]:
        held: list[dict[str, Any]] = self.latest.get("resources", [])
        return [
            resource for resource in held if resource["type"] in (RESOURCE_TYPE, V3_RESOURCE_TYPE)
        ]

    @property
    def pending(self) -> list[str]:
        """What the engine thinks is still under way, as ``operation name``."""
        operations: list[dict[str, Any]] = self.latest.get("pending_operations", [])
        return sorted(
            f"{each['type']} {each['resource']['urn'].rsplit('::', 1)[1]}" for each in operations
        )

    def urn(self, name: str = "hello") -> str:
        """URN of one resource in state."""
        urn: str = self.resources[name]["urn"]
        return urn

    @property
    def exports(self) -> dict[str, Any]:
        """What the program exports, secrets in plain text."""
        exported: dict[str, Any] = json.loads(
            self.run("stack", "output", "--json", "--show-secrets", "--stack", self.name).stdout
        )
        return exported

    def outputs(self, name: str = "hello") -> dict[str, Any]:
        """Outputs of one resource in state."""
        outputs: dict[str, Any] = self.resources[name]["outputs"]
        return outputs


class Project(Stack):
    """One stack of a project that is there already, as a user finds it; its state is kept aside.

    Args:
        folder: the project: a copy, as Pulumi writes into it.
        environment: variables of the command line.
        name: name of the stack.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], *, name: str = "dev") -> None:
        settings = yaml.safe_load((folder / "Pulumi.yaml").read_text())
        self.folder = folder
        self.name = name
        self.project = settings["name"]
        (folder / ".state").mkdir()
        self.environment = {
            **environment,
            "PULUMI_BACKEND_URL": (folder / ".state").as_uri(),
        }
        self.run("stack", "init", name)


def copy_project(source: Path, folder: Path) -> Path:
    """Copy a project of this repository, with an environment to run it as `pulumi install` leaves.

    That is the tests' own environment, which has the package and all that projects require.
    """
    leftovers = shutil.ignore_patterns("__pycache__", ".pytest_cache", "venv", ".state")
    shutil.copytree(source, folder, ignore=leftovers)
    (folder / "venv").symlink_to(sys.prefix)
    return folder


def stack_environment(engine: Path, home: Path, **variables: str) -> dict[str, str]:
    """The environment of a user with nothing configured but these variables.

    Without coverage's: to measure each program and each plugin of the engine takes a third more
    CPU time, for lines that the plugin's own tests measure.
    """
    kept = ("HOME", "LANG", "TMPDIR")
    python = Path(sys.executable).parent
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": os.pathsep.join([str(engine), str(python), os.environ["PATH"]]),
        "PULUMI_HOME": str(home),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DEBUG_COMMANDS": "1",  # for --event-log
        **variables,
    }


def emulator_keys(emulator: EmulatorServer) -> dict[str, str]:
    """Environment variables with keys that an emulator accepts."""
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": emulator.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": emulator.access_key_secret,
    }
