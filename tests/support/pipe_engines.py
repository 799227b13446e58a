"""Databases that run what pipes compile to, on the same tables as GoogleSQL, and whether two answers are one."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any, Literal

from googlesql import Answer, Row, Table

Dialect = Literal["sqlite", "duckdb"]
Run = Callable[[str], Answer]

TYPES = {
    "sqlite": {"INT64": "INTEGER", "FLOAT64": "REAL", "STRING": "TEXT", "BOOL": "BOOLEAN"},
    "duckdb": {"INT64": "BIGINT", "FLOAT64": "DOUBLE", "STRING": "VARCHAR", "BOOL": "BOOLEAN"},
}


def schema_of(tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """The tables as `compile` and `columns` take them."""
    return {name: dict(table.columns) for name, table in tables.items()}


@contextmanager
def loaded(engine: Dialect, tables: Mapping[str, Table]) -> Iterator[Run]:
    """The tables in a database in memory, and how to ask it."""
    if engine == "sqlite":
        connection: Any = sqlite3.connect(":memory:")
    else:
        import duckdb

        connection = duckdb.connect(":memory:", config={"threads": 1})
    with closing(connection):
        for statement, rows in _statements(engine, tables):
            connection.execute(statement) if rows is None else connection.executemany(statement, rows)

        def run(sql: str) -> Answer:
            cursor = connection.execute(sql)
            return Answer(tuple(column[0] for column in cursor.description), [tuple(row) for row in cursor.fetchall()])

        yield run


def _statements(engine: Dialect, tables: Mapping[str, Table]) -> Iterator[tuple[str, list[Row] | None]]:
    for name, table in tables.items():
        columns = ", ".join(f'"{column}" {TYPES[engine][kind]}' for column, kind in table.columns)
        yield f'CREATE TABLE "{name}" ({columns})', None
        if table.rows:
            marks = ", ".join("?" for _ in table.columns)
            yield f'INSERT INTO "{name}" VALUES ({marks})', [tuple(row) for row in table.rows]


def difference(expected: Answer, got: Answer, ordered: bool) -> str:
    """The first difference in words; empty where the answers are one."""
    if expected.columns != got.columns:
        return f"columns {list(got.columns)}, expected {list(expected.columns)}"
    wanted, found = list(map(_row, expected.rows)), list(map(_row, got.rows))
    if ordered and wanted != found and Counter(wanted) == Counter(found):
        return f"order {found}, expected {wanted}"
    if Counter(wanted) != Counter(found):
        return f"rows {_sorted(got.rows)}, expected {_sorted(expected.rows)}"
    return ""


def _row(row: Iterable[Any]) -> Row:
    """A row to be compared: numbers as numbers, floating ones without their last digits."""
    return tuple(f"{float(value):.9g}" if isinstance(value, int | float | Decimal) else (value,) for value in row)


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=repr)
