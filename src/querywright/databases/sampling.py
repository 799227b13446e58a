"""A few values of a column, to show what it holds: distinct, short, the same every time, and cheap on large tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from querywright.databases.literals import qualified, quote
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema, Table
from querywright.errors import QueryError

SCANNED = 2_000
"""Rows looked at, so that no table is sorted or read to its end."""
LARGE = 1_000_000
"""Rows from which on the first ones are no fair picture of a table, where the engine can pick pages of it at random."""
LONGEST = 60
"""Characters of the longest value shown."""


class Queryable(Protocol):
    """What is needed of a database here; `Database` is one."""

    @property
    def schema(self) -> Schema: ...
    def execute(self, sql: str, limits: Limits = ...) -> Result: ...


def example_values(database: Queryable, table: str, column: str, n: int = 3) -> list[Any]:
    """Up to `n` distinct values of a column, the most frequent of some rows (`some_rows`) first.

    NULLs, bytes, lists and long texts are left out. A column that cannot be read has no examples.

    Args:
        database: an open database.
        table: a table's name, as `Schema.table` takes it.
        column: one of its columns.
        n: how many values at most.

    Raises:
        ValueError: there is no such table or column.
        DatabaseUnavailable: the database is gone.
    """
    found = database.schema.table(table)
    if found is None or found.column(column) is None:
        raise ValueError(f"{database.schema.db_id} has no column {table}.{column}")
    dialect = database.schema.dialect
    for source in dict.fromkeys(read(found, [column], SCANNED, dialect) for read in (some_rows, first_rows)):
        try:
            rows = database.execute(_query(source, quote(column, dialect)), Limits(seconds=2.0, rows=200)).rows
        except QueryError:
            return []
        if rows:
            return [row[0] for row in rows if _is_showable(row[0])][:n]
    return []


def _query(source: str, value: str) -> str:
    return (
        f"SELECT {value} FROM {source} AS some_rows WHERE {value} IS NOT NULL "
        f"GROUP BY {value} ORDER BY COUNT(*) DESC, {value} LIMIT 200"
    )


def some_rows(table: Table, columns: Iterable[str], rows: int, dialect: str) -> str:
    """A subquery for FROM, without its alias: at most `rows` rows of a table, the same ones each time.

    Of a table that PostgreSQL's statistics call large they are those of pages picked from all over it (where the
    statistics are very old, there may be none); of any other, its first ones. Neither reads the table to its end.
    """
    if dialect != "postgres" or (table.row_count or 0) <= max(LARGE, 2 * rows):  # as views, whose rows are not counted
        return first_rows(table, columns, rows, dialect)
    # To one digit, so that a few more rows do not change what is picked.
    percent = float(f"{100 * rows / (table.row_count or 1):.0e}")
    picked = f"TABLESAMPLE SYSTEM ({percent:.12f}) REPEATABLE (0)"
    return f"(SELECT {_names(columns, dialect)} FROM {qualified(table, dialect)} {picked} LIMIT {rows})"


def first_rows(table: Table, columns: Iterable[str], rows: int, dialect: str) -> str:
    """A subquery for FROM, without its alias: the first rows of a table."""
    return f"(SELECT {_names(columns, dialect)} FROM {qualified(table, dialect)} LIMIT {rows})"


def _names(columns: Iterable[str], dialect: str) -> str:
    return ", ".join(quote(name, dialect) for name in columns)


def _is_showable(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and len(value) <= LONGEST and value.isprintable()
    return not isinstance(value, (bytes, list, tuple, dict)) and value == value
