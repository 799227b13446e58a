"""What each engine writes differently: one table of small functions.

A new engine (PostgreSQL, MySQL) is one more `Dialect` in `DIALECTS`; plans never test the engine's name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from querywright.databases import Table
from querywright.errors import SettingsError

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
RESERVED: Final = frozenset(
    """abort action add all alter always analyze and any anti as asc asof at attach autoincrement before begin between
    both by cascade case cast check collate column columns commit conflict constraint create cross current current_date
    current_time current_timestamp database default deferrable deferred delete desc describe detach distinct do drop
    each else end escape except exclude exclusive exists explain fail false filter first following for foreign from
    full generated glob grant group groups having if ignore immediate in index indexed initially inner insert instead
    intersect interval into is isnull join key lateral last leading left like limit map match materialized natural no
    not nothing notnull null nulls of offset on only or order others out outer over partition pivot placing plan
    positional pragma preceding primary qualify query raise range recursive references reindex release rename replace
    restrict returning right rollback row rows savepoint schema select semi set show some struct summarize table temp
    temporary then ties to top trailing transaction trigger true truncate try_cast unbounded union unique unpivot
    update user using vacuum values view virtual when where window with within without year month day hour minute
    second date time timestamp char character int integer text real float double boolean bool""".split()  # noqa: SIM905
)
"""Names that are quoted, and never used as an alias."""


def quote(name: str, dialect: str) -> str:
    """`name` as an identifier: bare where every engine reads it so, quoted otherwise."""
    if _PLAIN.match(name) and name.lower() not in RESERVED:
        return name
    mark = "`" if dialect == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def qualified(table: Table, dialect: str) -> str:
    """A table's name with its namespace's; each part as `quote` writes it."""
    return ".".join(quote(part, dialect) for part in table.parts)


def literal(value: Any) -> str:
    """`value` as a constant; text, dates and times in single quotes. Raises TypeError for what has no plain form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else repr(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, dt.datetime):
        return f"'{value:%Y-%m-%d}'" if value.time() == dt.time() else f"'{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, (dt.date, dt.time)):
        return f"'{value.isoformat()}'"
    raise TypeError(f"no literal for {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine writes what the standard leaves open. Every function takes and gives SQL text."""

    name: str
    year: Callable[[str], str]
    year_literal: Callable[[int], str]
    month: Callable[[str], str]
    """The month of the year, `01`…`12` or 1…12."""
    year_month: Callable[[str], str]
    quarter: Callable[[str], str]
    weekday: Callable[[str], str]
    """0 is Sunday in every engine."""
    days_between: Callable[[str, str], str]
    """Days from the first to the second."""
    real: Callable[[str], str]
    """A number whose division keeps its fraction."""
    like_folds_case: bool
    decorrelates: bool = False
    """Turns a correlated subquery into a join by itself; elsewhere it runs once a row."""
    has_qualify: bool = False
    has_median: bool = False
    """`MEDIAN(x)` is an aggregate."""
    has_filter: bool = False
    """Aggregates take `FILTER (WHERE …)`, and people who use the engine write it."""


DIALECTS: dict[str, Dialect] = {
    "sqlite": Dialect(
        name="sqlite",
        year=lambda c: f"strftime('%Y', {c})",
        year_literal=lambda y: f"'{y:04d}'",
        month=lambda c: f"strftime('%m', {c})",
        year_month=lambda c: f"strftime('%Y-%m', {c})",
        quarter=lambda c: f"(CAST(strftime('%m', {c}) AS INTEGER) + 2) / 3",
        weekday=lambda c: f"strftime('%w', {c})",
        days_between=lambda a, b: f"julianday(date({b})) - julianday(date({a}))",
        real=lambda x: f"CAST({x} AS REAL)",
        like_folds_case=True,
    ),
    "duckdb": Dialect(
        name="duckdb",
        year=lambda c: f"EXTRACT(YEAR FROM {c})",
        year_literal=str,
        month=lambda c: f"EXTRACT(MONTH FROM {c})",
        year_month=lambda c: f"date_trunc('month', {c})",
        quarter=lambda c: f"EXTRACT(QUARTER FROM {c})",
        weekday=lambda c: f"EXTRACT(DOW FROM {c})",
        days_between=lambda a, b: f"date_diff('day', {a}, {b})",
        real=lambda x: x,
        like_folds_case=False,
        decorrelates=True,
        has_qualify=True,
        has_median=True,
        has_filter=True,
    ),
}


def dialect(name: str) -> Dialect:
    """The functions of this engine. Raises SettingsError for one the grammar does not write yet."""
    try:
        return DIALECTS[name]
    except KeyError:
        raise SettingsError(f"the grammar author writes {', '.join(DIALECTS)}; not {name} yet") from None
