"""The same entity under two conditions: INTERSECT, EXCEPT, UNION."""

from __future__ import annotations

import random
from collections.abc import Sequence

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.clauses import leaves, threshold
from querywright.synthesis.grammar.context import Context, crowd, identity, items, label
from querywright.synthesis.grammar.graph import Edge, Table
from querywright.synthesis.grammar.trees import Compound, Condition, Item, Select, Shape, condition, text


def two_conditions(context: Context, rng: random.Random, wanted: Shape) -> Compound:
    """Entities found in two ways, each by its own columns or by its children's.

    A branch over children is joined up to the entity; the set operation makes each entity one again.
    """
    by_children = 0 if not wanted.joins else 2 if wanted.joins > 1 and rng.random() < 0.8 else 1
    if wanted.group_by and not by_children:
        raise Reject("not enough keys to join along")
    edges: list[Edge | None] = [None, None]
    if by_children:
        parent, first, _, _ = context.family(rng, 0, many=wanted.group_by, sparse=not wanted.group_by)
        same = [e for t, e in context.graph.families if t is parent and crowd(t, context.graph.tables[e.child]) >= 0.08]
        edges[0] = first
        if by_children == 2:
            edges[1] = first if rng.random() < 0.5 or not same else rng.choice(same)
    else:
        parent = context.table(rng, labelled=True)
    joins = [int(e is not None) for e in edges]
    more = wanted.joins - sum(joins)
    open_to = [n for n, e in enumerate(edges) if more <= _room(context, parent, e)]
    if more < 0 or not open_to:
        raise Reject("not enough keys to join along")
    joins[rng.choice(open_to)] += more
    counted = [bool(wanted.group_by) and e is not None and n == 0 for n, e in enumerate(edges)]
    wheres = _deal(wanted.wheres, [e is None for e in edges], rng)
    if edges[0] is not None and edges[0] is edges[1] and 0 in wheres and not wanted.group_by:
        raise Reject("one branch holds the other")
    branches = [_branch(context, rng, parent, edges[n], joins[n], wheres[n], counted[n]) for n in range(2)]
    if rng.random() < 0.5:
        branches.reverse()
    return Compound(rng.choices(("INTERSECT", "EXCEPT", "UNION"), (4, 4, 2))[0], branches[0], branches[1])


def _room(context: Context, parent: Table, edge: Edge | None) -> int:
    """How many more tables a branch can be joined to."""
    if edge is None:
        return context.graph.reach(parent.name)
    return context.graph.reach(edge.child) - 1


def _deal(count: int, own: list[bool], rng: random.Random) -> tuple[int, int]:
    """Conditions for each branch: one at least where the entity's own columns are all there is."""
    least = (int(own[0]), int(own[1]))
    if count < sum(least):
        raise Reject("no room for conditions")
    first = least[0] + sum(rng.random() < 0.5 for _ in range(count - sum(least)))
    return first, count - first


def _branch(
    context: Context, rng: random.Random, parent: Table, edge: Edge | None, joins: int, wheres: int, counted: bool
) -> Select:
    if edge is None:
        block = context.block(parent, joins, rng)
        named = [r.sql for r in label(block, 0)]
        chosen = context.where(block, rng, wheres, avoid=named, proved=False, need=leaves(block))
        return Select(items(identity(block, 0)), block.source, block.joins, chosen.conditions)
    block = context.block(context.graph.tables[edge.child], joins, rng, first=((0, edge),))
    need = [n for n in leaves(block) if n != 1]
    if wheres and not need and not counted:
        need = [0]
    most = 1.0 if counted or not wheres else crowd(parent, block.grain)
    chosen = context.where(block, rng, wheres, proved=False, need=need, most=most)
    outputs = identity(block, 1)
    if not counted:
        return Select(items(outputs), block.source, block.joins, chosen.conditions)
    return _many(context, rng, block, chosen.conditions, outputs)


def _many(
    context: Context, rng: random.Random, block: Block, where: tuple[Condition, ...], outputs: Sequence[Ref]
) -> Select:
    """Entities with more, or fewer, than so many of these rows."""
    group = tuple(r.sql for r in outputs)
    counts = Select((Item(text("COUNT(*)")),), block.source, block.joins, where, group)
    operator, number = threshold((r[0] for r in context.rows(counts)), rng, whole=True)
    having = (condition(f"COUNT(*) {operator} {number}"),)
    return Select(items(outputs), block.source, block.joins, where, group, having)
