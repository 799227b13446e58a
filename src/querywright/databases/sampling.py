"""A few values of a column, to show what it holds: distinct, short, the same every time, and cheap on large tables."""

from __future__ import annotations

from typing import Any, Protocol

from querywright.databases.literals import qualified, quote
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema, Table
from querywright.errors import QueryError

SCANNED = 2_000
"""Rows looked at: the first ones, so that no table is sorted or read to its end."""
LONGEST = 60
"""Characters of the longest value shown."""


class Queryable(Protocol):
    """What is needed of a database here; `Database` is one."""

    @property
    def schema(self) -> Schema: ...
    def execute(self, sql: str, limits: Limits = ...) -> Result: ...


def example_values(database: Queryable, table: str, column: str, n: int = 3) -> list[Any]:
    """Up to `n` distinct values of a column, the most frequent of its first rows first.

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
    try:
        result = database.execute(_query(found, column, database.schema.dialect), Limits(seconds=2.0, rows=200))
    except QueryError:
        return []
    values = [row[0] for row in result.rows if _is_showable(row[0])]
    return values[:n]


def _query(table: Table, column: str, dialect: str) -> str:
    value = quote(column, dialect)
    return (
        f"SELECT v FROM (SELECT {value} AS v FROM {qualified(table, dialect)} LIMIT {SCANNED}) AS first_rows "
        "WHERE v IS NOT NULL GROUP BY v ORDER BY COUNT(*) DESC, v LIMIT 200"
    )


def _is_showable(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and len(value) <= LONGEST and value.isprintable()
    return not isinstance(value, (bytes, list, tuple, dict)) and value == value
