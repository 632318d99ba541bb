"""Write what is declared; if that fails, say what is left, and put back what was there before."""

from pulumi_fc_async_invoke.api.errors import FunctionComputeError, NotAppliedError
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig

from .steps import FAILED, Steps
from .words import described, held_now
from .writing import Writing


def write(
    writing: Writing, *, may_overwrite: bool = True, undo: bool = False
) -> Steps[RemoteConfig]:
    """Write until the service holds what is declared.

    Args:
        writing: what is declared, and what is known.
        may_overwrite: whether a config may be overwritten that someone else writes meanwhile.
        undo: whether whatever fails is undone, as for a create. Else only a delete is: what else a
            failed update has changed stays as it is, and the next one starts from there.
    """
    try:
        return (yield from writing.run(may_overwrite=may_overwrite))
    except FAILED as error:
        if undo or not writing.has_deleted:
            found = yield from writing.settle(error)
            if found is not None:
                return found
        if not undo and writing.is_known and not (writing.has_deleted or writing.holds_prior):
            error.add_detail(f"The service now holds {writing.progress}")
        failure: FunctionComputeError = error
    except NotAppliedError as error:
        failure = error
    has_to_undo = writing.has_deleted or writing.may_have_deleted
    if not (has_to_undo or (undo and not writing.holds_prior)):
        raise failure
    outcome = yield from _undo(writing)
    raise NotAppliedError(f"{failure}; {outcome}") from failure


def _undo(writing: Writing) -> Steps[str]:
    """Put back what was there before; says in words how that went."""
    prior = writing.prior
    # After a delete of unknown outcome, the former config is put back as well: if the delete had
    # no effect, nothing is lost by that.
    if not (writing.is_known or writing.has_deleted or writing.may_have_deleted):
        return (
            "whether it took effect is not known, as a read after it failed as well: run "
            f"`pulumi up` again, which finds out; before, it held {described(prior)}"
        )
    if writing.holds_someone_elses:
        before = prior if writing.has_deleted else writing.found
        return (
            "someone else has written this config meanwhile, so nothing is put back: the service "
            f"now holds {held_now(writing.held, before, writing.declared)}; "
            f"before, it held {described(before)}"
        )
    restoring = writing.restoring()
    try:
        if prior is None:
            yield from restoring.delete()
            return "nothing was left behind"
        yield from restoring.run(may_overwrite=True, last_resort=False)
    except (*FAILED, NotAppliedError) as error:
        now = "something that is not known"
        if restoring.is_known:
            now = held_now(restoring.held, prior, writing.declared)
        return (
            f"putting back what was there before failed too: {error}; "
            f"the service now holds {now}; before, it held {described(prior)}"
        )
    if writing.found is None:
        return "what someone else has set meanwhile is back, with the numbers of this program"
    return "the config is back as it was when it was last read"
