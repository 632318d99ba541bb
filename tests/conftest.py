import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def engine() -> Path:
    """The folder that holds the Pulumi command line."""
    resolved = subprocess.run(
        [sys.executable, ROOT / "tools" / "engine" / "resolve"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Path(resolved.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pulumi-home")
