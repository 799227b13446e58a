"""What a database contains: tables, columns, keys — plain values, the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from querywright.sql.names import full_name

Kind = Literal["integer", "real", "decimal", "text", "boolean", "date", "datetime", "time", "blob", "json", "other"]
"""What a column's values are, whatever the engine calls the type."""


T = TypeVar("T")


def by_name(things: Iterable[T], name: Callable[[T], str]) -> dict[str, T]:
    """Things by their names and by these in lower case, where the first one spelled in lower case comes first."""
    found: dict[str, T] = {}
    for thing in things:
        found.setdefault(name(thing), thing)
    blind: dict[str, T] = {}
    for spelled, thing in found.items():
        blind.setdefault(spelled.lower(), thing)
    return blind | found


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` is the engine's own spelling; `kind` is what we make of it."""

    name: str
    type: str
    kind: Kind
    nullable: bool = True
    description: str | None = None
    """What the column means, from the engine's comment or a `database_description` file."""
    value_description: str | None = None
    """What its values mean (`M = male, F = female`), where somebody wrote it down."""
    generated: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of this table point at `referred_columns` of `referred_table` (same length, same order)."""

    columns: tuple[str, ...]
    referred_table: str
    """Its full name."""
    referred_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class Table:
    """A table or view. `row_count` is None where counting is not cheap; `estimated` marks statistics."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    is_view: bool = False
    description: str | None = None
    row_count: int | None = None
    estimated: bool = False
    namespace: str | None = None
    """The schema inside the database (DuckDB, PostgreSQL), None where the engine's default one is meant."""

    @cached_property
    def full_name(self) -> str:
        """What this table is known by everywhere: `namespace.name`, or the name alone in the default namespace."""
        return full_name(self.name, self.namespace)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names to write in SQL, each quoted by itself."""
        return (self.namespace, self.name) if self.namespace else (self.name,)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return by_name(self.columns, lambda column: column.name)

    def column(self, name: str) -> Column | None:
        """The column of this name, blind to case where none is spelled so; None if there is none."""
        return self._by_name.get(name) or self._by_name.get(name.lower())

    @property
    def unique_keys(self) -> tuple[tuple[str, ...], ...]:
        """Sets of columns that identify a row: the primary key and every unique index."""
        keys = [self.primary_key] if self.primary_key else []
        return tuple(dict.fromkeys([*keys, *(i.columns for i in self.indexes if i.unique)]))


@dataclass(frozen=True)
class Schema:
    """One database's tables, in the engine's order."""

    db_id: str
    dialect: str
    """SQLGlot's name: `sqlite`, `duckdb`, `postgres`, `mysql`."""
    tables: tuple[Table, ...] = field(default=())
    unreadable: tuple[str, ...] = ()
    """Tables that are there and that we may not read, by name."""

    @cached_property
    def _by_name(self) -> tuple[dict[str, Table], dict[str, Table]]:
        """By full name, and by name alone."""
        return by_name(self.tables, lambda table: table.full_name), by_name(self.tables, lambda table: table.name)

    def table(self, name: str, namespace: str | None = None) -> Table | None:
        """The table or view of this name, blind to case where none is spelled so; None if there is none.

        Args:
            name: its full name, or its name alone: then one in the default namespace comes first.
            namespace: where to look first.
        """
        in_full, alone = self._by_name
        names = [(in_full, name), (alone, name)]
        if namespace:
            names.insert(0, (in_full, full_name(name, namespace)))
        return next((t for known, n in names if (t := known.get(n) or known.get(n.lower()))), None)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)
