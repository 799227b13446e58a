"""What each engine writes differently: one table of small functions.

A new engine is one more `Dialect` in `DIALECTS`; plans never test the engine's name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from querywright.databases import literals, reserved
from querywright.errors import SettingsError

_WORDS: Final = frozenset(
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
RESERVED: Final = _WORDS.union(*reserved.RESERVED.values())
"""Names that are never used as an alias, in any engine."""


def literal(value: Any, dialect: str) -> str:
    """`value` as a constant; text, dates and times in single quotes. Raises TypeError for what has no plain form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else repr(value)
    if isinstance(value, str):
        return literals.literal(value, dialect)
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
    days_between: Callable[[str, str, bool], str]
    """Days from the first to the second; the last says that both are plain dates, without a time of day."""
    real: Callable[[str], str]
    """A number whose division keeps its fraction."""
    like_folds_case: bool
    """Whether `like` finds text in capitals too."""
    like: str = "LIKE"
    """How people look for a word in a text."""
    equality_folds_case: bool = False
    """`'OSLO' = 'Oslo'`, and so in DISTINCT and GROUP BY."""
    rounds: Callable[[str, int, bool], str] = lambda x, digits, approximate: f"ROUND({x}, {digits})"
    """A number to so many decimals; the last says that it is a floating-point one."""
    median: Callable[[str], str] | None = None
    """The median as an aggregate, where the engine has one."""
    dates_are_text: bool = False
    bare_flags: bool = False
    """People write `WHERE is_open` and `NOT is_open` of a true boolean."""
    decorrelates: bool = False
    """Turns a correlated subquery into a join by itself; elsewhere it runs once a row."""
    has_qualify: bool = False
    has_filter: bool = False
    """Aggregates take `FILTER (WHERE …)`, and people who use the engine write it."""
    has_distinct_on: bool = False
    has_lateral: bool = False

    def quote(self, name: str) -> str:
        """`name` as an identifier: bare where the engine reads it so."""
        return literals.quote(name, self.name)

    def literal(self, value: Any) -> str:
        """`value` as a constant. Raises TypeError for what has no plain form."""
        return literal(value, self.name)

    def equals(self, column: str, value: Any) -> str:
        """The condition that `column` has this value."""
        if self.bare_flags and isinstance(value, bool):
            return column if value else f"NOT {column}"
        return f"{column} = {self.literal(value)}"


DIALECTS: dict[str, Dialect] = {
    "sqlite": Dialect(
        name="sqlite",
        year=lambda c: f"strftime('%Y', {c})",
        year_literal=lambda y: f"'{y:04d}'",
        month=lambda c: f"strftime('%m', {c})",
        year_month=lambda c: f"strftime('%Y-%m', {c})",
        quarter=lambda c: f"(CAST(strftime('%m', {c}) AS INTEGER) + 2) / 3",
        weekday=lambda c: f"strftime('%w', {c})",
        days_between=lambda a, b, whole: f"julianday(date({b})) - julianday(date({a}))",
        real=lambda x: f"1.0 * {x}",
        like_folds_case=True,
        dates_are_text=True,
    ),
    "duckdb": Dialect(
        name="duckdb",
        year=lambda c: f"EXTRACT(YEAR FROM {c})",
        year_literal=str,
        month=lambda c: f"EXTRACT(MONTH FROM {c})",
        year_month=lambda c: f"date_trunc('month', {c})",
        quarter=lambda c: f"EXTRACT(QUARTER FROM {c})",
        weekday=lambda c: f"EXTRACT(DOW FROM {c})",
        days_between=lambda a, b, whole: f"date_diff('day', {a}, {b})",
        real=lambda x: f"1.0 * {x}",
        like_folds_case=False,
        median=lambda x: f"MEDIAN({x})",
        decorrelates=True,
        has_qualify=True,
        has_filter=True,
        has_distinct_on=True,
        has_lateral=True,
    ),
    "postgres": Dialect(
        name="postgres",
        year=lambda c: f"EXTRACT(YEAR FROM {c})",
        year_literal=str,
        month=lambda c: f"EXTRACT(MONTH FROM {c})",
        year_month=lambda c: f"TO_CHAR({c}, 'YYYY-MM')",
        quarter=lambda c: f"EXTRACT(QUARTER FROM {c})",
        weekday=lambda c: f"EXTRACT(DOW FROM {c})",
        days_between=lambda a, b, whole: f"{b} - {a}" if whole else f"{_day(b)} - {_day(a)}",
        real=lambda x: f"1.0 * {x}",
        like_folds_case=True,
        like="ILIKE",
        rounds=lambda x, digits, approximate: f"ROUND({f'({x})::numeric' if approximate else x}, {digits})",
        median=lambda x: f"PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {x})",
        bare_flags=True,
        has_filter=True,
        has_distinct_on=True,
        has_lateral=True,
    ),
    # What MariaDB and MySQL 8 both have: so no LATERAL, which only MySQL knows.
    "mysql": Dialect(
        name="mysql",
        year=lambda c: f"YEAR({c})",
        year_literal=str,
        month=lambda c: f"MONTH({c})",
        year_month=lambda c: f"DATE_FORMAT({c}, '%Y-%m')",
        quarter=lambda c: f"QUARTER({c})",
        weekday=lambda c: f"DAYOFWEEK({c}) - 1",
        days_between=lambda a, b, whole: f"DATEDIFF({b}, {a})",
        real=lambda x: x,
        like_folds_case=True,
        equality_folds_case=True,
    ),
}


def _day(moment: str) -> str:
    """A moment as its date in PostgreSQL; inside the window function that takes it from the row before."""
    column, over, window = moment.partition(") OVER ")
    return f"{column}::date{over}{window}"


def dialect(name: str) -> Dialect:
    """The functions of this engine. Raises SettingsError for one the grammar does not write yet."""
    try:
        return DIALECTS[name]
    except KeyError:
        raise SettingsError(f"the grammar author writes {', '.join(DIALECTS)}; not {name} yet") from None
