"""MariaDB and MySQL through PyMySQL, read-only as far as the server's own means go.

What holds without the statement guard: the session's transactions are `READ ONLY` and rolled back after each query;
only a text that begins like a query is sent, one statement at a time and without executable comments, because these
servers let a read-only transaction make temporary tables and end it for DDL; `max_statement_time` (MySQL:
`max_execution_time`) ends a query, and we kill it where that does not; `sql_select_limit` stops it at the row cap.

What only the guard holds back: `INTO OUTFILE`, `LOAD_FILE`, `SLEEP`, `GET_LOCK` and their like, for those who may use
them. Ask as a role without FILE and SUPER.

How MySQL differs from MariaDB here: the name and unit of the time limit, and its error (3024, not 1969); it reports
cached row counts unless told otherwise; inline REFERENCES are keys only since 9.0; a JSON column is JSON, not text
with a check.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import pymysql
from pymysql.constants import CLIENT, ER, FIELD_TYPE
from pymysql.converters import conversions
from pymysql.cursors import SSCursor

from querywright.databases.addresses import Address
from querywright.databases.connectors.pool import Pool, TooManyConnections
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
RECONNECT_SECONDS = 2.0
"""How long a query waits for a server that does not answer before it says so."""
SCHEMA_SECONDS = 60.0
GRACE = 0.3
"""Seconds a query gets beyond its deadline for the server's own limit to come first."""

_QUERY = re.compile(
    r"(?:\s|\(|--[\s].*?(?:\n|$)|\#.*?(?:\n|$)|/\*(?!M?!).*?\*/)*(?:SELECT|WITH|VALUES|TABLE)\b", re.I | re.S
)
_EXECUTABLE = re.compile(r"/\*M?!", re.IGNORECASE)

_LOST: Final = frozenset((2006, 2013, 2014, 2055, 1927, 1158, 1159, 1160, 1161))
_GOING_DOWN: Final = frozenset((1053, 1077, 1079, 2002, 2003))
_LATE: Final = frozenset((1969, 3024, 1317))
_TOO_MANY: Final = frozenset((ER.CON_COUNT_ERROR, 1203, 1226))
_LOCKED: Final = ER.LOCK_WAIT_TIMEOUT
_DENIED: Final = frozenset((ER.ACCESS_DENIED_ERROR, 1698))


class Lost(Exception):
    """The connection broke."""


class Session:
    """One connection, and what its session is set to. Used by one thread at a time."""

    def __init__(self, connection: pymysql.connections.Connection[Any]) -> None:
        """Make the session ours. Raises pymysql.Error."""
        self.connection = connection
        self.is_mariadb = "mariadb" in connection.get_server_info().lower()
        self._limits: tuple[float, int] | None = None
        self.run("SET SESSION TRANSACTION READ ONLY")
        self.run("SET SESSION autocommit = 0, time_zone = '+00:00'")
        if not self.is_mariadb:
            self.run("SET SESSION information_schema_stats_expiry = 0")

    def run(self, sql: str) -> None:
        """Send a statement of our own that gives no rows."""
        self.connection.query(sql)

    def limit(self, seconds: float, rows: int) -> None:
        """Make the server keep the deadline and the row cap itself; 0 seconds or rows: without limit."""
        if self._limits == (seconds, rows):
            return
        if self.is_mariadb:
            clock = f"max_statement_time = {seconds:.3f}"
        else:
            clock = f"max_execution_time = {int(seconds * 1000)}"
        lock = max(1, int(seconds * 0.9)) if seconds else 60
        cap = rows if rows else "DEFAULT"
        self.run(f"SET SESSION {clock}, lock_wait_timeout = {lock}, sql_select_limit = {cap}")
        # The socket is the last resort: a server that says nothing for so long is taken to be gone.
        self._timeout(seconds + GRACE if seconds else None)
        self._limits = (seconds, rows)

    def _timeout(self, seconds: float | None) -> None:
        self.connection._read_timeout = seconds

    def close(self) -> None:
        """Close the connection at once; what it still does is given up by the server."""
        self.connection._force_close()


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
        self._pool = Pool(lambda database: _connect(address.naming(database)), Session.close)

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
        self._pool = pool or Pool(lambda database: _connect(address.naming(database)), Session.close)

    def introspect(self) -> Schema:
        """Read the whole schema in a handful of catalogue queries. Raises DatabaseUnavailable."""
        from querywright.databases.connectors.mysql_catalogue import read_schema

        return self._catalogue(lambda session: read_schema(session.connection, self.address.database))

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one SELECT-like statement. Raises QueryTimeout, QueryFailed, DatabaseUnavailable."""
        started = time.perf_counter()

        def ask(session: Session) -> tuple[Result, bool]:
            session.limit(limits.seconds, limits.rows + 1)
            cursor = session.connection.cursor(SSCursor)
            try:
                cursor.execute(sql)
                columns = tuple([d[0] for d in cursor.description or ()])
                source = iter(cursor.fetchone, None)
                rows, truncated = gather(source, limits, len(columns))
                clean = not truncated or next(source, None) is None
            finally:
                _abandon(session, cursor)
            return Result(columns, rows, truncated, time.perf_counter() - started), clean

        return self._asked(ask, sql, limits.seconds)

    def explain(self, sql: str, limits: Limits) -> str:
        """The optimizer's plan, one line a step. Raises as `execute`."""

        def ask(session: Session) -> tuple[str, bool]:
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
        """Ask on a connection; once more on a new one where it broke, for it may have been broken before."""
        if not _QUERY.match(sql):
            raise QueryFailed("only SELECT, WITH, VALUES and TABLE are run", query=sql)
        if _EXECUTABLE.search(sql):
            raise QueryFailed("an executable comment (/*! … */) is not allowed in a query", query=sql)
        deadline = time.monotonic() + seconds
        try:
            return self._once(ask, sql, seconds, deadline)
        except Lost:
            self._pool.close()  # what broke one has most likely broken all
        try:
            return self._once(ask, sql, seconds, deadline)
        except Lost as error:
            self._pool.close()
            raise QueryFailed(f"the server ended the connection twice on it: {error}", query=sql) from error

    def _once(self, ask: Callable[[Session], tuple[T, bool]], sql: str, seconds: float, deadline: float) -> T:
        session = self._borrow(deadline)
        began = time.monotonic()
        clean = False
        try:
            answer, clean = ask(session)
            if clean:
                session.connection.rollback()
            return answer
        except pymysql.Error as error:
            took = time.monotonic() - began
            late = took >= seconds
            clean = not late and _number(error) not in _LOST | _GOING_DOWN and _is_idle(session)
            if late and _number(error) in _LOST:
                self._kill(session)
            raise self._explained(error, sql, seconds, took) from error
        except (UnicodeError, ValueError, OverflowError) as error:
            raise QueryFailed(str(error), query=sql) from error
        finally:
            if clean:
                self._pool.give_back(session)
            else:
                self._pool.discard(session)

    def _borrow(self, deadline: float) -> Session:
        """A connection, waited for until the deadline; a server that restarts is given a moment."""
        patience = time.monotonic() + RECONNECT_SECONDS
        while True:
            try:
                return self._pool.borrow(self.address.database, deadline)
            except TooManyConnections:
                raise
            except DatabaseOutage:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.1)

    def _kill(self, session: Session) -> None:
        """Stop, over a second connection, what a silent one does."""
        with suppress(pymysql.Error, DatabaseUnavailable, OSError):
            killer = _connect(self.address)
            try:
                killer.run(f"KILL QUERY {session.connection.thread_id()}")
            finally:
                killer.close()

    def _explained(self, error: pymysql.Error, sql: str, seconds: float, took: float) -> Exception:
        number, words = _number(error), _words(error)
        if number == _LOCKED:
            return QueryTimeout(
                f"stopped after {took:.1f} s: another session holds a lock that it waits for", query=sql
            )
        if number in _LATE and (number != 1317 or took >= seconds * 0.8):
            return QueryTimeout(f"stopped after {seconds:g} s", query=sql)
        if number in _LOST:
            return QueryTimeout(f"stopped after {seconds:g} s", query=sql) if took >= seconds else Lost(words)
        if number in _GOING_DOWN:
            return DatabaseOutage(f"the server at {self.address.server} is going down: {words}")
        return QueryFailed(words, query=sql)

    def _catalogue(self, read: Callable[[Session], T]) -> T:
        """Read the catalogue on a connection."""
        session = self._pool.borrow(self.address.database, time.monotonic() + BUSY_SECONDS)
        usable = False
        try:
            session.limit(SCHEMA_SECONDS, 0)
            answer = read(session)
            session.connection.rollback()
            usable = True
            return answer
        except pymysql.Error as error:
            where = f"{self.address.server}/{self.address.database}"
            if _number(error) in _LOST | _GOING_DOWN:
                raise DatabaseOutage(f"the server at {self.address.server} does not answer: {_words(error)}") from error
            raise DatabaseUnavailable(f"the catalogue of {where} cannot be read: {_words(error)}") from error
        finally:
            if usable:
                self._pool.give_back(session)
            else:
                self._pool.discard(session)


def _abandon(session: Session, cursor: Any) -> None:
    """Leave a result that has not ended: close the connection, for the protocol knows no other way to stop it.

    PyMySQL would read it to its end, when the cursor is closed and when it is forgotten.
    """
    result = cursor._result
    if result is not None and result.unbuffered_active:
        session.close()
        result.unbuffered_active, result.connection = False, None


def _is_idle(session: Session) -> bool:
    """Whether the connection answers after an error; its transaction is ended by that."""
    try:
        session.connection.rollback()
    except (pymysql.Error, OSError):
        return False
    return True


def _time(text: str) -> Any:
    """A TIME as the time of day it mostly is; what is none, a length of time."""
    length = pymysql.converters.convert_timedelta(text)
    inside = isinstance(length, timedelta) and timedelta(0) <= length < timedelta(days=1)
    return (datetime.min + length).time() if inside else length


_CONVERSIONS: Final = {**conversions, FIELD_TYPE.TIME: _time}


def _connect(address: Address) -> Session:
    """Open a connection. What the address leaves out is taken from `MYSQL_PWD` and `~/.my.cnf`."""
    import os
    from pathlib import Path

    given: dict[str, Any] = {"host": address.host, "port": address.port, "user": address.user}
    given["password"] = address.password if address.password is not None else os.environ.get("MYSQL_PWD", "")
    own = Path("~/.my.cnf").expanduser()
    if own.is_file():
        given["read_default_file"] = str(own)
    options = dict(address.options) | dict(address.secrets)
    try:
        connection = pymysql.connect(
            **{k: v for k, v in given.items() if v},
            **options,
            database=address.database or None,
            charset="utf8mb4",
            connect_timeout=CONNECT_SECONDS,
            conv=_CONVERSIONS,
            client_flag=CLIENT.FOUND_ROWS,
        )
    except (pymysql.Error, OSError, RuntimeError) as error:
        raise _why_not(address, error, given) from error
    except TypeError as error:
        raise DatabaseUnavailable(f"the address has an option that PyMySQL does not know: {error}") from error
    try:
        return Session(connection)
    except pymysql.Error as error:
        connection._force_close()
        raise DatabaseOutage(f"the server at {address.server} ended the connection: {_words(error)}") from error


def _why_not(address: Address, error: Exception, given: dict[str, Any]) -> DatabaseUnavailable:
    """Why a connection cannot be opened."""
    number, words = _number(error), _words(error)
    user = address.user or "this user"
    if number in _DENIED and not given["password"] and "read_default_file" not in given:
        return PasswordNeeded(
            f"the server at {address.server} wants a password for {user}: put it into ~/.my.cnf or MYSQL_PWD"
        )
    if number in _DENIED:
        return DatabaseUnavailable(f"the server at {address.server} does not accept the password of {user}")
    if number in _TOO_MANY:
        return TooManyConnections(f"the server at {address.server} has no connection to spare")
    if isinstance(error, RuntimeError):  # PyMySQL's word for a missing package
        return DatabaseUnavailable(f"the server at {address.server} cannot be talked to: {words}")
    if number in _LOST | _GOING_DOWN or isinstance(error, OSError):
        return DatabaseOutage(f"the server at {address.server} does not answer: {words}")
    return DatabaseUnavailable(f"the server at {address.server} refuses: {words}")


def _number(error: BaseException) -> int:
    """The server's or the client's error number; 0 where there is none."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0


def _words(error: BaseException) -> str:
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
