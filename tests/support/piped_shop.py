"""A small shop for pipe queries, as SQLite and as DuckDB: NULLs, ties, repeats, a customer without orders."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCRIPT = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, city VARCHAR(40), age INTEGER);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id), total DOUBLE, placed VARCHAR(10));
INSERT INTO customer VALUES
  (1, 'Ann', 'Rome', 31), (2, 'Bob', 'Rome', 45), (3, 'Cid', 'Oslo', 45), (4, 'Dee', NULL, 28),
  (5, 'Eve', 'Oslo', NULL),
  (6, 'Fay', 'Bern', 60);
INSERT INTO orders VALUES
  (1, 1, 10.0, '2024-01-05'), (2, 1, 20.0, '2024-02-01'), (3, 2, 20.0, '2024-02-11'), (4, 3, 5.5, '2024-03-09'),
  (5, 3, 5.5, '2024-03-10'), (6, 4, NULL, '2024-04-01'), (7, 5, 99.0, '2025-01-01');
"""


def sqlite_shop(path: Path) -> Path:
    """The shop in an SQLite file."""
    connection = sqlite3.connect(path)
    connection.executescript(SCRIPT)
    connection.close()
    return path


def duckdb_shop(path: Path) -> Path:
    """The shop in a DuckDB file."""
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute(SCRIPT)
    return path
