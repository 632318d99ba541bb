"""The wheel and the source distribution, and environments that hold nothing but these."""

import fcntl
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LOCKS = ROOT / "tools" / "environment"


@dataclass(frozen=True)
class Distributions:
    """What would be published."""

    wheel: Path
    sdist: Path


def build_once(base: Path) -> Distributions:
    """Build the source distribution, and the wheel from it; needs no network.

    Args:
        base: temporary folder of these tests; those of other workers are beside it, and the first
            that needs it builds it for all.
    """
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "distributions"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not [*folder.glob("*.whl")]:
            run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return Distributions(wheel, sdist)


def locked_versions(file: Path, lock: str = "requirements.txt") -> Path:
    """Write constraints with the locked versions, so that no test depends on a new release.

    Without their hashes: pip would ask for one of the wheel too.

    Args:
        file: where to.
        lock: ``requirements.txt``, or ``lowest.txt`` for the lowest versions that may be had.
    """
    text = (_LOCKS / lock).read_text()
    pins = re.findall(r"^([\w.\[\]-]+==\S+(?: ; [^\\\n]+)?)", text, re.MULTILINE)
    file.write_text("".join(f"{pin.strip()}\n" for pin in pins))
    return file


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command as outside of the checkout and of the tests' environment; its output."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def clean_environment() -> dict[str, str]:
    """The environment's variables without what leads to this checkout."""
    foreign = ("PYTHON", "VIRTUAL_ENV", "COVERAGE", "COV_", "PYTEST", "UV_PROJECT", "POETRY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    if "PIP_INDEX_URL" in kept:  # uv does not read pip's settings
        kept.setdefault("UV_DEFAULT_INDEX", kept["PIP_INDEX_URL"])
    here = Path(sys.executable).parent
    path = [each for each in kept["PATH"].split(os.pathsep) if Path(each) != here]
    return {**kept, "PATH": os.pathsep.join(path)}


def tool(name: str) -> str:
    """A command of the tests' environment, which is not on the path of a clean one."""
    return str(Path(sys.executable).with_name(name))
