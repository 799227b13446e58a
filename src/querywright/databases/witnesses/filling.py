"""Rows into the tables of a copy, as parameters where the engine then stores what it would store of a literal.

Reading literals is most of what filling a small table costs: SQLite takes parameters in half the time, and DuckDB whole
columns in a third. What that cannot carry is written out, and what does not fit its column's type is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from querywright.databases.literals import literal, qualified
from querywright.databases.schema import Column, Table
from querywright.databases.witnesses.sampling import Row

if TYPE_CHECKING:
    import sqlite3

    from duckdb import DuckDBPyConnection

_SURROGATE = re.compile("[\ud800-\udfff]")


def fill_sqlite(connection: sqlite3.Connection, table: Table, rows: list[Row]) -> list[Row]:
    """Insert into an empty table; gives the rows that it took."""
    import sqlite3

    name, places = qualified(table, "sqlite"), ", ".join("?" for _ in table.columns)
    try:
        connection.executemany(f"INSERT INTO {name} VALUES ({places})", [tuple(map(_bound, row)) for row in rows])
        return rows
    except (sqlite3.Error, OverflowError, UnicodeEncodeError):
        connection.execute(f"DELETE FROM {name}")  # those before the one that failed are in
    return _written_out(connection.execute, sqlite3.Error, table, rows, "sqlite")


def fill_duckdb(connection: DuckDBPyConnection, table: Table, rows: list[Row]) -> list[Row]:
    """Insert into an empty table; gives the rows that it took."""
    import duckdb

    found = [_whole(list(values), c) for values, c in zip(zip(*rows, strict=True), table.columns, strict=False)]
    columns = [column for column in found if column is not None]
    if rows and len(columns) == len(table.columns):
        lists = ", ".join("unnest(?)" for _ in columns)
        try:
            connection.execute(f"INSERT INTO {qualified(table, 'duckdb')} SELECT {lists}", columns)
            return rows
        except duckdb.Error:  # a value does not fit: which one, only row by row tells
            pass
    return _written_out(connection.execute, duckdb.Error, table, rows, "duckdb")


def _bound(value: Any) -> Any:
    """A value as a parameter for SQLite."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return value


def _whole(values: list[Any], column: Column) -> list[Any] | None:
    """A column's values as one parameter for DuckDB; None where it might not take them as it takes literals."""
    known = [value for value in values if value is not None]
    kinds = set(map(type, known))
    if kinds == {str}:
        text = "".join(known)
        return None if "\0" in text or (not text.isascii() and _SURROGATE.search(text)) else values
    if kinds == {Decimal}:
        exact = all(map(isfinite, known))
        return [None if value is None else format(value, "f") for value in values] if exact else None
    if kinds == {float}:
        return values if column.kind == "real" and all(map(isfinite, known)) else None
    if kinds == {datetime}:
        return values if all(value.tzinfo is None for value in known) else None
    return values if kinds <= {int} or kinds in ({bool}, {date}) else None


def _written_out(
    execute: Callable[[str], Any], error: type[Exception], table: Table, rows: list[Row], dialect: str
) -> list[Row]:
    """Insert all rows at once; if one of them does not fit its column's type, one by one without that one."""
    if not rows:
        return []
    head = f"INSERT INTO {qualified(table, dialect)} VALUES "
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
