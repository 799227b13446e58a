"""The engines that the contract suite holds to one behaviour, each a way to fill a fresh database and to open it."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from querywright.databases.connectors.duckdb import DuckDBConnector
from querywright.databases.connectors.sqlite import SQLiteConnector


class SQLite:
    """`place` is where a database lies; a server engine would answer with an address instead of a path."""

    name = "sqlite"
    dialect = "sqlite"
    blob, real, text = "BLOB", "REAL", "TEXT"

    def load(self, place: Path, script: str = "", rows: Mapping[str, Sequence[tuple]] | None = None) -> Path:
        """Run the script, then insert rows by table. Creates the database if there is none."""
        place = place.with_suffix(".sqlite")
        connection = sqlite3.connect(place)
        connection.executescript(script)
        for table, values in (rows or {}).items():
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)
        connection.commit()
        connection.close()
        return place

    def connect(self, place: Path) -> SQLiteConnector:
        return SQLiteConnector(place)


class DuckDB:
    name = "duckdb"
    dialect = "duckdb"
    blob, real, text = "BLOB", "DOUBLE", "VARCHAR"

    def load(self, place: Path, script: str = "", rows: Mapping[str, Sequence[tuple]] | None = None) -> Path:
        import duckdb

        place = place.with_suffix(".duckdb")
        with duckdb.connect(str(place)) as connection:
            connection.execute(script or "SELECT 1")
            for table, values in (rows or {}).items():
                row = "(" + ", ".join("?" * len(values[0])) + ")"
                flat = [value for row in values for value in row]
                connection.execute(f'INSERT INTO "{table}" VALUES {", ".join([row] * len(values))}', flat)
        return place

    def connect(self, place: Path) -> DuckDBConnector:
        return DuckDBConnector(place)


ENGINES = {engine.name: engine for engine in (SQLite(), DuckDB())}


def pytest_configure(config):
    config.addinivalue_line("markers", "lacks(engine, reason): what an engine cannot do; the test must fail on it")


@pytest.fixture(params=ENGINES)
def engine(request):
    """Each engine in turn; a test marked `lacks` for it must fail there, or the mark has to go."""
    for mark in request.node.iter_markers("lacks"):
        if mark.args[0] == request.param:
            request.applymarker(pytest.mark.xfail(reason=mark.args[1], strict=True))
    return ENGINES[request.param]


@pytest.fixture
def make(engine, tmp_path):
    """Fill a fresh database and open it: `make(script, rows)` gives a connector, closed after the test."""
    opened = []

    def make(script: str = "", rows: Mapping[str, Sequence[tuple]] | None = None, name: str = "base"):
        opened.append(engine.connect(engine.load(tmp_path / name, script, rows)))
        return opened[-1]

    yield make
    for connector in opened:
        connector.close()
