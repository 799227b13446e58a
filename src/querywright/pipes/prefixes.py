"""What a pipe query is after each operator, on a database: its columns, and how many rows it has.

That every beginning of a pipe query is a query is what makes it good to write step by step; here it is seen to be so.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
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
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Table aliases that are alive, each with the names of its columns."""
    rows: int | None = None
    """How many rows it has; `COUNTED` stands for so many or more. None where it does not run."""
    error: str = ""
    """Why it does not compile or run; empty where it does."""

    def __bool__(self) -> bool:
        return not self.error

    def as_record(self) -> dict[str, Any]:
        """What a dataset keeps of it."""
        return {
            "operator": self.text,
            "columns": [[c.name, c.type] for c in self.columns],
            "aliases": {alias: list(names) for alias, names in self.aliases.items()},
            "rows": self.rows,
        }


Known = MutableMapping[str, Prefix]
"""What beginnings were found to be on one database, by their text."""
Counts = MutableMapping[str, "int | str"]
"""How many rows standard queries were found to have on one database, or why they do not run."""


def measure(
    query: PipeQuery,
    database: Queryable,
    *,
    limits: Limits = LIMITS,
    known: Known | None = None,
    counts: Counts | None = None,
) -> tuple[Prefix, ...]:
    """Every beginning of a pipe query, the head alone first: compiled, its columns known, its rows counted.

    Args:
        query: the pipe query.
        database: where it is asked.
        limits: of each count.
        known: what was found before on this database, and is added to: most beginnings are those of many queries.
        counts: the same of compiled queries.

    Returns:
        One for the head and one for each operator. Those behind one that cannot be bound carry its error.

    Raises:
        DatabaseUnavailable: the database is gone.
    """
    head = render(replace(query, operators=()))
    texts = [head, *(operator_text(operator, query.dialect) for operator in query.operators)]
    known, counts = {} if known is None else known, {} if counts is None else counts
    found: list[Prefix] = []
    active: Sequence[Active] | None = None
    for number, (text, beginning) in enumerate(zip(texts, query.prefixes(), strict=True)):
        key = "\n".join([query.dialect, *texts[: number + 1]])
        if key not in known:
            active = _active(query, database) if active is None else active
            known[key] = _measured(Prefix(number, text), beginning, active[number], database, counts, limits)
        found.append(known[key])
    return tuple(found)


def _measured(
    prefix: Prefix, query: PipeQuery, active: Active, database: Queryable, counts: Counts, limits: Limits
) -> Prefix:
    try:
        compiled = compiled_to(query, dialect=database.dialect, schema=database.schema)
    except PipeError as error:
        return replace(prefix, error=str(error))
    if compiled not in counts:
        counts[compiled] = _count(database, compiled, limits)
    rows = counts[compiled]
    prefix = replace(prefix, compiled=compiled, columns=active.fields, aliases=active.aliases)
    return replace(prefix, rows=rows) if isinstance(rows, int) else replace(prefix, error=rows)


def _active(query: PipeQuery, database: Queryable) -> Sequence[Active]:
    """Columns and aliases after each step, as far as the names can be bound."""
    try:
        return query.columns(database.schema)
    except PipeError:
        return [_last(beginning, database) for beginning in query.prefixes()]


def _last(query: PipeQuery, database: Queryable) -> Active:
    try:
        return query.columns(database.schema)[-1]
    except PipeError:
        return Active(())


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
