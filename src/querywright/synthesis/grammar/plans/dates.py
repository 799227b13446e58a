"""Figures per year, quarter, month or weekday; time between two dates."""

from __future__ import annotations

import random
from dataclasses import replace

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.clauses import aggregate, leaves, measured, measures
from querywright.synthesis.grammar.context import Context, aliased, label
from querywright.synthesis.grammar.periods import period
from querywright.synthesis.grammar.plans.grouping import finish
from querywright.synthesis.grammar.trees import Expression, Item, Select, Shape, text
from querywright.synthesis.lexicon import Role


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
    if rng.random() < 0.55:
        if not 2 <= len(context.rows(query, 200)) <= 130:
            raise Reject("too few or too many groups")
        return replace(query, order=(text(when.alias),))
    return finish(context, query, 1, found, (when.alias,), rng)


def time_between(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Days from one date of a row to another: on average, or for the rows where it took longest."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    dates = [r for r in block.of(Role.DATE, Role.DATETIME, node=0) if r.column.dated]
    if len(dates) < 2:
        raise Reject("no two dates")
    first, last = _in_order(block, *rng.sample(dates, 2))
    chosen = context.where(block, rng, wanted.wheres, avoid=[first.sql, last.sql], need=leaves(block), least=0.01)
    days = context.dialect.days_between(first.sql, last.sql)
    if rng.random() < 0.6 or not label(block, 0):
        function = rng.choice(("AVG", "AVG", "MAX"))
        name = {"AVG": "average_days", "MAX": "longest_days"}[function]
        return Select((Item(text(f"{function}({days})"), name),), block.source, block.joins, chosen.conditions)
    if first.column.nulls or last.column.nulls:
        raise Reject("NULLs in an order")
    outputs = (*aliased(label(block, 0), block), Item(text(days), "days"))
    order: list[Expression] = [text("days DESC"), *(text(r.sql) for r in label(block, 0))]
    return Select(
        outputs, block.source, block.joins, chosen.conditions, order=tuple(order), limit=rng.choice((1, 3, 5))
    )


def _in_order(block: Block, a: Ref, b: Ref) -> tuple[Ref, Ref]:
    """The two dates with the earlier first; Reject where the sample has them both ways."""
    known = [(r[0][a.column.name], r[0][b.column.name]) for r in block.rows]
    known = [(str(x)[:10], str(y)[:10]) for x, y in known if x is not None and y is not None]
    if len(known) < 5:
        raise Reject("dates mostly unknown")
    if all(x <= y for x, y in known):
        return a, b
    if all(x >= y for x, y in known):
        return b, a
    raise Reject("dates in no order")
