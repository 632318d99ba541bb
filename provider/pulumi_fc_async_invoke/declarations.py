"""What the program declares in this run of the engine, by the remote config that is meant.

The engine knows resources by their names in the program; that two of them mean one remote config
it does not know. After a rename without an alias it creates the new name, which takes the config
over, and then deletes the old name: the same config. It does likewise for `--replace`.

Pure. Calls come from several threads; each is one operation on a set or a dict, which is atomic.
"""


class Declarations:
    """Ids that are declared in this run, those spared from a delete, and those created."""

    def __init__(self) -> None:
        self._declared: set[str] = set()
        self._spared: set[str] = set()
        self._created: dict[str, object] = {}

    def declare(self, resource_id: str) -> None:
        """The program declares this config."""
        self._declared.add(resource_id)

    def spare(self, resource_id: str) -> bool:
        """Whether a delete of this id means another name, or an earlier life, of a live config."""
        if resource_id not in self._declared:
            return False
        self._spared.add(resource_id)
        return True

    def was_spared(self, resource_id: str) -> bool:
        """Whether a creation of this id follows a delete that was not carried out."""
        return resource_id in self._spared

    def claim(self, resource_id: str) -> bool:
        """Whether this is the first creation of this config in this run.

        The engine creates each resource once in a run, so a second creation is another resource.
        """
        me = object()
        return self._created.setdefault(resource_id, me) is me

    def release(self, resource_id: str) -> None:
        """A creation that was claimed has failed."""
        self._created.pop(resource_id, None)
