"""One MariaDB or MySQL connection: opened, its session made ours, and what its errors mean."""

from __future__ import annotations

import math
import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pymysql
from pymysql.constants import CLIENT, CR, ER, FIELD_TYPE
from pymysql.converters import conversions

from querywright.databases.addresses import Address
from querywright.databases.connectors.pool import TooManyConnections
from querywright.errors import DatabaseOutage, DatabaseUnavailable, PasswordNeeded

CONNECT_SECONDS = 10
_STEP: Final = 0.05
FAREWELL = 0.3
"""Seconds that the end of a query's transaction may take."""
SESSION_BYTES = 256 << 20
"""Memory of a session on the server (MariaDB)."""
TEMPORARY_BYTES = 1 << 30
"""Disk that a temporary table of a query may take on the server (MariaDB)."""

_LEXICAL: Final = frozenset(
    ("ANSI", "ANSI_QUOTES", "DB2", "HIGH_NOT_PRECEDENCE", "IGNORE_SPACE", "MAXDB", "MSSQL", "MYSQL323", "MYSQL40",
     "NO_BACKSLASH_ESCAPES", "ORACLE", "PIPES_AS_CONCAT", "POSTGRESQL")
)  # fmt: skip
"""SQL modes in which the server reads a text otherwise than the guard: where a string ends, what is a name."""

LOST: Final = frozenset((2006, 2013, 2014, 2055, 1927, 1158, 1159, 1160, 1161))
"""Numbers of errors that say that the connection broke."""
GOING_DOWN: Final = frozenset((1053, 1077, 1079, 2002, 2003))
"""Numbers of errors that say that the server ends, or is not there."""
_TOO_MANY: Final = frozenset((ER.CON_COUNT_ERROR, 1203, 1226))
_DENIED: Final = frozenset((ER.ACCESS_DENIED_ERROR, 1698))


class Session:
    """One connection, and what its session is set to. Used by one thread at a time."""

    def __init__(self, connection: pymysql.connections.Connection[Any]) -> None:
        """Make the session ours. Raises pymysql.Error."""
        self.connection = connection
        self.is_mariadb = "mariadb" in connection.get_server_info().lower()
        self._limits: tuple[float, int] | None = None
        self.run("SET SESSION TRANSACTION READ ONLY")
        modes = [mode for mode in self._mode().split(",") if mode.upper() not in _LEXICAL]
        self.run(f"SET SESSION autocommit = 0, time_zone = '+00:00', sql_mode = '{','.join(modes)}'")
        mariadb = f"max_session_mem_used = {SESSION_BYTES}, tmp_disk_table_size = {TEMPORARY_BYTES}"
        self._wish(mariadb if self.is_mariadb else "information_schema_stats_expiry = 0")

    def _mode(self) -> str:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT @@sql_mode")
            return str(cursor.fetchone()[0])

    def _wish(self, setting: str) -> None:
        """Set what an older server may not know."""
        try:
            self.run(f"SET SESSION {setting}")
        except pymysql.Error as error:
            if number(error) != ER.UNKNOWN_SYSTEM_VARIABLE:
                raise

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
        self._limits = (seconds, rows)

    def wait_until(self, until: float) -> None:
        """How long the next answer is waited for: a server that says nothing until then is taken to be gone.

        Raises pymysql.Error: that time is over.
        """
        left = until - time.monotonic()
        if left <= 0:
            raise pymysql.err.OperationalError(CR.CR_SERVER_LOST, "the server is late")
        # In steps, because each change costs a system call.
        self.connection._read_timeout = math.ceil(left / _STEP) * _STEP

    def leave_unread(self) -> None:
        """Forget what the server still sends; PyMySQL would read all of it as soon as nobody holds the cursor."""
        if self.connection._result is not None:
            self.connection._result.unbuffered_active = False

    def end(self) -> bool:
        """End the transaction; whether the connection still answers."""
        try:
            self.wait_until(time.monotonic() + FAREWELL)
            self.connection.rollback()
        except (pymysql.Error, OSError):
            return False
        return True

    def close(self) -> None:
        """Close the connection at once; what it still does is given up by the server."""
        self.connection._force_close()


def _time(text: str) -> Any:
    """A TIME as the time of day it mostly is; what is none, a length of time."""
    length = pymysql.converters.convert_timedelta(text)
    inside = isinstance(length, timedelta) and timedelta(0) <= length < timedelta(days=1)
    return (datetime.min + length).time() if inside else length


_CONVERSIONS: Final = {**conversions, FIELD_TYPE.TIME: _time}


def connect(address: Address) -> Session:
    """Open a connection and make its session ours."""
    connection = opened(address, CONNECT_SECONDS)
    try:
        return Session(connection)
    except pymysql.Error as error:
        connection._force_close()
        raise DatabaseOutage(f"the server at {address.server} ended the connection: {words(error)}") from error


def opened(address: Address, seconds: float) -> pymysql.connections.Connection[Any]:
    """Open a connection. What the address leaves out is taken from `MYSQL_PWD` and `~/.my.cnf`."""
    given: dict[str, Any] = {"host": address.host, "port": address.port, "user": address.user}
    given["password"] = address.password if address.password is not None else os.environ.get("MYSQL_PWD", "")
    own = Path("~/.my.cnf").expanduser()
    if own.is_file():
        given["read_default_file"] = str(own)
    options: dict[str, Any] = {"connect_timeout": seconds, "read_timeout": seconds}
    options |= dict(address.options) | dict(address.secrets)
    try:
        return pymysql.connect(
            **{k: v for k, v in given.items() if v},
            **options,
            database=address.database or None,
            charset="utf8mb4",
            conv=_CONVERSIONS,
            client_flag=CLIENT.FOUND_ROWS,
        )
    except (pymysql.Error, OSError, RuntimeError) as error:
        raise _why_not(address, error, given) from error
    except TypeError as error:
        raise DatabaseUnavailable(f"the address has an option that PyMySQL does not know: {error}") from error


def _why_not(address: Address, error: Exception, given: dict[str, Any]) -> DatabaseUnavailable:
    """Why a connection cannot be opened."""
    code, said = number(error), words(error)
    user = address.user or "this user"
    if code in _DENIED and not given["password"] and "read_default_file" not in given:
        return PasswordNeeded(
            f"the server at {address.server} wants a password for {user}: put it into ~/.my.cnf or MYSQL_PWD"
        )
    if code in _DENIED:
        return DatabaseUnavailable(f"the server at {address.server} does not accept the password of {user}")
    if code in _TOO_MANY:
        return TooManyConnections(f"the server at {address.server} has no connection to spare")
    if isinstance(error, RuntimeError):  # PyMySQL's word for a missing package
        return DatabaseUnavailable(f"the server at {address.server} cannot be talked to: {said}")
    if code in LOST | GOING_DOWN or isinstance(error, OSError):
        return DatabaseOutage(f"the server at {address.server} does not answer: {said}")
    return DatabaseUnavailable(f"the server at {address.server} refuses: {said}")


def number(error: BaseException) -> int:
    """The server's or the client's error number; 0 where there is none."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0


def words(error: BaseException) -> str:
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
