"""One PostgreSQL connection and its round trips.

A query costs one round trip: `BEGIN READ ONLY`, the query behind a server-side cursor, `ROLLBACK` are sent together in
libpq's pipeline mode. The cursor is what makes the server refuse everything that is no query, and stop computing at
the row cap; rows come in small chunks, so that a wide result can be cut while it arrives.
"""

from __future__ import annotations

import select
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import pq
from psycopg.abc import AdaptContext
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader
from psycopg.types.string import TextLoader

from querywright.databases.connectors.asking import Lost

CHUNK = 64
"""Rows that arrive together: what is held beyond the byte cap at most."""
GRACE = 0.3
"""Seconds a query gets beyond its deadline for the server's own timeout to come first."""
FAREWELL = 0.2
"""Seconds each step of stopping a query may take: to tell the server, and to end, before its connection is given up."""
TEMPORARY_KB = 1 << 20
"""Disk that a session of a superuser may take for sorts and the like."""

_SETTINGS = (
    b"SET default_transaction_read_only = on; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex'; "
    b"SET client_min_messages = 'error'; SET standard_conforming_strings = on; "
    # A scan joined in its middle would give other first rows each time.
    b"SET synchronize_seqscans = off; "
    # A cursor is planned for its first rows, which is slow for the many queries that read all of them.
    b"SET cursor_tuple_fraction = 1; "
    # Only a superuser may set it; a limit of the server's own stays.
    b"SELECT pg_catalog.set_config('temp_file_limit', '%d', false) FROM pg_catalog.pg_roles WHERE rolsuper "
    b"AND rolname = current_user AND pg_catalog.current_setting('temp_file_limit') = '-1'" % TEMPORARY_KB
)
_TUPLES = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.TUPLES_CHUNK)
_STATE, _MESSAGE = pq.DiagnosticField.SQLSTATE, pq.DiagnosticField.MESSAGE_PRIMARY


class Failure(Exception):
    """The server refused or ended a statement."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state, self.message = state, message


class Late(Exception):
    """The server did not end a statement in time, not even when told to; the connection is of no use any more."""


class Wire:
    """One connection. Used by one thread at a time."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Make the session ours. Raises psycopg.Error."""
        self.connection = connection
        connection.execute(_SETTINGS)
        self._errors = "strict"
        if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
            # Such a database has bytes; it would refuse to give out those that are not what we asked for.
            connection.execute("SET client_encoding = 'SQL_ASCII'")
            self._errors = "surrogateescape"
            _take_any_text(connection.adapters)
        self._pg = connection.pgconn
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)
        self._seconds = 0.0

    def rows(self, sql: str, count: int, seconds: float) -> Generator[pq.abc.PGresult, None, None]:
        """At most `count` rows of a query, in results of up to `CHUNK`; the first one tells the columns.

        Raises:
            Failure, Late, Lost.
            UnicodeEncodeError: it is no text; nothing was sent.
        """
        declare = b"DECLARE q NO SCROLL CURSOR WITHOUT HOLD FOR " + sql.encode("utf-8", self._errors)
        return self._asked([declare, b"FETCH FORWARD %d FROM q" % count], seconds)

    def explain(self, sql: str, seconds: float) -> Generator[pq.abc.PGresult, None, None]:
        """The lines of the plan. Raises as `rows`."""
        return self._asked([b"EXPLAIN (FORMAT TEXT) " + sql.encode("utf-8", self._errors)], seconds)

    def _asked(self, statements: Sequence[bytes], seconds: float) -> Generator[pq.abc.PGresult, None, None]:
        """Results of the last statement, asked in a read-only transaction that is rolled back."""
        deadline = _Deadline(self, seconds + GRACE)
        try:
            self._limit(seconds, deadline)
            self._send([b"BEGIN READ ONLY", *statements])
            results = self._results(len(statements), deadline)
            try:
                for result in results:  # noqa: UP028 - `yield from` would close what must be drained
                    yield result
            except GeneratorExit:
                self._drain(results)
                raise
        except psycopg.OperationalError as error:
            raise Lost(_first_line(error)) from error

    def _drain(self, results: Iterator[pq.abc.PGresult]) -> None:
        """Take what still comes, so that the next query can be asked; much of it is stopped at its source."""
        canceled = False
        with suppress(Failure):  # nobody needs the rows any more
            for result in results:
                if result.ntuples and not canceled:
                    self.cancel()
                    canceled = True

    def _limit(self, seconds: float, deadline: _Deadline) -> None:
        """Make the server keep the deadline itself; a lock is waited for a little less, so that it can be named."""
        if seconds != self._seconds:
            whole = max(1, int(seconds * 1000))
            lock = max(1, whole * 9 // 10)
            self._tell(b"SET statement_timeout = %d; SET lock_timeout = %d" % (whole, lock), deadline)
            self._seconds = seconds

    def _tell(self, statement: bytes, deadline: _Deadline) -> None:
        """Send a statement of our own; psycopg would wait for its answer without end. Raises Failure, Late, Lost."""
        self._pg.send_query(statement)
        while True:
            deadline.await_result()
            result = self._pg.get_result()
            if result is None:
                return
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise self._failure(result)

    def _send(self, statements: Sequence[bytes]) -> None:
        """Send the statements and a ROLLBACK, which an error in them skips."""
        self._pg.enter_pipeline_mode()
        for statement in statements:
            self._pg.send_query_params(statement, None)
        self._pg.send_query_params(b"ROLLBACK", None)
        self._pg.pipeline_sync()

    def _results(self, streamed: int, deadline: _Deadline) -> Iterator[pq.abc.PGresult]:
        """Results of the statement at place `streamed`; after the last one the connection is out of the pipeline."""
        failure: Failure | None = None
        place = 0
        while True:
            if place == streamed and failure is None:
                self._pg.set_chunked_rows_mode(CHUNK)
            while True:
                deadline.await_result()
                result = self._pg.get_result()
                if result is None:
                    break
                if result.status == pq.ExecStatus.PIPELINE_SYNC:
                    self._pg.exit_pipeline_mode()
                    if failure is not None:
                        self.rollback()
                        raise failure
                    return
                if result.status == pq.ExecStatus.FATAL_ERROR:
                    failure = failure or self._failure(result)
                elif place == streamed and result.status in _TUPLES:
                    yield result
            place += 1

    def _failure(self, result: pq.abc.PGresult) -> Failure:
        state = result.error_field(_STATE)
        if state is None:
            raise Lost(result.error_message.decode("utf-8", "replace").strip() or "the connection broke")
        return Failure(state.decode(), (result.error_field(_MESSAGE) or b"").decode("utf-8", "replace"))

    def rollback(self) -> None:
        """End the transaction, if one is open."""
        if self._pg.transaction_status != pq.TransactionStatus.IDLE:
            with suppress(psycopg.Error, Failure, Late, Lost):
                self._tell(b"ROLLBACK", _Deadline(self, FAREWELL))

    def cancel(self) -> None:
        """Ask the server, over a second connection, to stop what this one does."""
        with suppress(psycopg.Error):
            self.connection.cancel_safe(timeout=FAREWELL)

    def is_usable(self) -> bool:
        """Whether it can take another query."""
        return bool(
            self._pg.status == pq.ConnStatus.OK
            and self._pg.transaction_status == pq.TransactionStatus.IDLE
            and self._pg.pipeline_status == pq.PipelineStatus.OFF
        )

    def close(self) -> None:
        """Close the connection; whatever it does is given up by the server."""
        with suppress(psycopg.Error, OSError):
            self.connection.close()


class _Deadline:
    """Waiting for a result, for so long: then the server is told to stop, then it is given up."""

    def __init__(self, wire: Wire, seconds: float) -> None:
        self._wire, self._until, self._told = wire, time.monotonic() + seconds, False

    def await_result(self) -> None:
        """Return when a result can be taken without waiting. Raises Late."""
        wire = self._wire
        while wire._pg.is_busy():
            left = self._until - time.monotonic()
            # What a long statement left unsent goes out only when asked to.
            wire._poll.modify(wire._pg.socket, select.POLLIN | select.POLLOUT if wire._pg.flush() else select.POLLIN)
            if left <= 0 or not (ready := wire._poll.poll(left * 1000)):
                self._stop()
            elif ready[0][1] & ~select.POLLOUT:
                wire._pg.consume_input()

    def _stop(self) -> None:
        if self._told:
            raise Late
        self._told = True
        self._wire.cancel()
        self._until = time.monotonic() + FAREWELL


class Decoder:
    """Turns the results of one statement into rows of plain Python values."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._transformer: Any = None

    def rows(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        """The rows of one result; all results of a statement have the same columns."""
        if self._transformer is None:
            self._transformer = _transformer(self._wire.connection, result)
        else:
            self._transformer.set_pgresult(result, set_loaders=False)
        try:
            return self._loaded(result)
        except (psycopg.DataError, UnicodeDecodeError):  # rare; from here on this statement's values are read leniently
            self._transformer = _transformer(_Lenient(self._wire.connection), result)
            return self._loaded(result)

    def _loaded(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._transformer.load_rows(0, result.ntuples, tuple)
        return rows


def _transformer(context: AdaptContext, result: pq.abc.PGresult) -> Any:
    transformer = Transformer(context)
    transformer.set_pgresult(result)
    return transformer


class _Lenient:
    """A connection, with loaders that take every value a server can hold."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.adapters = AdaptersMap(connection.adapters)
        for name in (*_TEXTS, "json", "jsonb"):
            self.adapters.register_loader(name, _AnyText)
        self.adapters.register_loader("date", _AnyDate)
        self.adapters.register_loader("timestamp", _AnyTimestamp)
        self.adapters.register_loader("timestamptz", _AnyTimestamptz)


_TEXTS = ("text", "varchar", "bpchar", "name", '"char"')
_AS_TEXT = (
    *("json", "jsonb", "uuid", "inet", "cidr", "record", "xml", "numrange", "int4range", "int8range", "tsrange"),
    *("tstzrange", "daterange", "nummultirange", "int4multirange", "int8multirange", "tsmultirange"),
    *("tstzmultirange", "datemultirange"),
)


def register_loaders(adapters: AdaptersMap) -> None:
    """Types without a plain Python value come as the text that the server prints."""
    for name in _AS_TEXT:
        adapters.register_loader(name, TextLoader)


def _take_any_text(adapters: AdaptersMap) -> None:
    """Read every type that comes as text as `_AnyText`, those unknown here included."""
    for name in (*_TEXTS, *_AS_TEXT):
        adapters.register_loader(name, _AnyText)
    adapters.register_loader(0, _AnyText)


class _AnyText(TextLoader):
    """Text of a database without an encoding (SQL_ASCII): bytes that are not UTF-8 come as surrogate escapes."""

    def load(self, data: Any) -> str:
        return bytes(data).decode("utf-8", "surrogateescape")


class _OrText:
    """`infinity` and years that Python does not have come as text."""

    def load(self, data: Any) -> Any:
        try:
            return super().load(data)  # type: ignore[misc]
        except psycopg.DataError:
            return bytes(data).decode()


class _AnyDate(_OrText, DateLoader): ...


class _AnyTimestamp(_OrText, TimestampLoader): ...


class _AnyTimestamptz(_OrText, TimestamptzLoader): ...


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
