"""The page of the command line says what the program says."""

import os
import re
import subprocess
import sys
from pathlib import Path

from pulumi_fc_async_invoke.cli import exit_codes
from pulumi_fc_async_invoke.cli.options import OPTIONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "command-line.md").read_text()


def test_every_command_has_a_section() -> None:
    asked = {"COMP_WORDS": "fc-async-invoke ", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_fc_async_invoke.cli"],
        env={**os.environ, "_FC_ASYNC_INVOKE_COMPLETE": "complete_bash", **asked},
        capture_output=True,
        text=True,
        check=True,
    )
    commands = done.stdout.split()

    assert "list" in commands
    assert set(commands) <= set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE))


def test_every_exit_code_is_in_the_table() -> None:
    codes = [line.split("  ", 1) for line in exit_codes.HELP.split("\n\n")[1:]]

    assert [f"| {code} | {meaning} |" for code, meaning in codes] == [
        line.replace("`", "") for line in PAGE.splitlines() if re.match(r"\| \d", line)
    ]


def test_every_option_that_stands_for_a_setting_is_named() -> None:
    assert all(f"`{option}`" in PAGE for option in OPTIONS.values())
