"""The outcomes of a run on disk: SQLite in WAL mode, written by the parent process only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import astuple
from pathlib import Path
from typing import NamedTuple, Self

from querywright.models.usage import Usage
from querywright.runs.folders import STORE, storing
from querywright.runs.records import Record

_OUTCOMES = """
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
_USAGE = """
CREATE TABLE IF NOT EXISTS usage (
    step TEXT NOT NULL,
    role TEXT NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost REAL,
    saved_tokens INTEGER NOT NULL
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
                self._connection.execute(_OUTCOMES)
                self._connection.execute(_USAGE)
            except sqlite3.Error:
                self._connection.close()
                raise

    def add(self, records: Iterable[Record], usage: Iterable[Usage] = ()) -> None:
        """Commit the records and what models were asked for them in one transaction.

        Raises RunError; then nothing of it is stored.
        """
        with storing(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)", records)
                self._connection.executemany(
                    "INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, usage)
                )
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

    def usage(self) -> list[Usage]:
        """What models were asked so far. Raises RunError if the store is damaged."""
        with storing(self._folder), closing(self._connection.execute("SELECT * FROM usage")) as rows:
            return [Usage(*row) for row in rows]

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
