"""Messages to the user, through the engine, and errors without a traceback.

The engine starts a plugin with its own address as the last argument. A message stands under the
resource that the thread is working for (`about`).
"""

import sys
import time
import traceback
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from types import SimpleNamespace
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.api.text import printable

from .process import engine_address, servicer_module

_LONGEST_MESSAGE = 1 << 16
"""Characters: enough for a config that is to be put back by hand."""
_LOG_TIMEOUT = 5.0
"""Seconds."""
_LONGEST_HELD = 1.0
"""Seconds after which the next message brings the lines of `debug` before it along."""
_urn: ContextVar[str | None] = ContextVar("urn", default=None)
_held: ContextVar[deque[tuple[float, str]]] = ContextVar("held")
"""Lines of `debug` that are not shown yet, each with its moment of `time.monotonic`."""


def about(urn: str | None) -> None:
    """Set the resource that the messages of this thread are about from now on."""
    _urn.set(urn)


@contextmanager
def operation(urn: str | None) -> Generator[None, None, None]:
    """Let the messages of this thread be about a resource for the length of a ``with`` block."""
    about(urn)
    _held.set(deque())
    try:
        yield
    finally:
        _show_held()


def warn(message: str) -> None:
    """Show a warning; on standard error if there is no engine."""
    if not _log(engine_pb2.WARNING, message):
        sys.stderr.write(f"warning: {printable(message, _LONGEST_MESSAGE)}\n")


def inform(message: str) -> None:
    """Show a line of information."""
    _log(engine_pb2.INFO, message)


def debug(message: str) -> None:
    """Show a line of an `operation` with ``--debug``, at the end of the operation at the latest.

    The engine does not say whether ``--debug`` is given, and a message costs a tenth of what a call
    does. So what comes within a second is one message. A message of another kind, such as that of
    a wait, comes after the lines before it.
    """
    held, now = _held.get(), time.monotonic()
    held.append((now, message))
    try:
        oldest, _ = held[0]
    except IndexError:
        return  # a wait, from another thread, has just shown it
    if now - oldest > _LONGEST_HELD:
        _show_held()


def waiting(message: str) -> None:
    """Show what is waited for, in the line of the resource; nothing of it remains."""
    _log(engine_pb2.INFO, message, ephemeral=True)


def show_errors_without_traceback() -> None:
    """Make the plugin process respond to our errors with one line; idempotent.

    The SDK's servicer responds to each exception with its whole traceback. So this stands in for
    the name ``traceback`` in the servicer's module. With an SDK that is built differently the
    traceback is back, and nothing else breaks (https://github.com/pulumi/pulumi/issues/10416).
    """
    servicer = servicer_module()
    if servicer is not None and getattr(servicer, "traceback", None) is traceback:
        stand_in = SimpleNamespace(**{**vars(traceback), "format_exc": _format_error})
        vars(servicer)["traceback"] = stand_in


def _format_error(*args: Any, **kwargs: Any) -> str:
    """Do as ``traceback.format_exc``, but for errors that are meant to be read.

    One plugin process serves all dynamic resources of a program: what others raise stays as it is,
    and so does a bug of ours.
    """
    error = sys.exc_info()[1]
    if isinstance(error, FunctionComputeError):
        return printable(str(error), _LONGEST_MESSAGE)
    return traceback.format_exc(*args, **kwargs)


def _show_held() -> None:
    held, lines = _held.get(deque()), list[str]()
    with suppress(IndexError):  # it is empty: a wait is shown from another thread
        while True:
            lines.append(held.popleft()[1])
    if lines:
        _send(engine_pb2.DEBUG, *lines)


def _log(severity: int, message: str, *, ephemeral: bool = False) -> bool:
    """Hand a message to the engine, after the lines that are held; return whether there was one."""
    _show_held()
    return _send(severity, message, ephemeral=ephemeral)


def _send(severity: int, *lines: str, ephemeral: bool = False) -> bool:
    message = "\n".join(printable(line, _LONGEST_MESSAGE) for line in lines)
    address = engine_address()
    if address is None:
        return False
    request = engine_pb2.LogRequest(
        severity=severity,  # type: ignore[arg-type]  # the enum's values are plain integers
        message=message,
        urn=_urn.get() or "",
        ephemeral=ephemeral,
    )
    try:
        _engine(address).Log(request, timeout=_LOG_TIMEOUT)
    except grpc.RpcError:
        return False  # an engine that is going away
    return True


@cache
def _engine(address: str) -> Any:
    """Connect to the engine, once: a connection costs more than a message."""
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))
