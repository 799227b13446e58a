"""PostgreSQL through psycopg 3, read-only by the server's own means.

What holds without the statement guard: every query is asked behind a server-side cursor in a `READ ONLY` transaction
that is rolled back, so the server itself refuses what is no query, what writes, and two statements at once;
`statement_timeout` and `lock_timeout` end it, and we cancel it where they do not; the cursor stops at the row cap.

What only the guard holds back: functions that reach outside of the transaction (`pg_read_file`, `lo_export`, `dblink`,
`pg_terminate_backend`, advisory locks), for those who may call them. Ask as a role that may not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from querywright.databases.addresses import Address
from querywright.databases.connectors.asking import Lost, asked
from querywright.databases.connectors.pool import Pool, TooManyConnections
from querywright.databases.connectors.postgres_wire import Decoder, Failure, Late, Wire, register_loaders
from querywright.databases.fetching import gather
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema
from querywright.errors import (
    DatabaseOutage,
    DatabaseUnavailable,
    PasswordNeeded,
    QueryFailed,
    QueryTimeout,
)

T = TypeVar("T")

CONNECT_SECONDS = 10
BUSY_SECONDS = 3.0
"""How long the catalogue is waited for where no connection is free."""
SCHEMA_SECONDS = 60.0

_LOCKED, _CANCELED, _STANDBY_CONFLICT = "55P03", "57014", "40001"
_ENDED = ("57P01", "57P02", "57P03", "57P05")
"""The server ends the connection. Class 08 is not here: a server says so of another one, whose tables it shows."""


_DATABASES = """
    SELECT datname, has_database_privilege(datname, 'CONNECT') FROM pg_database
    WHERE datallowconn AND NOT datistemplate ORDER BY datname"""


class PostgresServer:
    """A server, and the connections of this process to it.

    Args:
        address: of the server; the database it names does not matter here.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._pool = Pool(lambda database: _connect(address.naming(database)), Wire.close)

    def names(self) -> tuple[list[str], dict[str, str]]:
        """Every database of the server but templates, and those that the user may not connect to."""
        door = PostgresConnector(self._address.naming("postgres"), self._pool)
        rows = door._catalogue(lambda connection: connection.execute(_DATABASES).fetchall())
        return [name for name, may in rows if may], {name: "you may not connect to it" for name, may in rows if not may}

    def connector(self, database: str) -> PostgresConnector:
        """A door to one of its databases."""
        return PostgresConnector(self._address.naming(database), self._pool)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class PostgresConnector:
    """A read-only door to one database of a server.

    Args:
        address: of the database.
        pool: connections to the server, shared with its other databases; its own if not given.
    """

    dialect = "postgres"

    def __init__(self, address: Address, pool: Pool[Wire] | None = None) -> None:
        self.address = address
        self._pool = pool or Pool(lambda database: _connect(address.naming(database)), Wire.close)

    def introspect(self) -> Schema:
        """Read the whole schema in a handful of catalogue queries. Raises DatabaseUnavailable."""
        from querywright.databases.connectors.postgres_catalogue import read_schema

        return self._catalogue(read_schema)

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one SELECT-like statement. Raises QueryTimeout, QueryFailed, DatabaseUnavailable."""
        started = time.perf_counter()

        def ask(wire: Wire) -> Result:
            results = wire.rows(sql, limits.rows + 1, limits.seconds)
            try:
                first = next(results)
                columns = _names(first)
                rows = chain.from_iterable(map(Decoder(wire).rows, chain((first,), results)))
                kept, truncated = gather(rows, limits, len(columns))
            finally:
                results.close()
            return Result(columns, kept, truncated, time.perf_counter() - started)

        return self._asked(ask, sql, limits.seconds)

    def explain(self, sql: str, limits: Limits) -> str:
        """The planner's plan as text; nothing runs. Raises as `execute`."""

        def ask(wire: Wire) -> str:
            decoder = Decoder(wire)
            return "\n".join(row[0] for result in wire.explain(sql, limits.seconds) for row in decoder.rows(result))

        return self._asked(ask, sql, limits.seconds)

    def version(self) -> str:
        """`PostgreSQL` and the server's version. Raises DatabaseUnavailable."""
        return self._catalogue(lambda wire: f"PostgreSQL {wire.info.parameter_status('server_version')}")

    def fingerprint(self) -> str:
        """A digest of the schema and of some rows of each table. Raises DatabaseUnavailable."""
        from querywright.databases.connectors.postgres_catalogue import fingerprint

        return fingerprint(self._catalogue)

    def close(self) -> None:
        """Close every connection: idle ones now, those in use when their query ends. A later call opens anew."""
        self._pool.close(self.address.database)

    def _asked(self, ask: Callable[[Wire], T], sql: str, seconds: float) -> T:
        """Ask on a connection of the pool. Raises as `execute`."""
        if "\0" in sql:
            raise QueryFailed("a NUL character", query=sql)
        return asked(self._pool, self.address.database, lambda wire: self._once(wire, ask, sql, seconds), sql, seconds)

    def _once(self, wire: Wire, ask: Callable[[Wire], T], sql: str, seconds: float) -> T:
        began = time.monotonic()
        try:
            return ask(wire)
        except Failure as failure:
            raise self._explained(failure, sql, seconds, time.monotonic() - began) from None
        except Late as error:
            raise QueryTimeout(f"stopped after {seconds:g} s", query=sql) from error
        except UnicodeEncodeError as error:
            raise QueryFailed("it holds a character that is no Unicode text", query=sql) from error
        finally:
            self._return(wire)

    def _return(self, wire: Wire) -> None:
        if wire.is_usable():
            self._pool.give_back(wire)
        else:
            self._pool.discard(wire)

    def _explained(self, failure: Failure, sql: str, seconds: float, took: float) -> Exception:
        if failure.state == _CANCELED and took >= seconds * 0.8:
            return QueryTimeout(f"stopped after {seconds:g} s", query=sql)
        if failure.state == _LOCKED:
            return QueryTimeout(
                f"stopped after {took:.1f} s: another session holds a lock that it waits for", query=sql
            )
        if failure.state.startswith(_ENDED):
            return Lost(failure.message)
        if failure.state == _STANDBY_CONFLICT:
            return QueryFailed(f"the replica had to end it to catch up: {failure.message}", query=sql)
        return QueryFailed(failure.message, query=sql)

    def _catalogue(self, read: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Read the catalogue on a connection, in one read-only transaction."""
        wire = self._pool.borrow(self.address.database, time.monotonic() + BUSY_SECONDS)
        try:
            wire.connection.execute("BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ")
            wire.connection.execute(f"SET LOCAL statement_timeout = {int(SCHEMA_SECONDS * 1000)}")
            return read(wire.connection)
        except psycopg.Error as error:
            where = f"{self.address.server}/{self.address.database}"
            if wire.connection.broken:
                raise DatabaseOutage(f"the server at {self.address.server} does not answer: {_line(error)}") from error
            raise DatabaseUnavailable(f"the catalogue of {where} cannot be read: {_line(error)}") from error
        finally:
            wire.rollback()
            self._return(wire)


def _names(result: pq.abc.PGresult) -> tuple[str, ...]:
    return tuple([(result.fname(i) or b"").decode("utf-8", "surrogateescape") for i in range(result.nfields)])


def _connect(address: Address) -> Wire:
    """Open a connection. What the address leaves out libpq finds, `PGPASSWORD` and `~/.pgpass` included."""
    given: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "dbname": address.database,
        "password": address.password,
    }
    settings: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "querywright",
        **dict(address.options),
    }
    settings |= dict(address.secrets)
    try:
        conninfo = make_conninfo(**{k: v for k, v in given.items() if v}, **settings, client_encoding="utf8")
        connection = psycopg.connect(conninfo, autocommit=True)
    except psycopg.Error as error:
        raise _why_not(address, error) from error
    register_loaders(connection.adapters)
    try:
        return Wire(connection)
    except psycopg.Error as error:
        connection.close()
        raise DatabaseOutage(f"the server at {address.server} ended the connection: {_line(error)}") from error


def _why_not(address: Address, error: psycopg.Error) -> DatabaseUnavailable:
    """Why a connection cannot be opened. libpq gives no code here, so the words decide; unknown words are passed on."""
    text, said = str(error), _said(error)
    where, who, pgconn = address.server, address.user or "this user", error.pgconn
    if pgconn is not None and pgconn.needs_password:
        return PasswordNeeded(f"the server at {where} wants a password for {who}: put it into ~/.pgpass or PGPASSWORD")
    if "password authentication failed" in text or "authentication failed" in text:
        return DatabaseUnavailable(
            f"the server at {where} does not accept the password of {address.user or 'this user'}"
        )
    if any(words in text for words in ("too many clients", "remaining connection slots", "too many connections")):
        return TooManyConnections(f"the server at {where} has no connection to spare")
    if any(words in text for words in ("starting up", "shutting down", "recovery mode", "not yet accepting")):
        return DatabaseOutage(f"the server at {where} is not ready: {said}")
    if "FATAL" in text or "invalid" in text:
        return DatabaseUnavailable(f"the server at {where} refuses: {said}")
    return DatabaseOutage(f"the server at {where} does not answer: {said}")


def _said(error: psycopg.Error) -> str:
    """The last of libpq's lines without its preamble: with several addresses of a host it tells of each."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Is the server", "Multiple connection", "- host"))] or lines
    return told[0].rpartition("FATAL:")[2].rpartition("failed: ")[2].strip()


def _line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
