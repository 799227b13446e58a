"""How much of a schema a lesson shows: what the query reads, and beside it what is most like that.

CHESS trains its writer on schemas with wrong but similar tables and columns mixed in, because the schema that is
selected when a question is asked is never exactly right (source: CHESS, appendix B.1).
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeAlias

from querywright.databases.schema import Schema, Table
from querywright.sql.references import References

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

View: TypeAlias = Mapping[str, Collection[str]]
"""Columns by the full name of their table."""

CHANCE = 20.0
"""How far chance moves a name's likeness, which goes to 100: what is most like it is not always what stands beside."""


class Views:
    """The views of one schema, whose names are compared with each other once."""

    def __init__(self, schema: Schema) -> None:
        from rapidfuzz.fuzz import token_sort_ratio
        from rapidfuzz.process import cdist

        self._schema = schema
        self._columns = [(table, column.name) for table in schema for column in table.columns]
        names = dict.fromkeys(name for table in schema for name in (table.full_name, *(c.name for c in table.columns)))
        self._place = {name: number for number, name in enumerate(names)}
        plain = [name.replace("_", " ").lower() for name in names]
        self._likeness: npt.NDArray[np.float32] = cdist(plain, plain, scorer=token_sort_ratio)

    def view(self, read: References, share: float, seed: str) -> View:
        """The tables and columns that a query reads with a share of what it does not read, the most similar first.

        Keys of tables that are shown are always shown, since a query that joins needs them.

        Args:
            read: what the query reads.
            share: 0 shows what is read and the keys, 1 the whole schema.
            seed: decides which of the similar ones; two equal ones give equal views.
        """
        shown = self._read(read)
        rest = [(table, name) for table, name in self._columns if name not in shown[table.full_name]]
        for table, name in self._ranked(rest, shown, seed)[: round(share * len(rest))]:
            shown[table.full_name].add(name)
        for table in self._schema:
            if shown[table.full_name]:
                shown[table.full_name] |= _keys(table)
        return {table: columns for table, columns in shown.items() if columns}

    def _read(self, read: References) -> dict[str, set[str]]:
        """By table what the query names of it; at least one column of each table that it reads."""
        found: dict[str, set[str]] = {table.full_name: set() for table in self._schema}
        for name, column_name in read.columns:
            table = self._schema.table(name) if name else None
            holders = [table] if table is not None else [each for each in self._schema if each.column(column_name)]
            for holder in holders:
                column = holder.column(column_name)
                if column is not None:
                    found[holder.full_name].add(column.name)
        for name in read.tables:
            table = self._schema.table(name)
            if table is not None and not found[table.full_name]:
                found[table.full_name] |= _keys(table) or {table.columns[0].name}
        return found

    def _ranked(
        self, rest: list[tuple[Table, str]], shown: Mapping[str, set[str]], seed: str
    ) -> list[tuple[Table, str]]:
        """The columns that are not read, the one most like what is read first; one of a table that is read gains."""
        tables = [self._place[table] for table, columns in shown.items() if columns]
        names = sorted({*tables, *(self._place[name] for columns in shown.values() for name in columns)})
        if not names:
            return rest
        to_names = self._likeness[:, names].max(axis=1)
        to_tables = self._likeness[:, tables].max(axis=1)
        chance = random.Random(seed)

        def likeness(table: Table, name: str) -> float:
            of_table = 100.0 if shown[table.full_name] else float(to_tables[self._place[table.full_name]]) / 2
            return (float(to_names[self._place[name]]) + of_table) / 2 + CHANCE * chance.random()

        weights = [likeness(table, name) for table, name in rest]
        order = sorted(range(len(rest)), key=lambda number: -weights[number])
        return [rest[number] for number in order]


def _keys(table: Table) -> set[str]:
    return {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
