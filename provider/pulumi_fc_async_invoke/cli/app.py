"""All commands together, and what becomes of their errors."""

import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Annotated, cast

import typer

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api.errors import (
    ConfigNotFoundError,
    FunctionComputeError,
    ParentNotFoundError,
)

from . import console, exit_codes
from .commands.diff import diff
from .commands.doctor import doctor
from .commands.emulator import CONTEXT, EmulatorCommand, emulator
from .commands.generate import generate_program
from .commands.listing import list_configs
from .commands.show import show
from .options import OptionError
from .target import TargetError

if TYPE_CHECKING:
    from io import TextIOWrapper

PROGRAM = "fc-async-invoke"

app = typer.Typer(
    name=PROGRAM,
    epilog=exit_codes.HELP,
    no_args_is_help=True,
    rich_markup_mode=None,  # boxes leave half of 80 columns for the words
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        console.print_line(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def _all(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version."),
    ] = False,
) -> None:
    """Look at the async-invoke-configs of Function Compute functions.

    Changes nothing on the service.
    """


app.command("list")(list_configs)
app.command("show")(show)
app.command("diff")(diff)
app.command("generate")(generate_program)
app.command("doctor")(doctor)
app.command("emulator", cls=EmulatorCommand, context_settings=CONTEXT)(emulator)


class _Interrupted(BaseException):
    """Ctrl-C; not an `Exception`, so that no handler takes it for a failure."""


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise _Interrupted


def _exit_code(error: FunctionComputeError) -> int:
    if isinstance(error, (ConfigNotFoundError, ParentNotFoundError)):
        return exit_codes.NOT_FOUND
    return exit_codes.USAGE if isinstance(error, (OptionError, TargetError)) else exit_codes.ERROR


def run() -> None:
    """Run the command line, and exit."""
    signal.signal(signal.SIGINT, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        # An encoding that lacks a character is no reason to fail.
        cast("TextIOWrapper", stream).reconfigure(errors="backslashreplace")
    try:
        try:
            app(prog_name=PROGRAM)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; Python must not try to flush the rest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(exit_codes.ERROR)
    except FunctionComputeError as error:
        console.error(str(error))
        sys.exit(_exit_code(error))
    except _Interrupted:
        console.note("Interrupted")
        sys.stdout.flush()
        # Calls under way are not waited for: they may take as long as their deadline.
        os._exit(exit_codes.INTERRUPTED)
