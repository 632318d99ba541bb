"""What happens to a resource: check, diff, create, read, update, delete.

Property bags in, property bags out. What is valid is in `api`, what to call in `reconcile`, how to
call it in `client`; here they meet. One instance serves one plugin process and is shared by its
threads.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from pulumi.dynamic import DiffResult
from pydantic import ValidationError

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.errors import (
    ConfigNotFoundError,
    FunctionComputeError,
    InvalidIdError,
    NotFoundError,
    ParentNotFoundError,
    StateError,
)
from pulumi_fc_async_invoke.api.fields import Config, PropertyBag, Reading
from pulumi_fc_async_invoke.api.inputs import Failure, check_inputs
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.version import ApiVersion, Identity
from pulumi_fc_async_invoke.config.settings import Settings

from .diagnostics import about, warn
from .ownership import describe
from .session import Session, session


class Lifecycle:
    """The operations on configs of one API version."""

    def __init__(self, api: ApiVersion, session: Session) -> None:
        self._api = api
        self._session = session
        self._defaults = session.settings.defaults()
        self._ownership = session.ownership
        self._removals = reconcile.Removals([reconcile.Removal(way) for way in api.clears_with])
        self._adopted_only: set[str] = set()
        """Ids that `import_` names: their creation writes nothing."""

    def check(
        self,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        urn: str | None = None,
        import_id: object = None,
    ) -> tuple[PropertyBag, list[Failure]]:
        """Validate inputs and write every default into them; calls nothing.

        Args:
            olds: the inputs in state; empty for a resource that is to be created.
            news: the inputs that the program declares.
            urn: the resource's, if it is known.
            import_id: what the program's `import_` names; `None`: nothing.

        Returns:
            The inputs for state, and what is wrong with them.
        """
        inputs, failures = check_inputs(self._api, news, self._defaults)
        before = self._identity_if_known(olds)
        # An alias may bring the state of a resource of the other version.
        if before is not None and self._api.config().to_properties().keys() <= olds.keys():
            self._ownership.begin(urn, before.id)
        names, wrong_names = inputs, failures
        if failures:
            # Whatever else is wrong, the config is declared, and no delete may take it.
            keys = self._api.identity_keys
            named = {key: value for key, value in news.items() if key in keys}
            names, wrong_names = check_inputs(self._api, named, self._defaults)
        declared = None if wrong_names else self._identity_if_known(names)
        if declared is None:
            return inputs, failures
        self._warn_of_twin(declared, urn)
        other = self._ownership.declare(declared.id, urn)
        if urn is not None and other is not None:
            reason = (
                f"{describe(urn, other)} declares the same config already, that of {declared}: "
                "keep one of the two"
            )
            return inputs, [*failures, Failure("", reason)]
        if not failures and isinstance(import_id, str) and self._ownership.is_new(urn):
            self._adopted_only.add(declared.id)
            failures = self._check_import(declared, import_id)
        if failures:
            self._ownership.fail(declared.id)
        return inputs, failures

    def diff(
        self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> DiffResult:
        """Compare what is there (outputs) with what is declared (checked inputs).

        Returns:
            Whether anything has to be done, and the names that change: the config is then another
            remote object.
        """
        identity = self._parse(resource_id)
        before = identity.names
        # An unknown value equals nothing, so an unknown identity is a possible replacement.
        replaces = [
            key for key in self._api.identity_keys if news.get(key, before[key]) != before[key]
        ]
        present = _stored(identity, olds).to_properties()
        names = self._api.config.names()
        declared = {
            **self._api.config().to_properties(),
            **{key: value for key, value in news.items() if key in names},
        }
        gone = self._ownership.is_gone(resource_id)
        return DiffResult(changes=bool(replaces) or declared != present or gone, replaces=replaces)

    def create(self, props: Mapping[str, Any], urn: str | None = None) -> tuple[str, PropertyBag]:
        """Create the config, or adopt one that is as declared; its id and outputs."""
        identity = self._api.identity(props)
        declared = self._api.config.read(props, Reading.STATE)
        owned = self._ownership.may_overwrite(identity.id, urn)
        steps = (
            reconcile.adopt(declared)
            if identity.id in self._adopted_only
            else reconcile.create(
                declared,
                allow_overwrite=props["allowOverwrite"],
                owned=owned,
                removals=self._removals,
            )
        )
        try:
            outputs = _outputs(identity, self._session.run(identity, urn, steps, declared), props)
        except FunctionComputeError:
            self._ownership.fail(identity.id)
            raise
        self._ownership.succeed(identity.id)
        return identity.id, outputs

    def read(
        self, resource_id: str, props: Mapping[str, Any], urn: str | None = None
    ) -> tuple[str, PropertyBag, PropertyBag] | None:
        """Read its id, outputs and inputs as the service holds them; `None` if it is gone.

        Raises:
            NotFoundError: if it is not there and no earlier state says that it ever was.
        """
        identity = self._parse(resource_id)
        try:
            with self._session.operation(identity, urn):
                found = self._session.client.get(identity)
        except (ConfigNotFoundError, ParentNotFoundError) as error:
            # Only a refresh brings earlier outputs; a `get` of nothing must not succeed.
            if _is_refresh(identity, props):
                return None
            raise NotFoundError(f"There is no async-invoke-config to get: {error}") from error
        if _is_refresh(identity, props):
            # What is of the wrong type in state has no spelling to keep; this is its repair.
            with suppress(StateError):
                found = found.spelled_as(identity.names, _stored(identity, props))
        else:
            self._ownership.read(identity.id, urn)
        outputs = _outputs(identity, found, props)
        inputs = {key: value for key, value in outputs.items() if key not in found.outputs}
        return identity.id, outputs, inputs

    def update(
        self,
        resource_id: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        urn: str | None = None,
    ) -> PropertyBag:
        """Bring the config to what is declared; its outputs."""
        identity = self._parse(resource_id)
        declared, prior = self._api.config.read(news, Reading.STATE), _stored(identity, olds)
        steps = reconcile.update(declared, prior, self._removals)
        return _outputs(identity, self._session.run(identity, urn, steps, declared, prior), news)

    def delete(self, resource_id: str, urn: str | None = None) -> None:
        """Delete the config; one that is gone, or whose function is, is deleted already."""
        identity = self._parse(resource_id)
        self._session.run(identity, urn, self._delete(identity, urn))

    def _identity_if_known(self, inputs: Mapping[str, Any]) -> Identity | None:
        """Find the identity that inputs name; `None` if a name is absent or not known yet."""
        known = all(isinstance(inputs.get(key), str) for key in self._api.identity_keys)
        return self._api.identity(inputs) if known else None

    def _warn_of_twin(self, declared: Identity, urn: str | None) -> None:
        """Warn of a resource that declares most likely the same config in the other API version."""
        twin = self._ownership.owner(declared.twin_id)
        if urn is not None and twin is not None:
            about(urn)
            warn(
                f"{declared}: {describe(urn, twin)} declares {declared.twin_id}, most likely the "
                "same config: keep one of the two"
            )

    def _check_import(self, declared: Identity, import_id: str) -> list[Failure]:
        """Say what is wrong with the id that `import_` names."""
        try:
            named = self._api.parse_id(import_id)
        except ValueError as error:
            return [Failure("", f"import_: {error}")]
        reason = (
            f"import_ names {named}, but the resource declares {declared}: correct one of the two"
        )
        return [] if named == declared else [Failure("", reason)]

    def _parse(self, resource_id: str) -> Identity:
        try:
            return self._api.parse_id(resource_id)
        except ValueError as error:
            raise InvalidIdError(
                f"{error}. An alias cannot move a resource to the other version of Function "
                "Compute: remove it. Without an alias, the state is damaged: remove the resource "
                "from it (pulumi state delete), and `pulumi up` adopts the config if it is as "
                "declared"
            ) from error

    def _delete(self, identity: Identity, urn: str | None) -> reconcile.Steps[None]:
        reason = self._ownership.delete(identity.id, urn, identity.twin_id)
        if reason is not None:
            yield reconcile.Warn(f"it is not deleted, as {reason}")
        else:
            yield from reconcile.delete()


@cache
def start(api: ApiVersion, settings: Settings) -> Lifecycle:
    """Return the lifecycle of this process, the same for each provider that the SDK makes.

    It makes one of each text that stands for a provider in state, and those may differ.
    """
    return Lifecycle(api, session(settings))


def _stored(identity: Identity, outputs: Mapping[str, Any]) -> Config:
    """Read the values that state holds."""
    try:
        return identity.api.config.read(outputs, Reading.STATE)
    except ValidationError as error:
        # Not the value itself: it may be a secret.
        path = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise StateError(
            f"{identity}: {path} in state is of the wrong type: run `pulumi refresh`, which reads "
            "it from the service, and try again"
        ) from None


def _outputs(identity: Identity, found: RemoteConfig, props: Mapping[str, Any]) -> PropertyBag:
    """List every input, as the service holds it, and what it adds."""
    return {
        **identity.names,
        **found.values.to_properties(),
        "allowOverwrite": bool(props.get("allowOverwrite", False)),
        **found.outputs,
    }


def _is_refresh(identity: Identity, props: Mapping[str, Any]) -> bool:
    # These are in every output, and a `get` gives none of them.
    return all(key in props for key in (*identity.api.identity_keys, "maxAsyncRetryAttempts"))
