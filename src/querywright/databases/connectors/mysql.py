"""MariaDB and MySQL through PyMySQL, read-only as far as the server's own means go.

What holds without the statement guard: the session's transactions are `READ ONLY` and rolled back after each query;
only a text that begins like a query is sent, one statement at a time and without executable comments, because these
servers let a read-only transaction make temporary tables and end it for DDL; `max_statement_time` (MySQL:
`max_execution_time`) ends a query, and we kill it where that does not; `sql_select_limit` stops it at the row cap.

What only the guard holds back: `INTO OUTFILE`, `LOAD_FILE`, `SLEEP`, `GET_LOCK` and their like, for those who may use
them. Ask as a role without FILE and SUPER.

What a function does to one long text (up to `max_allowed_packet`) the server does not interrupt: we stop waiting at the
deadline, and the server is done with it when that one value is.

How MySQL differs from MariaDB here: the name and unit of the time limit, and its error (3024, not 1969); it reports
cached row counts unless told otherwise; inline REFERENCES are keys only since 9.0; a JSON column is JSON, not text
with a check.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any, Final, TypeVar

import pymysql
from pymysql.constants import ER
from pymysql.cursors import SSCursor

from querywright.databases.addresses import Address
from querywright.databases.connectors.asking import Lost, asked
from querywright.databases.connectors.mysql_session import (
    CONNECT_SECONDS,
    GOING_DOWN,
    LOST,
    Session,
    connect,
    number,
    opened,
    words,
)
from querywright.databases.connectors.pool import Pool
from querywright.databases.fetching import gather
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema
from querywright.errors import DatabaseOutage, DatabaseUnavailable, QueryFailed, QueryTimeout

T = TypeVar("T")

BUSY_SECONDS = 3.0
"""How long the catalogue is waited for where no connection is free."""
SCHEMA_SECONDS = 60.0
GRACE = 0.3
"""Seconds a query gets beyond its deadline for the server's own limit to come first."""

_QUERY = re.compile(
    r"(?:\s|\(|--[\s].*?(?:\n|$)|\#.*?(?:\n|$)|/\*(?!M?!).*?\*/)*(?:SELECT|WITH|VALUES|TABLE)\b", re.I | re.S
)
_EXECUTABLE = re.compile(r"/\*M?!", re.IGNORECASE)
_LATE: Final = frozenset((1969, 3024, 1317))
_LOCKED: Final = ER.LOCK_WAIT_TIMEOUT

_DATABASES: Final = """
    SELECT SCHEMA_NAME FROM information_schema.SCHEMATA
    WHERE SCHEMA_NAME NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY SCHEMA_NAME"""


class MySQLServer:
    """A server, and the connections of this process to it.

    Args:
        address: of the server; the database it names does not matter here.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._pool = Pool(lambda database: connect(address.naming(database)), Session.close)

    def names(self) -> tuple[list[str], dict[str, str]]:
        """Every database that the user has a privilege in, but the server's own; the server shows no others."""
        door = MySQLConnector(self._address.naming(""), self._pool)

        def read(session: Session) -> list[str]:
            with session.connection.cursor() as cursor:
                cursor.execute(_DATABASES)
                return [row[0] for row in cursor.fetchall()]

        return door._catalogue(read), {}

    def connector(self, database: str) -> MySQLConnector:
        """A door to one of its databases."""
        return MySQLConnector(self._address.naming(database), self._pool)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class MySQLConnector:
    """A read-only door to one database of a server.

    Args:
        address: of the database.
        pool: connections to the server, shared with its other databases; its own if not given.
    """

    dialect = "mysql"

    def __init__(self, address: Address, pool: Pool[Session] | None = None) -> None:
        self.address = address
        self._pool = pool or Pool(lambda database: connect(address.naming(database)), Session.close)

    def introspect(self) -> Schema:
        """Read the whole schema in a handful of catalogue queries. Raises DatabaseUnavailable."""
        from querywright.databases.connectors.mysql_catalogue import read_schema

        return self._catalogue(lambda session: read_schema(session.connection, self.address.database))

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one SELECT-like statement. Raises QueryTimeout, QueryFailed, DatabaseUnavailable."""
        started = time.perf_counter()

        def ask(session: Session) -> tuple[Result, bool]:
            until = time.monotonic() + limits.seconds + GRACE
            session.wait_until(until)
            session.limit(limits.seconds, limits.rows + 1)
            clean = False
            try:
                cursor = session.connection.cursor(SSCursor)
                cursor.execute(sql)
                columns = tuple([d[0] for d in cursor.description or ()])
                source = _rows(session, cursor, until)
                rows, truncated = gather(source, limits, len(columns))
                clean = not truncated or next(source, None) is None
                return Result(columns, rows, truncated, time.perf_counter() - started), clean
            finally:
                if not clean:
                    session.leave_unread()

        return self._asked(ask, sql, limits.seconds)

    def explain(self, sql: str, limits: Limits) -> str:
        """The optimizer's plan, one line a step. Raises as `execute`."""

        def ask(session: Session) -> tuple[str, bool]:
            session.wait_until(time.monotonic() + limits.seconds + GRACE)
            session.limit(limits.seconds, 0)
            with session.connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + sql)
                return "\n".join("  ".join(str(v) for v in row if v is not None) for row in cursor.fetchall()), True

        return self._asked(ask, sql, limits.seconds)

    def version(self) -> str:
        """`MariaDB` or `MySQL` and the server's version. Raises DatabaseUnavailable."""

        def read(session: Session) -> str:
            number = re.match(r"(?:5\.5\.5-)?([\d.]+)", session.connection.get_server_info())
            return f"{'MariaDB' if session.is_mariadb else 'MySQL'} {number[1] if number else 'unknown'}"

        return self._catalogue(read)

    def fingerprint(self) -> str:
        """A digest of the schema and of some rows of each table. Raises DatabaseUnavailable."""
        from querywright.databases.connectors.mysql_catalogue import fingerprint

        return self._catalogue(lambda session: fingerprint(session.connection, self.address.database))

    def close(self) -> None:
        """Close every connection: idle ones now, those in use when their query ends. A later call opens anew."""
        self._pool.close(self.address.database)

    def _asked(self, ask: Callable[[Session], tuple[T, bool]], sql: str, seconds: float) -> T:
        """Ask on a connection of the pool. Raises as `execute`."""
        if not _QUERY.match(sql):
            raise QueryFailed("only SELECT, WITH, VALUES and TABLE are run", query=sql)
        if _EXECUTABLE.search(sql):
            raise QueryFailed("an executable comment (/*! … */) is not allowed in a query", query=sql)
        return asked(self._pool, self.address.database, lambda one: self._once(one, ask, sql, seconds), sql, seconds)

    def _once(self, session: Session, ask: Callable[[Session], tuple[T, bool]], sql: str, seconds: float) -> T:
        began = time.monotonic()
        clean = False
        try:
            answer, clean = ask(session)
            clean = clean and session.end()
            return answer
        except pymysql.Error as error:
            took = time.monotonic() - began
            late = took >= seconds
            clean = not late and number(error) not in LOST | GOING_DOWN and session.end()
            if late and number(error) in LOST:
                # Nobody waits for that: it takes several round trips to a server that is slow just now.
                Thread(target=self._kill, args=(session.connection.thread_id(),), daemon=True).start()
            raise self._explained(error, sql, seconds, took) from error
        except (UnicodeError, ValueError, OverflowError) as error:
            raise QueryFailed(str(error), query=sql) from error
        finally:
            if clean:
                self._pool.give_back(session)
            else:
                self._pool.discard(session)

    def _kill(self, thread: int) -> None:
        """Stop, over a second connection, what the silent one of this number does."""
        with suppress(pymysql.Error, DatabaseUnavailable, OSError):
            killer = opened(self.address, CONNECT_SECONDS)
            try:
                killer.query(f"KILL QUERY {thread}")
            finally:
                killer._force_close()

    def _explained(self, error: pymysql.Error, sql: str, seconds: float, took: float) -> Exception:
        code, said = number(error), words(error)
        if code == _LOCKED:
            return QueryTimeout(
                f"stopped after {took:.1f} s: another session holds a lock that it waits for", query=sql
            )
        if code in _LATE and (code != 1317 or took >= seconds * 0.8):
            return QueryTimeout(f"stopped after {seconds:g} s", query=sql)
        if code in LOST:
            return QueryTimeout(f"stopped after {seconds:g} s", query=sql) if took >= seconds else Lost(said)
        if code in GOING_DOWN:
            return DatabaseOutage(f"the server at {self.address.server} is going down: {said}")
        return QueryFailed(said, query=sql)

    def _catalogue(self, read: Callable[[Session], T]) -> T:
        """Read the catalogue on a connection."""
        session = self._pool.borrow(self.address.database, time.monotonic() + BUSY_SECONDS)
        usable = False
        try:
            session.wait_until(time.monotonic() + SCHEMA_SECONDS + GRACE)
            session.limit(SCHEMA_SECONDS, 0)
            answer = read(session)
            usable = session.end()
            return answer
        except pymysql.Error as error:
            where = f"{self.address.server}/{self.address.database}"
            if number(error) in LOST | GOING_DOWN:
                raise DatabaseOutage(f"the server at {self.address.server} does not answer: {words(error)}") from error
            raise DatabaseUnavailable(f"the catalogue of {where} cannot be read: {words(error)}") from error
        finally:
            if usable:
                self._pool.give_back(session)
            else:
                self._pool.discard(session)


def _rows(session: Session, cursor: Any, until: float) -> Iterator[tuple[Any, ...]]:
    """Rows as they come; the time that is left is looked at now and then, since each look costs as much as a row."""
    session.wait_until(until)
    for count, row in enumerate(iter(cursor.fetchone, None), 1):
        yield row
        if count % 32 == 0:
            session.wait_until(until)
