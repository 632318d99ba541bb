"""A build of the engine with Go, from the pinned modules under `cli/` and `language/`."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from tools.engine.pins import CLI_MODULE, LANGUAGE_MODULE, engine_version
from tools.process import CommandError, run, say

_CLI = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_LANGUAGE = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_VERSION = f"{_SDK}/go/common/version.Version"
_SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")


def unavailable() -> str | None:
    """Why it can't be tried at all, or ``None``."""
    if shutil.which("go") is None:
        return "no go on PATH"
    try:
        # Asked inside the module, Go itself compares with the version that go.mod wants.
        _go("env", "GOVERSION")
    except CommandError as error:
        return str(error)
    return None


def build(home: Path) -> None:
    """Build the two programs and copy the two scripts into ``home/bin``.

    Raises:
        CommandError: Go failed; says with what.
    """
    programs = home / "bin"
    programs.mkdir()
    say("Building the Pulumi engine with Go, once: about 5 minutes on two cores ...")
    flags = f"-s -w -X {_VERSION}=v{engine_version()}"
    _go_build(CLI_MODULE, _CLI, programs / "pulumi", flags)
    _go_build(LANGUAGE_MODULE, _LANGUAGE, programs / "pulumi-language-python", "-s -w")
    sources = Path(json.loads(_go("mod", "download", "-json", _SDK))["Dir"])
    for script in _SCRIPTS:
        target = programs / Path(script).name
        shutil.copyfile(sources / script, target)
        target.chmod(0o755)


def _go_build(module: Path, package: str, target: Path, linker_flags: str) -> None:
    command = ("go", "build", "-trimpath", f"-ldflags={linker_flags}", "-o", str(target), package)
    run(command, f"building {target.name}", cwd=module, env=_environment())


def _go(*arguments: str) -> str:
    """Answer of a short Go command, asked in the CLI's module."""
    try:
        done = subprocess.run(
            ["go", *arguments],
            cwd=CLI_MODULE,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
    except OSError as error:
        raise CommandError(f"go does not start: {error}") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip() or error.stdout.strip()
        raise CommandError(f"go {' '.join(arguments)} failed: {reason}") from error
    return done.stdout


def _environment() -> dict[str, str]:
    """This process's own, but the module files are the last word and no work space counts."""
    flags = f"{os.environ.get('GOFLAGS', '')} -mod=readonly -buildvcs=false".strip()
    return {**os.environ, "GOFLAGS": flags, "GOWORK": "off"}
