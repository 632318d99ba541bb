"""Run one Pulumi command on one stack: ``python -m tools.stack up --stack dev``."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

from pulumi_fc_async_invoke.api import v2016, v2023
from tools.emulator.control import Emulator, EmulatorError
from tools.engine.sources import NoEngineError, resolve
from tools.lock import exclusive
from tools.process import attend, end_cleanly_when_terminated, say
from tools.stack.workspace import ROOT, STATE, Workspace, environment

_OPTIONS = {
    "up": ("--yes", "--skip-preview", "--suppress-outputs"),  # `show` prints them, at the end
    "preview": ("--diff",),
    "refresh": ("--yes", "--skip-preview"),
    "destroy": ("--yes", "--skip-preview"),
}


class Session:
    """Pulumi on one stack, with the engine and the emulator that it needs."""

    def __init__(self, workspace: Workspace, engine: Path, emulator: Emulator, url: str) -> None:
        self._workspace = workspace
        self._pulumi = str(engine / "pulumi")
        self._environment = environment(engine)
        self._emulator = emulator
        self._url = url

    def prepare(self) -> None:
        """Have the stack there, with its settings, and not locked by a run that was killed."""
        self._workspace.write(self._url)
        self._in_folder("stack", "select", "--create", self._workspace.stack)
        if self._workspace.stale_lock():
            say(f"Stack {self._workspace.stack}: a run was killed; taking its lock away")
            self._in_folder("cancel", "--yes", "--stack", self._workspace.stack)
            # Whether its last call took effect is unknown: look.
            self.run("refresh", "--clear-pending-creates")

    def run(self, command: str, *options: str) -> int:
        """Run `up`, `preview`, `refresh` or `destroy`; its exit code."""
        say(f"Stack {self._workspace.stack}: pulumi {command}")
        line = (
            *(self._pulumi, "--non-interactive", command, *_OPTIONS[command]),
            *("--stack", self._workspace.stack),
            *("--config-file", str(self._workspace.settings), "--suppress-permalink=true"),
            *options,
        )
        return attend(line, cwd=ROOT, env=self._environment)

    def show(self) -> None:
        """Print the stack's outputs, and what the emulator holds of what they name."""
        outputs = json.loads(
            self._in_folder("stack", "output", "--json", "--stack", self._workspace.stack)
        )
        print(f"\nOutputs of stack {self._workspace.stack}")
        _print_pairs(outputs)
        print(f"\nWhat the emulator holds ({self._url}/_emulator/configs)")
        held = [each for each in self._emulator.configs(self._url) if _id(each) in outputs.values()]
        for config in held:
            _print_pairs(_flat(config))
        if not held:
            print("  nothing of this stack")

    def _in_folder(self, *arguments: str) -> str:
        done = subprocess.run(
            (self._pulumi, "--non-interactive", *arguments),
            cwd=self._workspace.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PulumiError(f"pulumi {' '.join(arguments)}: {done.stderr or done.stdout}")
        return done.stdout


class PulumiError(Exception):
    """A Pulumi command that prepares or shows something failed; ``str()`` says with what."""


def _id(config: dict[str, Any]) -> str:
    """Id of the resource that stands for what the emulator holds."""
    names = {
        "accountId": config["account"],
        "serviceName": config["service"],
        "functionName": config["function"],
    }
    api = v2023.API if config["service"] is None else v2016.API
    return api.identity({**config, **names}).id


def _flat(value: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested properties as one level of paths, such as ``destinationConfig.onSuccess``."""
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        path = f"{prefix}{name}"
        if isinstance(inner, dict):
            flat |= _flat(cast("dict[str, Any]", inner), f"{path}.")
        else:
            flat[path] = inner
    return flat


def _print_pairs(values: dict[str, Any]) -> None:
    width = max(map(len, values), default=0)
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value)
        print(f"  {name:<{width}}  {text}")


def _run(command: str, stack: str) -> int:
    engine = resolve()
    emulator = Emulator()
    # One at a time: Pulumi would refuse the second one, and its lock tells no dead run from it.
    with exclusive(STATE / "stack.lock", "another run on a stack of this checkout"):
        session = Session(Workspace(stack), engine, emulator, emulator.start())
        session.prepare()
        code = 0 if command == "outputs" else session.run(command)
        if code == 0 and command in {"up", "outputs"}:
            session.show()
        return code


def main() -> int:
    """Run the command; Pulumi's exit code, or 1 if it could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tools.stack", description=__doc__)
    parser.add_argument("command", choices=(*_OPTIONS, "outputs"))
    parser.add_argument("--stack", default="dev", help="name of the stack (%(default)s)")
    options = parser.parse_args()
    if not Workspace(options.stack).committed.exists():
        parser.error(f"there is no Pulumi.{options.stack}.yaml")
    end_cleanly_when_terminated()
    try:
        return _run(options.command, options.stack)
    except (EmulatorError, NoEngineError, PulumiError) as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
