"""The order in which an engine is looked for, and what is said when there is none."""

import shutil
from pathlib import Path

from tools.engine import build, installer
from tools.engine.cache import ROOT_VARIABLE, UnsafeCacheError, cache_root, cached, make
from tools.engine.check import runs
from tools.engine.pins import BINARIES, cache_key
from tools.process import CommandError, end_cleanly_when_terminated, say

_ADVICE = """\
No Pulumi engine. These were tried:
{tried}
Do one of these, then run the command again:
  - install Pulumi (https://www.pulumi.com/docs/install/), so that `pulumi` and
    `pulumi-language-python` are on PATH;
  - or install Go 1.25 or newer (https://go.dev/dl/) and let this project build the engine;
  - or let this machine reach https://get.pulumi.com, for the vendor's installer;
  - or copy the cache folder from a machine of the same kind ({variable} names another place)."""


class NoEngineError(Exception):
    """There is no engine and no way to get one; ``str()`` says what was tried and what to do."""


def resolve() -> Path:
    """Find the folder that holds `pulumi` and its Python language plugin.

    On PATH, else in the cache. Else it is brought into the cache: by the vendor's installer, which
    is trusted over TLS, or by a build with Go, which checks every module by its hash.

    Raises:
        NoEngineError: none of the four ways led to one.
    """
    home = cache_root() / cache_key()
    on_path = _on_path()
    if isinstance(on_path, Path):
        say(f"Engine: pulumi on PATH, {on_path}")
        return on_path
    try:
        found = cached(home)
    except UnsafeCacheError as error:
        raise NoEngineError(str(error)) from None
    if found is not None:
        say(f"Engine: cached copy, {found}")
        return found
    state = "is broken" if home.exists() else "is not there"
    tried = [f"pulumi on PATH: {on_path}", f"cached copy: {home} {state}"]
    for name, unavailable, maker in (
        ("vendor's installer", installer.unavailable, installer.install),
        ("build with Go", build.unavailable, build.build),
    ):
        reason = unavailable()
        if reason is None:
            try:
                here = make(home, maker)
            except (CommandError, OSError, RuntimeError) as error:
                reason = str(error)
            else:
                say(f"Engine: {name if here else 'cached copy'}, {home / 'bin'}")
                return home / "bin"
        tried.append(f"{name}: {reason}")
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
    end_cleanly_when_terminated()
    try:
        folder = resolve()
    except NoEngineError as error:
        say(str(error))
        return 1
    print(folder)
    return 0
