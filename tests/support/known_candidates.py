"""Questions about three small databases, and candidates of known correctness for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

TABLES = {"music": "singer", "cars": "car", "zoo": "animal"}
QUESTIONS = 8
"""Of each database."""


def gold(db_id: str, number: int) -> str:
    return f"SELECT age FROM {TABLES[db_id]} WHERE id = {number}"


def right(db_id: str, number: int) -> str:
    """The same rows, said otherwise."""
    return f"SELECT t.age FROM {TABLES[db_id]} AS t WHERE t.name = 'Name {number}'"


def wrong(db_id: str, number: int) -> str:
    return f"SELECT age + 1 FROM {TABLES[db_id]} WHERE id = {number}"


def name(db_id: str, number: int) -> str:
    """Wrong, too: the right row, another column."""
    return f"SELECT name FROM {TABLES[db_id]} WHERE id = {number}"


BROKEN = "SELECT nothing FROM nowhere"


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def candidates(*queries: str) -> list[dict[str, Any]]:
    return [{"SQL": sql, "strategy": "direct", "sample": n} for n, sql in enumerate(queries)]


def gold_rows() -> list[dict[str, Any]]:
    return [
        {
            "id": f"{db_id}-{n}",
            "db_id": db_id,
            "question": f"How old is {table} number {n}?",
            "SQL": gold(db_id, n),
        }
        for db_id, table in TABLES.items()
        for n in range(1, QUESTIONS + 1)
    ]


def said(row: Mapping[str, Any], *queries: str, **more: Any) -> dict[str, Any]:
    """A predicted row."""
    kept = {name: row[name] for name in ("id", "db_id", "question")}
    return {**kept, "SQL": queries[0] if queries else "", "candidates": candidates(*queries), **more}


def both(row: Mapping[str, Any]) -> dict[str, Any]:
    """A predicted row whose candidates are right, right in other words, wrong, and broken."""
    db_id, number = row["db_id"], int(row["id"].rpartition("-")[2])
    return said(row, *(make(db_id, number) for make in (wrong, gold, right)), BROKEN)


def make_databases(folder: Path) -> Path:
    """The three, each with twelve rows, no two of an age."""
    for number, (db_id, table) in enumerate(TABLES.items()):
        (folder / db_id).mkdir(parents=True)
        with closing(sqlite3.connect(folder / db_id / f"{db_id}.sqlite")) as connection:
            connection.executescript(f"""
                CREATE TABLE home (id INTEGER PRIMARY KEY, city TEXT);
                CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, note TEXT,
                                      home_id INTEGER REFERENCES home (id));
            """)
            rows = [(n, f"Name {n}", 100 * number + 3 * n) for n in range(1, 13)]
            connection.executemany(f"INSERT INTO {table} (id, name, age) VALUES (?, ?, ?)", rows)
            connection.commit()
    return folder
