"""Entities that have, or have not, rows elsewhere: IN, NOT IN, EXISTS, NOT EXISTS over children and links."""

from __future__ import annotations

import random

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, build
from querywright.synthesis.grammar.clauses import leaves, share
from querywright.synthesis.grammar.context import Context, aliased, label, shown
from querywright.synthesis.grammar.graph import Edge
from querywright.synthesis.grammar.trees import Condition, Item, Select, Shape, condition, text


def having_children(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Entities with (or without) children that satisfy conditions."""
    parent = context.table(rng, labelled=True, children=True)
    edges = [e for e in parent.down if len(e.columns) == 1 and not e.hierarchy]
    if not edges:
        raise Reject("no children")
    edge = rng.choice(edges)
    inner_joins, outer_joins = share(wanted.joins, 2, rng)
    outer = context.block(parent, outer_joins, rng, alias=False)
    left = wanted.wheres - 1
    if left < 0:
        raise Reject("no room for conditions")
    correlated = left >= 1 and rng.random() < 0.4
    left -= correlated
    inside = rng.randint(min(left, 1), left)
    taken = [n.alias for n in outer.nodes if n.alias]
    if correlated and not outer_joins:
        outer = build(context.graph, context.samples, parent, alias=True)
        taken = [n.alias for n in outer.nodes if n.alias]
    test = _test(context, rng, outer, edge, inside, inner_joins, correlated, taken)
    chosen = context.where(outer, rng, left - inside, need=leaves(outer) if left > inside else ())
    ends = [n for n in leaves(outer) if all(r.node != n for r in chosen.refs)]
    refs = list(shown(outer, rng, rng.choice((0, 0, 1))))
    for node in ends:
        refs += label(outer, node)
    return Select(aliased(refs, outer), outer.source, outer.joins, (*chosen.conditions, test))


def _test(
    context: Context, rng: random.Random, outer: Block, edge: Edge, count: int, joins: int, correlated: bool, taken: list[str]
) -> Condition:
    child = context.graph.tables[edge.child]
    inner = context.block(child, joins, rng, taken=taken, alias=correlated or joins > 0)
    chosen = context.where(inner, rng, count, need=leaves(inner))
    column = inner.ref(0, child.by_name[edge.columns[0].lower()])
    key = outer.ref(0, outer.grain.by_name[edge.referred[0].lower()])
    negative = rng.random() < 0.4
    if correlated:
        link = condition(f"{column.sql} = {key.sql}", structural=True)
        query = Select((Item(text("1")),), inner.source, inner.joins, (link, *chosen.conditions))
        return condition("NOT EXISTS " if negative else "EXISTS ", query)
    if negative and edge.nulls:
        raise Reject("NOT IN over NULLs")
    query = Select((Item(text(column.sql)),), inner.source, inner.joins, chosen.conditions)
    return condition(f"{key.sql} NOT IN " if negative else f"{key.sql} IN ", query)
