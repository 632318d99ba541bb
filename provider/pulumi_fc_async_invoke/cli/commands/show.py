"""``fc-async-invoke show``."""

from typing import Annotated

import typer

from pulumi_fc_async_invoke.cli import console
from pulumi_fc_async_invoke.cli.formatting import cell, document
from pulumi_fc_async_invoke.cli.options import Json, Options, location, open_client, with_options
from pulumi_fc_async_invoke.cli.target import parse_target

TargetArgument = Annotated[
    str,
    typer.Argument(
        metavar="CONFIG",
        help="service/function, service.qualifier/function, or the id of a config.",
        show_default=False,
    ),
]


@with_options
def show(chosen: Options, target: TargetArgument, *, json: Json = False) -> None:
    """Show one config."""
    wanted = parse_target(target)
    settings = chosen.at(wanted.region, wanted.account_id).settings()
    identity = wanted.identity(location(settings))
    with open_client(settings) as client:
        found = client.get(identity)
    properties = document(identity, found)
    if json:
        console.print_json(properties)
        return
    destinations = {
        "destinationConfig.onSuccess.destination": found.values.on_success,
        "destinationConfig.onFailure.destination": found.values.on_failure,
    }
    properties.pop("destinationConfig", None)
    lines = {**properties, **destinations}
    console.print_table(("property", "value"), ((key, cell(lines[key])) for key in lines))
