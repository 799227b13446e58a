"""A small shop in every engine: people with bosses, links, dates, coded columns, NULLs, keywords for names."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_engines import MariaDB, PostgreSQL

from querywright.databases import Catalog, Database
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.dialects import dialect
from querywright.synthesis.grammar.graph import Graph
from querywright.synthesis.grammar.predicates import Finder
from querywright.synthesis.grammar.samples import Samples
from querywright.synthesis.lexicon import Lexicon

SCHEMA = """
CREATE TABLE city (city_id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, country VARCHAR NOT NULL, population INTEGER);
CREATE TABLE customer (customer_id INTEGER PRIMARY KEY, full_name VARCHAR NOT NULL, city_id INTEGER NOT NULL,
    segment VARCHAR NOT NULL, birth_year INTEGER, email VARCHAR, FOREIGN KEY (city_id) REFERENCES city (city_id));
CREATE TABLE employee (employee_id INTEGER PRIMARY KEY, full_name VARCHAR NOT NULL, manager_id INTEGER,
    salary INTEGER NOT NULL, hired_on DATE NOT NULL, department VARCHAR NOT NULL,
    FOREIGN KEY (manager_id) REFERENCES employee (employee_id));
CREATE TABLE supplier (supplier_id INTEGER PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, country VARCHAR NOT NULL);
CREATE TABLE product (product_id INTEGER PRIMARY KEY, title VARCHAR NOT NULL UNIQUE, category VARCHAR NOT NULL,
    price DOUBLE NOT NULL, "group" VARCHAR, supplier_id INTEGER NOT NULL,
    FOREIGN KEY (supplier_id) REFERENCES supplier (supplier_id));
CREATE TABLE "order" (order_id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, employee_id INTEGER,
    ordered_on DATE NOT NULL, shipped_on DATE, status VARCHAR NOT NULL,
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id),
    FOREIGN KEY (employee_id) REFERENCES employee (employee_id));
CREATE TABLE complaint (complaint_id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, reason VARCHAR NOT NULL,
    filed_on DATE NOT NULL, due_on DATE NOT NULL, answered_on DATE NOT NULL,
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id));
CREATE TABLE order_line (order_id INTEGER NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
    PRIMARY KEY (order_id, product_id), FOREIGN KEY (order_id) REFERENCES "order" (order_id),
    FOREIGN KEY (product_id) REFERENCES product (product_id));
"""
CITIES = ("Oslo", "Bergen", "Lund", "Malmö", "Turku", "Aarhus", "Odense", "Kiel")
COUNTRIES = ("Norway", "Norway", "Sweden", "Sweden", "Finland", "Denmark", "Denmark", "Germany")
FIRST = ("Ada", "Bo", "Cem", "Dina", "Elif", "Finn", "Gro", "Hugo", "Ida", "Jens", "Kai", "Lea")
LAST = ("Berg", "Dahl", "Lund", "Moe", "Nass", "Olsen", "Prahl", "Quist", "Roos", "Sand", "Thune")


def rows() -> dict[str, list[tuple[object, ...]]]:
    """The same content for every engine."""
    rng = random.Random(7)
    day = dt.date(2019, 1, 1)
    name = [f"{a} {b}" for a in FIRST for b in LAST]
    out: dict[str, list[tuple[object, ...]]] = {
        "city": [(n + 1, c, COUNTRIES[n], rng.randint(40, 900) * 1000) for n, c in enumerate(CITIES)],
        "customer": [
            (n + 1, name[n], rng.randint(1, 8), rng.choice(("private", "company", "school")),
             rng.choice((None, *range(1950, 2004))), f"{n}@example.org")
            for n in range(110)
        ],
        "employee": [
            (n + 1, f"{rng.choice(FIRST)} {LAST[n % 11]}son", None if n == 0 else rng.randint(1, max(1, n // 2)),
             rng.randint(28, 90) * 1000, str(dt.date(2008, 1, 5) + dt.timedelta(days=rng.randint(0, 5000))),
             rng.choice(("Sales", "Stock", "Support")))
            for n in range(30)
        ],
        "supplier": [(n + 1, f"{LAST[n]} Trading", COUNTRIES[n % 8]) for n in range(9)],
        "product": [
            (n + 1, f"{rng.choice(('Red', 'Plain', 'Large'))} {thing} {n}", rng.choice(("Home", "Sport", "Garden")),
             rng.randint(20, 3000) / 10, rng.choice((None, "A", "B")), n % 9 + 1)
            for n, thing in enumerate(("Lamp", "Chair", "Ball", "Rake", "Kettle") * 8)
        ],
        "order": [], "complaint": [], "order_line": [],
    }  # fmt: skip
    for n in range(180):
        filed = day + dt.timedelta(days=rng.randint(0, 1700))
        answered = filed + dt.timedelta(days=rng.randint(1, 30))
        out["complaint"].append((n + 1, rng.randint(1, 60), rng.choice(("damaged", "late", "wrong item")), str(filed),
                                 str(filed + dt.timedelta(days=14)), str(answered)))  # fmt: skip
    for n in range(600):
        ordered = day + dt.timedelta(days=rng.randint(0, 1700))
        shipped = str(ordered + dt.timedelta(days=rng.randint(1, 20))) if rng.random() < 0.9 else None
        out["order"].append((n + 1, rng.randint(1, 95), rng.choice((None, *range(1, 31))), str(ordered), shipped,
                             rng.choice(("open", "paid", "sent", "returned"))))  # fmt: skip
        for product in rng.sample(range(1, 41), rng.randint(1, 4)):
            out["order_line"].append((n + 1, product, rng.randint(1, 12)))
    return out


def make_sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    for table, content in rows().items():
        connection.executemany(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(content[0]))})', content)
    connection.commit()
    connection.close()


def make_duckdb(path: Path) -> None:
    import duckdb

    connection = duckdb.connect(str(path))
    connection.execute(SCHEMA)
    for table, content in rows().items():
        one = "(" + ",".join("?" * len(content[0])) + ")"
        # A row must be committed before another may point at it.
        size = 1 if table == "employee" else len(content)
        for start in range(0, len(content), size):
            some = content[start : start + size]
            marks = ", ".join([one] * len(some))
            connection.execute(f'INSERT INTO "{table}" VALUES {marks}', [v for row in some for v in row])
    connection.close()


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("shops")
    make_sqlite(folder / "shop.sqlite")
    make_duckdb(folder / "store.duckdb")
    with Catalog.open(folder) as catalog:
        yield catalog


def make_on_server(engine: PostgreSQL | MariaDB, place: Path) -> Database:
    """The shop in a fresh database of a server."""
    script = SCHEMA.replace("VARCHAR", "VARCHAR(60)").replace("DOUBLE", engine.double)
    return Database(engine.connect(engine.load(place, script, rows())), "shop")


@pytest.fixture(scope="session", params=["sqlite", "duckdb", "postgres", "mysql"])
def database(
    shops: Catalog, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """The shop, in each engine."""
    if request.param in ("sqlite", "duckdb"):
        yield shops["shop" if request.param == "sqlite" else "store"]
        return
    kind, server = {"postgres": (PostgreSQL, "postgres_server"), "mysql": (MariaDB, "mariadb_server")}[request.param]
    engine = kind(request.getfixturevalue(server))
    with make_on_server(engine, tmp_path_factory.mktemp("shop")) as opened:
        yield opened
    engine.drop()


@pytest.fixture(scope="session")
def lexicon(database: Database) -> Lexicon:
    return Lexicon.read(database)


@pytest.fixture(scope="session")
def context(database: Database, lexicon: Lexicon) -> Context:
    """What plans work with."""
    writes = dialect(database.dialect)
    graph = Graph.read(database, lexicon, writes)
    return Context(database, graph, Samples(database, graph), Finder(writes), writes, tuple(graph.tables.values()))
