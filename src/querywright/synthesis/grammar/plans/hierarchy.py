"""Recursive queries where a table points at itself: everyone under one, how deep, who is above."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import alias_for, build
from querywright.synthesis.grammar.clauses import aggregate
from querywright.synthesis.grammar.context import Context, word
from querywright.synthesis.grammar.graph import Edge, Table, orders
from querywright.synthesis.grammar.plans.grouping import finish
from querywright.synthesis.grammar.trees import (
    Compound,
    Condition,
    Cte,
    Item,
    Join,
    Select,
    Shape,
    Source,
    condition,
    text,
)


def under(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Everyone (everything) below one entity, with its level or counted."""
    table, edge = _tree(context, rng)
    if rng.random() < 0.4:
        return _above(context, table, edge, rng)
    start = _start(context, table, edge, rng)
    key, link = table.by_name[edge.referred[0].lower()].sql, table.by_name[edge.columns[0].lower()].sql
    names = [c.sql for c in table.label]
    first = Select(
        (*tuple(Item(text(c)) for c in dict.fromkeys([key, *names])), Item(text("0"), "depth")),
        Source(table.sql), (), start,
    )  # fmt: skip
    step_items = (*tuple(Item(text(f"c.{c}")) for c in dict.fromkeys([key, *names])), Item(text("b.depth + 1")))
    step = Select(step_items, Source(table.sql, "c"), (Join(Source("below", "b"), f"c.{link} = b.{key}"),))
    cte = Cte("below", Compound("UNION ALL", first, step), recursive=True)
    test = (condition("depth > 0", structural=True),)
    roll = rng.random()
    if roll < 0.25:
        outputs: tuple[Item, ...] = (Item(text("COUNT(*)"), word(f"{table.entity.singular} count")),)
        return Select(outputs, Source("below"), (), test, ctes=(cte,))
    if roll < 0.4:
        return Select((Item(text("MAX(depth)"), "levels"),), Source("below"), ctes=(cte,))
    outputs = tuple(Item(text(c)) for c in names)
    if roll < 0.75:
        outputs = (*outputs, Item(text("depth")))
        return Select(outputs, Source("below"), (), test, ctes=(cte,))
    return Select(outputs, Source("below"), (), test, ctes=(cte,))


def _above(context: Context, table: Table, edge: Edge, rng: random.Random) -> Select:
    """The path from one entity to the top."""
    key, link = table.by_name[edge.referred[0].lower()], table.by_name[edge.columns[0].lower()]
    up = {r[key.name]: r[link.name] for r in context.samples.rows(table)}
    start = _named(context, table, [r for r in context.samples.rows(table) if up.get(r[link.name]) is not None], rng)
    columns = dict.fromkeys([key.sql, *(c.sql for c in table.label), link.sql])
    first = Select((*(Item(text(c)) for c in columns), Item(text("0"), "depth")), Source(table.sql), (), start)
    step_items = (*(Item(text(f"p.{c}")) for c in columns), Item(text("a.depth + 1")))
    step = Select(step_items, Source(table.sql, "p"), (Join(Source("above", "a"), f"p.{key.sql} = a.{link.sql}"),))
    cte = Cte("above", Compound("UNION ALL", first, step), recursive=True)
    outputs = (*(Item(text(c.sql)) for c in table.label), *([Item(text("depth"))] if rng.random() < 0.6 else []))
    test = (condition("depth > 0", structural=True),)
    return Select(outputs, Source("above"), (), test, ctes=(cte,))


def above_parent(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows that exceed the row they belong to: who earns more than their manager."""
    table, edge = _tree(context, rng)
    if wanted.joins != 1:
        raise Reject("not enough keys to join along")
    options = [c for c in table.columns if orders(c) and c.name not in table.links]
    if not options:
        raise Reject("nothing to order by")
    column = rng.choice(options)
    own = build(context.graph, context.samples, table, alias=True)
    alias = own.nodes[0].alias or "t"
    up = alias_for(edge.columns[0], [alias])
    chosen = context.where(own, rng, wanted.wheres - 1, avoid=[f"{alias}.{column.sql}"], proved=False)
    key, link = table.by_name[edge.referred[0].lower()].sql, table.by_name[edge.columns[0].lower()].sql
    join = Join(Source(table.sql, up), f"{alias}.{link} = {up}.{key}")
    test = condition(f"{alias}.{column.sql} {rng.choice('><')} {up}.{column.sql}")
    if rng.random() < 0.25:
        outputs: tuple[Item, ...] = (Item(text("COUNT(*)"), word(f"{table.entity.singular} count")),)
    else:
        outputs = tuple(Item(text(f"{alias}.{c.sql}")) for c in (*table.label, column))
        outputs += (Item(text(f"{up}.{column.sql}"), word(f"{_called(edge)} {column.facts.phrase}")),)
    return Select(outputs, own.source, (join,), (*chosen.conditions, test))


def _called(edge: Edge) -> str:
    """What the key calls its target: `manager` for `manager_id`."""
    return re.sub(r"(_?id|_?no|_?code)$", "", edge.columns[0], flags=re.I) or "parent"


def below_each(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows with the number of rows right below each, or an average over them."""
    table, edge = _tree(context, rng)
    if wanted.joins != 1:
        raise Reject("not enough keys to join along")
    own = build(context.graph, context.samples, table, alias=True)
    alias = own.nodes[0].alias or "t"
    up = alias_for(edge.columns[0], [alias])
    found = aggregate(own, rng, 0.7)
    chosen = context.where(own, rng, wanted.wheres)
    key, link = table.by_name[edge.referred[0].lower()].sql, table.by_name[edge.columns[0].lower()].sql
    join = Join(Source(table.sql, up), f"{alias}.{link} = {up}.{key}")
    names = tuple(f"{up}.{c.sql}" for c in table.label)
    keys = names if table.label_unique and len(names) == 1 else tuple(dict.fromkeys((f"{up}.{key}", *names)))
    query = Select((*(Item(text(n)) for n in names), found.item), own.source, (join,), chosen.conditions, keys)
    return finish(context, query, len(names), found, names, rng)


def _tree(context: Context, rng: random.Random) -> tuple[Table, Edge]:
    options = [
        (t, e)
        for t in context.tables
        if t.label and len(t.key) == 1
        for e in t.up
        if e.hierarchy and len(e.columns) == 1
    ]
    if not options:
        raise Reject("no hierarchy")
    return rng.choice(options)


def _start(context: Context, table: Table, edge: Edge, rng: random.Random) -> tuple[Condition, ...]:
    """Conditions that name one row which has others below it."""
    parents = {r[edge.columns[0]] for r in context.samples.rows(table)} - {None}
    return _named(context, table, [r for r in context.samples.rows(table) if r[edge.referred[0]] in parents], rng)


def _named(
    context: Context, table: Table, rows: Sequence[Mapping[str, Any]], rng: random.Random
) -> tuple[Condition, ...]:
    """Conditions that name one of these rows."""
    if not rows:
        raise Reject("no hierarchy")
    row = rng.choice(rows)
    values = [(c, row[c.name]) for c in table.label]
    if any(v is None for _, v in values):
        raise Reject("no name to start from")
    where = tuple(condition(f"{c.sql} = {context.dialect.literal(v)}", structural=True) for c, v in values)
    if context.known(Select((Item(text("COUNT(*)")),), Source(table.sql), (), where))[0][0] != 1:
        raise Reject("two of one name")
    return where
