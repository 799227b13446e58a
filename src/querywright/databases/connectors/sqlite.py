"""SQLite through the standard library, read-only by the engine's own means.

What holds without the statement guard: the file is opened `mode=ro`; an authorizer lets a statement read and call
functions and nothing else (no ATTACH, PRAGMA, load_extension); engine limits bound the length of a value and of a
statement; the heap limit bounds memory; a watchdog interrupts at the deadline.

What it does not protect from: SQLite looks at the clock between rows, not inside one scalar function. The length
limits keep the longest such stretch short (see docs/design/databases.md). The heap limit is one for the process.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from querywright.databases.connectors.sqlite_bounds import VALUE_BYTES, formats_plainly, value_bytes
from querywright.databases.connectors.sqlite_schema import read_schema
from querywright.databases.fetching import gather
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema
from querywright.databases.watchdog import Watch, Watchdog
from querywright.errors import DatabaseUnavailable, QueryFailed, QueryTimeout

T = TypeVar("T")

HEAP_BYTES = 128_000_000
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
_FORMATTING = frozenset(("printf", "format"))
_READING = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE))
_RETRY_SECONDS = 0.02
_OPEN_SECONDS = 5.0


class SQLiteConnector:
    """A read-only door to one SQLite file.

    Args:
        path: the file.
        watchdog: what stops queries at their deadline; connectors may share one.

    Raises:
        DatabaseUnavailable: the file is not there or is not an SQLite database.
    """

    dialect = "sqlite"

    def __init__(self, path: Path | str, watchdog: Watchdog | None = None) -> None:
        self.path = Path(path).absolute()
        self._watchdog = watchdog or Watchdog()
        self._owns_watchdog = watchdog is None
        self._lock = threading.Lock()
        self._idle: list[_Door] = []
        self._generation = 0
        self._lenient = False
        self._fingerprint: tuple[object, str] | None = None
        self._identity()

    def introspect(self) -> Schema:
        deadline = time.monotonic() + 60.0
        door = self._open(deadline, guarded=False)
        try:
            with self._watchdog.watch(deadline, door.connection.interrupt):
                return read_schema(door.connection)
        except sqlite3.Error as error:
            raise DatabaseUnavailable(f"its schema cannot be read: {error} ({self.path})") from error
        finally:
            door.connection.close()

    def execute(self, sql: str, limits: Limits) -> Result:
        def run(connection: sqlite3.Connection) -> Result:
            cursor = connection.execute(sql)
            if cursor.description is None:
                raise QueryFailed("it is not a query: it has no columns", query=sql)
            try:
                columns = tuple([d[0] for d in cursor.description])
                rows, truncated = gather(cursor, limits, len(columns))
            finally:
                cursor.close()
            return Result(columns, rows, truncated, time.perf_counter() - started)

        started = time.perf_counter()
        return self._within(run, sql, limits.seconds)

    def explain(self, sql: str, limits: Limits) -> str:
        def run(connection: sqlite3.Connection) -> str:
            return _plan(connection.execute("EXPLAIN QUERY PLAN " + sql).fetchall())

        return self._within(run, sql, limits.seconds)

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def fingerprint(self) -> str:
        """SHA-256 of the file and of what its write-ahead log still holds. Raises DatabaseUnavailable."""
        try:
            stamp = [(s.st_ino, s.st_size, s.st_mtime_ns) for s in map(os.stat, self._content())]
            if self._fingerprint is None or self._fingerprint[0] != stamp:
                digest = hashlib.sha256()
                for path in self._content():
                    with path.open("rb") as file:
                        digest.update(hashlib.file_digest(file, "sha256").digest())
                self._fingerprint = (stamp, digest.hexdigest())
        except OSError as error:
            raise self._gone(error) from error
        return self._fingerprint[1]

    def close(self) -> None:
        """Close every connection: idle ones now, those in use when their query ends. A later call opens anew."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, []
        for door in idle:
            door.connection.close()
        if self._owns_watchdog:
            self._watchdog.close()

    # ── one query ────────────────────────────────────────────────────────────────────────────────────────────────

    def _within(self, run: Callable[[sqlite3.Connection], T], sql: str, seconds: float) -> T:
        """Run on a connection of the pool under a deadline, again while the file is locked, again for bad UTF-8."""
        deadline = time.monotonic() + seconds
        while True:
            with self._borrow(deadline) as door:
                door.prepare(sql, self._lenient)
                watch = self._watchdog.watch(deadline, door.connection.interrupt, _Spill())
                try:
                    with watch:
                        return run(door.connection)
                except (sqlite3.Error, sqlite3.Warning, MemoryError, ValueError, OverflowError) as error:
                    if _is_bad_text(error) and not self._lenient:
                        self._lenient = True
                    elif _is_busy(error) and time.monotonic() < deadline:
                        time.sleep(_RETRY_SECONDS)
                    else:
                        raise self._explained(error, watch, sql, seconds) from error

    def _explained(self, error: Exception, watch: Watch, sql: str, seconds: float) -> Exception:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if watch.stopped == "deadline" or (code == sqlite3.SQLITE_INTERRUPT and watch.stopped is None):
            return QueryTimeout(f"stopped after {seconds:g} s", query=sql)
        if watch.stopped is not None:
            return QueryFailed(watch.stopped, query=sql)
        if _is_busy(error):
            return QueryTimeout(f"another program kept the file locked for {seconds:g} s", query=sql)
        if isinstance(error, MemoryError):
            return QueryFailed(f"it needs more than {HEAP_BYTES // 1_000_000} MB of memory", query=sql)
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
            return DatabaseUnavailable(f"{error} ({self.path})")
        if isinstance(error, sqlite3.Error) and str(error).endswith(tuple(f"function: {name}" for name in _FORMATTING)):
            return QueryFailed("printf and format are refused with a computed or very wide format", query=sql)
        return QueryFailed(str(error), query=sql)

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _borrow(self, deadline: float) -> Iterator[_Door]:
        identity = self._identity()
        with self._lock:
            generation = self._generation
            door = self._idle.pop() if self._idle else None
        if door is not None and door.identity != identity:  # another file now, or this is a forked child
            if door.identity[0] == identity[0]:
                door.connection.close()
            door = None
        door = door or self._open(deadline)
        try:
            yield door
        finally:
            with self._lock:
                current = generation == self._generation
                if current:
                    self._idle.append(door)
            if not current:
                door.connection.close()

    def _open(self, deadline: float, guarded: bool = True) -> _Door:
        identity = self._identity()
        try:
            connection = self._connect(max(0.0, deadline - time.monotonic()))
        except (sqlite3.Error, MemoryError) as error:
            raise DatabaseUnavailable(f"cannot be opened: {error} ({self.path})") from error
        return _Door(connection, identity, guarded)

    def _connect(self, patience: float) -> sqlite3.Connection:
        """A configured connection; `immutable` only where a log that nobody can replay is known to be empty."""
        uri = f"file:{quote(str(self.path))}?mode=ro"
        connection = _configured(uri)
        until = time.monotonic() + min(patience, _OPEN_SECONDS)
        while True:
            try:
                connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
                return connection
            except sqlite3.Error as error:
                if _is_busy(error) and time.monotonic() < until:
                    time.sleep(_RETRY_SECONDS)
                    continue
                connection.close()
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CANTOPEN or self._log_holds_pages():
                    raise
                return _configured(uri + "&immutable=1")

    def _identity(self) -> tuple[int, int, int]:
        try:
            stat = os.stat(self.path)
        except OSError as error:
            raise self._gone(error) from error
        return os.getpid(), stat.st_dev, stat.st_ino

    def _gone(self, error: OSError) -> DatabaseUnavailable:
        return DatabaseUnavailable(f"the file is not there any more or cannot be read: {self.path} ({error.strerror})")

    def _wal(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    def _log_holds_pages(self) -> bool:
        return self._wal().exists() and self._wal().stat().st_size > 0

    def _content(self) -> list[Path]:
        return [self.path, self._wal()] if self._log_holds_pages() else [self.path]


class _Door:
    """A connection and what it is set to for the statement at hand."""

    __slots__ = ("_formats", "_lenient", "_value_bytes", "connection", "identity")

    def __init__(self, connection: sqlite3.Connection, identity: tuple[int, int, int], guarded: bool) -> None:
        self.connection, self.identity = connection, identity
        self._lenient, self._formats, self._value_bytes = False, False, VALUE_BYTES
        if guarded:
            connection.set_authorizer(self._authorize)

    def prepare(self, sql: str, lenient: bool) -> None:
        """Set what this statement calls for: the length of values, formatting, and how text is decoded."""
        bound = value_bytes(sql)
        if bound != self._value_bytes:
            self.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, bound)
            self._value_bytes = bound
        self._formats = formats_plainly(sql)
        if lenient and not self._lenient:
            self.connection.text_factory = _decoded
            self._lenient = True

    def _authorize(self, action: int, _: str | None, name: str | None, __: str | None, view: str | None) -> int:
        """Let a statement read and compute; refuse everything else."""
        if action == sqlite3.SQLITE_READ:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            called = (name or "").lower()
            refused = called in _REFUSED_FUNCTIONS or (called in _FORMATTING and not self._formats and view is None)
            return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK
        return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


class _Spill:
    """Asked while a query runs: is there room for what it sorts? Text when its temporary files would fill the disk."""

    __slots__ = ("_floor",)

    def __init__(self) -> None:
        self._floor: int | None = None

    def __call__(self) -> str | None:
        free = _free_bytes()
        if self._floor is None:
            self._floor = min(512_000_000, free // 2)
        return "its temporary files would fill the disk" if free < self._floor else None


def _free_bytes() -> int:
    for folder in (os.environ.get("SQLITE_TMPDIR"), os.environ.get("TMPDIR"), "/var/tmp", "/tmp"):
        if folder and os.path.isdir(folder):
            stat = os.statvfs(folder)
            return stat.f_bavail * stat.f_frsize
    return 1 << 62


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


def _is_bad_text(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith("Could not decode to UTF-8")


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _plan(rows: list[tuple[int, int, int, str]]) -> str:
    depth = {0: -1}
    lines = []
    for node, parent, _, detail in rows:
        depth[node] = depth.get(parent, -1) + 1
        lines.append("  " * depth[node] + detail)
    return "\n".join(lines)
