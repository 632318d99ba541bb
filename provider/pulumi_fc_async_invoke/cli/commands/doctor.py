"""``fc-async-invoke doctor``."""

from collections.abc import Iterator
from itertools import count
from typing import Annotated

import typer

from pulumi_fc_async_invoke.cli import checks, console, exit_codes
from pulumi_fc_async_invoke.cli.check import Check, Status
from pulumi_fc_async_invoke.cli.options import Api, Json, Options, with_options
from pulumi_fc_async_invoke.cli.target import parse_scope, parse_target

# Without a help of its own: typer would add its type to that.
OptionalTarget = Annotated[str | None, typer.Argument(metavar="CONFIG", hidden=True)]


@with_options
def doctor(
    chosen: Options, target: OptionalTarget = None, *, api: Api = None, json: Json = False
) -> None:
    """Check engine, settings, credentials, network and clock.

    CONFIG is a config to read, named as for show; without it, the lists are read.
    """
    parsed = None
    if target is not None:
        parsed = parse_target(target, api)
        chosen = chosen.at(parsed)
    done: list[Check] = []
    for check in _with_progress(checks.run(chosen, parsed or parse_scope(None, api))):
        done.append(check)
        if not json:
            console.print_check(check)
    if json:
        console.print_json([check.document() for check in done])
    if any(check.status is Status.BROKEN for check in done):
        raise typer.Exit(exit_codes.BROKEN)


def _with_progress(coming: Iterator[Check]) -> Iterator[Check]:
    """Yield each check as soon as it is done, with a note of progress until then."""
    for number in count():
        with console.progress() as report:
            report(f"checks: {number} done")
            check = next(coming, None)
        if check is None:
            return
        yield check
