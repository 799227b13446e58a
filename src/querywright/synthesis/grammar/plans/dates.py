"""Figures per year, quarter, month or weekday; time between two dates."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.clauses import (
    aggregate,
    any_groups,
    counted,
    leaves,
    measured,
    measures,
    tie_breakers,
)
from querywright.synthesis.grammar.context import Context, aliased, items, label
from querywright.synthesis.grammar.periods import period
from querywright.synthesis.grammar.plans.grouping import finish
from querywright.synthesis.grammar.plans.outcome import tell
from querywright.synthesis.grammar.trees import Expression, Item, Select, Shape, condition, text
from querywright.synthesis.lexicon import Role

FAR = 1500
"""Days between two dates of a row, beyond which nobody counts in days."""


def by_period(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """A figure for each period."""
    block = context.block(context.table(rng, wanted.joins, dates=1), wanted.joins, rng)
    when = period(context, block, rng)
    found = aggregate(block, rng, 0.5)
    chosen = context.where(block, rng, wanted.wheres, avoid=[found.over, when.ref.sql], need=leaves(block), least=0.05)
    outputs = [Item(text(when.sql), when.alias), found.item]
    options = measures(block)
    if options and rng.random() < 0.2:
        second = measured(rng.choice(options), rng)
        if second.sql != found.sql:
            outputs.append(second.item)
    query = Select(tuple(outputs), block.source, block.joins, chosen.conditions, (when.sql,))
    if rng.random() < 0.55 or when.unit in ("weekday", "month of year"):
        if not 2 <= len(context.rows(query, 200)) <= 130:
            raise Reject("too few or too many groups")
        return replace(query, order=(text(when.alias),))
    return finish(context, query, 1, found, (when.alias,), rng)


def time_between(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Days from one date of a row to another: on average, per category, or for the rows where it took longest."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    dates = [r for r in block.of(Role.DATE, Role.DATETIME, node=0) if r.column.dated]
    if len(dates) < 2:
        raise Reject("no two dates")
    first, last = _in_order(block, *rng.sample(dates, 2))
    avoid = [first.sql, last.sql]
    days = context.dialect.days_between(first.sql, last.sql, first.whole and last.whole)
    function = rng.choice(("AVG", "AVG", "MAX"))
    figure = Item(text(f"{function}({days})"), {"AVG": "average_days", "MAX": "longest_days"}[function])
    if wanted.group_by:
        names, keys, node = any_groups(block, rng)
        need = [n for n in leaves(block) if n != node]
        avoid += [r.sql for r in names]
        chosen = context.where(block, rng, wanted.wheres, avoid=avoid, need=need, least=0.1, said=2)
        query = Select((*items(names), figure), block.source, block.joins, chosen.conditions, keys)
        if not 2 <= len(context.rows(query, 100)) <= 40:
            raise Reject("too few or too many groups")
        return query
    chosen = context.where(block, rng, wanted.wheres, avoid=avoid, need=leaves(block), least=0.05)
    if rng.random() < 0.6 or not label(block, 0):
        return Select((figure,), block.source, block.joins, chosen.conditions)
    if first.column.nulls or last.column.nulls:
        raise Reject("NULLs in an order")
    outputs = (*aliased(label(block, 0), block), Item(text(days), "days"))
    order: list[Expression] = [text("days DESC"), *(text(r.sql) for r in tie_breakers(block, 0))]
    return Select(
        outputs, block.source, block.joins, chosen.conditions, order=tuple(order), limit=rng.choice((1, 3, 5))
    )


def late(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows of which one date lies after another that it sometimes precedes: returned after they were due."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    dates = [r for r in block.of(Role.DATE, Role.DATETIME, node=0) if r.column.dated]
    if len(dates) < 2:
        raise Reject("no two dates")
    first, last = rng.sample(dates, 2)
    known = [(str(r[0][first.column.name])[:10], str(r[0][last.column.name])[:10]) for r in block.rows]
    apart = [abs(_number(a) - _number(b)) for a, b in known if "None" not in (a, b)]
    if not apart or sorted(apart)[len(apart) // 2] > FAR:
        raise Reject("dates mostly unknown")
    mask = sum(1 << n for n, (a, b) in enumerate(known) if "None" not in (a, b) and a > b)
    before = sum("None" not in (a, b) and a < b for a, b in known)
    if not before or not 0.03 <= mask.bit_count() / max(len(block.rows), 1) <= 0.9:
        raise Reject("dates always in one order")
    test = condition(f"{first.sql} > {last.sql}", proved=True)
    if wanted.group_by:
        names, keys, node = any_groups(block, rng)
        avoid, need = [first.sql, last.sql, *(r.sql for r in names)], [n for n in leaves(block) if n != node]
        chosen = context.where(block, rng, wanted.wheres - 1, avoid=avoid, need=need, said=1, test=mask)
        found = counted(block.grain)
        query = Select((*items(names), found.item), block.source, block.joins, (*chosen.conditions, test), keys)
        return finish(context, query, len(names), found, tuple(r.sql for r in names), rng)
    chosen = context.where(
        block, rng, wanted.wheres - 1, avoid=[first.sql, last.sql], need=leaves(block), said=2, test=mask
    )
    return tell(context, rng, block, (*chosen.conditions, test), chosen)


def _number(day: str) -> int:
    try:
        return dt.date.fromisoformat(day).toordinal()
    except ValueError:
        raise Reject("dates that are none") from None


def _in_order(block: Block, a: Ref, b: Ref) -> tuple[Ref, Ref]:
    """The two dates with the earlier first; Reject where the sample has them both ways."""
    known = [(r[0][a.column.name], r[0][b.column.name]) for r in block.rows]
    known = [(str(x)[:10], str(y)[:10]) for x, y in known if x is not None and y is not None]
    if len(known) < 5:
        raise Reject("dates mostly unknown")
    apart = sorted(abs(_number(x) - _number(y)) for x, y in known)[len(known) // 2]
    if not 1 <= apart <= FAR:
        raise Reject("dates too close together, or a life apart")
    if all(x <= y for x, y in known):
        return a, b
    if all(x >= y for x, y in known):
        return b, a
    raise Reject("dates in no order")
