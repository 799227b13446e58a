"""A small shop: people with a manager, orders with lines, products in categories; coded columns, dates, NULLs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from querywright.databases import Catalog, Database
from querywright.synthesis.lexicon import Lexicon

DDL = """
CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, name TEXT, country TEXT, dob DATE, is_active INTEGER);
CREATE TABLE employees (employee_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, salary REAL, department TEXT,
  hire_date DATE, manager_id INTEGER REFERENCES employees (employee_id));
CREATE TABLE products (product_id INTEGER PRIMARY KEY, name TEXT, category TEXT, price REAL, weight_kg REAL);
CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (customer_id),
  employee_id INTEGER REFERENCES employees (employee_id), order_date DATE, status TEXT, total REAL);
CREATE TABLE order_items (order_id INTEGER REFERENCES orders (order_id),
  product_id INTEGER REFERENCES products (product_id),
  quantity INTEGER, PRIMARY KEY (order_id, product_id));
"""


def _fill(connection: sqlite3.Connection) -> None:
    countries, names = ("Norway", "Sweden", "Chile", None), ("Ana", "Bo", "Cleo", "Dag", "Eva")
    put = connection.executemany
    put(
        "INSERT INTO customers VALUES (?,?,?,?,?)",
        [
            (i, f"{names[i % 5]} Berg {i}", countries[i % 4], f"19{50 + i}-0{1 + i % 9}-15", i % 3 > 0)
            for i in range(40)
        ],
    )
    put(
        "INSERT INTO employees VALUES (?,?,?,?,?,?,?)",
        [
            (
                i,
                names[i % 5],
                f"Lund{i}",
                30000 + 1000 * i,
                ("Sales", "Stock")[i % 2],
                f"20{10 + i}-03-01",
                (i - 1) // 2 or None,
            )
            for i in range(1, 13)
        ],
    )
    put(
        "INSERT INTO products VALUES (?,?,?,?,?)",
        [(i, f"Lamp {i}", ("Toys", "Garden", "Books")[i % 3], 3.5 * i, 0.2 * i) for i in range(1, 31)],
    )
    put(
        "INSERT INTO orders VALUES (?,?,?,?,?,?)",
        [
            (
                i,
                i % 37,
                1 + i % 12,
                f"20{18 + i % 6}-{1 + i % 12:02d}-10",
                ("paid", "open", "sent")[i % 3],
                7.25 * (i % 50),
            )
            for i in range(1, 201)
        ],
    )
    put(
        "INSERT INTO order_items VALUES (?,?,?)",
        [(o, p, 1 + (o + p) % 6) for o in range(1, 201) for p in {1 + o % 30, 1 + (7 * o) % 30}],
    )


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("english") / "shop.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(DDL)
    _fill(connection)
    connection.commit()
    connection.close()
    folder: Path = path.parent / "database_description"
    folder.mkdir()
    (folder / "orders.csv").write_text(
        "original_column_name,column_name,column_description,data_format,value_description\n"
        "status,status,state of the order,text,paid: settled; sent: shipped; open: not settled\n"
    )
    with Catalog.open(path) as catalog:
        yield catalog["shop"]


@pytest.fixture(scope="session")
def lexicon(shop: Database) -> Lexicon:
    return Lexicon.read(shop)
