"""The process that the engine runs dynamic providers in, as far as the SDK lets one see it."""

import inspect
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

_SERVICER_MODULE = "pulumi.dynamic.__main__"
_SERVICER_CLASS = "DynamicResourceProviderServicer"
_LOOK_SECONDS = 5.0
"""Between two looks at whether there is still an engine."""
_CONNECT_SECONDS = 2.0


def servicer_module() -> ModuleType | None:
    """The SDK's servicer module, if this process is its plugin."""
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    return main if spec is not None and spec.name == _SERVICER_MODULE else None


def engine_address() -> str | None:
    """Host and port of the engine that has started this plugin, as ``host:port``."""
    address = sys.argv[-1]
    return address if servicer_module() is not None and ":" in address else None


def request_urn() -> str | None:
    """Return the URN of the resource that the SDK calls a provider's method for.

    To be called from that method itself. The SDK passes the URN to none of them
    (https://github.com/pulumi/pulumi/issues/9434), but the servicer's method that calls holds the
    request in a local variable.

    Returns:
        The URN; `None` if the SDK is built differently.
    """
    here = inspect.currentframe()
    provider = here and here.f_back
    servicer = provider and provider.f_back
    urn = getattr(servicer.f_locals.get("request"), "urn", None) if servicer else None
    return urn if isinstance(urn, str) and urn else None


@cache  # once per process, however often it is configured
def stop_with_the_engine() -> None:
    """Let this process end once its engine has gone without a word, such as by kill -9.

    The SDK's plugin would wait for ever (https://github.com/pulumi/pulumi/issues/8696). It is
    stopped as by Ctrl-C: what it has begun, it ends.
    """
    address = engine_address()
    if address is not None:
        threading.Thread(target=_watch, args=(address,), name="engine-watcher", daemon=True).start()


def _watch(address: str) -> None:
    if not _listens(address):
        return  # there never was one: a test, or a tool, drives this plugin
    # Not by the parent's process id: that may be the language host, which lives on for minutes.
    while _listens(address):
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), _CONNECT_SECONDS).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # that says nothing about the engine
    return True


def methods(names: Iterable[str]) -> list[Any] | None:
    """Functions of the SDK's servicer by their names; `None` if one of them is not there."""
    servicer = getattr(servicer_module(), _SERVICER_CLASS, None)
    found = [getattr(servicer, name, None) for name in names]
    return None if None in found else found
