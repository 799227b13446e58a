"""What a column holds, read with two or three cheap queries per table; no reading ever scans a huge table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from sqlglot import exp

from querywright.databases.literals import qualified
from querywright.databases.results import Limits, Result
from querywright.databases.sampling import first_rows, some_rows
from querywright.databases.schema import Column, Schema, Table
from querywright.databases.values import comparable
from querywright.errors import QueryError

SAMPLE = 3000
"""Rows fetched per table; a table that fits is counted here, without another query."""
LARGE = 1_000_000
"""Tables with more rows than this are counted on `LARGE // 10` of them."""
FEW = 60
NUMBER = (int, float, Decimal)
VALUES = 200


class Readable(Protocol):
    """What the lexicon needs of a database."""

    @property
    def schema(self) -> Schema: ...

    @property
    def dialect(self) -> str: ...

    def execute(self, sql: str, limits: Limits) -> Result: ...


@dataclass(frozen=True)
class Observed:
    """Counts and values of one column; all None or empty where nothing could be read."""

    rows: int | None = None
    distinct: int | None = None
    nulls: int | None = None
    minimum: Any = None
    maximum: Any = None
    top: tuple[tuple[Any, int], ...] = ()
    values: tuple[Any, ...] = ()
    estimated: bool = False

    @property
    def unique(self) -> bool:
        """Every row has its own value."""
        return bool(self.rows) and self.nulls == 0 and self.distinct == self.rows


UNREAD = Observed()


def observe(database: Readable, table: Table, seconds: float = 2.0) -> dict[str, Observed]:
    """Read one table. A table that cannot be read in `seconds` per query comes back with what was learnt so far."""
    columns = [c for c in table.columns if c.kind != "blob"]
    if not columns:
        return {}
    dialect = database.dialect
    sample = _ask(
        database, f"SELECT {_list(columns, dialect)} FROM {qualified(table, dialect)} LIMIT {SAMPLE + 1}", seconds
    )
    if sample is None:
        return {}
    if len(sample.rows) <= SAMPLE and not sample.truncated:
        return {c.name: _counted(column) for c, column in zip(columns, _columns(sample, len(columns)), strict=True)}
    return _of_large_table(database, table, columns, sample, seconds)


def _of_large_table(
    database: Readable, table: Table, columns: Sequence[Column], sample: Result, seconds: float
) -> dict[str, Observed]:
    sampled = dict(zip([c.name for c in columns], _columns(sample, len(columns)), strict=True))
    source = _source(table, [c.name for c in columns], database.dialect)
    totals = _ask(database, _totals_query(columns, source, database.dialect), seconds)
    if totals is None or not totals.rows or not totals.rows[0][0]:
        return {name: _counted(values, estimated=True) for name, values in sampled.items()}
    rows, row = int(totals.rows[0][0]), totals.rows[0][1:]
    few = [c for i, c in enumerate(columns) if _hashable(row[4 * i + 1]) and int(row[4 * i + 1] or 0) <= FEW]
    tops = _tops(database, few, source, seconds)
    estimated = source.endswith(" AS sampled") or (source.endswith(" AS bounded") and rows >= LARGE)
    out = {}
    for i, column in enumerate(columns):
        present, distinct, low, high = row[4 * i : 4 * i + 4]
        top = tops.get(column.name, ())
        values = tuple(v for v, _ in top) or _some(sampled[column.name])
        out[column.name] = Observed(
            rows=rows, distinct=int(distinct), nulls=rows - int(present), minimum=low, maximum=high, top=top,
            values=values, estimated=estimated,
        )  # fmt: skip
    return out


def _tops(database: Readable, columns: Sequence[Column], source: str, seconds: float) -> dict[str, Any]:
    """(value, count) of each column with few values."""
    out = {}
    for column in columns:
        name = _quoted(column.name, database.dialect)
        query = f"SELECT {name}, COUNT(*) FROM {source} WHERE {name} IS NOT NULL GROUP BY {name}"
        counted = _ask(database, query, seconds)
        if counted is not None:
            out[column.name] = _ordered((value, int(count)) for value, count in counted.rows)
    return out


def _totals_query(columns: Sequence[Column], source: str, dialect: str) -> str:
    parts = ["COUNT(*)"]
    for column in columns:
        name = _quoted(column.name, dialect)
        if column.kind in ("json", "other") or column.type.lower() == "uuid":  # which have no order everywhere
            parts += [f"COUNT({name})", f"COUNT({name})", "NULL", "NULL"]
        elif column.kind == "boolean":  # PostgreSQL has no MIN of these
            number = f"CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 END"
            parts += [f"COUNT({name})", f"COUNT(DISTINCT {name})", f"MIN({number})", f"MAX({number})"]
        else:
            parts += [f"COUNT({name})", f"COUNT(DISTINCT {name})", f"MIN({name})", f"MAX({name})"]
    return f"SELECT {', '.join(parts)} FROM {source}"


def _source(table: Table, columns: Sequence[str], dialect: str) -> str:
    if table.row_count is not None and table.row_count <= LARGE:
        return qualified(table, dialect)
    if table.row_count:
        return some_rows(table, columns, LARGE // 10, dialect) + " AS sampled"
    return first_rows(table, columns, LARGE, dialect) + " AS bounded"


def _ask(database: Readable, sql: str, seconds: float) -> Result | None:
    """The rows, or None when this query is refused, fails or takes too long: the lexicon then knows less."""
    try:
        found = database.execute(sql, Limits(seconds=seconds, rows=SAMPLE + 1, bytes=32_000_000))
    except QueryError:
        return None
    if database.dialect == "sqlite":  # which has no decimals, so nothing that cannot be compared
        return found
    return replace(found, rows=[tuple(map(comparable, row)) for row in found.rows])


def _counted(column: Sequence[Any], estimated: bool = False) -> Observed:
    present = [v for v in column if v is not None]
    kinds = set(map(type, present))
    counts = Counter(present if kinds.isdisjoint(_UNHASHABLE) else filter(_hashable, present))
    low, high = _bounds(counts)
    return Observed(
        rows=len(column), distinct=len(counts), nulls=len(column) - len(present), minimum=low, maximum=high,
        top=_ordered(counts.items()) if len(counts) <= FEW else (), values=_spread(list(counts)), estimated=estimated,
    )  # fmt: skip


def _ordered(counts: Iterable[tuple[Any, int]]) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted(counts, key=lambda pair: (-pair[1], str(pair[0]))))


def _some(column: Sequence[Any]) -> tuple[Any, ...]:
    """Up to `VALUES` distinct values, spread over the sample."""
    return _spread(list(dict.fromkeys(v for v in column if v is not None and _hashable(v))))


def _spread(distinct: list[Any]) -> tuple[Any, ...]:
    step = max(1, len(distinct) // VALUES)
    return tuple(distinct[::step][:VALUES])


def _bounds(values: Collection[Any]) -> tuple[Any, Any]:
    """Smallest and largest as the engine would see them: numbers before text where a column mixes both."""
    kinds = set(map(type, values))
    if kinds == {int} or (kinds == {str} and "".join(values).isascii()):  # Python's own order is the same
        return min(values), max(values)
    ordered = sorted(values, key=_sort_key)
    return (ordered[0], ordered[-1]) if ordered else (None, None)


def _sort_key(value: Any) -> tuple[int, Any]:
    if isinstance(value, NUMBER):
        return (0, value) if value == value else (-1, 0.0)
    if isinstance(value, str):
        return (2, value.encode("utf-8", "surrogateescape"))
    return (1, str(value))


def _columns(result: Result, width: int) -> list[list[Any]]:
    return list(map(list, zip(*result.rows, strict=True))) if result.rows else [[] for _ in range(width)]


_UNHASHABLE = (list, dict, bytes)


def _hashable(value: Any) -> bool:
    return not isinstance(value, _UNHASHABLE)


def _list(columns: Sequence[Column], dialect: str) -> str:
    return ", ".join(_quoted(c.name, dialect) for c in columns)


def _quoted(name: str, dialect: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect)
