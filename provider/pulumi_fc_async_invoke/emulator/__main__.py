"""``python -m pulumi_fc_async_invoke.emulator``: the emulator on the command line."""

import argparse
import contextlib
import json
import os
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from . import missing_extra

if __name__ == "__main__" and (_missing := missing_extra()) is not None:
    sys.exit(_missing)

from .authentication import DEFAULT_ACCOUNT, DEFAULT_KEY, AccessKey
from .control import is_loopback
from .exceptions import explain
from .faults import Fault
from .rules import CHOICES, Rules
from .server import base_url, listen, make_server
from .state import DEFAULT_REGION, Options, State

_HIGHEST_PORT = 65_535
_T = TypeVar("_T")


def main(
    arguments: Sequence[str] | None = None,
    *,
    program: str = "python -m pulumi_fc_async_invoke.emulator",
) -> int:
    """Serve until SIGTERM or SIGINT.

    Args:
        arguments: of the command line.
        program: its name in the help and in errors.

    Returns:
        The exit code: 0.
    """
    parser = make_parser(program)
    parsed = parser.parse_args(arguments)
    if not parsed.allow_remote and not is_loopback(parsed.host):
        parser.error(
            f"--host {parsed.host} is not loopback: its access keys are not secret; add "
            "--allow-remote if that is what you want"
        )
    # The server handles these while it runs, and then raises them once more: that ends it here.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _exit)
    try:
        options = _options(parsed)
    except ValueError as error:
        parser.error(explain(error))
    try:
        listener = listen(parsed.host, parsed.port)
    except OSError as error:
        parser.error(f"cannot listen on {parsed.host}:{parsed.port}: {error.strerror}")
    with contextlib.closing(listener):
        try:
            state = State(options)
        except (OSError, sqlite3.Error) as error:
            parser.error(f"--data {options.data} cannot be used: {error}")
        with contextlib.closing(state.storage):
            url = base_url(listener)
            make_server(state, lambda: _announce(url, parsed, parser)).run([listener])
    return 0


def _announce(url: str, parsed: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Print the URL as soon as it serves, for the caller who waits for it."""
    if parsed.ready_file is not None:
        try:
            write_atomically(parsed.ready_file, url)
        except OSError as error:
            parser.error(f"--ready-file {parsed.ready_file} cannot be written: {error.strerror}")
    line = json.dumps({"url": url}) if parsed.json else f"ready: {url}"
    print(line, flush=True)  # noqa: T201  the caller waits for this line


def write_atomically(file: Path, text: str) -> None:
    """Write a file whole: a reader never sees a part of it."""
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(temporary).replace(file)


def _exit(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= _HIGHEST_PORT:
        raise ValueError(f"{text!r} must be a number from 0 to {_HIGHEST_PORT}")
    return port


def _options(parsed: argparse.Namespace) -> Options:
    rules = {field.name: getattr(parsed, field.name) for field in fields(Rules)}
    return Options(
        data=parsed.data,
        region=parsed.region,
        account=parsed.account,
        access_keys=tuple(parsed.access_key or (DEFAULT_KEY,)),
        rules=Rules(**rules),
        faults=tuple(parsed.fault),
        strict_parents=parsed.strict_parents,
    )


def make_parser(program: str) -> argparse.ArgumentParser:
    """Make the parser of the command line.

    Args:
        program: its name in the help and in errors.
    """
    parser = argparse.ArgumentParser(
        prog=program,
        usage="%(prog)s [OPTIONS]",  # as an error prints it, too: one line, not thirty
        description="Function Compute's async-invoke-config API on loopback.",
        epilog="Keys, rules, faults and configs can be changed while it runs, under /_emulator/.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_checked(_port), default=0, help="port; 0, the default, takes a free one")
    add("--allow-remote", action="store_true", help="allow a --host that is not loopback")
    add("--data", type=Path, metavar="FILE", help="SQLite file (default: in memory)")
    add("--ready-file", type=Path, metavar="FILE", help="written with the URL once it serves")
    add("--json", action="store_true", help="print the URL as a JSON document once it serves")
    add("--region", default=DEFAULT_REGION, help="where the host names none (%(default)s)")
    add("--account", default=DEFAULT_ACCOUNT, help="where a request names none (%(default)s)")
    add(
        "--access-key",
        action="append",
        type=_checked(AccessKey.parse),
        metavar="ID:SECRET[:ACCOUNT[:TOKEN]]",
        help="a valid key, for one account or any (*), with the security token it needs; may be "
        f"repeated (default: {DEFAULT_KEY.id}:{DEFAULT_KEY.secret})",
    )
    add("--strict-parents", action="store_true", help="only declared services and functions exist")
    add(
        "--fault",
        action="append",
        default=[],
        type=_checked(Fault.parse),
        metavar="FAULT",
        help="kind=drop_after,method=PUT,times=2 or the same as JSON; may be repeated",
    )
    switches = parser.add_argument_group("what the API's documentation leaves open")
    for name, default in asdict(Rules()).items():
        kind: dict[str, Any] = (
            {"choices": CHOICES[name]} if name in CHOICES else {"type": int, "metavar": "N"}
        )
        flag = f"--{name.replace('_', '-')}"
        switches.add_argument(flag, default=default, help="default: %(default)s", **kind)
    return parser


def _checked(parse: Callable[[str], _T]) -> Callable[[str], _T]:
    """Raise what argparse shows the reason of."""

    def parse_or_explain(text: str) -> _T:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(explain(error)) from None

    return parse_or_explain


if __name__ == "__main__":
    sys.exit(main())
