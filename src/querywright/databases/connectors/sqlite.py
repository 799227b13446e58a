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
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from querywright.databases.connectors.sqlite_pool import FORMATTING, HEAP_BYTES, RETRY_SECONDS, Pool, code_of, is_busy
from querywright.databases.connectors.sqlite_schema import read_schema
from querywright.databases.fetching import gather
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema
from querywright.databases.watchdog import Watch, Watchdog
from querywright.errors import QueryFailed, QueryTimeout

T = TypeVar("T")

_UNAVAILABLE = frozenset(
    (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
)


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
        self._pool = Pool(self.path)
        self._lenient = False
        self._fingerprint: tuple[object, str] | None = None

    def introspect(self) -> Schema:
        """Read the whole schema in five statements. Raises DatabaseUnavailable."""
        deadline = time.monotonic() + 60.0
        door = self._pool.open(deadline, guarded=False)
        try:
            with self._watchdog.watch(deadline, door.connection.interrupt):
                return read_schema(door.connection)
        except sqlite3.Error as error:
            raise self._pool.unavailable(error) from error
        finally:
            door.connection.close()

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one SELECT-like statement. Raises QueryTimeout, QueryFailed, DatabaseUnavailable."""

        def run(connection: sqlite3.Connection) -> Result:
            started = time.perf_counter()
            cursor = connection.execute(sql)
            if cursor.description is None:
                raise QueryFailed("it is not a query: it has no columns", query=sql)
            try:
                columns = tuple([d[0] for d in cursor.description])
                rows, truncated = gather(cursor, limits, len(columns))
            finally:
                cursor.close()
            return Result(columns, rows, truncated, time.perf_counter() - started)

        return self._within(run, sql, limits.seconds)

    def explain(self, sql: str, limits: Limits) -> str:
        """The query plan as an indented list; nothing runs. Raises as `execute`."""

        def run(connection: sqlite3.Connection) -> str:
            return _plan(connection.execute("EXPLAIN QUERY PLAN " + sql).fetchall())

        return self._within(run, sql, limits.seconds)

    def version(self) -> str:
        """`SQLite` and the library's version."""
        return f"SQLite {sqlite3.sqlite_version}"

    def fingerprint(self) -> str:
        """SHA-256 of the file and of what its write-ahead log still holds. Raises DatabaseUnavailable."""
        try:
            stamp = [(s.st_ino, s.st_size, s.st_mtime_ns) for s in map(os.stat, self._pool.content())]
            if self._fingerprint is None or self._fingerprint[0] != stamp:
                digest = hashlib.sha256()
                for path in self._pool.content():
                    with path.open("rb") as file:
                        digest.update(hashlib.file_digest(file, "sha256").digest())
                self._fingerprint = (stamp, digest.hexdigest())
        except OSError as error:
            raise self._pool.gone(error) from error
        return self._fingerprint[1]

    def close(self) -> None:
        """Close every connection: idle ones now, those in use when their query ends. A later call opens anew."""
        self._pool.close()
        if self._owns_watchdog:
            self._watchdog.close()

    def _within(self, run: Callable[[sqlite3.Connection], T], sql: str, seconds: float) -> T:
        """Run on a connection of the pool under a deadline, again while the file is locked, again for bad UTF-8."""
        deadline = time.monotonic() + seconds
        while True:
            door = self._pool.borrow(deadline)
            try:
                door.prepare(sql, self._lenient)
                with self._watchdog.watch(deadline, door.connection.interrupt, _Spill()) as watch:
                    return run(door.connection)
            except (sqlite3.Error, sqlite3.Warning, MemoryError, ValueError, OverflowError) as error:
                if _is_bad_text(error) and not door.lenient:
                    self._lenient = True
                elif is_busy(error) and time.monotonic() < deadline:
                    time.sleep(RETRY_SECONDS)
                else:
                    raise self._explained(error, watch, sql, seconds) from error
            finally:
                self._pool.give_back(door)

    def _explained(self, error: Exception, watch: Watch, sql: str, seconds: float) -> Exception:
        code = code_of(error)
        if watch.stopped == "deadline" or (code == sqlite3.SQLITE_INTERRUPT and watch.stopped is None):
            return QueryTimeout(f"stopped after {seconds:g} s", query=sql)
        if watch.stopped is not None:
            return QueryFailed(watch.stopped, query=sql)
        if is_busy(error):
            return QueryTimeout(f"another program kept the file locked for {seconds:g} s", query=sql)
        if isinstance(error, MemoryError):
            return QueryFailed(f"it needs more than {HEAP_BYTES // 1_000_000} MB of memory", query=sql)
        if code in _UNAVAILABLE:
            return self._pool.unavailable(error)
        if isinstance(error, sqlite3.Error) and str(error).endswith(tuple(f"function: {name}" for name in FORMATTING)):
            return QueryFailed("printf and format are refused with a computed or very wide format", query=sql)
        return QueryFailed(str(error), query=sql)


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


def _is_bad_text(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith("Could not decode to UTF-8")


def _plan(rows: list[tuple[int, int, int, str]]) -> str:
    depth = {0: -1}
    lines = []
    for node, parent, _, detail in rows:
        depth[node] = depth.get(parent, -1) + 1
        lines.append("  " * depth[node] + detail)
    return "\n".join(lines)
