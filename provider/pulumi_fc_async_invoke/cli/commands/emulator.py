"""``fc-async-invoke emulator``."""

from importlib.util import find_spec

import typer

from pulumi_fc_async_invoke.cli import console, exit_codes

CONTEXT: dict[str, object] = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "help_option_names": [],
}
"""Everything after the command's name is the emulator's, ``--help`` too."""


def emulator(context: typer.Context) -> None:
    """Run a Function Compute on loopback (extra `emulator`); --help lists its options."""
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        console.error(
            "the emulator is not installed: pip install 'pulumi-fc-async-invoke[emulator]'"
        )
        raise typer.Exit(exit_codes.ERROR)
    from pulumi_fc_async_invoke.emulator.__main__ import main  # noqa: PLC0415  another extra

    main(context.args, program="fc-async-invoke emulator")
