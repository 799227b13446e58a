"""The same entity under two conditions: INTERSECT, EXCEPT, UNION."""

from __future__ import annotations

import random

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block
from querywright.synthesis.grammar.clauses import leaves, threshold
from querywright.synthesis.grammar.context import Context, identity, items
from querywright.synthesis.grammar.graph import Edge, Table
from querywright.synthesis.grammar.plans.membership import children
from querywright.synthesis.grammar.trees import Compound, Item, Select, Shape, condition, text


def two_conditions(context: Context, rng: random.Random, wanted: Shape) -> Compound:
    """Entities found in two ways, each by its own rows or by its children's."""
    parent = context.table(rng, labelled=True)
    left_wheres = wanted.wheres // 2 if rng.random() < 0.5 else -(-wanted.wheres // 2)
    operator = rng.choices(("INTERSECT", "EXCEPT", "UNION"), (4, 4, 2))[0]
    counted = rng.randrange(2) if wanted.group_by else -1
    joins = wanted.joins // 2 if wanted.joins % 2 == 0 or rng.random() < 0.5 else wanted.joins // 2 + 1
    left = _branch(context, rng, parent, joins, left_wheres, counted == 0)
    right = _branch(context, rng, parent, wanted.joins - joins, wanted.wheres - left_wheres, counted == 1)
    return Compound(operator, left, right)


def _branch(context: Context, rng: random.Random, parent: Table, joins: int, wheres: int, counted: bool) -> Select:
    """The identity of a parent, by its own columns or (with a join) by what its children say."""
    edges = [e for e in children(parent) if not context.graph.tables[e.child].entity.lookup]
    if joins and edges and (counted or rng.random() < 0.8):
        return _by_children(context, rng, rng.choice(edges), joins, wheres, counted)
    if counted:
        raise Reject("no children")
    block = context.block(parent, joins, rng)
    chosen = context.where(block, rng, wheres, proved=False, need=leaves(block))
    return Select(items(identity(block, 0)), block.source, block.joins, chosen.conditions)


def _by_children(context: Context, rng: random.Random, edge: Edge, joins: int, wheres: int, counted: bool) -> Select:
    child = context.graph.tables[edge.child]
    block = context.block(child, joins, rng, first=((0, edge),))
    need = [n for n in leaves(block) if n != 1]
    chosen = context.where(block, rng, wheres, proved=False, need=need)
    outputs = identity(block, 1)
    if not counted:
        if all(r.node == 1 for r in chosen.refs):
            raise Reject("a joined table would be idle")
        return Select(items(outputs), block.source, block.joins, chosen.conditions)
    return _many(context, rng, block, chosen.conditions, outputs)


def _many(context: Context, rng: random.Random, block: Block, where, outputs) -> Select:  # type: ignore[no-untyped-def]
    group = tuple(r.sql for r in outputs)
    counts = Select((Item(text("COUNT(*)")),), block.source, block.joins, where, group)
    operator, number = threshold((r[0] for r in context.rows(counts)), rng, whole=True)
    having = (condition(f"COUNT(*) {operator} {number}"),)
    return Select(items(outputs), block.source, block.joins, where, group, having)
