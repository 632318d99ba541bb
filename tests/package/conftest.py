from pathlib import Path

import pytest
from tests.support.distributions import locked_versions


@pytest.fixture(scope="session")
def constraints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked versions."""
    return locked_versions(tmp_path_factory.mktemp("locked") / "constraints.txt")
