"""Where the configs are: a SQLite file, or memory."""

import json
import sqlite3
import time
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
CREATE TABLE IF NOT EXISTS configs (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    service TEXT NOT NULL,
    function TEXT NOT NULL,
    qualifier TEXT NOT NULL,
    config TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
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
    """The key in 2.0 of a function of 3.0 named ``service$function``; of any other, its own."""
    service, dollar, function = key.function.partition("$")
    return key._replace(service=service, function=function) if dollar else key


class StoredConfig(NamedTuple):
    """A config as it is stored."""

    values: Json
    """In the API's shape, with the destinations that are set (`rules.apply_put`)."""
    created: str
    """RFC 3339, UTC."""
    modified: str
    """RFC 3339, UTC."""


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

    Args:
        file: the SQLite file, made if it is not there; None keeps everything in memory.

    Raises:
        sqlite3.Error: the file cannot be made, or is not a SQLite file.
        TimeoutError: another process keeps it locked.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._connection = sqlite3.connect(
            ":memory:" if file is None else file,
            timeout=_BUSY_SECONDS,
            isolation_level=None,  # transactions are written out below
            check_same_thread=False,  # made by the starting thread, used by the serving one only
        )
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        # WAL with synchronous=NORMAL: a commit is in the operating system's hands before it is
        # responded to, so killing this process loses nothing. Only a power cut could lose the last
        # commits, and that the file stays sound even then.
        self._switch_to_wal()
        self._connection.execute("PRAGMA synchronous = NORMAL").close()
        self._connection.execute(_SCHEMA).close()

    def _switch_to_wal(self) -> None:
        # Where another process opens the same new file, this pragma fails rather than waits.
        deadline = time.monotonic() + _BUSY_SECONDS
        while not self._is_wal():
            if time.monotonic() > deadline:
                raise TimeoutError("the data file stays locked by another process")
            time.sleep(0.01)

    def _is_wal(self) -> bool:
        try:
            self._connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return False
            raise
        return True

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Read and write as one step, also against other processes on the same file."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def get(self, key: ConfigKey) -> StoredConfig | None:
        """Return the config of a key."""
        row = self._connection.execute(
            "SELECT config, created, modified FROM configs WHERE account = ? AND region = ? "
            "AND service = ? AND function = ? AND qualifier = ?",
            key,
        ).fetchone()
        return None if row is None else StoredConfig(json.loads(row[0]), row[1], row[2])

    def put(self, key: ConfigKey, config: StoredConfig) -> None:
        """Store a config, and replace the one that may be there."""
        self._connection.execute(
            "INSERT OR REPLACE INTO configs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, json.dumps(config.values), config.created, config.modified),
        )

    def delete(self, which: Filter) -> int:
        """Remove the configs that match; returns how many there were."""
        condition, parameters = which.condition()
        return self._connection.execute(
            f"DELETE FROM configs WHERE {condition}",  # noqa: S608  made of column names alone
            parameters,
        ).rowcount

    def find(self, which: Filter) -> list[tuple[ConfigKey, StoredConfig]]:
        """Return the configs that match, in the order of their keys."""
        condition, parameters = which.condition()
        query = f"SELECT * FROM configs WHERE {condition} ORDER BY 1, 2, 3, 4, 5"  # noqa: S608  as above
        rows = self._connection.execute(query, parameters)
        return [
            (ConfigKey(*row[:5]), StoredConfig(json.loads(row[5]), row[6], row[7])) for row in rows
        ]
