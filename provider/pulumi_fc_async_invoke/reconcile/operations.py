"""Create, update and delete: which steps each takes when all goes well, and when it does not."""

from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    ConfigExistsError,
    ConfigNotFoundError,
    NotFoundError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.remote_config import MAY_BE_UNSET, RemoteConfig

from .removals import Removals
from .steps import FAILED, SECOND_LOOKS, Delete, Get, Inform, Steps, Wait, Warn
from .undo import write
from .words import ADOPTED, STILL_THERE, difference, refusal
from .writing import Writing

_BEFORE_REFUSING = 2.0
"""Seconds."""


def create(
    declared: Config, *, allow_overwrite: bool, owned: bool = False, removals: Removals
) -> Steps[RemoteConfig]:
    """Bring a config into being, or adopt one that is already as declared.

    Args:
        declared: what the config shall be.
        allow_overwrite: whether a different one may be overwritten.
        owned: whether it is known to be the resource's own: then it may, and its destinations,
            which the program declared, stay out of messages.
        removals: what is known about this service.

    Raises:
        ConfigExistsError: a different one is there and may not be overwritten; it is untouched.
        NotAppliedError: the service does not hold what was sent; the message says whether what
            was there before is back.
        CallError, SettingsError: a call failed, and what was there before is there still.
    """
    allow_overwrite = allow_overwrite or owned
    found = yield Get()
    if found is not None and found.values != declared and not allow_overwrite:
        # A read may still return a config that was deleted a moment ago: be sure before refusing.
        yield Wait(_BEFORE_REFUSING)
        found = yield Get()
    held = found.values if found else None
    if found and held == declared and not found.may_be_unset:
        yield Inform(ADOPTED)
        return found
    if held and held != declared and not allow_overwrite:
        raise ConfigExistsError(refusal(declared, held))
    writing = Writing(declared, held, removals)
    written = yield from write(writing, may_overwrite=allow_overwrite, undo=True)
    if held == declared:
        yield Inform(f"{ADOPTED}; it was written once, as {MAY_BE_UNSET}")
    elif held:
        own = held if owned else None
        yield Inform(f"overwritten: {difference(declared, held, own, was=True)}")
    return written


def adopt(declared: Config) -> Steps[RemoteConfig]:
    """Adopt a config that is as declared; write nothing.

    Raises:
        NotFoundError: there is none.
        ConfigExistsError: it differs.
        CallError, SettingsError: it could not be read.
    """
    found = yield Get()
    if found is None:
        raise NotFoundError("there is none to adopt: remove import_, and it is created")
    if found.values != declared:
        raise ConfigExistsError(
            f"it differs, and import_ writes nothing: {difference(declared, found.values)}. "
            "Declare the same values, or remove import_"
        )
    yield Inform(f"{ADOPTED}; {MAY_BE_UNSET}" if found.may_be_unset else ADOPTED)
    return found


def update(declared: Config, prior: Config, removals: Removals) -> Steps[RemoteConfig]:
    """Bring an existing config to what is declared; one that has gone is put back.

    Args:
        declared: what the config shall be.
        prior: what it was when state last saw it.
        removals: what is known about this service.

    Raises:
        NotAppliedError: the service does not hold what was sent; the message says what it holds.
        CallError, SettingsError: a call failed; the message says what has changed.
    """
    return (yield from write(Writing(declared, prior, removals)))


def delete() -> Steps[None]:
    """Delete the config, and wait until reads agree that it has gone.

    A creation that follows would else find it, identical perhaps, and adopt what is no more.

    Raises:
        CallError, SettingsError: it could not be deleted.
    """
    try:
        yield Delete()
    except (ConfigNotFoundError, ParentNotFoundError):
        return  # gone already, alone or with its function
    except FAILED as error:
        if error.outcome_unknown or isinstance(error, ApiError):
            gone = yield from _is_gone()
            if gone:
                return
            if gone is False and error.outcome_unknown:
                error.add_detail(STILL_THERE)
        raise
    for seconds in SECOND_LOOKS:
        try:
            if seconds:
                yield Wait(seconds)
            found = yield Get()
        except FAILED:
            return  # the service has confirmed the delete, and that is all that counts
        if found is None:
            return
    yield Warn(
        "it is still there, or there again, although the service says that it has deleted it; the "
        "program does not manage it any more: look for what else writes it, or delete it by hand"
    )


def _is_gone() -> Steps[bool | None]:
    """Read whether a delete without a response took effect; `None`: that is not known."""
    try:
        return (yield Get()) is None
    except ParentNotFoundError:
        return True
    except FAILED:
        return None
