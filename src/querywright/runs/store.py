"""The outcomes of a run on disk: SQLite in WAL mode, written by the parent process only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Self

from querywright.runs.folders import STORE, storing
from querywright.runs.records import Record

_TABLE = """
CREATE TABLE IF NOT EXISTS outcomes (
    position INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    added INTEGER NOT NULL,
    digests BLOB NOT NULL,
    drops BLOB NOT NULL,
    kept BLOB NOT NULL,
    rejected BLOB NOT NULL
)
"""


class Settleable(NamedTuple):
    """The part of a record that settling needs, and the input's key."""

    position: int
    key: str
    added: int
    digests: bytes
    drops: bytes


class Store:
    """The outcomes of one run, keyed by the position of their input. A context manager."""

    def __init__(self, folder: Path) -> None:
        """Open or create the store of a run folder. Raises RunError where that cannot be done."""
        self._folder = folder
        with storing(folder):
            # WAL with NORMAL survives a killed process whole; a power cut may cost the last commits, never order.
            self._connection = sqlite3.connect(folder / STORE, isolation_level=None)
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.execute(_TABLE)
            except sqlite3.Error:
                self._connection.close()
                raise

    def add(self, records: Iterable[Record]) -> None:
        """Commit the records in one transaction. Raises RunError; then none of them is stored."""
        with storing(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)", records)
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def settleable(self) -> Iterator[Settleable]:
        """What settling needs of every outcome, in the order of the inputs. Raises RunError if it is damaged."""
        sql = "SELECT position, key, added, digests, drops FROM outcomes ORDER BY position"
        with storing(self._folder), closing(self._connection.execute(sql)) as rows:
            yield from map(Settleable._make, rows)

    def records(self) -> Iterator[Record]:
        """Every outcome, in the order of the inputs. Raises RunError if the store is damaged."""
        sql = "SELECT position, key, added, digests, drops, kept, rejected FROM outcomes ORDER BY position"
        with storing(self._folder), closing(self._connection.execute(sql)) as rows:
            yield from map(Record._make, rows)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
