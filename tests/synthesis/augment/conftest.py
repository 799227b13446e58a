"""A record shop in each engine, with declared keys: artists, albums, sales, staff who have a boss."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from contract_engines import MariaDB, PostgreSQL

from querywright.databases import Catalog, Database
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.lexicon import Lexicon

SCHEMA = """
CREATE TABLE artist (artist_id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, country VARCHAR NOT NULL, born INTEGER);
CREATE TABLE album (album_id INTEGER PRIMARY KEY, title VARCHAR NOT NULL UNIQUE, artist_id INTEGER NOT NULL,
    genre VARCHAR NOT NULL, price DOUBLE NOT NULL, stock INTEGER NOT NULL, released DATE NOT NULL,
    FOREIGN KEY (artist_id) REFERENCES artist (artist_id));
CREATE TABLE concert (concert_id INTEGER PRIMARY KEY, artist_id INTEGER, city VARCHAR NOT NULL, held_on DATE NOT NULL,
    visitors INTEGER NOT NULL, FOREIGN KEY (artist_id) REFERENCES artist (artist_id));
CREATE TABLE employee (employee_id INTEGER PRIMARY KEY, full_name VARCHAR NOT NULL UNIQUE, department VARCHAR NOT NULL,
    salary INTEGER NOT NULL, boss_id INTEGER, FOREIGN KEY (boss_id) REFERENCES employee (employee_id));
CREATE TABLE sale (sale_id INTEGER PRIMARY KEY, album_id INTEGER NOT NULL, employee_id INTEGER NOT NULL,
    sold_on DATE NOT NULL, quantity INTEGER NOT NULL, FOREIGN KEY (album_id) REFERENCES album (album_id),
    FOREIGN KEY (employee_id) REFERENCES employee (employee_id));
"""
COUNTRIES, GENRES, CITIES = ("Norway", "Chile", "Japan"), ("Jazz", "Rock"), ("Oslo", "Lima", "Kyoto")


def rows() -> dict[str, list[tuple[object, ...]]]:
    """The same content for every engine."""
    artists = [(i, f"Band {chr(64 + i)}", COUNTRIES[i % 3], None if i % 7 == 0 else 1950 + 3 * i) for i in range(1, 21)]
    albums = [
        (
            i,
            f"Record {i}",
            1 + i * 7 % 17,
            GENRES[i % 2],
            5.5 + i * 13 % 40,
            i * 11 % 60,
            f"{2010 + i % 9}-0{1 + i % 9}-15",
        )
        for i in range(1, 61)
    ]
    concerts = [
        (
            i,
            None if i % 9 == 0 else 2 + i * 5 % 16,
            CITIES[i % 3],
            f"{2015 + i % 5}-0{1 + i % 8}-20",
            100 + 37 * i % 900,
        )
        for i in range(1, 41)
    ]
    employees = [(i, f"Person {i}", ("Shop", "Office")[i % 2], 30000 + 1700 * i, i // 2 or None) for i in range(1, 13)]
    sales = [
        (i, 1 + i * 3 % 50, 1 + i % 11, f"{2019 + i % 4}-{1 + i % 12:02d}-05", 1 + i * 7 % 5) for i in range(1, 241)
    ]
    return {"artist": artists, "album": albums, "concert": concerts, "employee": employees, "sale": sales}


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    import duckdb

    folder = tmp_path_factory.mktemp("records")
    lite, duck = sqlite3.connect(folder / "lite.sqlite"), duckdb.connect(str(folder / "duck.duckdb"))
    lite.executescript(SCHEMA)
    duck.execute(SCHEMA)
    for table, content in rows().items():
        marks = ",".join("?" * len(content[0]))
        lite.executemany(f"INSERT INTO {table} VALUES ({marks})", content)
        for row in content:  # a row must be committed before another may point at it
            duck.execute(f"INSERT INTO {table} VALUES ({marks})", row)
    lite.commit()
    lite.close()
    duck.close()
    with Catalog.open(folder) as catalog:
        yield catalog


@pytest.fixture(scope="session", params=["lite", "duck", "postgres", "mysql"])
def database(
    shops: Catalog, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """The shop, in each engine."""
    if request.param in ("lite", "duck"):
        yield shops[request.param]
        return
    kind, server = {"postgres": (PostgreSQL, "postgres_server"), "mysql": (MariaDB, "mariadb_server")}[request.param]
    engine = kind(request.getfixturevalue(server))
    script = SCHEMA.replace("VARCHAR", "VARCHAR(60)").replace("DOUBLE", engine.double)
    with Database(engine.connect(engine.load(tmp_path_factory.mktemp("records"), script, rows())), "shop") as opened:
        yield opened
    engine.drop()


@pytest.fixture(scope="session")
def lexicon(database: Database) -> Lexicon:
    return Lexicon.read(database)


@pytest.fixture(scope="session")
def context(database: Database, lexicon: Lexicon) -> Context:
    return Context.read(database, lexicon)
