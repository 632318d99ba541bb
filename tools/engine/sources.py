"""The order in which an engine is looked for, and what is said when there is none."""

import argparse
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tools.engine import build, installer
from tools.engine.cache import ROOT_VARIABLE, cache_root, cached, make
from tools.engine.check import runs
from tools.engine.pins import BINARIES, cache_key
from tools.process import CommandError, end_cleanly_when_terminated, say

_INSTALL_SECONDS = 300.0

_ADVICE = """\
No Pulumi engine. These were tried:
{tried}
Do one of these, then run the command again:
  - install Pulumi (https://www.pulumi.com/docs/install/), so that `pulumi` and
    `pulumi-language-python` are on PATH;
  - or install Go 1.25 or newer (https://go.dev/dl/) and let this project build the engine;
  - or let this machine reach get.pulumi.com, for the vendor's installer;
  - or copy the cache folder from a machine of the same kind ({variable} names another place)."""


class NoEngineError(Exception):
    """There is no engine and no way to get one; ``str()`` says what was tried and what to do."""


class _Way(NamedTuple):
    """A way to make a cached engine."""

    name: str
    unavailable: Callable[[], str | None]
    maker: Callable[[Path], None]

    def go(self, home: Path) -> str | None:
        """Have an engine in ``home``; why that did not work, or ``None`` if it did."""
        reason = self.unavailable()
        if reason is not None:
            return reason
        try:
            here = make(home, self.maker)
        except (CommandError, OSError, RuntimeError) as error:
            return str(error)
        say(f"Engine: {self.name if here else 'cached copy'}, {home / 'bin'}")
        return None


def resolve(install_timeout: float = _INSTALL_SECONDS) -> Path:
    """The folder that holds `pulumi` and its Python language plugin.

    Args:
        install_timeout: seconds that the vendor's installer may take.

    Raises:
        NoEngineError: none of the four ways led to one.
    """
    home = cache_root() / cache_key()
    on_path = _on_path()
    if isinstance(on_path, Path):
        say(f"Engine: pulumi on PATH, {on_path}")
        return on_path
    found = cached(home)
    if found is not None:
        say(f"Engine: cached copy, {found}")
        return found
    state = "is broken" if home.exists() else "is not there"
    tried = [f"pulumi on PATH: {on_path}", f"cached copy: {home} {state}"]
    ways = (
        _Way(
            "vendor's installer",
            installer.unavailable,
            partial(installer.install, timeout=install_timeout),
        ),
        _Way("build with Go", build.unavailable, build.build),
    )
    for way in ways:
        reason = way.go(home)
        if reason is None:
            return home / "bin"
        tried.append(f"{way.name}: {reason}")
    listed = "\n".join(f"  {number}. {line}" for number, line in enumerate(tried, 1))
    raise NoEngineError(_ADVICE.format(tried=listed, variable=ROOT_VARIABLE))


def _on_path() -> Path | str:
    """The folder of a `pulumi` on PATH that can run Python programs, or why there is none."""
    found = {name: shutil.which(name) for name in BINARIES}
    missing = [name for name, path in found.items() if path is None]
    pulumi = found["pulumi"]
    if missing or pulumi is None:
        return f"no {' and no '.join(missing)}"
    if len({Path(path).parent for path in found.values() if path}) > 1:
        return f"{' and '.join(BINARIES)} are not in one folder"
    if runs(Path(pulumi)) is None:
        return f"{pulumi} does not run"
    return Path(pulumi).absolute().parent


def main() -> int:
    """Print the folder; 1 if there is none."""
    parser = argparse.ArgumentParser(prog="resolve", description=__doc__)
    parser.add_argument(
        "--install-timeout",
        type=float,
        default=_INSTALL_SECONDS,
        metavar="SECONDS",
        help="how long the vendor's installer may take (%(default)g)",
    )
    options = parser.parse_args()
    end_cleanly_when_terminated()
    try:
        folder = resolve(options.install_timeout)
    except NoEngineError as error:
        say(str(error))
        return 1
    print(folder)
    return 0
