"""``fc-async-invoke list``."""

from typing import Annotated

import typer

from pulumi_fc_async_invoke.cli import console, options
from pulumi_fc_async_invoke.cli.discovery import find
from pulumi_fc_async_invoke.cli.formatting import COLUMNS, document, row
from pulumi_fc_async_invoke.cli.options import Options
from pulumi_fc_async_invoke.cli.target import parse_scope

ScopeArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SCOPE",
        help="service or service/function; without it, every service.",
        show_default=False,
    ),
]


def list_configs(
    scope: ScopeArgument = None,
    *,
    region: options.Region = None,
    account_id: options.AccountId = None,
    endpoint: options.Endpoint = None,
    internal: options.Internal = None,
    profile: options.Profile = None,
    request_timeout: options.RequestTimeout = None,
    stack: options.Stack = None,
    cwd: options.Folder = None,
    json: options.Json = False,
) -> None:
    """List the configs of a function, of a service or of every service, over all qualifiers."""
    wanted = parse_scope(scope)
    chosen = Options(region, account_id, endpoint, internal, profile, request_timeout, stack, cwd)
    settings = chosen.settings()
    where = options.location(settings)
    with options.open_client(settings) as client, console.progress() as report:
        found = find(client, [where], wanted, report)
    if json:
        console.print_json([document(each.identity, each.config) for each in found])
    elif found:
        console.print_table(COLUMNS, (row(each.identity, each.config) for each in found))
    else:
        console.note(
            f"There is no async-invoke-config in {wanted} ({where.region}, account "
            f"{where.account_id})"
        )
