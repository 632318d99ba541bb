"""``fc-async-invoke show``."""

from typing import Annotated

import typer

from pulumi_fc_async_invoke.cli import console
from pulumi_fc_async_invoke.cli.formatting import cell, document
from pulumi_fc_async_invoke.cli.options import (
    CONFIG_HELP,
    Api,
    Json,
    Options,
    location,
    open_client,
    with_options,
)
from pulumi_fc_async_invoke.cli.target import parse_target

TargetArgument = Annotated[
    str,
    typer.Argument(
        metavar="CONFIG",
        help=CONFIG_HELP,
        show_default=False,
    ),
]


@with_options
def show(chosen: Options, target: TargetArgument, *, api: Api = None, json: Json = False) -> None:
    """Show one config."""
    wanted = parse_target(target, api)
    settings = chosen.at(wanted).settings()
    identity = wanted.identity(location(settings))
    with open_client(settings) as client:
        found = client.get(identity)
    properties = document(identity, found)
    if json:
        console.print_json(properties)
        return
    properties.pop("destinationConfig", None)
    lines = {**properties, **found.values.by_path()}
    console.print_table([{"property": path, "value": cell(value)} for path, value in lines.items()])
