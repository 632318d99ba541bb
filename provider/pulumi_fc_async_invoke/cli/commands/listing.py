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

# Without a help of its own: typer would add its type to that.
ScopeArgument = Annotated[str | None, typer.Argument(metavar="SCOPE", hidden=True)]


@with_options
def list_configs(
    chosen: Options, scope: ScopeArgument = None, *, api: Api = None, json: Json = False
) -> None:
    """List the configs of a function, a service or an account.

    SCOPE is a service or service/function; with --api 3.0 a function; without it, everything is
    listed.
    """
    wanted = parse_scope(scope, api)
    settings = chosen.settings()
    where = location(settings)
    with open_client(settings) as client, console.progress() as report:
        found = find(client, [where], wanted, report)
    if json:
        console.print_json([document(each.identity, each.config) for each in found])
    elif found:
        exact = not console.is_terminal()
        rows = [row(each.identity, each.config, exact=exact) for each in found]
        if not exact and len({each["api"] for each in rows}) == 1:
            for each in rows:
                del each["api"]  # whether there is a service says it, too
        console.print_table(rows)
    else:
        console.note(
            f"There is no async-invoke-config in {wanted} ({where.region}, account "
            f"{where.account_id})"
        )
