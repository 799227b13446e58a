"""Connections to one SQLite file: opened read-only, shared by threads, replaced when the file is.

A connection is lent to one query at a time. Before each it is checked that the path still leads to the same file.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path
from urllib.parse import quote

from querywright.databases.connectors.sqlite_bounds import VALUE_BYTES, formats_plainly, value_bytes
from querywright.errors import DatabaseUnavailable

HEAP_BYTES = 96_000_000
"""All of SQLite's memory in this process. Larger sorts go to temporary files, not to memory."""
_LIMITS = {
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 250_000,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_REFUSED_FUNCTIONS = frozenset(
    ("load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "fsdir", "sqlite_log", "sqlite_dbpage")
)
FORMATTING = frozenset(("printf", "format"))
_READING = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE))

RETRY_SECONDS = 0.02


class Pool:
    """The connections to one file. Thread-safe; `close` may be followed by further use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._idle: list[Door] = []
        self._generation = 0
        self._identity()

    def close(self) -> None:
        """Close every connection: idle ones now, those in use when their query ends."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, []
        for door in idle:
            door.connection.close()

    def borrow(self, deadline: float) -> Door:
        """A connection for one query, to be given back. Waits for a locked file until `deadline`.

        Raises:
            DatabaseUnavailable: the file is gone or cannot be read.
        """
        identity = self._identity()
        with self._lock:
            door = self._idle.pop() if self._idle else None
        if door is None:
            return self.open(deadline)
        if door.identity == identity and (door.frozen is None or door.frozen == self._stamp()):
            return door
        if door.identity[0] == identity[0]:  # in a forked child the connection is its parent's to close
            door.connection.close()
        return self.open(deadline)

    def give_back(self, door: Door) -> None:
        """Keep a borrowed connection for the next query; close it if the pool was closed meanwhile."""
        with self._lock:
            current = door.generation == self._generation
            if current:
                self._idle.append(door)
        if not current:
            door.connection.close()

    def open(self, deadline: float, guarded: bool = True) -> Door:
        """A connection of its own, to be closed by the caller; unguarded ones may use PRAGMA."""
        identity = self._identity()
        frozen = self._stamp() if self._is_unused_wal() else None
        try:
            connection = self._connect(deadline, immutable=frozen is not None)
        except (sqlite3.Error, MemoryError) as error:
            raise self.unavailable(error) from error
        return Door(connection, identity, frozen, self._generation, guarded)

    def _connect(self, deadline: float, immutable: bool) -> sqlite3.Connection:
        connection = _configured(f"file:{quote(str(self.path))}?mode=ro{'&immutable=1' if immutable else ''}")
        while True:
            try:
                connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
                return connection
            except sqlite3.Error as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    connection.close()
                    raise
                time.sleep(RETRY_SECONDS)

    def _is_unused_wal(self) -> bool:
        """Whether the file is in WAL mode and its log is empty: nobody is writing.

        It is then read as immutable: otherwise SQLite would create a log and an index beside it, or fail where it
        may not. Every query looks whether that still holds; a writer that starts during a query is not noticed by it.
        """
        try:
            with self.path.open("rb") as file:
                return file.read(20)[18:20] == b"\x02\x02" and not self._log_holds_pages()
        except OSError as error:
            raise self.gone(error) from error

    def _stamp(self) -> tuple[int, int, bool]:
        stat = os.stat(self.path)
        return stat.st_size, stat.st_mtime_ns, self._log_holds_pages()

    def _identity(self) -> tuple[int, int, int]:
        try:
            stat = os.stat(self.path)
        except OSError as error:
            raise self.gone(error) from error
        return os.getpid(), stat.st_dev, stat.st_ino

    def gone(self, error: OSError) -> DatabaseUnavailable:
        """What to raise when the file cannot be reached."""
        return DatabaseUnavailable(f"the file is not there any more or cannot be read: {self.path} ({error.strerror})")

    def unavailable(self, error: Exception) -> DatabaseUnavailable:
        """What to raise when SQLite cannot read the file."""
        code = code_of(error)
        if code == sqlite3.SQLITE_READONLY or (code == sqlite3.SQLITE_CANTOPEN and self._log_holds_pages()):
            return DatabaseUnavailable(
                f"an interrupted write must be finished or undone first: open {self.path} once with sqlite3, "
                "where its folder can be written"
            )
        what = "another program keeps it locked" if is_busy(error) else f"it cannot be read: {error}"
        return DatabaseUnavailable(f"{what} ({self.path})")

    def _wal(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    def _log_holds_pages(self) -> bool:
        return self._wal().exists() and self._wal().stat().st_size > 0

    def content(self) -> list[Path]:
        """The files that hold the content: the database and its log, if that holds anything."""
        return [self.path, self._wal()] if self._log_holds_pages() else [self.path]


class Door:
    """A connection and what it is set to for the statement at hand."""

    __slots__ = ("_formats", "_value_bytes", "connection", "frozen", "generation", "identity", "lenient")

    def __init__(
        self,
        connection: sqlite3.Connection,
        identity: tuple[int, int, int],
        frozen: tuple[int, int, bool] | None,
        generation: int,
        guarded: bool,
    ) -> None:
        self.connection, self.identity, self.frozen, self.generation = connection, identity, frozen, generation
        self.lenient, self._formats, self._value_bytes = False, False, VALUE_BYTES
        if guarded:
            connection.set_authorizer(self._authorize)

    def prepare(self, sql: str, lenient: bool) -> None:
        """Set what this statement calls for: the length of values, formatting, and how text is decoded."""
        bound = value_bytes(sql)
        if bound != self._value_bytes:
            self.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, bound)
            self._value_bytes = bound
        self._formats = formats_plainly(sql)
        if lenient and not self.lenient:
            self.connection.text_factory = _decoded
            self.lenient = True

    def _authorize(self, action: int, _: str | None, name: str | None, __: str | None, view: str | None) -> int:
        """Let a statement read and compute; refuse everything else."""
        if action == sqlite3.SQLITE_READ:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            called = (name or "").lower()
            refused = called in _REFUSED_FUNCTIONS or (called in FORMATTING and not self._formats and view is None)
            return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK
        return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _configured(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=0.0, isolation_level=None, check_same_thread=False)
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_BYTES)
    connection.execute(f"PRAGMA hard_heap_limit={HEAP_BYTES}")
    connection.execute("PRAGMA temp_store=FILE")
    return connection


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def code_of(error: Exception) -> int:
    """SQLite's primary result code of an error; 0 where it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: Exception) -> bool:
    """Whether another connection holds a lock that this one needs."""
    return code_of(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
