"""Write what is declared, or leave behind what was there before."""

from pulumi_fc_async_invoke.api.errors import NotAppliedError
from pulumi_fc_async_invoke.api.model import ConfigValues, RemoteConfig

from .removals import Removals
from .steps import FAILED, Steps
from .words import described
from .writing import Writing


def write_or_undo(
    declared: ConfigValues,
    prior: ConfigValues | None,
    removals: Removals,
    *,
    may_overwrite: bool,
) -> Steps[RemoteConfig]:
    """Write until the service holds what is declared; on failure, put back what was there."""
    writing = Writing(declared, prior, removals)
    try:
        return (yield from writing.run(may_overwrite=may_overwrite))
    except (*FAILED, NotAppliedError) as error:
        if writing.holds_prior:
            raise
        outcome = yield from _undo(writing)
        raise NotAppliedError(f"{error}; {outcome}") from error


def _undo(writing: Writing) -> Steps[str]:
    """Put back what was there before; says in words how that went."""
    prior = writing.prior
    if not (writing.is_known or writing.has_deleted):
        return (
            "whether it took effect is not known, as a read after it failed as well: run "
            f"`pulumi up` again, which finds out; before, it held {described(prior)}"
        )
    if writing.holds_someone_elses:
        before = prior if writing.has_deleted else writing.found
        return (
            "someone else has written this config meanwhile, so nothing is put back: the service "
            f"now holds {described(writing.held)}; before, it held {described(before)}"
        )
    restoring = writing.restoring()
    try:
        if prior is None:
            yield from restoring.delete()
            return "nothing was left behind"
        yield from restoring.run(may_overwrite=True, last_resort=False)
    except (*FAILED, NotAppliedError) as error:
        now = described(restoring.held) if restoring.is_known else "something that is not known"
        return (
            f"putting back what was there before failed too: {error}; "
            f"the service now holds {now}; before, it held {described(prior)}"
        )
    return "the config is back as it was when it was last read"
