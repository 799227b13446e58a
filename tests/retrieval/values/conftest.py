"""Databases to index: of each engine, and SQLite ones from a table of values."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from contract_engines import FILES, SERVERS

from querywright.databases import Database
from querywright.databases.connectors.sqlite import SQLiteConnector
from querywright.retrieval import ValueIndex


@pytest.fixture(params=(*FILES, *SERVERS))
def engine(request):
    if request.param in FILES:
        yield FILES[request.param]()
        return
    kind, server = SERVERS[request.param]
    made = kind(request.getfixturevalue(server))
    yield made
    made.drop()


@pytest.fixture
def opened(engine, tmp_path):
    """Fill a database of the engine and open it: `opened(script, rows)`; again, to change it."""
    databases = []

    def make(script: str = "", rows: Mapping[str, Sequence[tuple]] | None = None) -> Database:
        while databases:
            databases.pop().close()
        databases.append(Database(engine.connect(engine.load(tmp_path / "base", script, rows)), "base"))
        return databases[-1]

    yield make
    for database in databases:
        database.close()


@pytest.fixture
def sqlite_file(tmp_path):
    """Run a script on one SQLite file; its path."""

    def run(script: str = "", rows: Sequence[tuple] = (), into: str = "t") -> Path:
        path = tmp_path / "base.sqlite"
        connection = sqlite3.connect(path)
        connection.executescript(script)
        if rows:
            connection.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.commit()
        connection.close()
        return path

    return run


@pytest.fixture
def indexed(tmp_path, sqlite_file):
    """The index of a fresh table of one text column with these values, closed after the test."""
    made = []

    def index(values: Sequence[object], declared: str = "TEXT") -> ValueIndex:
        path = sqlite_file(
            f"DROP TABLE IF EXISTS t; CREATE TABLE t (v {declared});", [(value,) for value in dict.fromkeys(values)]
        )
        with Database(SQLiteConnector(path), "base") as database:
            made.append(ValueIndex.build(database, tmp_path / "index"))
        return made[-1]

    yield index
    for one in made:
        one.close()
