"""Which configs the program declares in this run, so that a delete does not hit a living one.

The engine knows resources by their names in the program; that two names mean one remote config it
does not know. After a rename without an alias it creates the new name, which takes the config
over, and then deletes the old one: the same config.

Pure. Calls come from several threads; each is one operation on a set, which is atomic.
"""


class Declarations:
    """Ids that this run of the engine has declared, and those that it is about to replace."""

    def __init__(self) -> None:
        self._declared: set[str] = set()
        self._replacing: set[str] = set()
        self._created: dict[str, object] = {}

    def claim(self, resource_id: str) -> bool:
        """Whether this is the first creation of this config in this run.

        The engine creates each resource once in a run, so a second creation is another resource.
        """
        me = object()
        return self._created.setdefault(resource_id, me) is me

    def release(self, resource_id: str) -> None:
        """A creation that was claimed has failed."""
        self._created.pop(resource_id, None)

    def declare(self, resource_id: str) -> None:
        """The program declares this config: `check` saw it, or `create` or `update` wrote it."""
        self._declared.add(resource_id)

    def change(self, resource_id: str) -> None:
        """This config differs from what is declared: an update follows, or delete and create."""
        self._replacing.add(resource_id)

    def write(self, resource_id: str) -> None:
        """This config has been written: no delete belongs to its replacement any more."""
        self._declared.add(resource_id)
        self._replacing.discard(resource_id)

    def outlives_delete(self, resource_id: str) -> bool:
        """Whether a delete of this id means another name for a config that is still declared."""
        return resource_id in self._declared and resource_id not in self._replacing
