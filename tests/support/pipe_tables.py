"""Small random tables for random pipelines: NULLs, duplicates, few values, names that must be quoted."""

from __future__ import annotations

from random import Random
from typing import Any

from googlesql import Table

NAMES = {"INT64": ("id", "v", "w", "n"), "FLOAT64": ("f", "rate"), "STRING": ("g", "name", "day")}
ODD = {"INT64": ("order", "Jahr 2", "Größe"), "FLOAT64": ("a-b",), "STRING": ("group", "x y", "Ort")}
TABLES = ("t", "u", "s")

VALUES: dict[str, tuple[Any, ...]] = {
    "INT64": (0, 1, 1, 2, 3, 5, -4, None),
    "FLOAT64": (0.5, 1.0, 2.25, -0.75, None),
    "STRING": ("a", "a", "b", "ab", "", "it's", "2020-01-05", "A", None),
}


def random_tables(chance: Random) -> dict[str, Table]:
    """Two or three tables, of three to five columns and up to eight rows."""
    return {name: _table(chance) for name in TABLES[: chance.randint(2, 3)]}


def _table(chance: Random) -> Table:
    pool = {kind: list(names) for kind, names in NAMES.items()}
    if chance.random() < 0.2:
        for kind, names in ODD.items():
            pool[kind] += names
    kinds = ["INT64", "STRING", *chance.choices(("INT64", "STRING", "FLOAT64"), k=chance.randint(1, 3))]
    columns = []
    for kind in kinds:
        if pool[kind]:
            name = chance.choice(pool[kind])
            pool[kind].remove(name)
            columns.append((name, kind))
    rows = [[chance.choice(VALUES[kind]) for _, kind in columns] for _ in range(chance.choice((0, 2, 4, 5, 6, 7, 8)))]
    return Table(tuple(columns), tuple(tuple(row) for row in rows))
