"""Names as somebody else gives them, found in the schema: by an index that may be old, by a model that may err."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from querywright.answering.known import Columns
from querywright.databases.schema import Schema, Table
from querywright.models.templates import as_data

Place = tuple[str, str]
"""The full name of a table and the name of a column, both as the schema spells them."""
TOLD = 5
"""Names that are told of those that are not there."""
LETTERS = 60
"""Of a name that is told."""

_MARKS = re.compile(r"[`\"\[\]\s]")


def place_of(schema: Schema, table: str, column: str) -> Place | None:
    """Where that is; None where there is no such table or column. Without a column it is the table."""
    found = schema.table(table)
    if found is not None and not column:
        return found.full_name, ""
    there = found.column(column) if found is not None else None
    return (found.full_name, there.name) if found is not None and there is not None else None


class Names:
    """What a model may name: tables of a selection and their columns, blind to case and to the marks around names."""

    def __init__(self, schema: Schema, columns: Columns) -> None:
        self._schema, self._columns = schema, columns
        self.unknown: list[str] = []
        """What was named and is not there."""
        self._tables: dict[str, Table] = {}
        for name in columns:
            table = schema.table(name)
            if table is not None:
                self._tables[_bare(name)] = table
                self._tables.setdefault(_bare(table.name), table)
        self._alone: dict[str, Place | None] = {}
        for name, held in columns.items():
            for column in held:
                key = _bare(column)
                self._alone[key] = None if key in self._alone else (name, column)

    def table(self, text: str) -> str | None:
        """The full name of the table that is meant."""
        found = self._tables.get(_bare(text))
        if found is None:
            self.unknown.append(text)
            return None
        return found.full_name

    def column(self, table: str, text: str) -> str | None:
        """The column of this table (its full name) that is meant, with or without the table's name before it."""
        bare = _bare(text)
        for column in self._columns.get(table, ()):
            if bare in (_bare(column), _bare(f"{table}.{column}"), _bare(f"{table.rpartition('.')[2]}.{column}")):
                return column
        self.unknown.append(f"{table}.{text}")
        return None

    def place(self, text: str) -> Place | None:
        """The column that `table.column` means; a column's name alone where only one table has it."""
        bare = _bare(text)
        for at, letter in enumerate(bare):
            if letter == "." and (table := self._tables.get(bare[:at])) is not None:
                for column in self._columns[table.full_name]:
                    if _bare(column) == bare[at + 1 :]:
                        return table.full_name, column
        if (alone := self._alone.get(bare)) is not None:
            return alone
        self.unknown.append(text)
        return None

    def complaints(self) -> tuple[str, ...]:
        """A note on what was named and is not there; nothing where all is."""
        if not self.unknown:
            return ()
        return (f"named, but not there: {some(self.unknown)}",)


def _bare(name: str) -> str:
    return _MARKS.sub("", name).casefold()


def some(names: Sequence[str], most: int = TOLD) -> str:
    """Some names for a note, and how many more there are."""
    told = ", ".join(as_data(name[:LETTERS]) for name in names[:most])
    return told if len(names) <= most else f"{told} and {len(names) - most:,} more"


def in_order(schema: Schema, places: Iterable[Place], tables: Iterable[str] = ()) -> Mapping[str, Sequence[str]]:
    """Columns by table in the order of the schema; `tables` are there even without a column."""
    held: dict[str, set[str]] = {name: set() for name in tables}
    for table, column in places:
        held.setdefault(table, set()).add(column)
    return {
        table.full_name: tuple(column.name for column in table.columns if column.name in held[table.full_name])
        for table in schema
        if table.full_name in held
    }
