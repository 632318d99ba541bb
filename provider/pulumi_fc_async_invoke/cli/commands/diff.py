"""``fc-async-invoke diff``."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import typer

from pulumi_fc_async_invoke.api.errors import (
    ConfigNotFoundError,
    FunctionComputeError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.cli import console, exit_codes, options
from pulumi_fc_async_invoke.cli.comparison import Comparison, Status, compare
from pulumi_fc_async_invoke.cli.discovery import in_parallel
from pulumi_fc_async_invoke.cli.formatting import cell
from pulumi_fc_async_invoke.cli.options import Options
from pulumi_fc_async_invoke.cli.state import StoredConfig, stored_configs
from pulumi_fc_async_invoke.client.client import FunctionComputeClient


@options.with_options
def diff(chosen: Options, *, json: options.Json = False) -> None:
    """Compare a stack's state with what the service holds.

    Changes neither. Values that are secret in state are not compared, and not shown.
    """
    chosen = replace(chosen, folder=chosen.folder or Path())
    with ExitStack() as until_done, console.progress() as report:
        report("state")
        stored = stored_configs(chosen.project.export())
        clients = _clients(stored, chosen, until_done)
        comparisons = in_parallel(partial(_compare, clients), stored, report, "configs")
    if json:
        console.print_json(
            {
                "summary": _counts(comparisons),
                "resources": [each.document() for each in comparisons],
            }
        )
    else:
        _print(comparisons)
    raise typer.Exit(_exit_code(comparisons))


def _clients(
    stored: list[StoredConfig], chosen: Options, until_done: ExitStack
) -> dict[str, FunctionComputeClient | FunctionComputeError]:
    """Make a client for each provider in state; an error where there can be none.

    An explicit provider takes nothing from the stack's configuration, and its keys are encrypted
    in state: they are left there, and those of the options or the environment are used.
    """
    clients: dict[str, FunctionComputeClient | FunctionComputeError] = {}
    for each in stored:
        if each.provider in clients:
            continue
        inputs = each.provider_inputs
        try:
            settings = chosen.settings(None if inputs is None else _without_keys(inputs))
        except FunctionComputeError as error:
            clients[each.provider] = error
        else:
            clients[each.provider] = until_done.enter_context(options.open_client(settings))
    return clients


def _without_keys(inputs: Any) -> Callable[[str], Any]:
    """Drop the keys: half of a pair, the other half of which is encrypted, would be refused."""
    return {key: value for key, value in inputs.items() if key not in options.CREDENTIAL_KEYS}.get


def _compare(
    clients: dict[str, FunctionComputeClient | FunctionComputeError], stored: StoredConfig
) -> Comparison:
    client = clients[stored.provider]
    try:
        if isinstance(client, FunctionComputeError):
            raise client
        return compare(stored, client.get(stored.api.parse_id(stored.id)))
    except (ConfigNotFoundError, ParentNotFoundError):
        return compare(stored, None)
    except FunctionComputeError as error:
        return Comparison(stored, Status.ERROR, error=str(error))
    except ValueError:
        return Comparison(
            stored,
            Status.ERROR,
            error="its id or outputs in state cannot be read",
        )


def _print(comparisons: list[Comparison]) -> None:
    for each in comparisons:
        for line in _lines(each):
            console.print_line(line)
    for each in comparisons:
        if each.error is not None:
            console.error(f"{each.stored.name}: {each.error}")
    counts = _counts(comparisons)
    words = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    console.note(words or "There is no async-invoke-config in the stack")


def _lines(comparison: Comparison) -> list[str]:
    stored = comparison.stored
    lines: list[str] = []
    if comparison.status is Status.GONE:
        lines.append("  it no longer exists on the service")
    lines += [
        f"  {path}: {cell(here)} in state, {cell(there)} on the service"
        for path, here, there in comparison.differences
    ]
    if comparison.status is not Status.GONE:
        lines += [f"  {path}: not compared, as it is secret" for path in sorted(stored.secrets)]
    return [f"{stored.name} ({stored.id})", *lines] if lines else []


def _counts(comparisons: list[Comparison]) -> dict[str, int]:
    return {status.value: sum(each.status is status for each in comparisons) for status in Status}


def _exit_code(comparisons: list[Comparison]) -> int:
    statuses = {each.status for each in comparisons}
    if Status.ERROR in statuses:
        return exit_codes.ERROR
    return exit_codes.DIFFERENT if statuses & {Status.DIFFERENT, Status.GONE} else exit_codes.OK
