"""Bring a config to what is declared, and keep track of what is known meanwhile."""

from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    CallError,
    ConfigExistsError,
    ConfigNotFoundError,
    InvalidRequestError,
    NotAppliedError,
    SettingsError,
)
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig

from .removals import Removal, Removals, body
from .steps import FAILED, SECOND_LOOKS, Delete, Get, Put, Steps, Wait, Warn
from .words import NO_EFFECT, NOT_AS_SENT, TO_OVERWRITE, difference, masked


class Writing:
    """Bring a config to what is declared, and keep track of what is known meanwhile."""

    def __init__(self, declared: Config, prior: Config | None, removals: Removals) -> None:
        self.declared = declared
        self.found = prior
        """What was there before the first write."""
        self.prior = prior
        """What is to be there again if this fails: that, and what is known to go with a delete."""
        self.removals = removals
        self.held = prior
        """What the service holds, as far as known."""
        self.is_known = True
        """Whether `held` is what the last response showed, without a write since whose outcome is
        unknown."""
        self.has_deleted = False
        """Whether this has deleted what was there before."""
        self.may_have_deleted = False
        """Whether that is not known."""
        self.of_program = [each for each in (declared, prior) if each]
        """What may hold destinations that the program declares or declared."""
        self._known = [prior]
        """What was there before, and what the responses to the writes showed."""
        self._ignored: set[Removal] = set()
        self._warned_of: set[str] = set()

    @property
    def holds_prior(self) -> bool:
        """Whether what was there before the first write is there still."""
        # After a delete, a read of the former config is a stale one.
        return self.is_known and not self.has_deleted and self.held == self.found

    @property
    def progress(self) -> str:
        """What the service holds after a write that failed, in words."""
        if self.held is None:
            return "no config"
        if self.held == self.declared:
            return "what is declared"
        return f"what is declared, except that {self._difference(self.held)}"

    @property
    def holds_someone_elses(self) -> bool:
        """Whether something of what is held neither was there before nor was written here.

        To delete it, or to write over it, would lose what exists nowhere else, perhaps.
        """
        if not self.is_known:
            return False
        if self.found is None and self._undeclared(self.held):
            return True  # a destination that someone else had set before the PUT, which merged
        return self._is_strange

    def restoring(self) -> "Writing":
        """Make what puts back what was there before."""
        restoring = Writing(self.prior or self.declared, self.held, self.removals)
        restoring.is_known = self.is_known
        restoring.of_program += self.of_program
        restoring._known += self._known
        return restoring

    def run(self, *, may_overwrite: bool, last_resort: bool = True) -> Steps[RemoteConfig]:
        """Write with the fewest calls, and try the next removal if one has no effect."""
        found: RemoteConfig | None = None
        if not self._undeclared(self.prior):
            found = yield from self._put(None)
            if not self._is_done(found, None) and not may_overwrite:
                raise ConfigExistsError(
                    "someone else wrote this config at the same time; their destination is still "
                    "there, and everything else is now as this program declares: "
                    f"{self._difference(found.values)}. {TO_OVERWRITE}"
                )
        if found is None or found.values != self.declared:
            found = yield from self._remove(found)
        if found is None:
            # Every removal was refused. Before anything is deleted, the service must have accepted
            # the declared values once.
            found = yield from self._put(None)
        if found.values != self.declared:
            if not last_resort:
                raise self._not_applied(found.values)
            found = yield from self._delete_and_put(found.values)
        return found

    def _remove(self, found: RemoteConfig | None) -> Steps[RemoteConfig | None]:
        """Try each removal of a destination.

        Returns:
            What the service holds then; `None` if all were refused.
        """
        for way in self.removals.in_order(all_sides=not self.declared.destinations):
            if way is Removal.OMIT and found:
                continue  # where that clears, a PUT replaces, and the one before has cleared it
            if found:
                yield from self._warn_of_others(found.values)
            before = self.held
            tried: Removal | None = way
            try:
                found = yield from self._put(way)
            except InvalidRequestError:
                # Nothing special is in the body of OMIT: the declared values are refused.
                if way is Removal.OMIT or self._is_strange:
                    raise
                continue
            except ApiError as error:
                is_without_effect = self.is_known and self.held == before
                if way is Removal.OMIT or not (error.outcome_unknown and is_without_effect):
                    raise
                # A server error, for as long as the call was repeated. If the same values are
                # accepted without this way, it is what the service fails at; if not, the service
                # fails at every write, and the other ways would only take time.
                tried = Removal.OMIT if self.declared.destinations else None
                found = yield from self._put(tried)
            if self._is_done(found, tried):
                break
        return found

    def _delete_and_put(self, present: Config) -> Steps[RemoteConfig]:
        yield from self._warn_of_others(present)
        # Whatever goes with the delete has to come back if the PUT fails.
        declared = self.declared.destinations
        before = self.prior.destinations if self.prior else {}
        sides = {side: there for side, there in before.items() if side in declared}
        sides |= {
            side: there for side, there in present.destinations.items() if side not in declared
        }
        self.prior = (self.prior or present).with_destinations(sides)
        yield from self.delete()
        found = yield from self._put(None)
        if not self._is_done(found, None):
            raise self._not_applied(found.values)
        return found

    def delete(self) -> Steps[None]:
        """DELETE, and make sure that it has gone."""
        try:
            yield Delete()
        except ConfigNotFoundError:
            pass  # gone already: the same to us
        except FAILED as error:
            if not (error.outcome_unknown or isinstance(error, ApiError)):
                raise  # nothing was sent
            self.may_have_deleted = True
            if (yield from self._look(error)) is not None:
                self.may_have_deleted = False
                raise
        self.has_deleted = True
        self.is_known = True
        self.held = None

    def _put(self, way: Removal | None) -> Steps[RemoteConfig]:
        """PUT, and find out what the service holds then: as declared but for a destination."""
        before = self.held
        try:
            found = yield Put(body(self.declared, way))
        except FAILED as error:
            if not error.outcome_unknown:
                raise
            found = yield from self._look(error)
            if (
                found is None
                or not self._is_explained(found.values)
                # No effect at all, so it says nothing about this removal either.
                or (found.values == before and (before != self.declared or found.may_be_unset))
            ):
                if not self._is_strange:
                    error.add_detail(NO_EFFECT)
                raise
        else:
            if found is None:
                raise AssertionError("a PUT responds with a config")
            self._known.append(found.values)
        self.held = found.values
        self.is_known = True
        if not self._is_explained(found.values):
            found = yield from self._look_again(found)
        return found

    def settle(self, error: CallError | SettingsError) -> Steps[RemoteConfig | None]:
        """Read what the service holds after a write that it refused: a refusal may be untrue.

        Returns:
            What it holds, if that is what is declared; else `held` says what is known.
        """
        if not isinstance(error, ApiError) or error.outcome_unknown or not self.is_known:
            return None
        try:
            found = yield Get()
        except FAILED:
            return None
        self.held = None if found is None else found.values
        if found and found.may_be_unset and self.found == self.declared:
            return None  # it reads as before, and was written to be sure
        return found if self.held == self.declared else None

    def _read(self) -> Steps[RemoteConfig | None]:
        self.is_known = False
        found = yield Get()
        self.is_known = True
        self.held = None if found is None else found.values
        return found

    def _look(self, error: CallError | SettingsError) -> Steps[RemoteConfig | None]:
        """Read what the service holds after a write that had no response."""
        try:
            return (yield from self._read())
        except FAILED:
            raise error from None

    def _look_again(self, found: RemoteConfig) -> Steps[RemoteConfig]:
        """Read again after a PUT whose response is not what was sent; a read may be stale."""
        for seconds in SECOND_LOOKS:
            self.is_known = False  # what the look before has shown may have been stale
            if seconds:
                yield Wait(seconds)
            try:
                seen = yield from self._read()
            except FAILED as error:
                error.add_detail(NOT_AS_SENT)
                raise
            if seen is None:
                continue
            if seen.values == self.declared:
                return seen
            found = seen
        if not self._is_explained(found.values):
            raise self._not_applied(found.values)
        return found

    @property
    def _is_strange(self) -> bool:
        """Whether what is held is neither what was there before nor the result of a write."""
        held = self.held
        return not (held is None or held in self._known or self._is_explained(held))

    def _is_explained(self, held: Config) -> bool:
        """Whether it is as declared but for destinations that are still to be removed."""
        return all(here is None for here, _ in self.declared.differences(held).values())

    def _undeclared(self, held: Config | None) -> dict[str, str]:
        """Map property path → destination, of those that are held and not declared."""
        differences = self.declared.differences(held) if held else {}
        return {path: there for path, (here, there) in differences.items() if here is None}

    def _difference(self, held: Config) -> str:
        return difference(self.declared, held, *self.of_program)

    def _not_applied(self, held: Config) -> NotAppliedError:
        """Make the error of a write that the service confirmed, and that did not take."""
        return NotAppliedError(
            f"{self._difference(held)} (the service responded to the write with success, and does "
            "not hold what was sent: run `pulumi up` again; if it says so again, look for what "
            "else writes this config, or report it to the vendor)"
        )

    def _is_done(self, found: RemoteConfig, way: Removal | None) -> bool:
        if found.values != self.declared:
            if way is not None:
                self._ignored.add(way)
            return False
        self.removals.ignored |= self._ignored
        if way is not None:
            self.removals.works = way
        return True

    def _warn_of_others(self, held: Config) -> Steps[None]:
        known = self._undeclared(self.prior)
        for path, destination in self._undeclared(held).items():
            if known.get(path) != destination and path not in self._warned_of:
                self._warned_of.add(path)
                shown = masked(destination, *self.of_program)
                yield Warn(
                    f"{path} was set to {shown} outside of this program; "
                    "the program does not declare it, so it is being removed"
                )
