"""What the names of a standard query mean: its sources, what each column node is, what each query in it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sqlglot import exp

from querywright.pipes.scope.tables import Field
from querywright.pipes.scope.types import type_of
from querywright.pipes.tree import Expression

Ctes: TypeAlias = Mapping[str, tuple[Field, ...] | None]
"""Columns by the lower-case name of a CTE; None where they are not known."""


@dataclass(slots=True, eq=False)
class Source:
    """One thing in FROM: a table, a CTE's name, a derived table, a function."""

    name: str
    """What its columns may be prefixed with, as written; empty if nothing."""
    fields: tuple[Field, ...] | None
    """Its columns; None where they are not known."""
    node: Expression
    kind: Literal["table", "cte", "query", "function"]
    index: dict[str, Field] = field(default_factory=dict)
    """Its columns by lower-case name."""
    qualified: bool = False
    """Whether some column is written with its name in front."""


@dataclass(slots=True, eq=False)
class Scope:
    """What one SELECT (or set operation) reads and gives."""

    node: Expression
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Source | None] = field(default_factory=dict)
    """Columns that USING or NATURAL made one of two, by lower-case name: whose value they have (None: both sides')."""
    fields: tuple[Field, ...] | None = ()
    """Its output columns; None where a `*` cannot be expanded."""
    outputs: dict[str, int] = field(default_factory=dict)
    """Positions of the items with an alias, by its lower-case name; the first of each."""
    free: list[exp.Column] = field(default_factory=list)
    """The column nodes inside it that mean a query around."""
    natural: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The columns a NATURAL join merges, by id of the exp.Join."""
    inner: list[Expression] = field(default_factory=list)
    """The queries that stand in its expressions."""
    aggregates: list[Expression] = field(default_factory=list)
    """Calls of aggregate functions in its expressions, those of windows among them."""
    windows: list[exp.Window] = field(default_factory=list)
    in_tables: list[exp.In] = field(default_factory=list)
    """SQLite's `x IN table`."""
    forward: bool = False
    """Whether a join's condition names a source that is joined later, as SQLite allows."""


@dataclass(slots=True, eq=False)
class Binding:
    """What a column node means: a column of a source, or an output column of the scope."""

    scope: Scope
    source: Source | None
    """None for an output column, for a column merged from two sides, and where it cannot be told."""
    name: str
    """As its source spells it."""
    type: str = ""
    output: int = -1
    """Which output column it is."""
    rowid: bool = False
    """SQLite's number of a row, that no column has for a name."""


@dataclass(slots=True)
class Reading:
    """What `read` finds."""

    fields: tuple[Field, ...]
    """The output columns, `*` expanded; see `known`."""
    free: list[exp.Column]
    """Column nodes anywhere inside that no source inside can be: they mean the query around."""
    known: bool
    """False where a `*` stands for columns that nobody knows: then `fields` is empty."""
    bindings: dict[int, Binding]
    """By id of the column node; free ones have none."""
    scopes: dict[int, Scope]
    """By id of the SELECT, set operation, VALUES or CTE."""
    bare_names: set[str]
    """Lower-case names of the columns written without a table."""
    ctes: list[str]
    """The lower-case names of all CTEs, one named twice is there twice."""
    mentions: dict[str, int]
    """How often they are named."""
    rowids: list[exp.Column]
    """SQLite's `rowid` under any of its names, where no column has that name."""


def type_in(node: Expression, bindings: Mapping[int, Binding], scopes: Mapping[int, Scope]) -> str:
    """GoogleSQL's name for the type of an expression in a query that was read; empty where it cannot be told."""

    def of_column(column: Expression) -> str:
        binding = bindings.get(id(column))
        return binding.type if binding is not None else ""

    def of_query(query: Expression) -> str:
        scope = scopes.get(id(query))
        return scope.fields[0].type if scope is not None and scope.fields else ""

    return type_of(node, of_column, of_query)


def indexed(source: Source) -> Source:
    """The source, its columns to be found by name."""
    for there in source.fields or ():
        source.index.setdefault(there.name.lower(), there)
    return source


def renamed(fields: tuple[Field, ...] | None, names: list[str]) -> tuple[Field, ...] | None:
    """The fields under the names that an alias gives the first of them."""
    if not names:
        return fields
    if fields is None:
        return tuple(Field(name) for name in names)
    return tuple(Field(n, f.type) for n, f in zip(names, fields, strict=False)) + fields[len(names) :]
