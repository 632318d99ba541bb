"""The project's own copies of the engine: outside the checkout, whole or not there at all.

::

    <root>/<key>/bin        one engine
    <root>/<key>/sizes.json what its files should weigh: a truncated one is noticed
    <root>/.partial-*       being made; left over if its maker was killed
    <root>/.lock            held by the maker

What is in it runs later, so nobody else may put anything there: both folders are private.
"""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.engine.check import complete
from tools.lock import exclusive
from tools.process import say

ROOT_VARIABLE = "FC_ENGINE_CACHE"
"""Environment variable that names another place for the cache."""
_PARTIAL = ".partial-"
_SIZES = "sizes.json"


class UnsafeCacheError(Exception):
    """Somebody else could have put programs into the cache; says what to do."""


def cache_root() -> Path:
    """``$FC_ENGINE_CACHE``, else ``${XDG_CACHE_HOME:-~/.cache}/pulumi-fc-async-invoke/engine``."""
    chosen = os.environ.get(ROOT_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "pulumi-fc-async-invoke" / "engine"


def cached(home: Path) -> Path | None:
    """The folder of programs of one cached engine, if it is there and sound.

    Raises:
        UnsafeCacheError: others own its folders or may write to them.
    """
    for folder in (home.parent, home):
        _check_private(folder)
    programs = home / "bin"
    try:
        expected = json.loads((home / _SIZES).read_text())
    except (OSError, ValueError):
        return None
    if expected != _sizes(programs) or not complete(programs):
        return None
    return programs


def make(home: Path, maker: Callable[[Path], None]) -> bool:
    """Make a cached engine unless another run just did; safe against other runs and kills.

    Args:
        home: where it shall be.
        maker: fills the empty folder that it is given with ``bin/`` and the programs in it.

    Returns:
        Whether it was made here; ``False`` if another run made it in the meantime.
    """
    root = home.parent
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with exclusive(root / ".lock", "another run that makes the engine") as alone:
        if alone:
            _remove_leftovers(root)
        if cached(home) is not None:
            return False
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=root))
        try:
            maker(partial)
            (partial / _SIZES).write_text(json.dumps(_sizes(partial / "bin")))
            return _publish(partial, home)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _check_private(folder: Path) -> None:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not mine or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafeCacheError(
            f"Others own {folder} or may write to it, so the programs in it may be theirs: remove "
            f"it, or name another folder with {ROOT_VARIABLE}"
        )


def _publish(partial: Path, home: Path) -> bool:
    if cached(partial) is None:
        raise RuntimeError("the engine was made but does not run")
    if home.exists() and cached(home) is None:
        say(f"  replacing a broken copy in {home}")
        aside = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=home.parent))
        home.rename(aside / "broken")
        shutil.rmtree(aside, ignore_errors=True)
    try:
        partial.rename(home)
    except OSError:
        # Without locks another run may have been first; what it made is as good.
        if cached(home) is None:
            raise
        return False
    return True


def _sizes(programs: Path) -> dict[str, int]:
    if not programs.is_dir():
        return {}
    return {file.name: file.stat().st_size for file in sorted(programs.iterdir())}


def _remove_leftovers(root: Path) -> None:
    for leftover in root.glob(f"{_PARTIAL}*"):
        shutil.rmtree(leftover, ignore_errors=True)
