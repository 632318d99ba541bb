"""Words for the user, through the engine: warnings, and errors without a traceback.

The engine starts a plugin with its own address as the last argument. What a plugin raises would
reach the user as a whole Python traceback (the SDK's servicer formats every exception so); a
mistake of a user's deserves one line instead.
"""

import sys
import traceback
from types import ModuleType
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from .errors import FunctionComputeError
from .plugin_process import servicer_module

_LOG_TIMEOUT = 5.0


def warn(message: str) -> None:
    """Show a warning on the stack; on standard error where there is no engine to tell."""
    address = sys.argv[-1]
    if servicer_module() is not None and ":" in address:
        try:
            with grpc.insecure_channel(address) as channel:
                engine: Any = engine_pb2_grpc.EngineStub(channel)
                engine.Log(
                    engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message),
                    timeout=_LOG_TIMEOUT,
                )
        except grpc.RpcError:
            pass  # an engine that is going away: standard error still reaches it
        else:
            return
    sys.stderr.write(f"warning: {message}\n")


def show_errors_without_traceback() -> None:
    """Make the plugin process answer our errors with their one line; idempotent.

    Works by standing in for the name ``traceback`` in the SDK's servicer module. With an SDK that
    is built differently the traceback is back, and nothing else breaks.
    """
    servicer = servicer_module()
    if servicer is not None and getattr(servicer, "traceback", None) is traceback:
        servicer.traceback = _OneLine("traceback")  # type: ignore[attr-defined]  # not in ModuleType


class _OneLine(ModuleType):
    """The traceback module, but for errors that are meant to be read."""

    def format_exc(self, *args: object, **kwargs: object) -> str:
        error = sys.exc_info()[1]
        if isinstance(error, FunctionComputeError):
            return str(error)
        return traceback.format_exc(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given

    def __getattr__(self, name: str) -> object:
        return getattr(traceback, name)
