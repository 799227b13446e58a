"""Four small databases and examples of them, whose queries have six skeletons."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

from querywright.datasets import Example, write_jsonl

TABLES = {
    "music": ("singer", "country"),
    "cars": ("car", "maker"),
    "zoo": ("animal", "keeper"),
    "shop": ("order", "client"),
}
OPENINGS = {"music": "", "cars": "Please. ", "zoo": "Hello, I ask: ", "shop": "Tell me. "}
"""So that masked questions of different databases are not equal."""
FORMS = (
    ("How many {table}s are there?", 'SELECT COUNT(*) FROM "{table}"'),
    ("Show the {column} of every {table}.", 'SELECT {column} FROM "{table}"'),
    ("List the different {column} values.", 'SELECT DISTINCT {column} FROM "{table}"'),
    ("How many {table}s has each {column}?", 'SELECT {column}, COUNT(*) FROM "{table}" GROUP BY {column}'),
    ("Which {table} is the heaviest?", 'SELECT name FROM "{table}" ORDER BY weight DESC LIMIT 1'),
    ("Name {table}s whose {column} is Fiat.", "SELECT name FROM \"{table}\" WHERE {column} = 'Fiat'"),
)


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return [
        Example(
            db_id,
            OPENINGS[db_id] + question.format(table=table, column=column),
            sql.format(table=table, column=column),
            id=f"{db_id}{n}",
        )
        for db_id, (table, column) in TABLES.items()
        for n, (question, sql) in enumerate(FORMS)
    ]


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("databases")
    for db_id, (table, column) in TABLES.items():
        (folder / db_id).mkdir()
        with closing(sqlite3.connect(folder / db_id / f"{db_id}.sqlite")) as connection:
            connection.execute(
                f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, name TEXT, {column} TEXT, weight INTEGER)'
            )
            connection.commit()
    return folder


@pytest.fixture(scope="session")
def dataset(examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "data.jsonl"
    write_jsonl(path, examples)
    return path


@pytest.fixture(scope="session")
def base(mini_lm: Path) -> str:
    """The folder of a small real embedding model; skips where it cannot be trained."""
    missing = [library for library in ("torch", "datasets", "accelerate", "trl") if find_spec(library) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed: pip install 'querywright[train]' torch")
    return str(mini_lm)
