"""Dates cut into years, quarters, months and weekdays, the way the engine writes it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.context import Context, word
from querywright.synthesis.grammar.trees import Condition
from querywright.synthesis.lexicon import Role


@dataclass(frozen=True, slots=True)
class Period:
    """A date column cut into periods: the expression, its name, and what it is cut by."""

    ref: Ref
    sql: str
    alias: str
    unit: str
    known: tuple[Condition, ...] = ()


def period(context: Context, block: Block, rng: random.Random, ordered: bool = False) -> Period:
    """A date (or year) of the grain, cut; `ordered` keeps to periods that follow each other. Raises Reject."""
    options = [
        r
        for r in block.of(Role.DATE, Role.DATETIME, Role.YEAR, node=0)
        if not r.column.nulls
        and (r.column.dated or (r.role is Role.YEAR and r.column.numeric and r.column.distinct > 3))
    ]
    if not options:
        raise Reject("no dates")
    ref = rng.choice(options)
    if ref.role is Role.YEAR:
        return Period(ref, ref.sql, word(ref.column.facts.phrase), "year")
    span = _days(ref)
    units = []
    if span > 900:
        units += ["year"] * 3
    if 60 < span < 4000:
        units += ["month"] * 3
    if not ordered and span > 300:
        units += ["weekday", "month of year"] + ["quarter"] * (span > 600)
    if not units:
        raise Reject("dates too close together")
    unit = rng.choice(units)
    write = {
        "year": context.dialect.year,
        "month": context.dialect.year_month,
        "weekday": context.dialect.weekday,
        "month of year": context.dialect.month,
        "quarter": context.dialect.quarter,
    }[unit]
    alias = {"month of year": "month_of_year"}.get(unit, unit)
    return Period(
        ref, write(ref.sql), word(f"{ref.column.facts.phrase} {alias}") if rng.random() < 0.3 else f"{alias}", unit
    )


def _days(ref: Ref) -> int:
    ends = []
    for value in (ref.column.facts.minimum, ref.column.facts.maximum):
        if isinstance(value, str):
            value = dt.date.fromisoformat(value[:10])
        ends.append(dt.date(value.year, value.month, value.day))
    return (ends[1] - ends[0]).days
