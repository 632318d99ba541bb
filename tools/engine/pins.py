"""Which engine this project uses. The module files under `cli/` and `language/` decide."""

import hashlib
import platform
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLI_MODULE = HERE / "cli"
LANGUAGE_MODULE = HERE / "language"

BINARIES = ("pulumi", "pulumi-language-python")
SCRIPTS = ("pulumi-language-python-exec", "pulumi-resource-pulumi-python")


def engine_version() -> str:
    """Version of the CLI and engine, such as ``3.259.0``."""
    text = (CLI_MODULE / "go.mod").read_text()
    match = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\d+\.\d+\.\d+)", text)
    if match is None:
        raise ValueError(f"{CLI_MODULE / 'go.mod'} names no github.com/pulumi/pulumi/pkg/v3")
    return match[1]


def cache_key() -> str:
    """Names a cached engine: its version, the platform, and a hash of the module files."""
    digest = hashlib.sha256()
    for folder in (CLI_MODULE, LANGUAGE_MODULE):
        for name in ("go.mod", "go.sum"):
            digest.update((folder / name).read_bytes())
    system = f"{platform.system()}-{platform.machine()}".lower()
    return f"v{engine_version()}-{system}-{digest.hexdigest()[:12]}"
