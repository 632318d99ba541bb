"""`fc-async-invoke` as a program: help, exit codes, terminals, signals, completion."""

import json
import re
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.support.command_line import COMMAND, CommandLine
from tests.support.stack import emulator_keys
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.cli import exit_codes
from pulumi_fc_async_invoke.emulator.remote import EmulatorControl
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

COMMANDS = ("list", "show", "diff", "generate", "doctor", "emulator")


@pytest.fixture
def command(fc_emulator: EmulatorServer, tmp_path: Path) -> CommandLine:
    environment = {
        **emulator_keys(fc_emulator),
        "ALICLOUD_REGION": REGION,
        "ALICLOUD_ACCOUNT_ID": ACCOUNT,
    }
    return CommandLine(tmp_path, environment)


def test_the_version_is_the_packages(command: CommandLine) -> None:
    installed = version("pulumi-fc-async-invoke")

    assert command.run("--version").out == f"fc-async-invoke {installed}\n"


def test_the_help_names_every_command_and_exit_code(command: CommandLine) -> None:
    said = command.run("--help").out

    assert set(COMMANDS) <= set(said.split())
    assert all(f" {code}  " in said for code in exit_codes.MEANINGS)


@pytest.mark.parametrize("columns", ["60", "80"])
@pytest.mark.parametrize("name", ["", *COMMANDS[:-1]])
def test_no_help_is_wider_than_the_terminal_or_names_a_type(
    command: CommandLine, name: str, columns: str
) -> None:
    said = command.run(*name.split(), "--help", COLUMNS=columns).out

    assert max(map(len, said.partition("Exit codes")[0].splitlines())) <= int(columns)
    assert "<str>" not in said
    assert "<bool>" not in said
    assert ("Exit codes:" in said) == (not name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_prints_json(command: CommandLine, name: str) -> None:
    done = command.run(name, "--help", COLUMNS="200")

    assert done.exit_code == 0
    assert "--json" in done.out


def test_an_unknown_option_is_a_wrong_command_line(command: CommandLine) -> None:
    assert command.run("list", "--sideways").exit_code == 2


def test_it_is_a_module_too(command: CommandLine) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_fc_async_invoke.cli", "--version"],
        env=command.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == command.run("--version").out


CLI = "import pulumi_fc_async_invoke.cli.__main__ as cli; cli.main()"
EMULATOR = 'run_module("pulumi_fc_async_invoke.emulator", run_name="__main__")'
PYTEST = 'sys.exit(pytest.main(["-p", "pulumi_fc_async_invoke.emulator.testing"]))'


@pytest.mark.parametrize(
    ("missing", "entry_point", "extra"),
    [
        ("rich", CLI, "cli"),
        ("typer", CLI, "cli"),
        ("starlette", EMULATOR, "emulator"),
        ("uvicorn", PYTEST, "testing"),
        ("uvicorn", CLI, "emulator"),
    ],
)
def test_without_its_extra_it_says_how_to_get_it(
    tmp_path: Path, missing: str, entry_point: str, extra: str
) -> None:
    program = (
        f"import pytest, sys; from runpy import run_module; sys.modules[{missing!r}] = None\n"
        f"sys.argv[1:] = ['emulator']\n{entry_point}"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
    assert f'pip install "$FC_WHEEL[{extra}]"' in done.stderr


def test_completion_knows_the_commands(command: CommandLine) -> None:
    done = command.run(
        _FC_ASYNC_INVOKE_COMPLETE="complete_bash", COMP_WORDS="fc-async-invoke ", COMP_CWORD="1"
    )

    assert set(done.out.split()) == set(COMMANDS)


def test_completion_knows_the_options_of_the_emulator(command: CommandLine) -> None:
    done = command.run(
        _FC_ASYNC_INVOKE_COMPLETE="complete_bash",
        COMP_WORDS="fc-async-invoke emulator --re",
        COMP_CWORD="2",
    )

    assert {"--ready-file", "--region"} <= set(done.out.split())
    assert all(option.startswith("--re") for option in done.out.split())


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", "complete -o default -F"),
        ("zsh", "#compdef fc-async-invoke"),
        ("fish", "complete --command fc-async-invoke"),
    ],
)
def test_completion_has_a_script_for_the_shell(
    command: CommandLine, shell: str, words: str
) -> None:
    done = command.run(_FC_ASYNC_INVOKE_COMPLETE=f"source_{shell}")

    assert words in done.out


def test_completion_is_installed_for_the_shell_that_asks(command: CommandLine) -> None:
    subprocess.run(
        # With a second command: else the shell is replaced by the first, and nobody asks.
        ["/bin/bash", "-c", f"{COMMAND} --install-completion && exit 0"],
        env=command.environment,
        capture_output=True,
        check=True,
    )

    assert "fc-async-invoke" in (command.folder / ".bashrc").read_text()


# --- terminals


def test_a_terminal_sees_colours_and_progress(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    fc_emulator.seed("demo", "hello")
    sent = command.run_on_a_terminal("list", "--endpoint", fc_emulator.url)

    assert "\x1b[1m" in sent
    assert "configs" in sent.partition("SERVICE")[0]
    assert "hello" in sent


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("generate",), "configs: 2 of 2"),
        (("doctor",), "checks: 3 done"),
        (("diff", "--stack", "dev"), "state"),  # without Pulumi it gets no further
    ],
    ids=["generate", "doctor", "diff"],
)
def test_a_terminal_sees_what_is_going_on(
    command: CommandLine, fc_emulator: EmulatorServer, arguments: tuple[str, ...], what: str
) -> None:
    fc_emulator.seed("demo", "hello")
    sent = command.run_on_a_terminal(*arguments, "--endpoint", fc_emulator.url)

    plain = re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", sent)

    assert what in plain


def test_colours_are_off_where_they_are_not_wanted(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    sent = command.run_on_a_terminal("show", "demo/absent", "--endpoint", fc_emulator.url)
    plain = command.run_on_a_terminal(
        "show", "demo/absent", "--endpoint", fc_emulator.url, NO_COLOR="1"
    )

    assert "\x1b[1;31merror:" in sent
    assert "\x1b[1;31m" not in plain
    assert "error:" in plain


def test_a_pipe_sees_neither_colours_nor_progress(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    fc_emulator.seed("demo", "hello")
    done = command.run("list", "--endpoint", fc_emulator.url)
    failed = command.run("show", "demo/absent", "--endpoint", fc_emulator.url)

    assert "\x1b" not in done.out + done.err + failed.out + failed.err


def test_a_reader_that_goes_away_is_no_error_worth_words(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    for number in range(30):
        fc_emulator.seed("demo", f"f{number}")
    with command.start("list", "--endpoint", fc_emulator.url) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert "Traceback" not in said
    assert "Exception" not in said


# --- signals


def test_ctrl_c_ends_it_at_once_without_a_traceback(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    fc_emulator.seed("demo", "hello")
    fc_emulator.fault("latency", milliseconds=60_000)
    with command.start("list", "--endpoint", fc_emulator.url) as process:
        fc_emulator.calls(at_least=1, seconds=60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, "", "Interrupted\n")


# --- emulator


def test_the_emulator_says_where_it_is_and_takes_its_own_options(command: CommandLine) -> None:
    with command.start("emulator", "--json", "--region", "cn-beijing") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with EmulatorControl(url) as control:
            assert control.health()["region"] == "cn-beijing"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_the_emulator_says_ready_as_its_module_does(command: CommandLine) -> None:
    with command.start("emulator") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready: http://127.0.0.1:")
        process.terminate()
        assert process.wait(30) == 0


def test_a_wrong_option_of_the_emulator_is_a_wrong_command_line(command: CommandLine) -> None:
    done = command.run("emulator", "--merge", "sideways")

    assert done.exit_code == 2
    assert "fc-async-invoke emulator: error: argument --merge" in done.err
