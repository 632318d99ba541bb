"""What the program declares in this run of the engine, by the remote config that is meant.

The engine knows resources by their names in the program; that two of them mean one remote config
it does not know. After a rename without an alias it creates the new name, which takes the config
over, and then deletes the old name: the same config. It does likewise for `--replace`.

What the engine was seen to do, on which telling one resource from two rests: each run, also the
preview of an `up`, has processes of its own; a resource that is kept is checked, then diffed, and
one that is replaced for another reason than its diff (`--replace`, a trigger) is not diffed; a
refresh diffs what it has read, without a check before.

Pure. Calls come from several threads; each is one operation on a set or a dict, which is atomic.
"""


class Declarations:
    """Ids that are declared in this run, those spared from a delete, and those created."""

    def __init__(self) -> None:
        self._declared: set[str] = set()
        self._spared: set[str] = set()
        self._created: dict[str, object] = {}
        self._failed: set[str] = set()
        self._kept: set[str] = set()
        self._read: set[str] = set()

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
        self._failed.add(resource_id)
        self._created.pop(resource_id, None)

    def has_failed(self, resource_id: str) -> bool:
        """Whether a resource that declares this config could not be created, and none was since."""
        return resource_id in self._failed and resource_id not in self._created

    def is_kept(self, resource_id: str) -> bool:
        """Whether a resource that exists keeps this config in this run."""
        return resource_id in self._kept

    def has_read(self, resource_id: str) -> None:
        """A refresh has read this config, and diffs it next."""
        self._read.add(resource_id)

    def has_diffed(self, resource_id: str, *, changes: bool) -> None:
        """A config was compared with its resource, which keeps it if nothing changes."""
        try:
            # A refresh, perhaps of a resource that the program does not declare any more.
            self._read.remove(resource_id)
        except KeyError:
            # With a change the engine may still replace it, and create it anew.
            if resource_id in self._declared and not changes:
                self.keep(resource_id)

    def keep(self, resource_id: str) -> None:
        """A resource that exists keeps its config in this run."""
        self._kept.add(resource_id)
