"""More operations at once than the SDK's plugin process runs.

The SDK's servicer has four threads for everything: `check` waits behind `create`. gRPC looks for
a thread pool on the method that it is about to call (``experimental_thread_pool``, in all versions
since 1.29), before it takes the server's. So the operations that call the service get a pool of
their own, and `check` and `diff` keep the four threads to themselves. (Upstream, of Node.js:
https://github.com/pulumi/pulumi/issues/6716.)

It is per process: other dynamic providers of the same program run in the same pool.

The first call that names the provider loads it, and no code of this package runs before. So the
deletes of a destroy that arrive meanwhile wait in the four threads: once, for one operation's time.
"""

from concurrent.futures import ThreadPoolExecutor

from . import process
from .diagnostics import warn

_REMOTE_OPERATIONS = ("Create", "Read", "Update", "Delete")
_THREADS_OF_THE_SDK = 4


def provide(max_concurrency: int, *, is_configured: bool) -> None:
    """Give the operations that call the service so many threads, each made when it is needed.

    With an SDK that is built differently nothing changes, and a warning says so if someone asked
    for more than the SDK does by itself.

    Args:
        max_concurrency: how many of them run at once.
        is_configured: whether someone asked for that number.
    """
    methods = process.methods(_REMOTE_OPERATIONS)
    if methods is None:
        if is_configured and max_concurrency > _THREADS_OF_THE_SDK:
            from importlib.metadata import version  # noqa: PLC0415  4 ms that hardly anybody needs

            warn(
                f"fc:maxConcurrency {max_concurrency} has no effect with pulumi "
                f"{version('pulumi')}: {_THREADS_OF_THE_SDK} calls run at once"
            )
        return
    pool = ThreadPoolExecutor(max_concurrency, thread_name_prefix="operation")
    for method in methods:
        method.experimental_thread_pool = pool
