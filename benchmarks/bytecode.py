"""Python's compiled files, as an installation has them."""

import compileall
from pathlib import Path

from benchmarks.project import ROOT
from pulumi_fc_async_invoke import __file__ as package


def compile_sources() -> None:
    """Compile the package and the benchmarks.

    A checkout's sources are compiled when they are first imported, and where
    ``PYTHONDONTWRITEBYTECODE`` is set at every import; only what was installed is compiled already.
    """
    for folder in (Path(package).parent, ROOT / "benchmarks"):
        compileall.compile_dir(folder, quiet=1)
