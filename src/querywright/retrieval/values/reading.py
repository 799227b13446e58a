"""The values of a table that are looked up: its text-like columns, judged by some rows, then read as distinct values.

Everything is asked through `Database.execute`: one query for some rows of a table, one for each column that is kept.
In SQLite a column may hold text whatever type it was declared with, so its rows are asked rather than its schema; in
other engines text is what is declared as text, enums among it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from querywright.databases.database import Database
from querywright.databases.literals import qualified, quote
from querywright.databases.results import Limits
from querywright.databases.sampling import first_rows, some_rows
from querywright.databases.schema import Column, Kind, Schema, Table
from querywright.errors import QueryError, QueryTimeout
from querywright.retrieval.values.judging import LONGEST, reason_to_skip

MOST_VALUES = 1_000_000
"""Distinct values of one column that are looked up; where there are more, the rest is left out, and that is noted."""
_SECONDS = 60.0
"""For the distinct values of one column; a column that takes longer is read from its first rows."""
_FIRST = 500_000
_SAMPLE = 1_000
_FEW = 20
"""With fewer texts among the sampled rows a column is judged by its distinct values."""
_AT_ONCE = 50
_UNLIKELY: frozenset[Kind] = frozenset({"integer", "real", "decimal", "boolean", "date", "datetime", "time"})
"""Kinds that hold text in SQLite only if somebody put it there."""


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """The distinct values of one column, sorted; `cut` if there are more."""

    column: str
    values: list[str]
    cut: bool = False


@dataclass(slots=True)
class Skipped:
    """Columns of one table that are not looked up, by name, with the reason."""

    reasons: dict[str, str] = field(default_factory=dict)


def text_like(table: Table, schema: Schema) -> list[Column]:
    """The columns that may hold text. None of a view, where there are tables: it repeats their values."""
    if table.is_view and not all(other.is_view for other in schema):
        return []
    if schema.dialect == "sqlite":
        return [column for column in table.columns if column.kind != "blob"]
    return [column for column in table.columns if column.kind == "text"]


def read_values(
    database: Database, table: Table, skipped: Skipped, most: int = MOST_VALUES, seconds: float = _SECONDS
) -> Iterator[ColumnValues]:
    """The values of each column of a table that is looked up, one column after the other.

    Args:
        database: an open database.
        table: one of its tables.
        skipped: gets the columns that are left out.
        most: how many distinct values of a column at most.
        seconds: how long reading one column may take before its first rows have to do.

    Raises:
        DatabaseUnavailable: the database is gone.
    """
    columns = text_like(table, database.schema)
    for start in range(0, len(columns), _AT_ONCE):
        some = columns[start : start + _AT_ONCE]
        for column, sample in zip(some, _samples(database, table, some), strict=True):
            if not sample and database.dialect == "sqlite" and column.kind in _UNLIKELY:
                continue
            reason = reason_to_skip(sample) if len(sample) >= _FEW else None
            found = None
            if reason is None:
                try:
                    found = _distinct(database, table, column, most, seconds)
                    reason = reason_to_skip(sample or found.values[:_SAMPLE]) if len(sample) < _FEW else None
                except QueryError as error:
                    reason = f"it cannot be read: {error.message}"
            if reason is not None:
                skipped.reasons[column.name] = reason
            elif found is not None and found.values:
                yield found


def _samples(database: Database, table: Table, columns: Sequence[Column]) -> list[list[str]]:
    """The texts of some rows, by column; none of a column that cannot be read."""
    dialect = database.dialect
    source = some_rows(table, [column.name for column in columns], _SAMPLE, dialect)
    shown = ", ".join(f"SUBSTR({_as_text(column, dialect)}, 1, {LONGEST + 1})" for column in columns)
    try:
        rows = database.execute(f"SELECT {shown} FROM {source} AS some_rows", Limits(10.0, _SAMPLE)).rows
    except QueryError:
        return [[] for _ in columns] if len(columns) == 1 else [_samples(database, table, [c])[0] for c in columns]
    return [[value for value in values if isinstance(value, str)] for values in zip(*rows, strict=True)] or [
        [] for _ in columns
    ]


def _distinct(database: Database, table: Table, column: Column, most: int, seconds: float) -> ColumnValues:
    dialect = database.dialect
    limits = Limits(seconds, most, most * 256)
    value = _as_text(column, dialect)
    length = "CHAR_LENGTH" if dialect == "mysql" else "LENGTH"

    def query(source: str) -> str:
        return f"SELECT DISTINCT {value} FROM {source} WHERE {length}({value}) <= {LONGEST} LIMIT {most + 1}"

    cut = False
    try:
        result = database.execute(query(qualified(table, dialect)), limits)
    except QueryTimeout:
        cut = True
        result = database.execute(query(first_rows(table, [column.name], _FIRST, dialect) + " AS some_rows"), limits)
    values = sorted({row[0] for row in result.rows if isinstance(row[0], str) and row[0].strip()})
    return ColumnValues(column.name, values, cut or result.truncated)


def _as_text(column: Column, dialect: str) -> str:
    """The column where it is text, whatever it was declared as; an enum as its label."""
    name = quote(column.name, dialect)
    if dialect == "sqlite":
        return f"CASE WHEN TYPEOF({name}) = 'text' THEN {name} END"
    if dialect == "mysql":
        return name
    return f"CAST({name} AS {'TEXT' if dialect == 'postgres' else 'VARCHAR'})"
