"""``fc-async-invoke list``."""

from typing import Annotated

import typer

from pulumi_fc_async_invoke.cli import console
from pulumi_fc_async_invoke.cli.discovery import find
from pulumi_fc_async_invoke.cli.formatting import document, row
from pulumi_fc_async_invoke.cli.options import (
    Api,
    Json,
    Options,
    location,
    open_client,
    with_options,
)
from pulumi_fc_async_invoke.cli.target import parse_scope

ScopeArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SCOPE",
        help="service or service/function; with --api 3.0 function; without it, everything.",
        show_default=False,
    ),
]


@with_options
def list_configs(
    chosen: Options, scope: ScopeArgument = None, *, api: Api = None, json: Json = False
) -> None:
    """List the configs of a function, of a service or of an account, over all qualifiers."""
    wanted = parse_scope(scope, api)
    settings = chosen.settings()
    where = location(settings)
    with open_client(settings) as client, console.progress() as report:
        found = find(client, [where], wanted, report)
    if json:
        console.print_json([document(each.identity, each.config) for each in found])
    elif found:
        console.print_table([row(each.identity, each.config) for each in found])
    else:
        console.note(
            f"There is no async-invoke-config in {wanted} ({where.region}, account "
            f"{where.account_id})"
        )
