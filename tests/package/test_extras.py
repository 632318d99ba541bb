"""Environments with the wheel and one of its extras, and nothing else."""

import sys
from pathlib import Path

import pytest
from tests.support.distributions import Distributions, run, tool

RUNS_AN_EMULATOR = """
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
with EmulatorServer() as emulator:
    print(emulator.health()["status"])
"""
RUNS_THE_FIXTURE = """
import pathlib, sys, pytest
pathlib.Path("conftest.py").write_text(
    'pytest_plugins = ["pulumi_fc_async_invoke.emulator.testing"]')
pathlib.Path("test_it.py").write_text(
    'def test_it(fc_emulator): assert fc_emulator.health()["status"] == "ok"')
sys.exit(pytest.main(["-q"]) or print("ok"))
"""
RUNS_THE_COMMAND_LINE = """
import pathlib, subprocess, sys
def run(*arguments):
    command = pathlib.Path(sys.executable).with_name("fc-async-invoke")
    alone = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    return subprocess.run([command, *arguments], env=alone, capture_output=True, text=True)
doctor = run("doctor", "--region=cn-a", "--account-id=1", "--endpoint=http://127.0.0.1:1")
assert doctor.returncode == 4 and "127.0.0.1:1 refused the connection" in doctor.stdout, doctor
emulator = run("emulator")
assert emulator.returncode == 1, emulator
assert 'pip install "$FC_WHEEL[emulator]"' in emulator.stderr, emulator
assert len(emulator.stderr.splitlines()) == 1, emulator
import pulumi_fc_async_invoke.emulator.remote  # what examples seed an emulator with
print("ok")
"""
HAS_NOTHING_ELSE = """
import importlib.util, pulumi_fc_async_invoke.plugin.lifecycle
extras = ("starlette", "uvicorn", "typer", "pytest")
print("ok" if not any(map(importlib.util.find_spec, extras)) else "more than asked for")
"""


@pytest.mark.parametrize(
    ("extra", "program"),
    [
        ("", HAS_NOTHING_ELSE),
        pytest.param("[emulator]", RUNS_AN_EMULATOR, marks=pytest.mark.proof),
        ("[cli]", RUNS_THE_COMMAND_LINE),
        ("[testing]", RUNS_THE_FIXTURE),
    ],
    ids=["none", "emulator", "cli", "testing"],
)
def test_an_extra_brings_what_it_is_for(
    extra: str, program: str, distributions: Distributions, constraints: Path, tmp_path: Path
) -> None:
    python = str(tmp_path / "venv" / "bin" / "python")
    run(tool("uv"), "venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv"))
    install = (tool("uv"), "pip", "install", "--quiet", "--python", python, "-c", str(constraints))
    run(*install, f"{distributions.wheel}{extra}")
    assert run(python, "-c", program, cwd=tmp_path).splitlines()[-1] == "ok"
