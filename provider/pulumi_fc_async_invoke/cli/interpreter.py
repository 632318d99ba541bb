"""Which Python environment a Pulumi project uses, and whether it has this package.

Runs nothing of that environment, and reads no file of it but ``Pulumi.yaml``: whoever wrote the
project need not be trusted with the caller's environment variables.
"""

import os
import re
import shlex
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import yaml

from pulumi_fc_async_invoke.api.text import printable

from .language_host import ignores_virtualenv
from .project import ProjectError, project_file

_MAX_PROJECT_FILE = 1 << 18
"""Bytes of a project's file that are read."""
_PACKAGE = re.compile(r"pulumi_fc_async_invoke-(?P<version>[0-9A-Za-z.+!]{1,40})\.dist-info")


@dataclass(frozen=True)
class Interpreter:
    """A Python, and the environment around it."""

    executable: Path
    prefix: Path
    """The folder of the environment."""
    is_virtual: bool
    """Whether it is a virtual environment: packages are nowhere else."""

    def package_version(self) -> str | None:
        """Look for this package's metadata; `None`: the environment does not have it."""
        for library in ("lib/python3*", "lib64/python3*", "Lib", "local/lib/python3*"):
            for packages in ("site-packages", "dist-packages"):
                for found in self.prefix.glob(f"{library}/{packages}/*.dist-info"):
                    if match := _PACKAGE.fullmatch(found.name):
                        return match["version"]
        return None


def find_interpreter(folder: Path) -> Interpreter | None:
    """Find the Python that Pulumi uses for a project; `None`: another tool decides.

    As ``pulumi-language-python`` does: the project's virtual environment, else PATH.

    Args:
        folder: the folder of ``Pulumi.yaml``, or one below it.

    Raises:
        ProjectError: ``Pulumi.yaml`` cannot be read, or names an environment that is not there.
    """
    file = project_file(folder) or folder / "Pulumi.yaml"
    main, options = _main_and_options(file)
    toolchain = options.get("toolchain", "pip")
    named = options.get("virtualenv", ".venv" if toolchain == "uv" else "")
    if toolchain == "poetry":
        return None
    if not named:
        names = (os.environ.get("PULUMI_PYTHON_CMD"), "python3", "python")
        found = next(filter(None, (shutil.which(name) for name in names if name)), None)
        return None if found is None else _interpreter(Path(found))
    if main not in ("", ".", "./") and not Path(named).is_absolute():
        raise ProjectError(
            f"Pulumi.yaml has main: {printable(main, 200)} and the virtual environment "
            f"{printable(named, 200)}: Pulumi looks for that below main too, and the provider does "
            "not start (https://github.com/pulumi/pulumi/issues/7061)",
            "name the environment by its absolute path, or leave main out",
        )
    prefix = file.parent / named
    for executable in (prefix / "bin" / "python", prefix / "Scripts" / "python.exe"):
        with suppress(OSError, ValueError):  # a path that no system can have
            if executable.exists():
                return _interpreter(executable)
    remedy = "create it: pulumi install"
    if ignores_virtualenv():  # such a host would fill the project's folder
        path = shlex.quote(printable(str(prefix), 500))
        remedy = (
            f"create and activate it: python3 -m venv {path} && . {path}/bin/activate && "
            "pip install -r requirements.txt"
        )
    raise ProjectError(
        f"Pulumi.yaml names the virtual environment {printable(str(prefix), 500)}, which does not "
        "exist",
        remedy,
    )


def _interpreter(executable: Path) -> Interpreter:
    prefix = executable.absolute().parent.parent
    return Interpreter(executable, prefix, (prefix / "pyvenv.cfg").is_file())


def _main_and_options(file: Path) -> tuple[str, dict[str, str]]:
    """Read ``main`` and ``runtime.options`` of a project's file: what is text of them."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_MAX_PROJECT_FILE)
        # The nodes alone: to construct the values would follow aliases, of which a few lines can
        # hold billions.
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        raise ProjectError(f"{file} cannot be read", "correct it") from None
    main = _members(node).get("main")
    for key in ("runtime", "options"):
        node = _members(node).get(key)
    options = {
        key: value.value
        for key, value in _members(node).items()
        if isinstance(value, yaml.ScalarNode)
    }
    return (main.value if isinstance(main, yaml.ScalarNode) else ""), options


def _members(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
