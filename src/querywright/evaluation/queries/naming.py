"""Whose column a name is: what the metrics on trees ask once for every name of every query, so it must be fast.

`sql.references` tells what a whole query names; here each name is told where it stands, a column of a derived table or
CTE by what it is made of there, so that two spellings of one query come out the same.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlglot import exp

from querywright.databases.schema import Schema
from querywright.sql.names import written_name
from querywright.sql.references import SchemaNames

__all__ = ["Column", "Known", "Scope", "Source"]

Column: TypeAlias = tuple[str, str, str]
"""`("column", table, name)` in lower case; the table is empty where it cannot be told."""

KeyPair: TypeAlias = tuple[tuple[str, str], tuple[str, str]]
"""A foreign key's (table, column) and the (table, column) it points at."""


class Known:
    """A database's names in lower case, and which of its columns foreign keys make one. Make it once a database.

    Args:
        names: column names by table; None where nothing is known.
        keys: the foreign keys, a pair for each column.
    """

    def __init__(self, names: SchemaNames | None = None, keys: Iterable[KeyPair] = ()) -> None:
        self.tables: dict[str, frozenset[str]] | None = None
        if names is not None:
            self.tables = {table.lower(): frozenset(map(str.lower, columns)) for table, columns in names.items()}
        self.same: Mapping[Column, Column] = _joined(keys)
        """The one that stands for each column that a foreign key holds."""

    @classmethod
    def of(cls, schema: Schema) -> Known:
        """What is known of a database by its schema."""
        return cls({table.full_name: [column.name for column in table.columns] for table in schema}, _keys(schema))


def _keys(schema: Schema) -> Iterator[KeyPair]:
    for table in schema:
        for key in table.foreign_keys:
            for column, referred in zip(key.columns, key.referred_columns, strict=False):
                yield (table.full_name, column), (key.referred_table, referred)


def _joined(keys: Iterable[KeyPair]) -> dict[Column, Column]:
    """Columns that keys connect, directly or over others, each with the first of its group."""
    groups: dict[Column, set[Column]] = {}
    for pair in keys:
        one, other = (("column", table.lower(), name.lower()) for table, name in pair)
        group = groups.get(one, {one}) | groups.get(other, {other})
        groups.update(dict.fromkeys(group, group))
    return {column: min(group) for column, group in groups.items()}


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that FROM reads: a table, or a query in its place."""

    key: Hashable
    """The table's name, or what the query says."""
    columns: Collection[str] | None = None
    """A table's columns; None where they are not known."""
    outputs: Mapping[str, Hashable] | None = None
    """A query's columns by name, each by what it is made of; None for a table."""
    behind: tuple[Source, ...] = ()
    """What a query's `*` passes on."""

    def find(self, name: str) -> Hashable | None:
        """What a name means in this source; None where it has no such column."""
        if self.outputs is None:
            return ("column", self.key, name) if self.columns is None or name in self.columns else None
        found = self.outputs.get(name)
        return found if found is not None else next((k for s in self.behind if (k := s.find(name)) is not None), None)

    @property
    def is_open(self) -> bool:
        """Whether it may have columns that nobody knows of."""
        return self.columns is None if self.outputs is None else any(source.is_open for source in self.behind)


@dataclass(slots=True)
class Scope:
    """The names in force in one SELECT."""

    outer: Scope | None
    ctes: Mapping[str, Source]
    sources: dict[str, Source] = field(default_factory=dict)
    outputs: dict[str, Hashable] = field(default_factory=dict)
    """The aliases of its own SELECT list, once it was read."""

    def add(self, alias: str, source: Source) -> None:
        name = alias
        while name in self.sources:  # two tables of one name: only the first can be named
            name += "'"
        self.sources[name] = source

    def qualified(self, qualifier: str, name: str) -> Hashable | None:
        """What `qualifier.name` means; None where nothing is called so."""
        scope: Scope | None = self
        while scope is not None:
            source = scope.sources.get(qualifier)
            if source is not None:
                found = source.find(name)
                return found if found is not None else ("column", source.key, name)
            scope = scope.outer
        return None

    def bare(self, name: str) -> Hashable | None:
        """What a name alone means; None where no source can be told to have it."""
        scope: Scope | None = self
        while scope is not None:
            may_be = [source for source in scope.sources.values() if source.is_open]
            for source in scope.sources.values():
                if not source.is_open or len(scope.sources) == 1:
                    found = source.find(name)
                    if found is not None:
                        return found
            if name in scope.outputs:
                return scope.outputs[name]
            if may_be:
                return None
            scope = scope.outer
        return None

    def source_of(self, table: exp.Table, known: Known, dialect: str) -> Source:
        """What a table of FROM is: a CTE in force, or a real table."""
        if not table.db:
            cte = self.ctes.get(table.name.lower())
            if cte is not None:
                return cte
        name = written_name(table, dialect).lower()
        if known.tables is None:
            return Source(name)
        if name not in known.tables and table.name.lower() in known.tables:
            name = table.name.lower()
        return Source(name, known.tables.get(name, ()))
