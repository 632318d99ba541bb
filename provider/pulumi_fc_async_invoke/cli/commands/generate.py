"""``fc-async-invoke generate``."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.remote_config import MAY_BE_UNSET
from pulumi_fc_async_invoke.cli import console, exit_codes
from pulumi_fc_async_invoke.cli.discovery import find
from pulumi_fc_async_invoke.cli.options import (
    Api,
    Json,
    Options,
    location,
    open_client,
    with_options,
)
from pulumi_fc_async_invoke.cli.program import Program, ProviderSettings, generate
from pulumi_fc_async_invoke.cli.target import Location, parse_scope
from pulumi_fc_async_invoke.config.endpoint import for_account
from pulumi_fc_async_invoke.config.reading import Lookup
from pulumi_fc_async_invoke.config.settings import Settings

from .listing import ScopeArgument

Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Region, such as cn-shanghai; may be repeated. Without a stack, names of resources "
        "outside the first hold their region.",
        show_default=False,
        rich_help_panel="Where to look",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the program there."),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")]


class OutputError(FunctionComputeError):
    """The program cannot be written to the file."""


@with_options
def generate_program(
    chosen: Options,
    scope: ScopeArgument = None,
    *,
    output: Output = None,
    force: Force = False,
    region: Regions = None,
    api: Api = None,
    json: Json = False,
) -> None:
    """Write a Pulumi program for the configs that exist.

    Its first `pulumi up` adopts them without changing anything: what `pulumi import` does
    for other resources.

    SCOPE is a service or service/function; with --api 3.0 a function; without it, the program
    declares everything.
    """
    wanted = parse_scope(scope, api)
    exists = f"{output} exists: name another file, or overwrite it with --force"
    if output is not None and output.exists() and not force:
        raise OutputError(exists)
    regions = [each for each in region or [] if each]
    chosen = replace(chosen, region=regions[0] if regions else None)
    configuration = chosen.configuration()
    settings = chosen.settings(configuration)
    first = location(settings)
    for another in regions[1:]:
        replace(chosen, region=another)  # which checks it
    locations = [first, *(replace(first, region=another) for another in regions[1:])]
    with open_client(settings) as client, console.progress() as report:
        found = find(client, list(dict.fromkeys(locations)), wanted, report)
    program = generate(
        ((each.identity, each.config.values) for each in found),
        _home(chosen, configuration, first),
        _provider_settings(settings),
    )
    if not found:
        output = None
    if output is not None:
        try:
            with output.open("w" if force else "x", encoding="utf-8") as file:
                file.write(program.text)
        except FileExistsError:  # it has come to be meanwhile
            raise OutputError(exists) from None
        except OSError as error:
            raise OutputError(f"{output} cannot be written: {error.strerror}") from None
    _report(program, output, json=json)
    for each in found:
        if each.config.may_be_unset and each.identity.id in program.resources:
            console.warn(
                f"{each.identity}: {MAY_BE_UNSET}. The program declares 0, and its first pulumi up "
                "writes it: to keep 3, declare it with allow_overwrite=True"
            )
    if not found:
        console.note(f"There is no async-invoke-config in {wanted}: nothing to generate")
        raise typer.Exit(exit_codes.NOT_FOUND)


def _home(chosen: Options, configuration: Lookup, first: Location) -> Location:
    """Get the location that the stack's configuration names; without a stack, the first one."""
    if not chosen.names_a_stack:
        return first
    stacks = replace(chosen, region=None, account_id=None).settings(configuration)
    return Location(stacks.region or first.region, stacks.account_id or first.account_id)


def _provider_settings(settings: Settings) -> ProviderSettings:
    return ProviderSettings(
        endpoint=settings.endpoint and for_account(settings.endpoint, settings.account_id or ""),
        internal=settings.internal,
        profile=settings.configured_profile,
        sts_endpoint=settings.sts_endpoint,
        credentials=settings.configured_credentials,
    )


def _report(program: Program, output: Path | None, *, json: bool) -> None:
    total = len(program.resources) + len(program.left_out)
    if json:
        console.print_json(
            {
                "program": program.text,
                "file": None if output is None else str(output),
                "resources": [
                    {"name": name, "id": resource_id}
                    for resource_id, name in program.resources.items()
                ],
                "leftOut": [
                    {"id": resource_id, "reason": reason}
                    for resource_id, reason in program.left_out.items()
                ],
            }
        )
    elif output is None and total:
        console.print_source(program.text)
    for resource_id, reason in program.left_out.items():
        console.warn(f"{resource_id} is left out, as no program can declare it: {reason}")
    if output is not None:
        console.note(
            f"{output} declares {len(program.resources)} of the {total} configs found; "
            "the first pulumi up adopts them"
        )
