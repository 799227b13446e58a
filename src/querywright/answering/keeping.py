"""What schema selection always keeps: keys between tables that stay, and columns that retrieval found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from querywright.answering.known import Columns, Known
from querywright.answering.places import Place, in_order
from querywright.databases.schema import ForeignKey, Schema, Table

SURE = 0.9
"""A value that is so like its keyword is what was meant."""


def keys_between(schema: Schema, tables: Collection[str]) -> set[Place]:
    """The primary keys of these tables, and both ends of the foreign keys from one of them to another."""
    found: set[Place] = set()
    for name in tables:
        table = schema.table(name)
        if table is None:
            continue
        found |= {(name, column) for column in table.primary_key}
        for key, target in joins_of(table, schema):
            if target.full_name in tables:
                found |= {(name, column) for column in key.columns}
                found |= {(target.full_name, column) for column in key.referred_columns}
    return {(table, column) for table, column in found if _spelled(schema, table, column)}


def _spelled(schema: Schema, table: str, column: str) -> bool:
    found = schema.table(table)
    there = found.column(column) if found is not None else None
    return there is not None and there.name == column


def joins_of(table: Table, schema: Schema) -> Iterator[tuple[ForeignKey, Table]]:
    """The foreign keys of a table that point at a table that is there, with that one; columns as the schema spells
    them."""
    for key in table.foreign_keys:
        target = schema.table(key.referred_table)
        if target is None:
            continue
        own = [table.column(name) for name in key.columns]
        referred = [target.column(name) for name in key.referred_columns or target.primary_key]
        yield (
            ForeignKey(
                tuple(column.name for column in own if column),
                target.full_name,
                tuple(column.name for column in referred if column),
            ),
            target,
        )


def retrieved(known: Known, descriptions: int) -> set[Place]:
    """Where retrieval found something, in the schema that is left: every value, and so many descriptions of each
    keyword, the nearest ones."""
    found = {(hint.table, hint.column) for hint in known.values}
    seen: Counter[str] = Counter()
    for hint in known.descriptions:
        if not hint.column:
            continue
        seen[hint.keyword] += 1
        if seen[hint.keyword] <= descriptions:
            found.add((hint.table, hint.column))
    return {(table, column) for table, column in found if column in known.columns.get(table, ())}


def only_tables_of(known: Known, tables: Collection[str]) -> dict[str, str]:
    """The tables, with the keyword, that hold a value which surely is meant and that none of these tables holds."""
    best: dict[str, str] = {}
    held: set[str] = set()
    for hint in known.values:
        if hint.score >= SURE and hint.table in known.columns:
            if hint.table in tables:
                held.add(hint.keyword)
            else:
                best.setdefault(hint.keyword, hint.table)
    return {table: keyword for keyword, table in best.items() if keyword not in held}


def whole_tables(schema: Schema, columns: Columns, places: Collection[Place], tables: Collection[str]) -> Columns:
    """These columns of these tables, in the order of the schema. A table of which nothing would be left keeps its
    first column, so that its rows can be counted."""
    kept: Mapping[str, Sequence[str]] = in_order(schema, (place for place in places if place[0] in tables), tables)
    return {table: names or tuple(columns[table][:1]) for table, names in kept.items()}
