"""Make `.venv` from the locked requirements; nothing to do if it is already up to date.

A stamp in it says what it was made from. It is taken away before anything changes and put back
at the end, so an environment without a stamp is one that was cut off, and is made afresh.
"""

import hashlib
import importlib.util
import sys
import tempfile
from pathlib import Path

from tools.lock import exclusive
from tools.process import CommandError, end_cleanly_when_terminated, run, say

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENTS = ROOT / "tools" / "environment" / "requirements.txt"
STAMP = ENVIRONMENT / ".made-from"
LOCK = ROOT / ".state" / "environment.lock"

_NO_VENV = """\
This Python cannot make virtual environments: {python} has no `{module}` module.
Debian and Ubuntu have it in a package of its own: apt-get install python3-venv."""


def expected_stamp() -> str:
    """Two lines: which Python and where (only a new environment changes that), and the packages."""
    base = hashlib.sha256(f"{sys.version}\n{ROOT}".encode())
    packages = hashlib.sha256()
    for file in (REQUIREMENTS, ROOT / "pyproject.toml"):
        packages.update(file.read_bytes())
    return f"{base.hexdigest()}\n{packages.hexdigest()}\n"


def create() -> None:
    """Bring the environment up to date.

    Raises:
        CommandError: it cannot be made; says why.
    """
    stamp = expected_stamp()
    if _stamp() == stamp:
        return
    with exclusive(LOCK, "another run that makes the environment"):
        before = _stamp()
        if before == stamp:
            return
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise CommandError(_NO_VENV.format(python=sys.executable, module=module))
        if before is None or before.splitlines()[:1] != stamp.splitlines()[:1]:
            say(f"Environment: making .venv with Python {sys.version.split()[0]}, about a minute")
            command = (sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT))
            run(command, "making .venv")
        else:
            say("Environment: bringing .venv up to date")
            STAMP.unlink()
        _install()
        STAMP.write_text(stamp)


def _stamp() -> str | None:
    """What the environment was made from; ``None`` if it is missing or was cut off."""
    try:
        return STAMP.read_text() if PYTHON.exists() else None
    except OSError:
        return None


def _install() -> None:
    pip = (str(PYTHON), "-m", "pip")
    install = (*pip, "install", "--no-deps", "--no-build-isolation")
    locked = (*install, "--require-hashes", "-r")
    with tempfile.TemporaryDirectory() as folder:
        # It builds the one package that comes as source only, so it has to be there before.
        first = Path(folder) / "setuptools.txt"
        first.write_text(_pin_of("setuptools"))
        run((*locked, str(first)), "installing setuptools")
    run((*locked, str(REQUIREMENTS)), "installing the locked packages")
    run((*install, "-e", str(ROOT)), "installing this package")
    run((*pip, "check"), "checking that the packages fit together")


def _pin_of(package: str) -> str:
    """The lines of one package, with its hashes, out of the locked requirements."""
    joined = REQUIREMENTS.read_text().replace("\\\n", " ")
    pins = [line for line in joined.splitlines() if line.startswith(f"{package}==")]
    return "\n".join(pins)


def main() -> int:
    """Bring the environment up to date; 1 if that fails."""
    end_cleanly_when_terminated()
    try:
        create()
    except CommandError as error:
        say(f"The environment could not be made. {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
