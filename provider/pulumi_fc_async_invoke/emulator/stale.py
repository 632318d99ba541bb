"""Reads that lag behind a write, as they may in a service made of several machines."""

import time
from dataclasses import dataclass

from .rules import Json, Rules
from .storage import ConfigKey


@dataclass
class _Lag:
    before: Json | None
    until: float
    reads: int


class StaleReads:
    """What each config was before its last write, as long as reads still see that."""

    def __init__(self) -> None:
        self._lags: dict[ConfigKey, _Lag] = {}

    def written(self, key: ConfigKey, before: Json | None, rules: Rules) -> None:
        """Remember what was there before a write."""
        if rules.stale_reads or rules.stale_reads_count:
            until = time.monotonic() + rules.stale_reads / 1000
            self._lags[key] = _Lag(before, until, rules.stale_reads_count)

    def forget(self) -> None:
        """Let every read be up to date again."""
        self._lags.clear()

    def seen(self, key: ConfigKey, current: Json | None, *, count: bool) -> Json | None:
        """Return what a read of this config sees.

        Args:
            key: whose config.
            current: what is stored.
            count: whether this read uses up one of ``stale_reads_count``.
        """
        lag = self._lags.get(key)
        if lag is None:
            return current
        if lag.reads <= 0 and time.monotonic() >= lag.until:
            del self._lags[key]
            return current
        if count:
            lag.reads -= 1
        return lag.before

    def keys(self) -> list[ConfigKey]:
        """Return the keys that may read differently from what is stored."""
        return list(self._lags)
