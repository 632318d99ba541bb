"""A Pulumi project in a temporary folder, driven by the real command line."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pulumi_fc_async_invoke.emulator.remote import EmulatorControl
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.model import ConfigValues

REGION = "cn-shanghai"
ACCOUNT = "1234567890123456"
QUEUE = f"acs:mns:{REGION}:{ACCOUNT}:/queues/failures/messages"
TOPIC = f"acs:mns:{REGION}:{ACCOUNT}:/topics/results/messages"

IMPORTS = """\
import pulumi
from pulumi import Config, Output, ResourceOptions
from pulumi_fc_async_invoke import *
"""


@dataclass(frozen=True)
class Change:
    """One thing that the engine did, or would do."""

    operation: str
    """Such as ``create``, ``update``, ``create-replacement``, ``same``, ``read``."""
    name: str
    """Name of the resource in the program."""
    properties: tuple[str, ...]
    """Top-level inputs that differ from those in state, as the engine shows them."""


@dataclass(frozen=True)
class Outcome:
    """What one run of the command line did and said."""

    exit_code: int
    text: str
    events: list[dict[str, Any]] = field(repr=False)

    @property
    def changes(self) -> list[Change]:
        """What was done (or, in a preview, would be) to async-invoke-configs."""
        return list(self._changes())

    def _changes(self) -> Iterator[Change]:
        for event in self.events:
            step = event.get("resourcePreEvent", {}).get("metadata")
            if (
                step
                and "AsyncInvokeConfig" in step["type"]
                and step["op"] not in ("same", "refresh")
            ):
                name = step["urn"].rsplit("::", 1)[1]
                yield Change(step["op"], name, _changed(step, "inputs"))

    @property
    def operations(self) -> list[str]:
        """The operations of `changes`, in order."""
        return [change.operation for change in self.changes]

    @property
    def by_name(self) -> dict[str, list[str]]:
        """Name → its operations, in order."""
        names: dict[str, list[str]] = {}
        for change in self.changes:
            names.setdefault(change.name, []).append(change.operation)
        return names

    @property
    def drift(self) -> list[Change]:
        """What a refresh (alone, or before a preview or an up) found to be other than in state.

        Operations are ``update`` and ``delete``; properties are those of the outputs.
        """
        return list(self._drift())

    def _drift(self) -> Iterator[Change]:
        refreshing: set[str] = set()
        for event in self.events:
            started = event.get("resourcePreEvent", {}).get("metadata", {})
            if started.get("op") == "refresh" and "AsyncInvokeConfig" in started["type"]:
                refreshing.add(started["urn"])
            # Its own operation says little: within a preview it is always ``refresh``.
            found = event.get("resOutputsEvent", {}).get("metadata", {})
            if found.get("urn") in refreshing:
                refreshing.remove(found["urn"])
                operation = "update" if found.get("new") else "delete"
                properties = _changed(found, "outputs")
                if properties or operation == "delete":
                    yield Change(operation, found["urn"].rsplit("::", 1)[1], properties)

    @property
    def diagnostics(self) -> list[str]:
        """Errors and warnings, as the user sees them."""
        return [
            event["diagnosticEvent"]["message"].strip()
            for event in self.events
            if event.get("diagnosticEvent", {}).get("severity") in ("error", "warning", "info#err")
        ]

    @property
    def problems(self) -> dict[str, dict[str, str]]:
        """Name → property path → what is wrong with it: the failures of check, as printed."""
        found: dict[str, dict[str, str]] = {}
        for message in self.diagnostics:
            problem = _PROBLEM.search(message)
            if problem:
                found.setdefault(problem["name"], {})[problem["path"]] = problem["reason"]
        return found


_PROBLEM = re.compile(
    r"resource '(?P<name>[^']*)': property (?P<path>\S+) value .* has a problem: (?P<reason>.*)",
    re.DOTALL,
)


def _changed(step: dict[str, Any], which: str) -> tuple[str, ...]:
    old: dict[str, Any] = step.get("old") or {}
    new: dict[str, Any] = step.get("new") or {}
    before: dict[str, Any] = old.get(which) or {}
    after: dict[str, Any] = new.get(which) or {}
    keys = before.keys() | after.keys()
    return tuple(sorted(key for key in keys if before.get(key) != after.get(key)))


class Stack:
    """One stack of one project.

    Every method that runs the command line returns what it did; a run that fails is an
    `AssertionError` with all that was printed, unless failure is what is asked for.
    """

    project = "project"
    """Name of the project."""

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
        self.run("stack", "init", name)

    # -- what the user writes

    def program(self, text: str) -> None:
        """Write the program; the names it needs are imported."""
        (self.folder / "__main__.py").write_text(IMPORTS + text)
        # Python takes its compiled copy for current if the size is the same and the time the same
        # to the second: a quick `up` and a change of one digit would run the old program again.
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    def declare(self, name: str = "hello", *, opts: str = "None", **inputs: Any) -> None:
        """Write a program of one resource; inputs that are not given have a default."""
        self.program(declaration(name, opts=opts, **inputs))

    def configure(self, **values: object) -> None:
        """Write the stack's configuration; ``__`` stands for the colon, `None` removes."""
        file = self.folder / f"Pulumi.{self.name}.yaml"
        settings: dict[str, Any] = yaml.safe_load(file.read_text()) if file.exists() else {}
        config = settings.setdefault("config", {})
        for key, value in values.items():
            config.pop(key.replace("__", ":"), None)
            if value is not None:
                config[key.replace("__", ":")] = value
        file.write_text(yaml.safe_dump(settings))

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
        """Whether neither a preview nor a refresh finds anything to do."""
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
            resource
            for resource in held
            if resource["type"] == "pulumi-python:dynamic/fc:AsyncInvokeConfig"
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


def declaration(name: str = "hello", *, opts: str = "None", **inputs: Any) -> str:
    """Source of one resource; names that are not given have a default.

    `opts` is source too; a value of type `Source` among the inputs is taken as source.
    """
    given = {"service_name": "demo", "function_name": name, **inputs}
    arguments = "".join(
        f"    {key}={value.text if isinstance(value, Source) else repr(value)},\n"
        for key, value in given.items()
    )
    variable = name.replace("-", "_")
    return f"{variable} = AsyncInvokeConfig(\n    {name!r},\n    opts={opts},\n{arguments})\n"


def declaration_of(name: str, values: ConfigValues) -> str:
    """Source of one resource that declares all of these values."""
    sides = {"on_success": values.on_success, "on_failure": values.on_failure}
    return declaration(
        name,
        destination_config={
            side: {"destination": destination}
            for side, destination in sides.items()
            if destination is not None
        },
        max_async_event_age_in_seconds=values.max_async_event_age_in_seconds,
        max_async_retry_attempts=values.max_async_retry_attempts,
        stateful_invocation=values.stateful_invocation,
    )


def held_values(cloud: EmulatorControl, function: str = "hello", **names: str) -> dict[str, Any]:
    """The API's values that the cloud holds for a function; empty if it holds no config."""
    held = cloud.config(names.pop("service", "demo"), function, **names) or {}
    keys = (
        "destinationConfig",
        "maxAsyncEventAgeInSeconds",
        "maxAsyncRetryAttempts",
        "statefulInvocation",
    )
    return {key: held[key] for key in keys if key in held}


def api_values(
    *,
    destination_config: Mapping[str, Any] | None = None,
    max_async_event_age_in_seconds: int = 86_400,
    max_async_retry_attempts: int = 3,
    stateful_invocation: bool = False,
) -> dict[str, Any]:
    """The API's values that inputs mean, with the API's defaults."""
    sides = {"on_success": "onSuccess", "on_failure": "onFailure"}
    destinations = {sides[side]: value for side, value in (destination_config or {}).items()}
    return {
        **({"destinationConfig": destinations} if destinations else {}),
        "maxAsyncEventAgeInSeconds": max_async_event_age_in_seconds,
        "maxAsyncRetryAttempts": max_async_retry_attempts,
        "statefulInvocation": stateful_invocation,
    }


def destinations(*, success: str | None = None, failure: str | None = None) -> dict[str, Any]:
    """The input ``destination_config``."""
    given = {"on_success": success, "on_failure": failure}
    return {side: {"destination": to} for side, to in given.items() if to is not None}


LATE = """
from pulumi import dynamic

class _Provider(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult(props["value"], props)

class _Late(dynamic.Resource):
    pass

def late(value):
    "The value, which is not known before something else has been created."
    return _Late(_Provider(), "late " + value, {"value": value}).id

"""
"""Source of a function ``late(value)``, for programs."""


@dataclass(frozen=True)
class Source:
    """An expression of the program, in place of a value."""

    text: str


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
