"""The two questions asked of a query's names: what is in force after each operator, and the plan of the whole."""

from __future__ import annotations

from querywright.errors import PipeError
from querywright.pipes.scope.binding import bind_query
from querywright.pipes.scope.pipeline import Binding
from querywright.pipes.scope.plan import Active, Plan
from querywright.pipes.scope.tables import SchemaLike, Tables
from querywright.pipes.tree import PipeQuery


def columns(query: PipeQuery, schema: SchemaLike | Tables | None) -> list[Active]:
    """What is in force after the head and after each operator; no database is touched.

    Raises:
        PipeNameError: an operator names a table or column that is not there, or is ambiguous.
        NotCompilable: an operator whose columns only its engine knows.
        PipeError: an aggregate where none may be, or nesting too deep to follow.
    """
    return list(plan(query, schema).active)


def plan(query: PipeQuery, schema: SchemaLike | Tables | None) -> Plan:
    """The query with every name bound. Raises as `columns`."""
    tables = schema if isinstance(schema, Tables) else Tables(schema)
    try:
        return bind_query(query, Binding(tables, query.dialect))
    except RecursionError:
        raise PipeError("queries are nested too deeply to follow") from None
