"""How much of a schema a lesson shows: what the query reads, and beside it what is most like that.

CHESS trains its writer on schemas with wrong but similar tables and columns mixed in, because the schema that is
selected when a question is asked is never exactly right (source: CHESS, appendix B.1).
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from typing import TypeAlias

from rapidfuzz.fuzz import token_sort_ratio

from querywright.databases.schema import Column, Schema, Table
from querywright.sql.references import References

View: TypeAlias = Mapping[str, Collection[str]]
"""Columns by the full name of their table."""

CHANCE = 20.0
"""How far chance moves a name's likeness, which goes to 100: what is most like it is not always what stands beside."""


def view_of(schema: Schema, read: References, share: float, seed: str) -> View:
    """The tables and columns that a query reads with a share of what it does not read, the most similar first.

    Keys of tables that are shown are always shown, since a query that joins needs them.

    Args:
        schema: of the database.
        read: what the query reads.
        share: 0 shows what is read and the keys, 1 the whole schema.
        seed: decides which of the similar ones; two equal ones give equal views.
    """
    wanted = _read(schema, read)
    rest = [
        (table, column) for table in schema for column in table.columns if column.name not in wanted[table.full_name]
    ]
    chance = random.Random(seed)
    names = [name for table, columns in wanted.items() if columns for name in (table, *columns)]
    likeness = {
        id(column): _likeness(table, column, wanted, names) + CHANCE * chance.random() for table, column in rest
    }
    rest.sort(key=lambda pair: -likeness[id(pair[1])])
    for table, column in rest[: round(share * len(rest))]:
        wanted[table.full_name] |= {column.name}
    for table in schema:
        if wanted[table.full_name]:
            wanted[table.full_name] |= _keys(table)
    return {table: columns for table, columns in wanted.items() if columns}


def _read(schema: Schema, read: References) -> dict[str, set[str]]:
    """By table what the query names of it; at least one column of each table that it reads."""
    found: dict[str, set[str]] = {table.full_name: set() for table in schema}
    for name, column_name in read.columns:
        table = schema.table(name) if name else None
        holders = [table] if table is not None else [each for each in schema if each.column(column_name)]
        for holder in holders:
            column = holder.column(column_name)
            if column is not None:
                found[holder.full_name].add(column.name)
    for name in read.tables:
        table = schema.table(name)
        if table is not None and not found[table.full_name]:
            found[table.full_name] |= _keys(table) or {table.columns[0].name}
    return found


def _keys(table: Table) -> set[str]:
    return {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}


def _likeness(table: Table, column: Column, read: Collection[str], names: Collection[str]) -> float:
    """How like what is read this column is, 0 to 100; one of a table that is read is half way there."""
    nearest = max((token_sort_ratio(_plain(column.name), _plain(name)) for name in names), default=0.0)
    near = max((token_sort_ratio(_plain(table.full_name), _plain(name)) for name in read), default=0.0)
    return nearest / 2 + (50.0 if table.full_name in read else near / 4)


def _plain(name: str) -> str:
    return name.replace("_", " ").lower()
