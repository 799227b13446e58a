"""DuckDB: one file, opened read-only with everything that reaches outside of it switched off.

What keeps it read-only and small, from the engine outwards:

- the file is opened with `access_mode = read_only`; no other file, URL, extension or secret can be reached
  (`enable_external_access`, extension loading off) and the settings are locked;
- only one statement of DuckDB's own type SELECT is run, so no temporary table, PRAGMA, SET or CALL either;
- DuckDB's memory is limited, spilling goes to a private folder with a limit, and what the limit does not cover
  is refused before it runs (`duckdb_growth`);
- a watchdog interrupts at the deadline; rows are streamed, never held as a whole.

It does not protect from what the owner of the file put in it: a view or macro that allocates.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from querywright.databases.connectors.duckdb_growth import refusal
from querywright.databases.fetching import gather
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema
from querywright.databases.watchdog import Watchdog
from querywright.errors import DatabaseUnavailable, QueryError, QueryFailed, QueryRejected, QueryTimeout

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "96MB"
SPILL = "1GB"
BATCH = 256


class DuckDBConnector:
    """A read-only door to one `.duckdb` file. Opens it at first use; each thread has its own cursor.

    Args:
        path: the file.
        watchdog: the one to share with other databases; its own if not given.
        opened: a connection to serve instead of the file's, for small copies in memory; closed with this.
    """

    dialect = "duckdb"

    def __init__(
        self, path: str | Path, watchdog: Watchdog | None = None, opened: DuckDBPyConnection | None = None
    ) -> None:
        self.path = Path(path)
        self.db_id = self.path.stem
        self._lock = threading.Lock()
        self._connection = opened
        self._in_memory = opened is not None
        self._cursors = threading.local()
        self._every_cursor: list[DuckDBPyConnection] = []
        self._watchdog = watchdog or Watchdog()
        self._own_watchdog = watchdog is None
        # One folder a process: DuckDB shares a file opened twice only between connections with the same settings.
        self._spill = Path(tempfile.gettempdir()) / f"querywright-{os.getpid()}"

    def introspect(self) -> Schema:
        """Read the whole schema in six catalogue queries. Raises DatabaseUnavailable."""
        from querywright.databases.connectors.duckdb_catalogue import read_schema

        with self._errors("(schema)", 60.0):
            return read_schema(self._cursor(), self.db_id)

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one SELECT-like statement.

        Raises:
            QueryRejected: it is another kind of statement, or could build values too large for memory.
            QueryTimeout: it was still running after `limits.seconds`.
            QueryFailed: DuckDB refused it or ran out of the memory it may use.
            DatabaseUnavailable: the file is gone, locked or not a database.
        """
        started = time.monotonic()
        with self._errors(sql, limits.seconds):
            cursor = self._cursor()
            cursor.execute(self._only_select(cursor, sql))
            columns = tuple(column[0] for column in cursor.description or ())
            rows, truncated = gather(_rows(cursor), limits, len(columns))
        return Result(columns, rows, truncated, time.monotonic() - started)

    def explain(self, sql: str, limits: Limits) -> str:
        """DuckDB's physical plan as text. Raises as `execute`."""
        with self._errors(sql, limits.seconds):
            cursor = self._cursor()
            self._only_select(cursor, sql)
            return "\n".join(row[1] for row in cursor.execute("EXPLAIN " + sql).fetchall())

    def version(self) -> str:
        """`DuckDB` and the library's version."""
        import duckdb

        return f"DuckDB {duckdb.__version__}"

    def fingerprint(self) -> str:
        """SHA-256 of the file's bytes. Raises DatabaseUnavailable."""
        try:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise DatabaseUnavailable(f"{self.path} cannot be read: {error.strerror}", self.db_id) from error

    def close(self) -> None:
        """Close every cursor and the database. A later call opens it again."""
        with self._lock:
            for cursor in self._every_cursor:
                cursor.close()
            if self._connection is not None:
                self._connection.close()
            self._every_cursor, self._connection, self._cursors = [], None, threading.local()
        if self._own_watchdog:
            self._watchdog.close()

    def __enter__(self) -> DuckDBConnector:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _cursor(self) -> DuckDBPyConnection:
        """This thread's cursor, with the file known to be there."""
        if not self._in_memory and not self.path.is_file():
            raise DatabaseUnavailable(f"{self.path} is gone", self.db_id)
        cursor: DuckDBPyConnection | None = getattr(self._cursors, "cursor", None)
        if cursor is None:
            with self._lock:
                if self._connection is None:
                    self._connection = _open(self.path, self.db_id, self._spill)
                cursor = self._connection.cursor()
                self._every_cursor.append(cursor)
                self._cursors.cursor = cursor
        return cursor

    def _only_select(self, cursor: DuckDBPyConnection, sql: str) -> Any:
        """The parsed statement, if it is one SELECT whose values stay small."""
        from duckdb import StatementType

        statements = cursor.extract_statements(sql)
        if len(statements) != 1:
            raise QueryRejected(f"one statement is run at a time, this is {len(statements)}", self.db_id, sql)
        if statements[0].type != StatementType.SELECT:
            kind = statements[0].type.name
            raise QueryRejected(f"only SELECT is run, this is {kind}", self.db_id, sql)
        reason = refusal(sql)
        if reason:
            raise QueryRejected(reason, self.db_id, sql)
        return statements[0]

    @contextmanager
    def _errors(self, sql: str, seconds: float) -> Iterator[None]:
        """Run the block under a deadline and give every failure its name."""
        import duckdb

        cursor = self._cursor()
        with self._watchdog.watch(time.monotonic() + seconds, cursor.interrupt) as watch:
            try:
                yield
            except QueryError as error:
                raise _named(error, self.db_id, sql) from None
            except duckdb.InterruptException as error:
                if watch.stopped:
                    raise QueryTimeout(f"stopped after {seconds:g} s", self.db_id, sql) from error
                raise QueryFailed("interrupted", self.db_id, sql) from error
            except duckdb.OutOfMemoryException as error:
                raise QueryFailed(f"needs more memory than the {MEMORY} a query may use", self.db_id, sql) from error
            except (duckdb.FatalException, duckdb.InternalException) as error:
                self.close()  # DuckDB refuses everything after one of these until it is opened again
                raise QueryFailed(f"DuckDB broke on it: {_first_line(error)}", self.db_id, sql) from error
            except duckdb.IOException as error:
                if not self.path.is_file():
                    raise DatabaseUnavailable(f"{self.path} is gone", self.db_id) from error
                raise QueryFailed(_first_line(error), self.db_id, sql) from error
            except (duckdb.Error, RuntimeError, ValueError, OverflowError, TypeError) as error:
                raise QueryFailed(_first_line(error), self.db_id, sql) from error
            finally:
                watch.stop = _nothing  # the watchdog may remember its last watch; it must not hold a cursor


def _nothing() -> None: ...


def _named(error: QueryError, db_id: str, sql: str) -> QueryError:
    return error if error.db_id else type(error)(error.message, db_id, sql)


CLOSED_WORLD: Mapping[str, Any] = {
    "enable_external_access": "false",
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": MEMORY,
    "threads": "1",
}
"""Settings under which nothing outside of a database can be reached."""


def open_in_memory() -> DuckDBPyConnection:
    """A writable database in memory, as closed to the outside as a file is. The caller closes it."""
    import duckdb

    connection = duckdb.connect(":memory:", config={**CLOSED_WORLD, "temp_directory": ""})
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def _open(path: Path, db_id: str, spill: Path) -> DuckDBPyConnection:
    import duckdb

    config = {**CLOSED_WORLD, "temp_directory": str(spill), "max_temp_directory_size": SPILL}
    try:
        connection = duckdb.connect(str(path), read_only=True, config=config)
    except duckdb.Error as error:
        raise DatabaseUnavailable(_why_not_opened(path, error), db_id) from error
    try:
        locked = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
        if not locked or not locked[0]:  # it is, where this process has the file open already
            connection.execute("SET GLOBAL TimeZone = 'UTC'")  # or times with a zone would depend on the machine
            connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        raise DatabaseUnavailable(f"{path} cannot be opened safely: {_first_line(error)}", db_id) from error
    return connection


def _why_not_opened(path: Path, error: Exception) -> str:
    text = str(error)
    if not path.is_file():
        return f"{path} is gone"
    if "lock" in text.lower():
        return f"{path} is open for writing in another process; close that and try again"
    if "different configuration" in text:
        return f"{path} is already open in this process with other settings; close that connection first"
    if "newer" in text or "storage version" in text or "version number" in text:
        return f"{path} was written by a DuckDB that this one cannot read; upgrade the duckdb package"
    return f"{path} cannot be opened as a DuckDB database: {_first_line(error)}"


def _rows(cursor: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Rows as they are computed, as plain Python values. What is not asked for is never computed."""
    plain = all(str(column[1]) in _PLAIN_TYPES for column in cursor.description or ())
    while batch := cursor.fetchmany(BATCH):
        yield from batch if plain else (tuple(map(_plain, row)) for row in batch)


_PLAIN_TYPES = {"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "DOUBLE", "FLOAT", "VARCHAR", "BOOLEAN", "DATE"}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if isinstance(value, (list, tuple)):
        return list(map(_plain, value))
    if isinstance(value, dict):
        return {_plain_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    return value


def _plain_key(key: Any) -> Any:
    return str(key) if isinstance(key, UUID) else key


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
