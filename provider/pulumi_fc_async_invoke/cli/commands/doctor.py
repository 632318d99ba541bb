"""``fc-async-invoke doctor``."""

from collections.abc import Iterator
from itertools import count
from typing import Annotated

import typer

from pulumi_fc_async_invoke.cli import checks, console, exit_codes
from pulumi_fc_async_invoke.cli.check import Check, Status
from pulumi_fc_async_invoke.cli.options import CONFIG_HELP, Api, Json, Options, with_options
from pulumi_fc_async_invoke.cli.target import parse_scope, parse_target

OptionalTarget = Annotated[
    str | None,
    typer.Argument(
        metavar="CONFIG",
        help=f"A config to read in place of the lists: {CONFIG_HELP}",
        show_default=False,
    ),
]


@with_options
def doctor(
    chosen: Options, target: OptionalTarget = None, *, api: Api = None, json: Json = False
) -> None:
    """Check engine, plugin, settings, credentials, reachability and clock; each with its remedy."""
    parsed = None
    if target is not None:
        parsed = parse_target(target, api)
        chosen = chosen.at(parsed)
    done: list[Check] = []
    for check in _with_progress(checks.run(chosen, parsed or parse_scope(None, api))):
        done.append(check)
        if not json:
            console.print_check(check.status.value, check.name, _said(check))
    if json:
        console.print_json([check.document() for check in done])
    if any(check.status is Status.BROKEN for check in done):
        raise typer.Exit(exit_codes.BROKEN)


def _with_progress(coming: Iterator[Check]) -> Iterator[Check]:
    """Each check as soon as it is done, with a bar while it is waited for."""
    for number in count():
        with console.progress() as report:
            report("checks", number, None)
            check = next(coming, None)
        if check is None:
            return
        yield check


def _said(check: Check) -> str:
    return f"{check.found}. Remedy: {check.remedy}" if check.remedy else check.found
