"""What happens to a resource: check, diff, create, read, update, delete.

Property bags in, property bags out. The arithmetic is in `validation.py` and `reconcile.py`, the
calls are in `client.py`; here they meet. One instance serves one plugin process and is shared by
its threads.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic_core import ValidationError

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import (
    CallError,
    ConfigNotFoundError,
    DuplicateError,
    FunctionComputeError,
    InvalidIdError,
    LifecycleError,
    NotFoundError,
    ParentNotFoundError,
    SettingsError,
    StateError,
    StillDeclaredError,
)
from pulumi_fc_async_invoke.api.identity import Identity
from pulumi_fc_async_invoke.api.model import (
    OUTPUT_ONLY_KEYS,
    VALUE_KEYS,
    ConfigValues,
    PropertyBag,
    RemoteConfig,
)
from pulumi_fc_async_invoke.api.validation import IDENTITY_KEYS, Failure, check_inputs
from pulumi_fc_async_invoke.config.settings import Settings

from .diagnostics import warn
from .ownership import Declarations

if TYPE_CHECKING:
    from types import ModuleType

    from pulumi_fc_async_invoke.client.client import FunctionComputeClient

_T = TypeVar("_T")


@dataclass(frozen=True)
class Difference:
    """What a diff found."""

    changes: bool
    """Whether anything has to be done."""
    replaces: list[str]
    """The identity's properties that change: the config is then another remote object."""


class Lifecycle:
    """The operations on async-invoke-configs with one set of settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._removals = reconcile.Removals()
        self._declarations = Declarations()
        self._lock = Lock()
        self._made_client: FunctionComputeClient | None = None

    @property
    def _client(self) -> "FunctionComputeClient":
        # At the first call: previews and runs without a change make none, and need not wait for
        # httpx to be imported.
        with self._lock:
            if self._made_client is None:
                # Wherever rich and click are installed (our extra `cli`), httpx takes its command
                # line along: 4 MiB and 40 ms for nothing here. It copes with its absence.
                sys.modules.setdefault("httpx._main", cast("ModuleType", None))
                from pulumi_fc_async_invoke.client.connect import connect  # noqa: PLC0415  it brings httpx along

                self._made_client = connect(self._settings, warn)
            return self._made_client

    def check(self, news: Mapping[str, Any]) -> tuple[PropertyBag, list[Failure]]:
        """Validate inputs and write every default into them; calls nothing."""
        inputs, failures = check_inputs(news, self._settings.defaults())
        if not failures and all(isinstance(inputs[key], str) for key in IDENTITY_KEYS):
            self._declarations.declare(_identity(inputs).id)
        return inputs, failures

    def diff(
        self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Difference:
        """Compare what is there (outputs) with what is declared (checked inputs)."""
        parsed = _parse(resource_id)
        identity = parsed.to_properties()
        declared_identity = {"qualifier": identity["qualifier"], **_picked(news, IDENTITY_KEYS)}
        # An unknown value equals nothing, so an unknown identity is a possible replacement.
        replaces = [
            key
            for key in IDENTITY_KEYS
            if declared_identity.get(key, identity[key]) != identity[key]
        ]
        present = _stored(parsed, olds).to_properties()
        declared = {**ConfigValues().to_properties(), **_picked(news, VALUE_KEYS)}
        changes = bool(replaces) or declared != present
        self._declarations.has_diffed(parsed.id, changes=changes)
        return Difference(changes, replaces)

    def create(self, props: Mapping[str, Any]) -> tuple[str, PropertyBag]:
        """Create the config, or take over one that is as declared; its id and outputs."""
        identity = _identity(props)
        if not self._declarations.claim(identity.id):
            raise DuplicateError(
                f"Another resource of this program has just created the async-invoke-config of "
                f"{identity}; keep one of the two"
            )
        if self._declarations.is_kept(identity.id):
            self._declarations.release(identity.id)
            raise DuplicateError(
                "Another resource of this program manages the async-invoke-config of "
                f"{identity} already; keep one of the two"
            )
        steps = reconcile.create(
            ConfigValues.from_properties(props),
            allow_overwrite=props["allowOverwrite"] or self._declarations.was_spared(identity.id),
            removals=self._removals,
        )
        try:
            outputs = _outputs(identity, self._run(identity, steps), props)
        except FunctionComputeError:
            self._declarations.release(identity.id)
            raise
        self._declarations.declare(identity.id)
        return identity.id, outputs

    def read(
        self, resource_id: str, props: Mapping[str, Any]
    ) -> tuple[str, PropertyBag, PropertyBag] | None:
        """Its id, outputs and inputs as the service holds them; `None` if it has gone.

        Raises:
            NotFoundError: if it is not there and no earlier state says that it ever was.
        """
        identity = _parse(resource_id)
        try:
            found = self._client.get(identity)
        except (ConfigNotFoundError, ParentNotFoundError) as error:
            # Only a refresh brings earlier outputs; a `get` of nothing must not succeed.
            if _is_refresh(props):
                return None
            raise NotFoundError(f"There is no async-invoke-config to get: {error}") from error
        if _is_refresh(props):
            self._declarations.has_read(identity.id)
        outputs = _outputs(identity, found, props)
        inputs = {key: value for key, value in outputs.items() if key not in OUTPUT_ONLY_KEYS}
        return identity.id, outputs, inputs

    def update(
        self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> PropertyBag:
        """Bring the config to what is declared; its outputs."""
        identity = _parse(resource_id)
        self._declarations.keep(identity.id)
        steps = reconcile.update(
            ConfigValues.from_properties(news), _stored(identity, olds), self._removals
        )
        return _outputs(identity, self._run(identity, steps), news)

    def delete(self, resource_id: str) -> None:
        """Delete the config; one that has gone, or whose function has, is deleted already."""
        identity = _parse(resource_id)
        if self._declarations.has_failed(identity.id):
            # Only `--continue-on-error` goes on to deletes then.
            raise StillDeclaredError(
                f"async-invoke-config of {identity}: it is not deleted, and stays in state, as the "
                "program still declares it, under another name, and that resource could not be "
                "created: solve that, or give it an alias, and run `pulumi up` again"
            )
        if self._declarations.spare(identity.id):
            warn(f"{identity} is not deleted, as the program still declares it")
            return
        self._run(identity, reconcile.delete())

    def _run(self, identity: Identity, steps: reconcile.Steps[_T]) -> _T:
        """Carry out each step and send back what came of it."""
        resume: Callable[[], reconcile.Step] = partial(next, steps)
        try:
            while True:
                resume = self._perform(identity, resume(), steps)
        except StopIteration as stop:
            return cast("_T", stop.value)
        except LifecycleError as error:
            raise type(error)(f"async-invoke-config of {identity}: {error}") from error

    def _perform(
        self, identity: Identity, step: reconcile.Step, steps: reconcile.Steps[_T]
    ) -> Callable[[], reconcile.Step]:
        """Carry out one step; how to go on with what came of it."""
        try:
            return partial(steps.send, self._answer(identity, step))
        except (CallError, SettingsError) as error:
            # Keys may expire, and their source fail, between two steps.
            return partial(steps.throw, error)

    def _answer(self, identity: Identity, step: reconcile.Step) -> RemoteConfig | None:
        match step:
            case reconcile.Get():
                try:
                    return self._client.get(identity)
                except ConfigNotFoundError:
                    return None
            case reconcile.Put(body):
                return self._client.put(identity, body)
            case reconcile.Delete():
                self._client.delete(identity)
            case reconcile.Wait(seconds):
                sleep(seconds)
            case reconcile.Warn(message):
                warn(f"{identity}: {message}")
        return None


def _identity(inputs: Mapping[str, Any]) -> Identity:
    """The identity that checked inputs name."""
    return Identity(
        region=inputs["region"],
        account_id=inputs["accountId"],
        service_name=inputs["serviceName"],
        qualifier=inputs["qualifier"],
        function_name=inputs["functionName"],
    )


def _parse(resource_id: str) -> Identity:
    try:
        return Identity.parse(resource_id)
    except ValueError as error:
        raise InvalidIdError(
            f"{error}. If it stands in state, that is damaged: remove it there (pulumi state "
            "delete), and `pulumi up` takes over what is as declared"
        ) from error


def _stored(identity: Identity, outputs: Mapping[str, Any]) -> ConfigValues:
    """The values that state holds."""
    try:
        return ConfigValues.from_properties(outputs)
    except ValidationError as error:
        # Not the value itself: it may be a secret.
        path = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise StateError(
            f"{identity}: {path} in state is of the wrong type: run `pulumi refresh`, which reads "
            "it from the service, and try again"
        ) from None


def _picked(bag: Mapping[str, Any], keys: Iterable[str]) -> PropertyBag:
    return {key: bag[key] for key in keys if key in bag}


def _outputs(identity: Identity, found: RemoteConfig, props: Mapping[str, Any]) -> PropertyBag:
    """Every input, as the service holds it, and what it adds."""
    times = {"createdTime": found.created_time, "lastModifiedTime": found.last_modified_time}
    return {
        **identity.to_properties(),
        **found.values.to_properties(),
        "allowOverwrite": bool(props.get("allowOverwrite", False)),
        **{key: value for key, value in times.items() if value is not None},
    }


def _is_refresh(props: Mapping[str, Any]) -> bool:
    # These are in every output, and a `get` gives none of them.
    return all(key in props for key in (*IDENTITY_KEYS, "maxAsyncRetryAttempts"))
