"""Where the configs are: a SQLite file, or memory."""

import json
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from pydantic.dataclasses import dataclass

from .rules import STRICT, Json

LATEST = "LATEST"
"""The qualifier that stands for none."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS stored (
    account TEXT, region TEXT, service TEXT, function TEXT, qualifier TEXT, config TEXT NOT NULL,
    PRIMARY KEY (account, region, service, function, qualifier)
) WITHOUT ROWID
"""
_BUSY_SECONDS = 30.0


class ConfigKey(NamedTuple):
    """Whose config it is."""

    account: str
    region: str
    service: str
    """Empty in 3.0, whose functions have no service."""
    function: str
    qualifier: str


def twin_of(key: ConfigKey) -> ConfigKey:
    """Get the key in 2.0 of a function of 3.0 named ``service$function``; of any other, its own."""
    service, dollar, function = key.function.partition("$")
    return key._replace(service=service, function=function) if dollar else key


@dataclass(frozen=True, config=STRICT)
class Filter:
    """Which configs are meant; None matches any."""

    service: str | None = None
    """Empty: those of 3.0."""
    function: str | None = None
    qualifier: str | None = None
    account: str | None = None
    region: str | None = None

    @classmethod
    def of(cls, key: ConfigKey) -> "Filter":
        """Match the one config of a key."""
        return cls(key.service, key.function, key.qualifier, key.account, key.region)

    def condition(self) -> tuple[str, list[str]]:
        """Return the SQL after WHERE, and its parameters; column names are this class's own."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return " AND ".join(f"{name} = ?" for name in given) or "1", list(given.values())


class Storage:
    """The configs of all accounts and regions; several processes may share one file.

    A config is kept in the API's shape: the scalars, the destinations that are set
    (`rules.apply_put`), ``createdTime`` and ``lastModifiedTime``.

    Args:
        file: the SQLite file, made if it is not there; None keeps everything in memory.

    Raises:
        sqlite3.Error: the file cannot be made or used, or is not a SQLite file.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._connection = sqlite3.connect(
            ":memory:" if file is None else file,
            timeout=_BUSY_SECONDS,
            isolation_level=None,  # transactions are written out below
            check_same_thread=False,  # made by the starting thread, used by the serving one only
        )
        try:
            # A commit is in the operating system's hands before it is responded to, so killing
            # this process loses nothing; only a power cut could.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(_SCHEMA)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Read and write as one step, also against other processes on the same file."""
        with self._connection:  # commits, or rolls back
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def get(self, key: ConfigKey) -> Json | None:
        """Return the config of a key."""
        return next((config for _, config in self.find(Filter.of(key))), None)

    def put(self, key: ConfigKey, config: Json) -> None:
        """Store a config, and replace the one that may be there."""
        self._connection.execute(
            "INSERT OR REPLACE INTO stored VALUES (?, ?, ?, ?, ?, ?)", (*key, json.dumps(config))
        )

    def delete(self, which: Filter) -> int:
        """Remove the configs that match; returns how many there were."""
        condition, parameters = which.condition()
        return self._connection.execute(
            f"DELETE FROM stored WHERE {condition}",  # noqa: S608  made of column names alone
            parameters,
        ).rowcount

    def find(self, which: Filter) -> list[tuple[ConfigKey, Json]]:
        """Return the configs that match, in the order of their keys."""
        condition, parameters = which.condition()
        query = f"SELECT * FROM stored WHERE {condition} ORDER BY 1, 2, 3, 4, 5"  # noqa: S608  as above
        rows = self._connection.execute(query, parameters)
        return [(ConfigKey(*key), json.loads(config)) for *key, config in rows]
