"""Entities that have, or have not, rows elsewhere: IN, NOT IN, EXISTS, NOT EXISTS over children; anti-joins."""

from __future__ import annotations

import random

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block
from querywright.synthesis.grammar.clauses import leaves, threshold
from querywright.synthesis.grammar.context import Context, crowd, items, label
from querywright.synthesis.grammar.graph import Edge, Table
from querywright.synthesis.grammar.plans.outcome import tell
from querywright.synthesis.grammar.trees import Condition, Item, Join, Select, Shape, Source, condition, text


def having_children(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Entities with (or without) children that satisfy conditions."""
    correlated = wanted.wheres >= 2 and rng.random() < 0.4
    left = wanted.wheres - 1 - correlated
    parent, edge, outer_joins, inner_joins = context.family(rng, wanted.joins, sparse=left > 0, needy=left == 0)
    if correlated and not _correlates(context, parent, edge):
        raise Reject("too slow to correlate")
    inside = _inside(rng, left, inner_joins)
    outer = context.block(parent, outer_joins, rng, alias=correlated, without=(edge.child,))
    taken = [n.alias for n in outer.nodes if n.alias]
    child = context.graph.tables[edge.child]
    inner = context.block(child, inner_joins, rng, taken, alias=correlated or inner_joins > 0, without=(parent.name,))
    test = _test(context, rng, outer, inner, edge, inside, correlated)
    need = rng.sample(ends, min(len(ends), left - inside)) if (ends := leaves(outer)) else []
    chosen = context.where(outer, rng, left - inside, proved=False, need=need)
    return tell(context, rng, outer, (*chosen.conditions, test), chosen, wanted.group_by)


def _correlates(context: Context, parent: Table, edge: Edge) -> bool:
    child = context.graph.tables[edge.child]
    return context.correlates(parent, child, child.by_name[edge.columns[0].lower()])


def _inside(rng: random.Random, left: int, joins: int) -> int:
    """How many of the conditions go to the children: at least one where there is one, and one for their joins."""
    if joins > left:
        raise Reject("no room for conditions")
    return rng.randint(max(min(left, 1), min(joins, 1)), left)


def _test(
    context: Context, rng: random.Random, outer: Block, inner: Block, edge: Edge, count: int, correlated: bool
) -> Condition:
    most = crowd(outer.grain, inner.grain) if count else 1.0
    chosen = context.where(inner, rng, count, proved=False, need=leaves(inner), most=most)
    column = inner.ref(0, inner.grain.by_name[edge.columns[0].lower()])
    key = outer.ref(0, outer.grain.by_name[edge.referred[0].lower()])
    negative = rng.random() < 0.4
    if correlated:
        link = condition(f"{column.sql} = {key.sql}", structural=True)
        query = Select((Item(text("1")),), inner.source, inner.joins, (link, *chosen.conditions))
        return condition("NOT EXISTS " if negative else "EXISTS ", query)
    if negative and edge.nullable:
        raise Reject("NOT IN over NULLs")
    query = Select((Item(text(column.sql)),), inner.source, inner.joins, chosen.conditions)
    return condition(f"{key.sql} NOT IN " if negative else f"{key.sql} IN ", query)


def counted_children(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Entities with more, or fewer, than so many children that satisfy conditions."""
    parent, edge, outer_joins, inner_joins = context.family(rng, wanted.joins, many=True)
    child = context.graph.tables[edge.child]
    left = wanted.wheres - 1
    if inner_joins > left:
        raise Reject("no room for conditions")
    inside = rng.randint(min(inner_joins, 1), left)
    outer = context.block(parent, outer_joins, rng, without=(child.name,))
    taken = [n.alias for n in outer.nodes if n.alias]
    inner = context.block(child, inner_joins, rng, taken, without=(parent.name,))
    inner_where = context.where(inner, rng, inside, proved=False, need=leaves(inner), least=0.03)
    column = inner.ref(0, child.by_name[edge.columns[0].lower()])
    key = outer.ref(0, parent.by_name[edge.referred[0].lower()])
    groups = Select((Item(text("COUNT(*)")),), inner.source, inner.joins, inner_where.conditions, (column.sql,))
    operator, number = threshold((r[0] for r in context.rows(groups)), rng, whole=True, up=True)
    having = (condition(f"COUNT(*) {operator} {number}"),)
    query = Select((Item(text(column.sql)),), inner.source, inner.joins, inner_where.conditions, (column.sql,), having)
    need = rng.sample(ends, min(len(ends), left - inside)) if (ends := leaves(outer)) else []
    chosen = context.where(outer, rng, left - inside, proved=False, need=need)
    where = (*chosen.conditions, condition(f"{key.sql} IN ", query))
    return tell(context, rng, outer, where, chosen)


def without_children(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Entities that no row points at, by LEFT JOIN and IS NULL."""
    parent, edge, outer_joins, _ = context.family(rng, wanted.joins - 1, upward=False, needy=True)
    child = context.graph.tables[edge.child]
    outer = context.block(parent, outer_joins, rng, alias=True, without=(child.name,))
    chosen = context.where(outer, rng, wanted.wheres - 1, proved=False, need=leaves(outer))
    inner = context.block(child, 0, rng, [n.alias for n in outer.nodes if n.alias], alias=True)
    column = inner.ref(0, child.by_name[edge.columns[0].lower()])
    key = outer.ref(0, parent.by_name[edge.referred[0].lower()])
    join = Join(Source(child.sql, inner.nodes[0].alias), f"{column.sql} = {key.sql}", "LEFT JOIN")
    where = (*chosen.conditions, condition(f"{column.sql} IS NULL"))
    return Select(items(label(outer, 0)), outer.source, (*outer.joins, join), where)


def counts_beside(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Each entity with the number of its children, none included, by a correlated subquery in the output."""
    parent, edge, outer_joins, _ = context.family(rng, wanted.joins, upward=False, shared=True)
    if not _correlates(context, parent, edge):
        raise Reject("too slow to correlate")
    child = context.graph.tables[edge.child]
    outer = context.block(parent, outer_joins, rng, alias=True, without=(child.name,))
    inner = context.block(child, 0, rng, [n.alias for n in outer.nodes if n.alias], alias=True)
    left = wanted.wheres - 1
    inside = rng.choice((0, min(1, left)))
    column = inner.ref(0, child.by_name[edge.columns[0].lower()])
    key = outer.ref(0, parent.by_name[edge.referred[0].lower()])
    link = condition(f"{column.sql} = {key.sql}", structural=True)
    inner_where = context.where(inner, rng, inside, proved=False)
    chosen = context.where(outer, rng, left - inside, need=leaves(outer))
    query = Select((Item(text("COUNT(*)")),), inner.source, (), (link, *inner_where.conditions))
    name = f"{child.entity.singular} count".replace(" ", "_").lower()
    outputs = (*items(label(outer, 0)), Item(text(query), name))
    return Select(outputs, outer.source, outer.joins, chosen.conditions)
