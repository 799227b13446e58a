"""Listings: rows of one table, with what their foreign keys lead to."""

from __future__ import annotations

import random
from dataclasses import replace

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block
from querywright.synthesis.grammar.clauses import changes, decided, leaves, needs, sortable
from querywright.synthesis.grammar.context import SHOWN, Context, aliased, label, shown
from querywright.synthesis.grammar.trees import Item, Select, Shape, condition, text
from querywright.synthesis.lexicon import Role

LONG = 150


def listing(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Who or what satisfies these conditions, with one or two facts beside the name."""
    grain = context.table(rng, wanted.joins, labelled=True)
    block = context.block(grain, wanted.joins, rng)
    need, show = needs(block, rng, wanted.wheres)
    if len(show) > 2 or any(block.optional(n) or not block.nodes[n].table.label for n in show):
        raise Reject("a joined table would be idle")
    chosen = context.where(block, rng, wanted.wheres, need=need)
    show = [n for n in show if not chosen.pinned.issuperset(r.sql for r in label(block, n))]
    refs = list(shown(block, rng, rng.choice((0, 1, 1, 2)) if len(show) < 2 else 0, avoid=chosen.pinned))
    for node in show:
        refs += label(block, node)
    query = Select(aliased(refs, block), block.source, block.joins, chosen.conditions)
    expected = chosen.keep * grain.rows
    if expected <= LONG and rng.random() < 0.7:
        return query
    return _ordered(query, block, rng, expected)


def attribute(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """One or two facts about one row, found by its name."""
    grain = context.table(rng, wanted.joins, labelled=True)
    block = context.block(grain, wanted.joins, rng)
    named = label(block, 0)
    show = leaves(block)
    if len(named) != wanted.wheres or len(show) > 1 or not block.rows:
        raise Reject("no name of this length")
    row = rng.choice(block.rows)[0]
    values = [row[r.column.name] for r in named]
    if any(not isinstance(v, str) or not v or v != v.strip() or len(v) > 60 for v in values):
        raise Reject("no name to look up")
    more = [r for r in block.of(*SHOWN, node=0) if r not in named and row[r.column.name] is not None]
    if not more and not show:
        raise Reject("nothing to show")
    refs = rng.sample(more, min(len(more), rng.choice((1, 2)) - (len(show) > 0)))
    for node in show:
        if not block.nodes[node].table.label:
            raise Reject("a joined table would be idle")
        refs += label(block, node)
    tests = (context.dialect.equals(r.sql, v) for r, v in zip(named, values, strict=True))
    where = tuple(condition(test, proved=True) for test in tests)
    return Select(aliased(refs, block), block.source, block.joins, where)


def _ordered(query: Select, block: Block, rng: random.Random, expected: float) -> Select:
    options = sortable(block)
    if not options:
        if expected > LONG:
            raise Reject("listing too long")
        return query
    ref = rng.choice(options)
    down = ref.role is not Role.RANK and rng.random() < 0.65
    order = decided(block, ref, down)
    if expected > LONG or rng.random() < 0.5:
        if expected < 4:
            return query
        limit = rng.choice([n for n in (1, 2, 3, 3, 5, 5, 10) if n < expected / 1.5] or [1])
        items = query.items
        if all(i.expression.parts != (ref.sql,) for i in items) and len(items) < 4 and rng.random() < 0.6:
            items = (*items, Item(text(ref.sql)))
        return replace(query, items=items, order=order, limit=limit)
    return replace(query, order=order)


def values(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The different values of a category among rows that satisfy conditions."""
    grain = context.table(rng, wanted.joins)
    block = context.block(grain, wanted.joins, rng)
    ends = leaves(block)
    options = [
        r
        for r in block.of(Role.CATEGORY, Role.NAME, Role.YEAR)
        if r.column.distinct >= 3
        and r.column.facts.sayable
        and (r.role is not Role.NAME or (r.node and block.nodes[r.node].table.label == (r.column,)))
        and (r.role is Role.NAME or not r.column.facts.unique)
        and (r.role is not Role.NAME or block.nodes[r.node].table.label_unique)
    ]
    if not options or wanted.wheres == 0:
        raise Reject("no values to list")
    ref = rng.choice(options)
    need = [n for n in ends if n != ref.node] or ([0] if ref.node else [])
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql], proved=False, need=need)
    if not changes(block, ref, chosen):
        raise Reject("no conditions found")
    order = (text(ref.sql),) if rng.random() < 0.3 else ()
    return Select((Item(text(ref.sql)),), block.source, block.joins, chosen.conditions, order=order, distinct=True)
