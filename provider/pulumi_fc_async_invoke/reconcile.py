"""From what is declared and what is there to the calls to make, and whether they worked.

Pure. Each function is a generator that yields one `Step` at a time and is sent what came of it:
the config (`None`: there is none) or, thrown into it, one of `errors.py`. So the whole decision
stands in one place, and runs against the service and against a model of it alike.

The remote PUT merges ("Items that are not specified remain unchanged"), and nobody documents how
a destination is removed. So a removal tries, in order, each way that is less than a delete, looks
at what came back, and remembers what it learned about the service. DELETE and PUT is the last
resort, taken only after the service has accepted the declared values once.
"""

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias, TypeVar

from .errors import (
    CallError,
    ConfigExistsError,
    ConfigNotFoundError,
    InvalidRequestError,
    NotAppliedError,
    ParentNotFoundError,
    SettingsError,
)
from .model import ConfigValues, PropertyBag, RemoteConfig


@dataclass(frozen=True)
class Get:
    """Read the config; the answer is `None` if there is none."""


@dataclass(frozen=True)
class Put:
    """Write these properties."""

    body: PropertyBag


@dataclass(frozen=True)
class Delete:
    """Delete the config; the answer is `None`."""


@dataclass(frozen=True)
class Wait:
    """Let some time pass; the answer is `None`."""

    seconds: float


@dataclass(frozen=True)
class Warn:
    """Tell the user something they would want to know; the answer is `None`."""

    message: str


Step: TypeAlias = Get | Put | Delete | Wait | Warn
_T = TypeVar("_T")
Steps: TypeAlias = Generator[Step, RemoteConfig | None, _T]
# Keys may become invalid between two tries, so settings may fail a call as well.
_FAILED = (CallError, SettingsError)


class Removal(Enum):
    """A way to remove a destination that is less than a delete."""

    NULL = "null"
    """``"onFailure": null``"""
    EMPTY = "empty"
    """``"onFailure": {}``"""
    OMIT = "omit"
    """A `destinationConfig` without it: removes where the merge is shallow."""


@dataclass
class Removals:
    """What has been learned about removals on one service; shared by all its configs."""

    works: Removal | None = None
    """The way that worked last."""
    ignored: set[Removal] = field(default_factory=set["Removal"])
    """Ways that the service accepts, and that remove nothing."""

    def in_order(self) -> Iterator[Removal]:
        """The ways worth trying, the best first."""
        ways = [way for way in Removal if way not in self.ignored]
        return iter(sorted(ways, key=lambda way: way is not self.works))


# Reads after a write may be stale for a while; nobody documents for how long.
_SECOND_LOOKS = (0.0, 0.25, 0.5, 1.0, 2.0)
_BEFORE_REFUSING = 2.0


def create(
    declared: ConfigValues, *, allow_overwrite: bool, removals: Removals
) -> Steps[RemoteConfig]:
    """Bring a config into being, or take over one that is already as declared.

    Raises:
        ConfigExistsError: a different one is there and may not be overwritten; it is untouched.
        NotAppliedError: the service does not hold what was sent; the message says whether what
            was there before is back.
        CallError, SettingsError: a call failed, and what was there before is there still.
    """
    found = yield Get()
    if found is not None and found.values != declared and not allow_overwrite:
        # A config deleted a moment ago may still be answered: be sure before refusing.
        yield Wait(_BEFORE_REFUSING)
        found = yield Get()
    if found is None:
        return (yield from _write(declared, None, removals, may_overwrite=allow_overwrite))
    if found.values == declared:
        return found
    if not allow_overwrite:
        raise ConfigExistsError(_refusal(declared, found.values))
    return (yield from _write(declared, found.values, removals, may_overwrite=True))


def update(declared: ConfigValues, prior: ConfigValues, removals: Removals) -> Steps[RemoteConfig]:
    """Bring an existing config to what is declared; one that has gone is put back.

    Args:
        declared: what the config shall be.
        prior: what it was when state last saw it.
        removals: what is known about this service.

    Raises:
        NotAppliedError: the service does not hold what was sent; the message says whether the
            prior config is back.
        CallError, SettingsError: a call failed, and the prior config is there still.
    """
    return (yield from _write(declared, prior, removals, may_overwrite=True))


def delete() -> Steps[None]:
    """Delete the config, and wait until reads agree that it has gone.

    A creation that follows would else find it, identical perhaps, and take over what is no more.

    Raises:
        CallError, SettingsError: it could not be deleted.
    """
    try:
        yield Delete()
    except (ConfigNotFoundError, ParentNotFoundError):
        return  # gone already, alone or with its function
    except _FAILED as error:
        if error.in_doubt:
            gone = yield from _is_gone()
            if gone:
                return
            if gone is False:
                error.add_words(_STILL_THERE)
        raise
    for seconds in _SECOND_LOOKS:
        if seconds:
            yield Wait(seconds)
        try:
            found = yield Get()
        except _FAILED:
            return  # the service has confirmed the delete, and that is all that counts
        if found is None:
            return
    yield Warn(
        "it is still there, or there again, although the service says that it has deleted it; the "
        "program does not manage it any more: look for what else writes it, or delete it by hand"
    )


def _is_gone() -> Steps[bool | None]:
    """Whether a delete that had no answer has taken effect; `None` if nobody can tell."""
    try:
        return (yield Get()) is None
    except ParentNotFoundError:
        return True
    except _FAILED:
        return None


def _write(
    declared: ConfigValues,
    prior: ConfigValues | None,
    removals: Removals,
    *,
    may_overwrite: bool,
) -> Steps[RemoteConfig]:
    """Write until the service holds what is declared; on failure, put back what was there."""
    writing = _Writing(declared, prior, removals)
    try:
        return (yield from writing.run(may_overwrite=may_overwrite))
    except (*_FAILED, NotAppliedError) as error:
        if writing.holds_prior:
            raise
        outcome = yield from _undo(writing)
        raise NotAppliedError(f"{error}; {outcome}") from error


def _undo(writing: "_Writing") -> Steps[str]:
    """Put back what was there before; says in words how that went."""
    prior = writing.prior
    if not (writing.is_known or writing.has_deleted):
        return (
            "whether it took effect is not known, as a read after it failed as well: run "
            f"`pulumi up` again, which finds out; before, it held {_described(prior)}"
        )
    if writing.holds_someone_elses:
        before = prior if writing.has_deleted else writing.found
        return (
            "someone else has written this config meanwhile, so nothing is put back: the service "
            f"now holds {_described(writing.held)}; before, it held {_described(before)}"
        )
    restoring = writing.restoring()
    try:
        if prior is None:
            yield from restoring.delete()
            return "nothing was left behind"
        yield from restoring.run(may_overwrite=True, last_resort=False)
    except (*_FAILED, NotAppliedError) as error:
        now = _described(restoring.held) if restoring.is_known else "something that is not known"
        return (
            f"putting back what was there before failed too: {error}; "
            f"the service now holds {now}; before, it held {_described(prior)}"
        )
    return "the config is back as it was when it was last read"


class _Writing:
    """One effort to bring the service to what is declared, and what is known while it lasts."""

    def __init__(
        self, declared: ConfigValues, prior: ConfigValues | None, removals: Removals
    ) -> None:
        self.declared = declared
        self.found = prior
        """What was there before the first write."""
        self.prior = prior
        """What is to be there again if this fails: that, and what is known to go with a delete."""
        self.removals = removals
        self.held = prior
        """What the service holds, as far as known."""
        self.is_known = True
        """Whether `held` is what the service said last, with no unanswered write since."""
        self.has_deleted = False
        self._known = [prior]
        """What was there before, and what the service has answered to the writes."""
        self._ignored: set[Removal] = set()
        self._warned_of: set[str] = set()

    @property
    def holds_prior(self) -> bool:
        # After a delete, a read of the former config is a stale one.
        return self.is_known and not self.has_deleted and self.held == self.found

    @property
    def holds_someone_elses(self) -> bool:
        """Whether something of what is held neither was there before nor was written here.

        To delete it, or to write over it, would lose what nobody else may have a copy of.
        """
        if not self.is_known:
            return False
        if self.found is None and self._undeclared(self.held):
            return True  # a destination that someone else had set before the PUT, which merged
        return self._is_strange

    def restoring(self) -> "_Writing":
        """The effort to put back what was there before this one."""
        restoring = _Writing(self.prior or self.declared, self.held, self.removals)
        restoring.is_known = self.is_known
        restoring._known += self._known
        return restoring

    def run(self, *, may_overwrite: bool, last_resort: bool = True) -> Steps[RemoteConfig]:
        """Write in the way that takes the fewest calls, and in the next if that has no effect."""
        found: RemoteConfig | None = None
        if not self._undeclared(self.prior):
            found = yield from self._put(None)
            if not self._is_done(found, None) and not may_overwrite:
                raise ConfigExistsError(
                    "someone else wrote this config at the same time; their destination is still "
                    "there, and everything else is now as this program declares: "
                    f"{_difference(self.declared, found.values)}. {_TO_OVERWRITE}"
                )
        if found is None or found.values != self.declared:
            found = yield from self._remove(found)
        if found is None:
            # Every way was refused. Before anything is deleted, the service must have accepted
            # the declared values once.
            found = yield from self._put(None)
        if found.values != self.declared and not last_resort:
            raise _not_applied(self.declared, found.values)
        if found.values != self.declared:
            found = yield from self._delete_and_put(found.values)
        return found

    def _remove(self, found: RemoteConfig | None) -> Steps[RemoteConfig | None]:
        """Try each way to remove a destination; what came of it, `None` if all were refused."""
        for way in self.removals.in_order():
            ignored = self._ignored or self.removals.ignored
            if way is Removal.OMIT and (ignored or (found and self._destinations)):
                continue  # the merge is deep, so leaving a destination out keeps it
            if found:
                yield from self._warn_of_others(found.values)
            try:
                found = yield from self._put(way)
            except InvalidRequestError:
                if way is Removal.OMIT and self._destinations:
                    raise  # nothing special is in that body: the declared values are refused
                if self._is_strange:
                    raise  # it was in doubt as well, and a look has found what someone else wrote
                continue
            if self._is_done(found, way):
                break
        return found

    def _delete_and_put(self, present: ConfigValues) -> Steps[RemoteConfig]:
        yield from self._warn_of_others(present)
        # Whatever goes with the delete has to come back if the PUT fails.
        known = self.prior or present
        self.prior = replace(
            known,
            on_success=present.on_success if self.declared.on_success is None else known.on_success,
            on_failure=present.on_failure if self.declared.on_failure is None else known.on_failure,
        )
        yield from self.delete()
        found = yield from self._put(None)
        if not self._is_done(found, None):
            raise _not_applied(self.declared, found.values)
        return found

    def delete(self) -> Steps[None]:
        """DELETE, and make sure that it has gone."""
        try:
            yield Delete()
        except ConfigNotFoundError:
            pass  # gone already: the same to us
        except _FAILED as error:
            if not error.in_doubt or (yield from self._look(error)) is not None:
                raise
        self.has_deleted = True
        self.is_known = True
        self.held = None

    def _put(self, way: Removal | None) -> Steps[RemoteConfig]:
        """PUT, and find out what the service holds then: as declared but for a destination."""
        before = self.held
        try:
            found = yield Put(self._body(way))
        except _FAILED as error:
            if not error.in_doubt:
                raise
            found = yield from self._look(error)
            if found is None:
                error.add_words(_NO_EFFECT)
                raise
            if not self._is_explained(found.values):
                if not self._is_strange:
                    error.add_words(_NO_EFFECT)
                raise
            if found.values == before and before != self.declared:
                error.add_words(_NO_EFFECT)
                raise  # no effect at all, so it says nothing about this way either
        else:
            if found is None:
                raise AssertionError("a PUT answers with a config")
            self._known.append(found.values)
        self.held = found.values
        self.is_known = True
        if not self._is_explained(found.values):
            found = yield from self._look_again(found)
        return found

    def _look(self, error: CallError | SettingsError) -> Steps[RemoteConfig | None]:
        """What the service holds after a write that had no answer."""
        self.is_known = False
        try:
            found = yield Get()
        except _FAILED:
            raise error from None
        self.is_known = True
        self.held = None if found is None else found.values
        return found

    def _look_again(self, found: RemoteConfig) -> Steps[RemoteConfig]:
        """The answer to the PUT is not what was sent: trust a GET, and allow for a stale one."""
        for seconds in _SECOND_LOOKS:
            if seconds:
                yield Wait(seconds)
            self.is_known = False  # what the look before has shown may have been stale
            seen = yield Get()
            self.is_known = True
            self.held = None if seen is None else seen.values
            if seen is None:
                continue
            if seen.values == self.declared:
                return seen
            found = seen
        if not self._is_explained(found.values):
            raise _not_applied(self.declared, found.values)
        return found

    def _body(self, way: Removal | None) -> PropertyBag:
        """Every field, always: what is not sent would keep its old value."""
        body = self.declared.to_properties()
        sides = body.pop("destinationConfig", {})
        if way is Removal.OMIT or sides:
            body["destinationConfig"] = dict(sides)
        if way in (Removal.NULL, Removal.EMPTY):
            blank = None if way is Removal.NULL else PropertyBag()
            removed = {side: blank for side in ("onSuccess", "onFailure") if side not in sides}
            body["destinationConfig"] = {**sides, **removed}
        return body

    @property
    def _destinations(self) -> bool:
        return self.declared.on_success is not None or self.declared.on_failure is not None

    @property
    def _is_strange(self) -> bool:
        """Whether what is held is neither what was there before nor what came of a write."""
        held = self.held
        return not (held is None or held in self._known or self._is_explained(held))

    def _is_explained(self, held: ConfigValues) -> bool:
        """Whether it is as declared but for destinations that are still to be removed."""
        return not set(self.declared.differences(held)) - set(self._undeclared(held))

    def _undeclared(self, held: ConfigValues | None) -> dict[str, str]:
        """Property path → destination, of those that are held and not declared."""
        if held is None:
            return {}
        return {
            path: there
            for path, (here, there) in self.declared.differences(held).items()
            if here is None
        }

    def _is_done(self, found: RemoteConfig, way: Removal | None) -> bool:
        if found.values != self.declared:
            if way is not None:
                self._ignored.add(way)
            return False
        self.removals.ignored |= self._ignored
        if way is not None:
            self.removals.works = way
        return True

    def _warn_of_others(self, held: ConfigValues) -> Steps[None]:
        known = self._undeclared(self.prior)
        for path, destination in self._undeclared(held).items():
            if known.get(path) != destination and path not in self._warned_of:
                self._warned_of.add(path)
                yield Warn(
                    f"{path} was set to {_json(destination)} outside of this program; "
                    "the program does not declare it, so it is being removed"
                )


_NO_EFFECT = "A read since then shows no effect of it: run `pulumi up` again"
_STILL_THERE = "A read since then shows that the config is still there: run it again"
_TO_OVERWRITE = (
    "To take it over, declare the same values; to overwrite it, set allow_overwrite "
    "(allowOverwrite) on the resource, or for the stack: pulumi config set fc:allowOverwrite true"
)


def _refusal(declared: ConfigValues, held: ConfigValues) -> str:
    return (
        "a different config exists already and was left as it is: "
        f"{_difference(declared, held)}. {_TO_OVERWRITE}"
    )


def _not_applied(declared: ConfigValues, held: ConfigValues) -> NotAppliedError:
    return NotAppliedError(
        f"{_difference(declared, held)} (the service answered the write with success, and does not "
        "hold what was sent: run `pulumi up` again; if it says so again, look for what else writes "
        "this config, or report it to the vendor)"
    )


def _difference(declared: ConfigValues, held: ConfigValues) -> str:
    """In words; a declared destination stays out of them, as it may be a secret."""
    return ", ".join(
        f"{path} is {_json(there)} on the service"
        + (", another one in the program" if isinstance(here, str) else f", {_json(here)} declared")
        for path, (here, there) in declared.differences(held).items()
    )


def _described(held: ConfigValues | None) -> str:
    """Complete enough to restore it by hand."""
    return "no config" if held is None else _json(held.to_properties())


# Two of the longest destinations that can be written, each character as JSON's longest escape.
_LONGEST = 2 * 1024 * len("\\ud83d\\ude80")


def _json(value: object) -> str:
    """ASCII alone, and short enough to be read: the service may hold anything."""
    text = "none" if value is None else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
