"""Results of gold queries on disk, by the content of their database: evaluated again, gold is not executed again.

Only databases in files are kept: a server's content cannot be told from outside. Queries that ask the clock or chance
are not: their result is of its moment. The file is only a cache: one that is damaged, locked, full or read-only is gone
on without.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from querywright.databases import Limits, Result
from querywright.databases.packing import pack, unpack
from querywright.models.cache import default_cache

LARGEST = 2_000_000
"""Bytes of a packed result that is kept."""

_PASSING = re.compile(
    r"""\b(?:now|today|current_(?:date|time|timestamp)|get_current_\w+|local_?time(?:stamp)?|transaction_timestamp
    |using\s+sample|tablesample)\b
    |\b(?:rand|random|randomblob|uuid\w*|gen_random_uuid|age)\s*\(
    |\b(?:date|time|datetime|julianday|unixepoch)\s*\(\s*\)|\bstrftime\s*\(\s*'[^']*'\s*\)""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words of a query whose result may be another one when it is asked again; in a name or a text they do no harm."""

_TABLE = "CREATE TABLE IF NOT EXISTS results (question BLOB PRIMARY KEY, packed BLOB NOT NULL) WITHOUT ROWID"


def default_place() -> Path:
    """Where gold results are kept unless somebody says otherwise."""
    return default_cache().with_name("gold.sqlite")


Stamp = tuple[tuple[int, int, int], ...]


def stamp(file: Path) -> Stamp:
    """What a database's file, and a log beside it, look like from outside; another stamp: they were written to."""
    found = []
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}.wal")):
        with suppress(OSError):
            status = path.stat()
            if status.st_size:
                found.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found)


class GoldResults:
    """Results by content of database, query and limits. Used by one thread; several processes may share the file."""

    def __init__(self, path: Path | None) -> None:
        """Open or create the file; None: nothing is kept."""
        self._connection: sqlite3.Connection | None = None
        if path is not None:
            with suppress(sqlite3.Error, OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                self._connection = _opened(path)

    def get(self, content: str, sql: str, limits: Limits) -> Result | None:
        """The result of a query on a database of this content, under these caps, if it is known."""
        if self._connection is None or passes(sql):
            return None
        try:
            found: Any = self._connection.execute(
                "SELECT packed FROM results WHERE question = ?", (_question(content, sql, limits),)
            ).fetchone()
            return unpack(found[0]) if found else None
        except (sqlite3.Error, ValueError):
            return None

    def put(self, content: str, sql: str, limits: Limits, result: Result) -> None:
        """Keep a result, unless it is very large or of its moment only."""
        if self._connection is None or passes(sql):
            return
        packed = pack(result)
        if packed is not None and len(packed) <= LARGEST:
            with suppress(sqlite3.Error):
                question = _question(content, sql, limits)
                self._connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", (question, packed))

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The results of one database's queries."""

    results: GoldResults
    content: str
    """The digest of its content, as it was when its file had this stamp."""
    file: Path
    stamp: Stamp

    def get(self, sql: str, limits: Limits) -> Result | None:
        """The result of a query on this content, under these caps, if it is known."""
        return self.results.get(self.content, sql, limits)

    def put(self, sql: str, limits: Limits, result: Result) -> None:
        """Keep what was found just now, unless the file was written to meanwhile: then it is of another content."""
        if stamp(self.file) == self.stamp:
            self.results.put(self.content, sql, limits, result)


def passes(sql: str) -> bool:
    """Whether the query may ask the clock or chance.

    >>> passes("SELECT date('now')"), passes("SELECT age FROM dog ORDER BY RANDOM()"), passes("SELECT age FROM dog")
    (True, True, False)
    """
    return _PASSING.search(sql) is not None


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")  # a cache may lose its last rows to a power cut
        connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _question(content: str, sql: str, limits: Limits) -> bytes:
    said = f"1\0{content}\0{limits.rows}\0{limits.bytes}\0{sql}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()
