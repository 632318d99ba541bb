"""``fc-async-invoke emulator``."""

import re
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand

from pulumi_fc_async_invoke.cli import console, exit_codes
from pulumi_fc_async_invoke.emulator import missing_extra

CONTEXT: dict[str, object] = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "help_option_names": [],
}
"""Everything after the command's name is the emulator's, ``--help`` too."""


class _Completion(NamedTuple):
    """What typer reads of a completion."""

    value: str
    type: str = "plain"
    help: str = ""


class EmulatorCommand(TyperCommand):
    """Completes the emulator's own options."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:  # noqa: ARG002  typer's
        """List the options that begin like this."""
        if missing_extra() is not None:
            return []
        from pulumi_fc_async_invoke.emulator.__main__ import make_parser  # noqa: PLC0415  another extra

        options = re.findall(r"^  (--[a-z0-9-]+)", make_parser("").format_help(), re.MULTILINE)
        return [_Completion(each) for each in options if each.startswith(incomplete)]


def emulator(context: typer.Context) -> None:
    """Run an emulator of Function Compute on this machine (extra `emulator`)."""
    missing = missing_extra()
    if missing is not None:
        console.error(missing)
        raise typer.Exit(exit_codes.ERROR)
    from pulumi_fc_async_invoke.emulator.__main__ import main  # noqa: PLC0415  another extra

    main(context.args, program="fc-async-invoke emulator")
