"""Who declares which config in this run of the engine: one state machine, keyed by URN.

Two resources may mean one remote config. The engine does not know: it distinguishes resources by
their URNs, and creates, updates and deletes each on its own. What follows from the URN and the
config's id (which is made of its names) is decided here:

==================================================  ==============================================
what the engine calls                               what is decided
==================================================  ==============================================
Check of an id that another URN declares            refused, in previews too
Check by the same URN again (every replacement)     not refused
Check with a failure elsewhere in the inputs        declared all the same, and failed
Create, where Check had old inputs of the same id   may overwrite: the config is the resource's own
                                                    (pending replacement, trigger)
Create of an id whose Delete was skipped            may overwrite: the config is this stack's own
                                                    (delete-first, rename)
Create of any other id                              as the program says
Delete of an id that nothing declares or reads      carried out (removed from the program, destroy,
                                                    a parent that is replaced delete-first, the
                                                    former id of a replacement)
Delete of an id that another URN declares           skipped, with a warning (rename without alias)
Delete of an id that the same URN declares          skipped, with a warning (``--replace``, taint,
                                                    trigger; create-first and delete-first; what a
                                                    killed run has left to delete)
Delete of an id whose declaration has failed        refused, so it stays in state
                                                    (``--continue-on-error``)
Delete of an id that a ``get`` of this run read     skipped, with a warning that names the ``get``
Check of an id whose twin another URN declares      warned of: ``svc/fn`` of 2.0 and ``svc$fn`` of
                                                    3.0 are most likely one config
Delete of an id whose twin another URN declares     skipped, with a warning (move from 2.0 to 3.0);
                                                    refused if that declaration has failed
Delete of an id whose twin a ``get`` has read       skipped, with a warning that names the ``get``
Diff of an id that this run deletes, or of its twin a change, so that an update puts it back (two in
                                                    state declare it, and one is replaced
                                                    delete-first before the other is checked; a
                                                    preview deletes nothing, and cannot show it)
Read for a refresh                                  changes nothing
==================================================  ==============================================

What this rests on: each run of the engine, a preview too, has processes of its own; refresh and
destroy check nothing; an untargeted resource is not checked; the first Check of a resource that is
in state brings its old inputs, unless it is replaced on demand (``--replace``) or was deleted in
this run already.

With an SDK that hides the URN (`None`) nothing is refused, and whatever is declared is kept.

Pure. Calls come from several threads; each operation on a dict or set is atomic.
"""

from pulumi_fc_async_invoke.api.errors import StillDeclaredError


class Ownership:
    """The configs that are declared, read or kept in one run, by their ids."""

    def __init__(self) -> None:
        self._declared: dict[str, str | None] = {}
        """Id → URN of the resource that declares it."""
        self._failed: set[str] = set()
        """Ids whose resource could not be checked or created in this run."""
        self._in_state: dict[str, str] = {}
        """URN → id that it had when this run began."""
        self._deleted: set[str] = set()
        """URNs that were deleted in this run."""
        self._kept: set[str] = set()
        """Ids that a delete has left on the service for their next creation."""
        self._read: dict[str, str | None] = {}
        """Id → URN of the ``get`` that has read it."""
        self._gone: set[str | None] = set()
        """Ids of what this run deletes, in both API versions."""

    def declare(self, resource_id: str, urn: str | None) -> str | None:
        """Note that a resource declares a config.

        Returns:
            The URN of another resource that declares it already; `None` if there is none.
        """
        owner = self._declared.setdefault(resource_id, urn)
        return owner if urn is not None and owner != urn else None

    def owner(self, resource_id: str | None) -> str | None:
        """The URN of the resource that declares a config; `None` if none is known to."""
        return self._declared.get(resource_id) if resource_id is not None else None

    def begin(self, urn: str | None, resource_id: str) -> None:
        """Note which config a resource had when this run began."""
        if urn is not None:
            self._in_state[urn] = resource_id

    def is_new(self, urn: str | None) -> bool:
        """Whether the resource was not in state when this run began, as far as is known."""
        return urn not in self._in_state and urn not in self._deleted

    def may_overwrite(self, resource_id: str, urn: str | None) -> bool:
        """Whether the config that a creation finds is known to be this stack's own."""
        owned = urn is not None and self._in_state.get(urn) == resource_id
        return owned or resource_id in self._kept

    def fail(self, resource_id: str) -> None:
        """Note that a resource that declares this config could not be checked or created."""
        self._failed.add(resource_id)

    def succeed(self, resource_id: str) -> None:
        """Note that a resource that declares this config was created."""
        self._failed.discard(resource_id)

    def is_gone(self, resource_id: str) -> bool:
        """Whether this run deletes the config, whatever state says."""
        return resource_id in self._gone

    def read(self, resource_id: str, urn: str | None) -> None:
        """Note that a ``get`` has found this config."""
        self._read[resource_id] = urn

    def delete(self, resource_id: str, urn: str | None, twin_id: str | None = None) -> str | None:
        """Decide about a delete.

        Args:
            resource_id: of the config.
            urn: of its resource.
            twin_id: of the same config in the other API version.

        Returns:
            Why the config stays on the service; `None` if it is to be deleted.

        Raises:
            StillDeclaredError: if the resource must stay in state too.
        """
        if urn is not None:
            self._deleted.add(urn)
        ids = {resource_id, twin_id} - self._gone  # what another delete takes stays marked
        # First: a check that comes after the look at what is declared has its diff after this.
        self._gone |= ids
        try:
            reason = self._reason_to_keep(resource_id, urn, twin_id)
        except StillDeclaredError:
            self._gone -= ids
            raise
        if reason is not None:
            self._gone -= ids
        return reason

    def _reason_to_keep(self, resource_id: str, urn: str | None, twin_id: str | None) -> str | None:
        if resource_id in self._declared:
            owner = self._declared[resource_id]
            if resource_id in self._failed:
                raise StillDeclaredError(
                    f"it is not deleted, and stays in state, as {_name(owner)} declares the same "
                    "config and could not be created: fix that, or give it an alias, and run "
                    "`pulumi up` again"
                )
            self._kept.add(resource_id)
            return f"{'the program' if owner == urn else _name(owner)} still declares it"
        if twin_id in self._declared:
            owner = _name(self._declared[twin_id])
            declares = f"{owner} declares {twin_id}, most likely the same config"
            if twin_id in self._failed:
                raise StillDeclaredError(
                    f"it is not deleted, and stays in state, as {declares}, and could not be "
                    "created: fix that, and run `pulumi up` again"
                )
            return declares
        for each in (resource_id, twin_id):
            if each in self._read:
                return (
                    f"{_name(self._read[each])} reads it in this run (get): from now on this "
                    "stack does not manage it"
                )
        return None


def _name(urn: str | None) -> str:
    return "another resource" if urn is None else f"{urn.rpartition('::')[2]!r}"


def describe(urn: str, other: str) -> str:
    """Name another resource in a message about one: by its name, or its URN if they share it."""
    return other if _name(urn) == _name(other) else _name(other)
