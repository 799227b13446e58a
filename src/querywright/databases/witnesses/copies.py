"""Write altered rows into a small database of the same engine, opened through the same read-only door."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from querywright.databases.connectors import ENGINES
from querywright.databases.connectors.contract import Connector
from querywright.databases.literals import literal, quote
from querywright.databases.rendering import render
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema, Table
from querywright.databases.watchdog import Watchdog
from querywright.databases.witnesses.alterations import ORDER, altered
from querywright.databases.witnesses.sampling import (
    Queryable,
    Row,
    Rows,
    mentioned_values,
    read_tables,
    sample_rows,
    trees_of,
)
from querywright.errors import DatabaseError


@dataclass
class Witness:
    """A small altered copy of some tables. Owns a temporary file; close it, or use it as a context manager."""

    name: str
    """How its rows were altered: `sample`, `boundaries`, `nulls`, `duplicates`, `childless`, `swaps`, `mixed`."""
    rows: Rows
    """What it holds, by table."""
    connector: Connector
    _folder: tempfile.TemporaryDirectory[str] = field(repr=False)

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one query that the statement guard has passed. Raises as a connector does."""
        return self.connector.execute(sql, limits)

    def close(self) -> None:
        """Close the copy and delete its file."""
        self.connector.close()
        self._folder.cleanup()

    def __enter__(self) -> Witness:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def witnesses(database: Queryable, queries: Sequence[str], count: int = 7, seed: int = 0) -> list[Witness]:
    """Small altered copies of what the queries read; the same ones for the same seed.

    Args:
        database: an SQLite or DuckDB database.
        queries: the queries to be told apart; their tables are copied and their literals guide the alterations.
        count: how many copies.
        seed: of the choice of rows and of alterations.

    Raises:
        QueryRejected: a query cannot be parsed.
        DatabaseUnavailable: the database is gone.
    """
    return list(each_witness(database, queries, count, seed))


def each_witness(database: Queryable, queries: Sequence[str], count: int, seed: int) -> Iterable[Witness]:
    """As `witnesses`, one after another, so that the first one that tells is the last one made."""
    trees = trees_of(queries, database.dialect)
    tables = read_tables(trees, database.schema)
    mentioned = mentioned_values(trees, tables)
    rows = sample_rows(database, tables, mentioned, random.Random(f"{seed}:rows"))
    for number in range(count):
        name = ORDER[min(number, len(ORDER) - 1)]
        changed = altered(name, rows, tables, mentioned, random.Random(f"{seed}:{number}"))
        yield _copy(name, changed, tables, database.dialect)


def _copy(name: str, rows: Rows, tables: list[Table], dialect: str) -> Witness:
    folder = tempfile.TemporaryDirectory(prefix="querywright-witness-")
    path = Path(folder.name) / "witness.db"
    try:
        written = _WRITERS[dialect](path, tables, rows)
        return Witness(name, written, ENGINES[dialect](path, Watchdog()), folder)
    except BaseException:
        folder.cleanup()
        raise


def _statements(tables: list[Table], dialect: str) -> list[str]:
    """What creates the tables: keys but no foreign keys, which the rows already obey; views become tables."""
    plain = tuple(replace(t, foreign_keys=(), description=None) for t in tables)
    schemas = dict.fromkeys(quote(t.namespace, dialect) for t in tables if t.namespace)
    ddl = [render(Schema("witness", dialect, (table,))) for table in plain]
    return [*(f"CREATE SCHEMA {name}" for name in schemas), *ddl]


def _write_sqlite(path: Path, tables: list[Table], rows: Rows) -> Rows:
    import sqlite3

    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        written = _write(connection.execute, sqlite3.Error, tables, rows, "sqlite")
        connection.execute("COMMIT")
    finally:
        connection.close()
    return written


def _write_duckdb(path: Path, tables: list[Table], rows: Rows) -> Rows:
    import duckdb

    connection = duckdb.connect(str(path), config={"threads": "1", "memory_limit": "64MB"})
    try:
        return _write(connection.execute, duckdb.Error, tables, rows, "duckdb")
    finally:
        connection.close()


def _write(
    execute: Callable[[str], Any], error: type[Exception], tables: list[Table], rows: Rows, dialect: str
) -> Rows:
    for statement in _statements(tables, dialect):
        execute(statement)
    return {table.name: _insert(execute, error, table, rows[table.name], dialect) for table in tables}


def _insert(
    execute: Callable[[str], Any], error: type[Exception], table: Table, rows: list[Row], dialect: str
) -> list[Row]:
    """Insert all rows at once; if one of them does not fit its column's type, one by one without that one."""
    if not rows:
        return []
    source = f"{quote(table.namespace, dialect)}.{quote(table.name, dialect)}" if table.namespace else None
    head = f"INSERT INTO {source or quote(table.name, dialect)} VALUES "
    values = [
        "(" + ", ".join(literal(v, dialect, c.type) for v, c in zip(r, table.columns, strict=True)) + ")" for r in rows
    ]
    try:
        execute(head + ", ".join(values))
        return rows
    except error:
        kept = []
        for row, value in zip(rows, values, strict=True):
            try:
                execute(head + value)
                kept.append(row)
            except error:
                continue
        return kept


_WRITERS: dict[str, Callable[[Path, list[Table], Rows], Rows]] = {"sqlite": _write_sqlite, "duckdb": _write_duckdb}


def supported(database: Queryable) -> None:
    """Raise DatabaseError where witnesses cannot be made in the database's own engine."""
    if database.dialect not in _WRITERS:
        raise DatabaseError(f"witnesses are made for {' and '.join(_WRITERS)}, not yet for {database.dialect}")
