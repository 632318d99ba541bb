"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

_WHERE = "Where to look"

Region = Annotated[
    str | None,
    typer.Option("--region", help="Region, such as cn-shanghai.", rich_help_panel=_WHERE),
]
AccountId = Annotated[
    str | None,
    typer.Option("--account-id", help="Account that owns the functions.", rich_help_panel=_WHERE),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint", help="Base URL in place of the service's own.", rich_help_panel=_WHERE
    ),
]
Internal = Annotated[
    bool | None,
    typer.Option(
        "--internal/--no-internal",
        help="Use the service's host inside a VPC, or not.",
        show_default=False,
        rich_help_panel=_WHERE,
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        help="Profile of the vendor's command line to take the keys from.",
        rich_help_panel=_WHERE,
    ),
]
RequestTimeout = Annotated[
    float | None,
    typer.Option(
        "--request-timeout",
        metavar="SECONDS",
        help="Longest time for one call with its retries, or one run of pulumi; 60 unless given.",
        rich_help_panel=_WHERE,
    ),
]
Stack = Annotated[
    str | None,
    typer.Option("--stack", "-s", help="Stack whose configuration to use.", rich_help_panel=_WHERE),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--cwd",
        "-C",
        metavar="FOLDER",
        help="Pulumi project whose selected stack's configuration to use.",
        rich_help_panel=_WHERE,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
