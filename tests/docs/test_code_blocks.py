"""Every code block of the documents is checked; a block of a kind that is not is a failure.

The tutorial, the guides to shared state and to migrating, and the examples' READMEs are also
followed, by tests of their own.
"""

import ast
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.pages import PAGES, ROOT, Block, blocks, shell_of

BLOCKS = [block for page in PAGES for block in blocks(page)]
WORKFLOWS = sorted((ROOT / ".github").rglob("*.yml"))

OUTPUT = ("text",)
"""Not code: what a command prints."""
COMMANDS = ("console", "sh")
OTHERS = ("python", "json", "yaml")

SMALL = {".", "cat", "cd", "curl", "echo", "export", "gh", "git", "kill", "mkdir", "printf", "sh"}
"""Commands that every reader knows, and that are no part of this project."""


def of(*languages: str) -> list[Any]:
    return [pytest.param(each, id=str(each)) for each in BLOCKS if each.language in languages]


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    known = (*OUTPUT, *COMMANDS, *OTHERS)
    assert [str(each) for each in BLOCKS if each.language not in known] == []
    assert {each.language for each in BLOCKS} == set(known)


# -- Python, JSON, YAML

UNTYPED = "# mypy: allow-untyped-calls\n"
"""Pulumi's decorator for tests has no types. Here, as an option would make mypy's cache useless."""


def test_python_is_of_the_right_types(tmp_path: Path) -> None:
    # One module for each block, as each stands for itself.
    names: dict[str, Block] = {}
    for number, block in enumerate(each for each in BLOCKS if each.language == "python"):
        ast.parse(block.text, str(block))
        names[f"block_{number}.py"] = block
        (tmp_path / f"block_{number}.py").write_text(f"{block.text}{UNTYPED}")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml")),
            *(
                "--cache-dir",
                str(ROOT / ".mypy_cache"),
                *map(str, sorted(tmp_path.glob("*.py"))),
            ),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = re.sub(r"\S*(block_\d+\.py)", lambda found: f"{names[found[1]]} +", done.stdout)
    assert done.returncode == 0, said + done.stderr
    assert len(names) > 10


@pytest.mark.parametrize("block", of("json"))
def test_json_can_be_read(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", of("yaml"))
def test_yaml_can_be_read(block: Block) -> None:
    assert yaml.safe_load(block.text)


# -- commands


def commands(text: str) -> Iterator[list[str]]:
    """Each command of a piece of shell, as words; no assignments, no redirections."""
    joined = re.sub(r"(^|\s)#.*$", r"\1", text.replace("\\\n", " "), flags=re.MULTILINE)
    lexer = shlex.shlex(joined, posix=True, punctuation_chars=";&|<>()\n")
    lexer.commenters = ""
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    words: list[str] = []
    redirected = False
    for token in (*lexer, ";"):
        if token and set(token) <= set("<>"):
            redirected = True
        elif token and set(token) <= set(";&|()\n"):
            if words:
                yield words
            words = []
        elif redirected:
            redirected = False
        elif words or not re.match(r"\w+=", token):
            words.append(token)


def shell_in(document: list[Any] | dict[Any, Any] | str | float | None) -> Iterator[str]:
    """What the jobs of a pipeline run: of GitHub Actions and of GitLab."""
    if isinstance(document, list):
        for each in document:
            yield from shell_in(each)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key in ("run", "script", "before_script"):
                yield from value if isinstance(value, list) else [value]
            else:
                yield from shell_in(value)


@pytest.mark.parametrize("block", of(*COMMANDS))
def test_commands_exist_with_their_options(block: Block, engine: Path) -> None:
    check_all(shell_of(block), engine)


@pytest.mark.parametrize("block", of("yaml"))
def test_commands_of_a_pipeline_exist_with_their_options(block: Block, engine: Path) -> None:
    for script in shell_in(yaml.safe_load(block.text)):
        check_all(script, engine)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_commands_of_our_own_workflows_exist_with_their_options(file: Path, engine: Path) -> None:
    for script in shell_in(yaml.safe_load(file.read_text())):
        check_all(script, engine)


@pytest.mark.parametrize(
    "command",
    [
        "make nothing", "pulumi u", "pulumi up --yess", "pulumi stack rn dev", "pip install other",
        "pip install pulumi-fc-async-invoke", "pip install 'pulumi-fc-async-invoke[cli]'",
        "python -m pulumi_fc_async_invoke.emulator --prot 1", "python missing.py", "rm -rf state",
        "fc-async-invoke lits", "make up && make dwon",
    ],
)  # fmt: skip
def test_a_misspelt_command_is_found(command: str, engine: Path) -> None:
    with pytest.raises(AssertionError):
        check_all(command, engine)


def check_all(script: str, engine: Path) -> None:
    found = list(commands(script))
    assert found
    for command in found:
        check(command, engine)


def check(command: list[str], engine: Path) -> None:
    name = command[0] if command[0].startswith(".") else Path(command[0]).name
    if name in SMALL:
        return
    checks: dict[str, Callable[[list[str], Path], None]] = {
        "fc-async-invoke": _check_own,
        "make": _check_make,
        "mkdocs": _check_nothing_but_options,
        "pip": _check_pip,
        "pulumi": _check_pulumi,
        "python": _check_python,
        "python3": _check_python,
        ".ci/run": _check_nothing_but_options,
    }
    assert name in checks, f"nobody has checked the command {shlex.join(command)}"
    checks[name](command[1:], engine)


def _check_nothing_but_options(arguments: list[str], _engine: Path) -> None:
    assert not arguments


def _check_make(arguments: list[str], _engine: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {each for each in arguments if "=" not in each} <= targets, arguments


def _check_pip(arguments: list[str], _engine: Path) -> None:
    assert arguments[0] == "install"
    named = [each for each in arguments[1:] if not each.startswith("-")]
    settings = (ROOT / "pyproject.toml").read_text()
    for each in named:
        if each.endswith(".txt"):
            continue
        package, _, extra = each.rstrip("]").partition("[")
        assert package == "$FC_WHEEL", arguments  # by its name it may be somebody else's
        assert not extra or re.search(rf"^{extra} = ", settings, re.MULTILINE), arguments


def _check_python(arguments: list[str], _engine: Path) -> None:
    if arguments[0] == "-c":
        ast.parse(arguments[1])
    elif arguments[0] == "-m":
        _check_module(arguments[1], arguments[2:])
    else:
        script = arguments[0]
        ours = {each.title for each in BLOCKS} | {
            file.name for file in (ROOT / "examples").rglob("*.py")
        }
        assert script in ours, f"there is no {script}"


def _check_module(module: str, arguments: list[str]) -> None:
    if module in ("venv", "pytest", "pip", "build", "twine"):
        return
    helped = _help(sys.executable, "-m", module, "--help")
    options = {each.partition("=")[0] for each in arguments if each.startswith("-")}
    assert options <= set(re.findall(r"--?[a-z][\w-]*", helped)), (module, options)


def _check_own(arguments: list[str], _engine: Path) -> None:
    command = Path(sys.executable).with_name("fc-async-invoke")
    assert command.is_file()
    _check_subcommand([str(command)], arguments)


def _check_pulumi(arguments: list[str], engine: Path) -> None:
    _check_subcommand([str(engine / "pulumi")], arguments)


def _check_subcommand(command: list[str], arguments: list[str]) -> None:
    """Go down the subcommands, each of which has help of its own; then compare the options."""
    words = [each for each in arguments if not each.startswith("-")]
    options = {each.partition("=")[0] for each in arguments if each.startswith("-")}
    helped = _help(*command, "--help")
    while words and _has_subcommands(helped):
        deeper = [*command, words.pop(0)]
        # For a word that it does not know, a command shows its own help, or fails.
        assert helped != _help(*deeper, "--help"), f"there is no {shlex.join(deeper)}"
        command, helped = deeper, _help(*deeper, "--help")
    assert options <= _options(helped), (shlex.join(command), options - _options(helped))


def _has_subcommands(helped: str) -> bool:
    return re.search(r"^\W*(\w+ )*Commands\b", helped, re.MULTILINE) is not None


def _options(helped: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", helped))


@cache
def _help(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
