"""What a pipe query is after each operator, on a database: its columns, and how many rows it has.

That every beginning of a pipe query is a query is what makes it good to write step by step; here it is seen to be so.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from querywright.databases.results import Limits
from querywright.databases.witnesses.sampling import Queryable
from querywright.errors import DatabaseUnavailable, PipeError, QueryError
from querywright.pipes.compiling import compile as compiled_to
from querywright.pipes.printing import operator_text, render
from querywright.pipes.scope import Active, Field
from querywright.pipes.tree import PipeQuery

LIMITS = Limits(seconds=5.0, rows=1_000)
COUNTED = 100_000
"""Rows that are counted; a head that joins everything with everything may have more than anybody can wait for."""

Counts = MutableMapping[str, "int | str"]
"""What compiled beginnings were found to be on one database: how many rows they have, or why they do not run."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A pipe query as far as one operator."""

    number: int
    """0 is the head alone."""
    text: str
    """The operator, or the head, as it is written."""
    compiled: str = ""
    """So much of the query as standard SQL."""
    columns: tuple[Field, ...] = ()
    aliases: tuple[str, ...] = ()
    """Table aliases that are alive."""
    rows: int | None = None
    """How many rows it has; `COUNTED` stands for so many or more. None where it does not run."""
    error: str = ""
    """Why it does not compile or run; empty where it does."""

    def __bool__(self) -> bool:
        return not self.error

    def as_record(self) -> dict[str, Any]:
        """What a dataset keeps of it."""
        return {"operator": self.text, "columns": [[c.name, c.type] for c in self.columns], "rows": self.rows}


def measure(
    query: PipeQuery, database: Queryable, *, limits: Limits = LIMITS, known: Counts | None = None
) -> tuple[Prefix, ...]:
    """Every beginning of a pipe query, the head alone first: compiled, its columns known, its rows counted.

    Args:
        query: the pipe query.
        database: where it is asked.
        limits: of each count.
        known: what was found before on this database, and is added to: most beginnings are those of many queries.

    Returns:
        One for the head and one for each operator. Those behind one that cannot be bound carry its error.

    Raises:
        DatabaseUnavailable: the database is gone.
    """
    head = render(replace(query, operators=()))
    texts = [head, *(operator_text(operator, query.dialect) for operator in query.operators)]
    known = {} if known is None else known
    found: list[Prefix] = []
    active = _active(query, database)
    for number, (text, beginning) in enumerate(zip(texts, query.prefixes(), strict=True)):
        try:
            compiled = compiled_to(beginning, dialect=database.dialect, schema=database.schema)
        except PipeError as error:
            found.append(Prefix(number, text, error=str(error)))
            continue
        if compiled not in known:
            known[compiled] = _count(database, compiled, limits)
        rows = known[compiled]
        columns, aliases = active[number] if number < len(active) else ((), ())
        if isinstance(rows, int):
            found.append(Prefix(number, text, compiled, columns, aliases, rows))
        else:
            found.append(Prefix(number, text, compiled, columns, aliases, error=rows))
    return tuple(found)


def _active(query: PipeQuery, database: Queryable) -> Sequence[tuple[tuple[Field, ...], tuple[str, ...]]]:
    """Columns and aliases after each step, as far as the names can be bound."""
    try:
        return [(each.fields, tuple(each.aliases)) for each in query.columns(database.schema)]
    except PipeError:
        return [_fields(beginning, database) for beginning in query.prefixes()]


def _fields(query: PipeQuery, database: Queryable) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    try:
        last: Active = query.columns(database.schema)[-1]
    except PipeError:
        return (), ()
    return last.fields, tuple(last.aliases)


def _count(database: Queryable, compiled: str, limits: Limits) -> int | str:
    counted = f"SELECT COUNT(*) FROM (SELECT 1 FROM ({compiled}) AS pipe_rows LIMIT {COUNTED}) AS pipe_count"
    try:
        return int(database.execute(counted, limits).rows[0][0])
    except DatabaseUnavailable:
        raise
    except QueryError:  # two columns of one name may stand in a result, and with some engines not in a FROM
        pass
    try:
        result = database.execute(compiled, limits)
    except DatabaseUnavailable:
        raise
    except QueryError as error:
        return error.message
    return COUNTED if result.truncated else len(result.rows)
