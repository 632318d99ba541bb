"""The lint rules that stand for a promise of the documentation on security are on everywhere."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["provider/pulumi_fc_async_invoke", "tests", "examples", "benchmarks", "tools"]

PROMISES = {
    "S301": "import {0}\n{0}.loads(b'')\n",  # no pickle is loaded
    "S501": "import httpx\nhttpx.get('https://a', verify=False)\n",  # TLS is verified
    "S307": "eval('1')\n",
    "S602": "import subprocess\nsubprocess.run('ls *', shell=True)\n",
}


def findings(code: str, folder: str) -> str:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--output-format", "concise", "--no-cache"),
            *("--stdin-filename", f"{folder}/example.py", "-"),
        ],
        cwd=ROOT,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_security_md_promises_is_a_rule(folder: str) -> None:
    for rule, code in PROMISES.items():
        assert f" {rule} " in findings(code.format("pickle"), folder), rule


@pytest.mark.parametrize("library", ["pickle", "dill", "marshal"])
def test_no_library_may_load_code(library: str) -> None:
    found = findings(PROMISES["S301"].format(library), FOLDERS[0])

    assert " S301 " in found or " S302 " in found
