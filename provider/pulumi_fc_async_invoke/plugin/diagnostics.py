"""Words for the user, through the engine: warnings, and errors without a traceback.

The engine starts a plugin with its own address as the last argument. What a plugin raises would
reach the user as a whole Python traceback (the SDK's servicer formats every exception so). One
line is shown instead: what the user can do, if it is a mistake of a user's, and where to find the
details, if it is one of ours.
"""

import sys
import traceback
from types import ModuleType
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from pulumi_fc_async_invoke._version import __version__
from pulumi_fc_async_invoke.api.errors import FunctionComputeError

from .process import engine_address, servicer_module

_PACKAGE = __name__.partition(".")[0]
_PROVIDER = f"{_PACKAGE}.provider"
_LOG_TIMEOUT = 5.0


def warn(message: str) -> None:
    """Show a warning on the stack; on standard error where there is no engine to tell."""
    if not _log(engine_pb2.WARNING, message):
        sys.stderr.write(f"warning: {message}\n")


def show_errors_without_traceback() -> None:
    """Make the plugin process answer errors with one line; idempotent.

    Works by standing in for the name ``traceback`` in the SDK's servicer module. With an SDK that
    is built differently the traceback is back, and nothing else breaks.
    """
    servicer = servicer_module()
    if servicer is not None and getattr(servicer, "traceback", None) is traceback:
        servicer.traceback = _OneLine("traceback")  # type: ignore[attr-defined]  # not in ModuleType


class _OneLine(ModuleType):
    """The traceback module, but for errors that are meant to be read.

    One plugin process serves all dynamic resources of a program: what others raise stays as it is.
    """

    def format_exc(self, *args: object, **kwargs: object) -> str:
        error = sys.exc_info()[1]
        if isinstance(error, FunctionComputeError):
            return str(error)
        if isinstance(error, KeyError) and error.args == ("__provider",):
            return _WITHOUT_PROVIDER
        modules = [] if error is None else _modules(error)
        if error is None or not any(module == _PROVIDER for module, _ in modules):
            return traceback.format_exc(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given
        line = _internal_error(error, modules)
        # The exception's own text may quote any value, so only who asks for it is shown it.
        _log(engine_pb2.DEBUG, f"{line}\n{''.join(traceback.format_exception(error))}")
        return line

    def __getattr__(self, name: str) -> object:
        return getattr(traceback, name)


_WITHOUT_PROVIDER = (
    "The engine has sent this resource without its provider. `pulumi import` and import_ do so, "
    "and work for no dynamic resource in Python: declare an AsyncInvokeConfig without them, with "
    "the values that it has, and `pulumi up` takes it over. If nothing is imported, the resource "
    "is damaged in state: remove it there (pulumi state delete), and `pulumi up` takes over what "
    "is as declared"
)


def _internal_error(error: BaseException, modules: list[tuple[str, int]]) -> str:
    """Type and place of an error that is ours, and nothing of its text."""
    module, line = next(place for place in reversed(modules) if _is_ours(place[0]))
    return (
        f"Internal error in pulumi-fc-async-invoke {__version__}: {type(error).__name__} at "
        f"{module}:{line}. This is a bug, in it or in a library that it uses: please report it, "
        "with what the same command says with --debug (look that through for values that are "
        "nobody's business)"
    )


def _modules(error: BaseException) -> list[tuple[str, int]]:
    """Module and line of each call on the way to where an error was raised, outermost first."""
    return [
        (str(frame.f_globals.get("__name__")), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == _PACKAGE


def _log(severity: int, message: str) -> bool:
    """Hand a message to the engine; whether there was one to take it."""
    address = engine_address()
    if address is None:
        return False
    try:
        with grpc.insecure_channel(address) as channel:
            engine: Any = engine_pb2_grpc.EngineStub(channel)
            engine.Log(
                engine_pb2.LogRequest(severity=severity, message=message),  # type: ignore[arg-type]
                timeout=_LOG_TIMEOUT,
            )
    except grpc.RpcError:
        return False  # an engine that is going away
    return True
