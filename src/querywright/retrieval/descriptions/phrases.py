"""What is said of each table and column of a schema, as the phrases that a keyword or a question is compared with.

A keyword is short, and so is compared with each thing said by itself: a name in words, the name with its table's, the
description, what the values mean. A question speaks of tables and columns together: it is compared with a column's name
or description only behind its table's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from querywright.databases.schema import Column, Schema, Table
from querywright.retrieval.identifiers import spoken

LONGEST: Final = 400
"""Characters of a description that count: what follows is rarely about the meaning."""


@dataclass(frozen=True, slots=True)
class Described:
    """One column, or a table where `column` is empty."""

    table: str
    column: str
    text: str
    """What is shown of it."""
    short: tuple[str, ...]
    """Phrases for keywords only."""
    long: tuple[str, ...] = ()
    """Phrases for keywords and whole questions."""


def described(schema: Schema) -> Iterator[Described]:
    """Each table and, behind it, its columns."""
    for table in schema:
        yield _table(table)
        for column in table.columns:
            yield _column(table, column)


def _table(table: Table) -> Described:
    name, said = spoken(table.name), _clean(table.description)
    return Described(table.full_name, "", said or name, _some(name, said))


def _column(table: Table, column: Column) -> Described:
    of, name = spoken(table.name), spoken(column.name)
    said, values = _clean(column.description), _clean(column.value_description)
    shown = "; ".join(_some(said, values)) or name
    long = _some(f"{of} {name}", f"{of} {said}" if said else "")
    return Described(table.full_name, column.name, shown, _some(name, said, values), long)


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())[:LONGEST]


def _some(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
