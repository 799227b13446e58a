"""The two questions asked of a query's names: what is in force after each operator, and the plan of the whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from querywright.errors import PipeError
from querywright.pipes.scope.binding import bind_query
from querywright.pipes.scope.names import Names
from querywright.pipes.scope.pipeline import Binding
from querywright.pipes.scope.plan import Plan
from querywright.pipes.scope.tables import Field, SchemaLike, Tables
from querywright.pipes.tree import PipeQuery


@dataclass(frozen=True, slots=True)
class Active:
    """What is in force after a head or an operator: the *active schema*."""

    fields: tuple[Field, ...]
    """The columns, in order, with their types."""
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Table aliases that are alive, each with the names of its columns."""


def columns(query: PipeQuery, schema: SchemaLike | Tables | None) -> list[Active]:
    """What is in force after the head and after each operator; no database is touched.

    Raises:
        PipeNameError: an operator names a table or column that is not there, or is ambiguous.
        NotCompilable: an operator whose columns only its engine knows.
        PipeError: an aggregate where none may be, or nesting too deep to follow.
    """
    seen: list[Names] = []
    types = plan(query, schema, seen).types
    return [
        Active(
            tuple(Field(output.name, types[output.slot]) for output in names.columns),
            {held.alias: tuple(output.name for output in held.columns) for held in names.ranges.values()},
        )
        for names in seen
    ]


def plan(query: PipeQuery, schema: SchemaLike | Tables | None, seen: list[Names] | None = None) -> Plan:
    """The query with every name bound; `seen` takes the names after the head and each operator. Raises as `columns`."""
    tables = schema if isinstance(schema, Tables) else Tables(schema)
    try:
        return bind_query(query, Binding(tables, query.dialect), seen=seen)
    except RecursionError:
        raise PipeError("queries are nested too deeply to follow") from None
