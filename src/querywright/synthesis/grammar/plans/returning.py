"""Entities seen twice in another table: there in 2022 and again in 2023, or never again; and how many often."""

from __future__ import annotations

import random

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block
from querywright.synthesis.grammar.clauses import counted, leaves, threshold
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.graph import Edge
from querywright.synthesis.grammar.plans.outcome import tell
from querywright.synthesis.grammar.plans.setops import other
from querywright.synthesis.grammar.trees import Condition, Item, Select, Shape, Source, condition, text


def both_or_one(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Entities with children under one condition, and with (or without) children under another of the same kind."""
    parent, edge, outer_joins, inner_joins = context.family(rng, wanted.joins, many=True)
    left = wanted.wheres - 2
    own = left % 2
    each = (left - own) // 2
    if inner_joins % 2 or each < 1 or each > 2 or inner_joins > 2 or (own and outer_joins > 1):
        raise Reject("no room for conditions")
    outer = context.block(parent, outer_joins, rng, without=(edge.child,))
    inner = context.block(context.graph.tables[edge.child], inner_joins // 2, rng, without=(parent.name,))
    need = leaves(inner) or [0]
    avoid = [r.sql for r in inner.refs if r.node not in need]
    first = context.where(inner, rng, each, avoid=avoid, need=need, said=1, most=0.6)
    second = other(context, inner, first, rng)
    negative = rng.random() < 0.45
    if negative and edge.nullable:
        raise Reject("NOT IN over NULLs")
    chosen = context.where(outer, rng, own, proved=False, need=leaves(outer) if own else ())
    where = (
        *chosen.conditions,
        _among(outer, inner, edge, first.conditions, False),
        _among(outer, inner, edge, second, negative),
    )
    return tell(context, rng, outer, where, chosen)


def _among(outer: Block, inner: Block, edge: Edge, where: tuple[Condition, ...], negative: bool) -> Condition:
    column = inner.ref(0, inner.grain.by_name[edge.columns[0].lower()])
    key = outer.ref(0, outer.grain.by_name[edge.referred[0].lower()])
    unproved = tuple(Condition(c.branches) for c in where)
    query = Select((Item(text(column.sql)),), inner.source, inner.joins, unproved)
    return condition(f"{key.sql} NOT IN " if negative else f"{key.sql} IN ", query)


def how_many_often(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """How many entities have more, or fewer, than so many children."""
    parent, edge, outer_joins, inner_joins = context.family(rng, wanted.joins, many=True)
    if outer_joins:
        raise Reject("a joined table would be idle")
    inner = context.block(context.graph.tables[edge.child], inner_joins, rng, without=(parent.name,))
    chosen = context.where(inner, rng, wanted.wheres, proved=False, need=leaves(inner), least=0.05, said=2)
    column = inner.ref(0, inner.grain.by_name[edge.columns[0].lower()])
    counts = Select((Item(text("COUNT(*)")),), inner.source, inner.joins, chosen.conditions, (column.sql,))
    operator, number = threshold((r[0] for r in context.rows(counts)), rng, whole=True, up=True)
    if edge.nulls:
        raise Reject("children of nobody")
    found = Select((Item(text(column.sql)),), inner.source, inner.joins, chosen.conditions, (column.sql,),
                   (condition(f"COUNT(*) {operator} {number}"),))  # fmt: skip
    return Select((counted(parent).item,), Source(found, "often"))
