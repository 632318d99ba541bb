"""From settings to a client that follows them: for the provider and for the command line."""

import threading
from collections.abc import Callable

from pulumi_fc_async_invoke.config.credentials import credentials_source
from pulumi_fc_async_invoke.config.settings import Settings

from .attempt import OnAttempt
from .client import FunctionComputeClient


def connect(
    settings: Settings,
    on_waiting: Callable[[str], None],
    *,
    on_attempt: OnAttempt | None = None,
    canceled: threading.Event | None = None,
) -> FunctionComputeClient:
    """Make a client; it calls nothing and asks for no keys yet.

    Args:
        settings: where Function Compute is, whose keys to use, how long a call may take, and
            how many may be in flight at once.
        on_waiting: told, in one line, of a call that takes long; from another thread, in the
            context (`contextvars`) of the call.
        on_attempt: told of each attempt when it is over.
        canceled: set when the run is interrupted.
    """
    return FunctionComputeClient(
        credentials_source(settings),
        endpoint=settings.endpoint,
        internal=settings.internal,
        request_timeout=settings.request_timeout,
        max_concurrency=settings.max_concurrency,
        on_waiting=on_waiting,
        on_attempt=on_attempt,
        canceled=canceled,
    )
