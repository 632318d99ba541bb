"""What runs in one plugin process with one set of settings: the client, and who owns a config.

The API versions share it. It carries out the steps that `reconcile` decides on.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import (
    CallError,
    CanceledError,
    ConfigNotFoundError,
    LifecycleError,
    SettingsError,
)
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.version import Identity
from pulumi_fc_async_invoke.config.settings import Settings

from . import thread_pool
from .cancellation import interrupted
from .diagnostics import debug, inform, operation, waiting, warn
from .ownership import Ownership

if TYPE_CHECKING:
    from pulumi_fc_async_invoke.client.client import FunctionComputeClient

_T = TypeVar("_T")


class Session:
    """The client and the ownership of one process; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ownership = Ownership()
        self._interrupted = interrupted()
        self._lock = Lock()
        self._locks: dict[str, Lock] = {}
        """Of each config: two resources may mean it, and the engine calls both at the same time."""
        self._made_client: FunctionComputeClient | None = None
        thread_pool.provide(settings.max_concurrency, is_configured=settings.has_max_concurrency)

    @property
    def client(self) -> "FunctionComputeClient":
        """The client, made when it is first needed."""
        # At the first call: previews and runs without a change make none, and need not wait for
        # what only calls need to be imported.
        with self._lock:
            if self._made_client is None:
                from pulumi_fc_async_invoke.client.client import FunctionComputeClient  # noqa: PLC0415  it brings httpx along

                self._made_client = FunctionComputeClient(
                    self.settings, waiting, on_attempt=debug, canceled=self._interrupted
                )
            return self._made_client

    @contextmanager
    def operation(self, identity: Identity, urn: str | None) -> Generator[None, None, None]:
        """Wrap an operation on a config, whose resource its messages are about.

        Raises:
            LifecycleError: the run is interrupted.
        """
        if self._interrupted.is_set():
            raise LifecycleError(
                f"async-invoke-config of {identity}: nothing was called, as the run was interrupted"
            )
        with operation(urn):
            yield

    def run(
        self, identity: Identity, urn: str | None, steps: reconcile.Steps[_T], *known: Config
    ) -> _T:
        """Carry out the steps of an operation, each with the result of the one before.

        Args:
            identity: which config.
            urn: of its resource, if that is known.
            steps: what to do.
            known: configs whose spelling of a destination is kept.

        Returns:
            What the steps return.

        Raises:
            FunctionComputeError: what the steps raise.
        """
        # In both API versions it is one config.
        one_id = min(identity.id, identity.twin_id or identity.id)
        with self._locks.setdefault(one_id, Lock()), self.operation(identity, urn):
            return self._run(identity, steps, *known)

    def _run(self, identity: Identity, steps: reconcile.Steps[_T], *known: Config) -> _T:
        try:
            step = next(steps)
            while True:
                try:
                    found = self._carry_out(identity, step)
                except (CallError, SettingsError) as error:  # noqa: PERF203  each step may fail
                    # Keys may expire, and their source fail, between two steps.
                    step = steps.throw(error)
                else:
                    step = steps.send(found and found.spelled_as(identity.names, *known))
        except StopIteration as stop:
            return cast("_T", stop.value)
        except LifecycleError as error:
            raise type(error)(f"async-invoke-config of {identity}: {error}") from error

    def _carry_out(self, identity: Identity, step: reconcile.Step) -> RemoteConfig | None:
        match step:
            case reconcile.Get():
                try:
                    return self.client.get(identity)
                except ConfigNotFoundError:
                    return None
            case reconcile.Put(body):
                return self.client.put(identity, body)
            case reconcile.Delete():
                self.client.delete(identity)
            case reconcile.Wait(seconds):
                if self._interrupted.wait(seconds):
                    message = f"async-invoke-config of {identity}: the run was interrupted"
                    raise CanceledError(message, outcome_unknown=False)
            case reconcile.Warn(message):
                warn(f"{identity}: {message}")
            case reconcile.Inform(message):
                inform(f"{identity}: {message}")
        return None


session = cache(Session)
"""The session of this process for some settings.

No lock is needed: the SDK configures one provider at a time.
"""
