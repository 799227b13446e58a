"""What is put into a copy comes out as it went in, by whichever way the engine takes it."""

import math
import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from querywright.databases.connectors.duckdb import open_in_memory
from querywright.databases.schema import Column, Table
from querywright.databases.witnesses.filling import fill_duckdb, fill_sqlite

DUCKDB = [
    # (type, kind, values)
    ("INTEGER", "integer", [1, None, -3]),
    ("HUGEINT", "integer", [2**70, None, 5]),
    ("DOUBLE", "real", [0.1, None, 1e300]),
    ("DOUBLE", "real", [math.inf, None, 0.5]),
    ("DECIMAL(10,2)", "decimal", [Decimal("1.50"), None, Decimal("-0.01")]),
    ("VARCHAR", "text", ["it's", None, "Þór 💡"]),
    ("VARCHAR", "text", ["a\0b", None, ""]),
    ("BOOLEAN", "boolean", [True, None, False]),
    ("DATE", "date", [date(2024, 2, 29), None, date(1, 1, 1)]),
    ("TIMESTAMP", "datetime", [datetime(2024, 2, 29, 12, 30, 1, 5), None, datetime(1999, 1, 1)]),
    ("TIMESTAMPTZ", "datetime", [datetime(2024, 2, 29, 12, 30, tzinfo=UTC), None, None]),
    ("BLOB", "blob", [b"\x00'\xff", None, b""]),
    ("INTEGER[]", "json", [[1, 2], None, []]),
    ("VARCHAR", "text", [None, None, None]),
]
SQLITE = [
    ("INTEGER", "integer", [1, None, -(2**63)]),
    ("REAL", "real", [0.1, None, 1e300]),
    ("TEXT", "text", ["it's", None, "Þór 💡"]),
    ("TEXT", "text", ["a\0b", None, ""]),
    ("BLOB", "blob", [b"\x00'\xff", None, b""]),
    ("", "other", [1, "1", 1.5]),
]


def one_column(type_: str, kind: str) -> Table:
    return Table("t", (Column("id", "INTEGER", "integer"), Column("v", type_, kind)), primary_key=("id",))


@pytest.mark.parametrize(("type_", "kind", "values"), DUCKDB)
def test_duckdb_holds_what_was_put_in(type_: str, kind: str, values: list[object]) -> None:
    connection = open_in_memory()
    connection.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {type_})")
    rows = list(enumerate(values))
    assert fill_duckdb(connection, one_column(type_, kind), rows) == rows
    found = connection.execute("SELECT * FROM t ORDER BY id").fetchall()
    connection.close()
    assert found == rows


@pytest.mark.parametrize(("type_", "kind", "values"), SQLITE)
def test_sqlite_holds_what_was_put_in(type_: str, kind: str, values: list[object]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {type_})")
    rows = list(enumerate(values))
    assert fill_sqlite(connection, one_column(type_, kind), rows) == rows
    found = connection.execute("SELECT * FROM t ORDER BY id").fetchall()
    connection.close()
    assert found == rows


def test_a_date_and_a_decimal_are_stored_in_sqlite_as_their_literals_are() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (id DECIMAL(8,2), v DATE)")
    table = Table("t", (Column("id", "DECIMAL(8,2)", "decimal"), Column("v", "DATE", "date")))
    fill_sqlite(connection, table, [(Decimal("1.50"), date(2024, 2, 29)), (Decimal("2.00"), datetime(2024, 1, 2, 3))])
    found = connection.execute("SELECT *, typeof(id) FROM t").fetchall()
    connection.close()
    assert found == [(1.5, "2024-02-29", "real"), (2, "2024-01-02 03:00:00", "integer")]


def test_a_row_that_does_not_fit_is_left_out_and_no_other() -> None:
    duck, lite = open_in_memory(), sqlite3.connect(":memory:", isolation_level=None)
    duck.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TINYINT)")
    lite.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER CHECK (v < 128))")
    table, rows = one_column("TINYINT", "integer"), [(0, 1), (1, 1000), (2, 3)]
    assert fill_duckdb(duck, table, rows) == fill_sqlite(lite, table, rows) == [(0, 1), (2, 3)]
    found = [c.execute("SELECT * FROM t ORDER BY id").fetchall() for c in (duck, lite)]
    duck.close()
    lite.close()
    assert found == [[(0, 1), (2, 3)]] * 2


def test_no_rows_are_no_rows() -> None:
    duck, lite = open_in_memory(), sqlite3.connect(":memory:", isolation_level=None)
    for connection in (duck, lite):
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)")
    table = one_column("INTEGER", "integer")
    assert fill_duckdb(duck, table, []) == fill_sqlite(lite, table, []) == []
    duck.close()
    lite.close()
