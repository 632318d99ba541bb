"""The tests that the guide to tests shows are run as they stand there, in an empty folder."""

import subprocess
import sys
from pathlib import Path

from tests.support.pages import ROOT, blocks
from tests.support.stack import stack_environment

GUIDE = ROOT / "docs" / "testing.md"


def test_the_tests_on_the_page_pass(engine: Path, pulumi_home: Path, tmp_path: Path) -> None:
    for block in blocks(GUIDE):
        if block.title:
            (tmp_path / block.title).write_text(block.text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=tmp_path,
        env=stack_environment(engine, pulumi_home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
