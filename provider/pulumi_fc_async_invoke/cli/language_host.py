"""What the Python language host on PATH can do, by what its file says; nothing of it is run."""

import mmap
import os
import re
import shutil
from pathlib import Path

_BUILT_WITH = re.compile(rb"github\.com/pulumi/pulumi/sdk/v3\tv3\.(\d{1,5})\.")
"""In the build information that Go writes into its programs."""
_READS_OPTIONS_SINCE = 110
"""Minor version of Pulumi 3 from which its hosts are sent a project's runtime options."""


def search_path() -> str:
    """List the folders in which Pulumi looks for a language host."""
    engine = shutil.which("pulumi")
    beside = [str(Path(engine).resolve().parent)] if engine else []
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *beside])


def ignores_virtualenv() -> bool:
    """Tell whether the host is too old to use ``runtime.options.virtualenv``.

    The one that this project's ``make`` builds is: there is no newer one as a Go module.
    """
    host = shutil.which("pulumi-language-python", path=search_path())
    if host is None:
        return False
    try:
        with (
            Path(host).open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            match = _BUILT_WITH.search(content)
            return match is not None and int(match[1]) < _READS_OPTIONS_SINCE
    except (OSError, ValueError):  # an empty file cannot be mapped
        return False
