"""A small shop to ask about, and examples that ask it: what refining starts from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

GOODS = (
    ("How many products cost more than 20?", "SELECT COUNT(*) FROM products WHERE price > 20"),
    ("What are the names of the products in the category Toys?", "SELECT name FROM products WHERE category = 'Toys'"),
    (
        "Which three products are the most expensive?",
        "SELECT name FROM products ORDER BY price DESC, product_id LIMIT 3",
    ),
    (
        "How many orders did each customer from Norway place?",
        "SELECT c.name, COUNT(*) FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id "
        "WHERE c.country = 'Norway' GROUP BY c.customer_id, c.name",
    ),
    (
        "Which customers have placed no order?",
        "SELECT name FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM orders)",
    ),
    (
        "What is the average total of the orders with status paid?",
        "SELECT AVG(total) FROM orders WHERE status = 'paid'",
    ),
)


def make_shop(folder: Path) -> Path:
    """Write the shop as `001.sqlite` into the folder, which is given back."""
    with closing(sqlite3.connect(folder / "001.sqlite")) as connection:
        connection.executescript(
            """
            CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);
            CREATE TABLE products (product_id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT, price REAL);
            CREATE TABLE orders (order_id INTEGER PRIMARY KEY,
                customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
                status TEXT, ordered_on DATE, total REAL);
            """
        )
        countries, kinds, states = ("Norway", "Sweden", "Chile"), ("Toys", "Garden", "Books"), ("paid", "open", "sent")
        rows = [(n, f"Customer {n}", countries[n % 3] if n % 11 else None) for n in range(1, 41)]
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?)", rows)
        products = [(n, f"Lamp {n}", kinds[n % 3], 2.5 * (n % 17)) for n in range(1, 31)]
        connection.executemany("INSERT INTO products VALUES (?, ?, ?, ?)", products)
        orders = [
            (n, 1 + n * 7 % 35, states[n % 3], f"202{n % 4}-{1 + n % 12:02d}-10", 4.75 * (n % 40))
            for n in range(1, 201)
        ]
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", orders)
        connection.commit()
    return folder
