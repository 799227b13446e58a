"""Figures per group: per category, per entity, with HAVING, order and limit."""

from __future__ import annotations

import random
from dataclasses import replace

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.clauses import (
    Aggregate,
    aggregate,
    categories,
    counted,
    grouped_by,
    having,
    leaves,
    measured,
    measures,
    middle,
    shares,
    without_nulls,
)
from querywright.synthesis.grammar.context import Context, items, word
from querywright.synthesis.grammar.predicates import Chosen
from querywright.synthesis.grammar.trees import Expression, Item, Select, Shape, text
from querywright.synthesis.lexicon import Role


def by_category(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """An aggregate for each value of a category."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    options = categories(block, flags=rng.random() < 0.3)
    if not options:
        raise Reject("nothing to group by")
    ref = rng.choice(options)
    need = [n for n in leaves(block) if n != ref.node]
    found = aggregate(block, rng)
    chosen = context.where(block, rng, wanted.wheres, avoid=[found.over, ref.sql], need=need, least=0.03)
    found = middle(context, found, rng)
    outputs = (Item(text(ref.sql)), *_figures(found, block, rng))
    query = Select(outputs, block.source, block.joins, chosen.conditions, group=(ref.sql,))
    return finish(context, query, 1, found, (ref.sql,), rng)


def by_entity(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """An aggregate of the rows that belong to each entity."""
    if not wanted.joins:
        raise Reject("not enough keys to join along")
    block = context.block(context.table(rng, wanted.joins, links=rng.random() < 0.35), wanted.joins, rng)
    ends = [n for n in leaves(block) if block.nodes[n].table.label and block.nodes[n].table.key and shares(block, n)]
    if not ends:
        raise Reject("no named parent")
    node = rng.choice(ends)
    need = [n for n in leaves(block) if n != node]
    found = middle(context, aggregate(block, rng) if block.grain.subject else counted(block.grain), rng)
    if found.count and block.grain.subject and rng.random() < 0.2:
        found = _kinds(context, block, node, rng) or found
    names, keys = grouped_by(block, node)
    if not block.grain.subject:
        keys = tuple(dict.fromkeys((*(r.sql for r in block.refs_of(node, block.nodes[node].table.key)), *keys)))
    avoid = [found.over, *(r.sql for r in names)]
    if not block.grain.subject:
        avoid += [r.sql for r in block.refs if r.node == 0]  # what a link says of itself is nobody's condition
    chosen = context.where(block, rng, wanted.wheres, avoid=avoid, need=need, least=0.03)
    dates = [r for r in block.of(Role.DATE, Role.DATETIME, node=0) if r.column.dated and not r.column.nulls]
    short = chosen.keep * block.nodes[node].table.rows <= 150
    if dates and short and found.sql == "COUNT(*)" and block.grain.subject and rng.random() < 0.3:
        return _ends(block, names, keys, chosen, rng.choice(dates), rng)
    outputs = (*items(names), *(_figures(found, block, rng) if block.grain.subject else (found.item,)))
    query = Select(outputs, block.source, block.joins, chosen.conditions, group=keys)
    return finish(context, query, len(names), found, tuple(r.sql for r in names), rng, block.nodes[node].table.rows)


def _kinds(context: Context, block: Block, node: int, rng: random.Random) -> Aggregate | None:
    """How many different other entities the rows point at: different books of a branch's copies."""
    owner = block.nodes[node].edge
    options = [
        e
        for e in block.grain.up
        if len(e.columns) == 1 and e.shared and not e.hierarchy and (owner is None or e.columns != owner.columns)
    ]
    if not options:
        return None
    edge = rng.choice(options)
    ref = block.ref(0, block.grain.by_name[edge.columns[0].lower()])
    alias = word(f"{context.graph.tables[edge.parent].entity.singular} count")
    return Aggregate(f"COUNT(DISTINCT {ref.sql})", alias, True, True)


def _ends(
    block: Block, names: tuple[Ref, ...], keys: tuple[str, ...], chosen: Chosen, ref: Ref, rng: random.Random
) -> Select:
    """The first or the last date of each entity, or both."""
    phrase = ref.column.facts.phrase
    first, last = (Item(text(f"{f}({ref.sql})"), word(f"{w} {phrase}")) for f, w in (("MIN", "first"), ("MAX", "last")))
    outputs = rng.choice(((first,), (last,), (first, last)))
    return Select((*items(names), *outputs), block.source, block.joins, chosen.conditions, group=keys)


def _figures(found: Aggregate, block: Block, rng: random.Random) -> tuple[Item, ...]:
    options = measures(block)
    if options and rng.random() < 0.2:
        second = measured(rng.choice(options), rng)
        if second.sql != found.sql:
            return (found.item, second.item)
    return (found.item,)


def finish(
    context: Context,
    query: Select,
    position: int,
    found: Aggregate,
    names: tuple[str, ...],
    rng: random.Random,
    groups: int = 10,
) -> Select:
    """Add HAVING, ORDER BY and LIMIT, or none; what is long gets one that shortens it."""
    found_rows = context.rows(query, 400)
    rows = len(found_rows)
    if rows < 2:
        raise Reject("only one group")
    roll = rng.random()
    if roll < 0.3 or (rows > 60 and roll < 0.5):
        query = having(context, query, position, found, rng)
        if rng.random() < 0.35:
            without_nulls(found_rows, position)
            query = replace(query, order=_order(found, names, rng))
        return query
    if roll < 0.6 or rows > 60:
        without_nulls(found_rows, position)
        limits = [n for n in (1, 1, 3, 3, 5, 5, 10) if n < rows]
        limit = rng.choice(limits) if rows > 60 or rng.random() < 0.6 else None
        return replace(query, order=_order(found, names, rng), limit=limit)
    return query


def _order(found: Aggregate, names: tuple[str, ...], rng: random.Random) -> tuple[Expression, ...]:
    down = found.count or rng.random() < 0.75  # the fewest are those with none, who are not here
    return (text(f"{found.alias} DESC" if down else found.alias), *(text(n) for n in names))
