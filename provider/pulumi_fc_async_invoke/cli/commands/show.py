"""``fc-async-invoke show``."""

from typing import Annotated

import typer

from pulumi_fc_async_invoke.cli import console
from pulumi_fc_async_invoke.cli.formatting import cell, document
from pulumi_fc_async_invoke.cli.options import (
    Api,
    Json,
    Options,
    location,
    open_client,
    with_options,
)
from pulumi_fc_async_invoke.cli.target import parse_target

# Without a help of its own: typer would add its type to that.
TargetArgument = Annotated[str, typer.Argument(metavar="CONFIG", hidden=True)]


@with_options
def show(chosen: Options, target: TargetArgument, *, api: Api = None, json: Json = False) -> None:
    """Show one config.

    CONFIG is service/function or service.qualifier/function; with --api 3.0 function or
    function/qualifier; or the id of a config.
    """
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
    console.print_properties({path: cell(value) for path, value in lines.items()})
