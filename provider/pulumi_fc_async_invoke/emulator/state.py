"""Everything that one running emulator knows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .authentication import DEFAULT_ACCOUNT, DEFAULT_KEY, AccessKey
from .calls import CallLog
from .faults import Fault, FaultPlan
from .parents import Parents
from .rules import Rules
from .stale import StaleReads
from .storage import Filter, Storage

DEFAULT_REGION = "cn-shanghai"


@dataclass(frozen=True)
class Options:
    """How an emulator starts."""

    data: Path | None = None
    """SQLite file; None keeps everything in memory."""
    region: str = DEFAULT_REGION
    """Region of requests whose host names none."""
    account: str = DEFAULT_ACCOUNT
    """Account of requests that name none, signed with a key for any account."""
    access_keys: Sequence[AccessKey] = (DEFAULT_KEY,)
    """The valid keys."""
    rules: Rules = field(default_factory=Rules)
    """What it does where the documentation is silent."""
    faults: Sequence[Fault] = ()
    """What goes wrong from the start."""
    strict_parents: bool = False
    """Whether only services and functions exist that were declared."""


class State:
    """What one emulator knows; used by its event loop's thread only.

    All but the configs lasts as long as the process.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.storage = Storage(options.data)
        self._begin()

    def reset(self) -> None:
        """Go back to the start, with no configs; drop the calls in flight."""
        self.calls.drop()
        self.storage.delete(Filter())
        self._begin()

    def _begin(self) -> None:
        """Make everything that a reset replaces."""
        options = self.options
        self.rules = options.rules
        self.keys = {key.id: key for key in options.access_keys}
        self.parents = Parents(strict=options.strict_parents)
        self.faults = FaultPlan(options.faults)
        self.calls = CallLog()
        self.stale = StaleReads()
        self.nonces: dict[str, float] = {}
