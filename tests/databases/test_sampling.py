"""Example values: distinct, short, the same every time, cheap."""

import sqlite3

import duckdb
import pytest

from querywright.databases.connectors import ENGINES
from querywright.databases.database import Database
from querywright.databases.sampling import LONGEST, example_values
from querywright.databases.watchdog import Watchdog
from querywright.errors import DatabaseUnavailable

ROWS = [("b", 1.5, None, b"x", "x" * (LONGEST + 1)), ("a", 2.5, None, b"y", "  "), ("b", 1.5, None, b"z", "ok")]


@pytest.fixture(params=["sqlite", "duckdb"])
def database(request, tmp_path):
    path = tmp_path / "samples.db"
    connection = sqlite3.connect(path) if request.param == "sqlite" else duckdb.connect(path)
    connection.execute('CREATE TABLE "the order" ("a b" VARCHAR, n DOUBLE, empty INTEGER, raw BLOB, long VARCHAR)')
    connection.executemany('INSERT INTO "the order" VALUES (?, ?, ?, ?, ?)', ROWS)
    connection.commit()
    connection.close()
    with Database(ENGINES[request.param](path, Watchdog()), "samples") as database:
        yield database


@pytest.mark.parametrize(
    ("column", "n", "values"),
    [
        ("a b", 3, ["b", "a"]),
        ("A B", 1, ["b"]),
        ("n", 3, [1.5, 2.5]),
        ("empty", 3, []),
        ("raw", 3, []),
        ("long", 3, ["ok"]),
        ("a b", 0, []),
    ],
)
def test_the_most_frequent_showable_values_come_first(database, column, n, values):
    assert example_values(database, "the order", column, n) == values
    assert example_values(database, "THE ORDER", column, n) == values


@pytest.mark.parametrize(("table", "column"), [("nobody", "a b"), ("the order", "nobody")])
def test_an_unknown_name_is_an_error(database, table, column):
    with pytest.raises(ValueError, match="has no column"):
        example_values(database, table, column)


def test_a_database_that_is_gone_is_not_a_column_without_values(database, tmp_path):
    assert database.schema
    (tmp_path / "samples.db").unlink()
    with pytest.raises(DatabaseUnavailable):
        example_values(database, "the order", "n")
