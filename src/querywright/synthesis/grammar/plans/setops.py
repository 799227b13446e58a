"""The same entity, or the same kind of value, found in two ways: INTERSECT, EXCEPT, UNION."""

from __future__ import annotations

import random
from collections.abc import Sequence

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.candidates import Candidate
from querywright.synthesis.grammar.clauses import leaves, threshold
from querywright.synthesis.grammar.context import Context, crowd, grouping, identity, items
from querywright.synthesis.grammar.graph import Column, Edge, Table
from querywright.synthesis.grammar.predicates import Chosen, mask_of
from querywright.synthesis.grammar.trees import Compound, Condition, Item, Select, Shape, condition, text
from querywright.synthesis.lexicon import Role


def two_kinds(context: Context, rng: random.Random, wanted: Shape) -> Compound:
    """Entities with children of two kinds, or of one and not of the other: "with loans but no fines"."""
    if wanted.joins < 2:
        raise Reject("not enough keys to join along")
    parent, first = _family(context, rng, bool(wanted.group_by))
    others = [e for t, e in context.graph.families if t is parent and e.child != first.child and _tells(context, e)]
    if not first.childless:
        others = [e for e in others if e.childless]
    if not others:
        raise Reject("no table for this plan")
    second = rng.choice(others)
    joins = _deal(wanted.joins - 2, (_room(context, first), _room(context, second)), rng)
    wheres = _split(wanted.wheres, rng, joins)
    left = _branch(context, rng, parent, first, joins[0], wheres[0], wanted.group_by)
    right = _branch(context, rng, parent, second, joins[1], wheres[1], False)
    return Compound(rng.choices(("INTERSECT", "EXCEPT", "UNION"), (4, 5, 1))[0], left, right)


def again(context: Context, rng: random.Random, wanted: Shape) -> Compound:
    """Entities with children of one period or kind and of another: "in 2022 and again in 2023"."""
    each, odd = divmod(wanted.wheres, 2)
    beyond, uneven = divmod(wanted.joins - 2, 2)
    if odd or uneven or not each or beyond < 0:
        raise Reject("no room for conditions")
    _parent, edge = _family(context, rng, True)
    block = context.block(context.graph.tables[edge.child], 1 + beyond, rng, first=((0, edge),))
    need = [n for n in leaves(block) if n != 1] or [0]
    if len(need) > 1:
        raise Reject("one branch holds the other")
    avoid = [r.sql for r in block.refs if r.node not in need]
    chosen = context.where(block, rng, each, avoid=avoid, need=need, said=1, most=0.7)
    second = other(context, block, chosen, rng)
    outputs = items(identity(block, 1))
    left = Select(outputs, block.source, block.joins, chosen.conditions)
    right = Select(outputs, block.source, block.joins, second)
    return Compound(rng.choices(("INTERSECT", "EXCEPT"), (3, 2))[0], left, right)


def other(context: Context, block: Block, chosen: Chosen, rng: random.Random) -> tuple[Condition, ...]:
    """Conditions of the same kind on the same column for other rows. Raises Reject where there are none."""
    ref, kinds = chosen.refs[0], [c.kind for c in chosen.picked]
    if not {"=", "name", "year", "either", ">="}.issuperset(kinds[:1]) or (kinds[0] == ">=" and len(kinds) < 2):
        raise Reject("one branch holds the other")
    taken = 0
    for mask in chosen.masks:
        taken = taken | mask if not taken else taken & mask
    for _ in range(8):
        value = block.rows[rng.randrange(len(block.rows))][ref.node][ref.column.name]
        made: tuple[Candidate | None, ...]
        if len(kinds) > 1 or kinds[0] == "either":
            made = context.finder.pair(ref, value, block, rng)
        else:
            made = (context.finder.one(ref, value, block, rng),)
        found = [c for c in made if c is not None]
        if [c.kind for c in found] != kinds:
            continue
        rows = mask_of(found[0], block)
        for one in found[1:]:
            rows &= mask_of(one, block)
        if rows and not rows & taken and rows.bit_count() >= 0.03 * len(block.rows):
            return tuple(c.about(c.ref.sql, False) for c in found)
    raise Reject("no conditions found")


def own_and_children(context: Context, rng: random.Random, wanted: Shape) -> Compound:
    """Entities of one kind that have, or have not, certain children: "customers in Berlin who never ordered"."""
    if wanted.joins < 1:
        raise Reject("not enough keys to join along")
    parent, edge = _family(context, rng, bool(wanted.group_by), wanted.wheres < 2 and not wanted.group_by)
    joins = _deal(wanted.joins - 1, (min(1, context.graph.reach(parent.name, edge.child)), _room(context, edge)), rng)
    wheres = _split(wanted.wheres, rng, joins)
    if not wheres[0] and wheres[1] and not wanted.group_by and not joins[1]:
        wheres = (wheres[1], 0)
    own = context.block(parent, joins[0], rng, without=(edge.child,))
    named = [r.sql for r in own.refs_of(0, parent.label)]
    chosen = context.where(own, rng, wheres[0], avoid=named, proved=False, need=leaves(own), said=2)
    left = Select(items(identity(own, 0)), own.source, own.joins, chosen.conditions)
    right = _branch(context, rng, parent, edge, joins[1], wheres[1], wanted.group_by)
    if chosen.keep * parent.rows > 300:
        raise Reject("listing too long")
    operator = rng.choice(("EXCEPT", "EXCEPT", "INTERSECT")) if wheres[0] else "EXCEPT"
    return Compound(operator, left, right)


def same_values(context: Context, rng: random.Random, wanted: Shape) -> Compound:
    """The same kind of value in two tables: "countries that have customers and suppliers"."""
    pairs = _alike(context)
    if not pairs:
        raise Reject("no table for this plan")
    first, second = rng.choice(pairs)
    blocks = [context.block(context.graph.tables[c.table], 0, rng) for c in (first, second)]
    refs = [b.ref(0, c) for b, c in zip(blocks, (first, second), strict=True)]
    wheres = _split(wanted.wheres, rng, (0, 0))
    parts = []
    for block, ref, count in zip(blocks, refs, wheres, strict=True):
        chosen = context.where(block, rng, count, avoid=[ref.sql], proved=False, said=1)
        parts.append(Select(items([ref]), block.source, (), chosen.conditions))
    if rng.random() < 0.5:
        parts.reverse()
    return Compound(rng.choices(("INTERSECT", "EXCEPT", "UNION"), (4, 4, 2))[0], parts[0], parts[1])


def _alike(context: Context) -> list[tuple[Column, Column]]:
    """Columns of two tables that say the same of different things: one phrase, and values in common."""
    known = [
        (t, c)
        for t in context.tables
        if t.subject and not t.entity.derived and not t.entity.lookup
        for c in t.of(Role.CATEGORY)
        if c.facts.sayable and c.distinct > 3 and c.facts.kind == "text"
    ]
    return [
        (a, b)
        for n, (t, a) in enumerate(known)
        for u, b in known[n + 1 :]
        if t is not u and a.facts.phrase == b.facts.phrase and len(set(a.facts.values) & set(b.facts.values)) >= 2
    ]


def _tells(context: Context, edge: Edge) -> bool:
    child = context.graph.tables[edge.child].entity
    return not child.derived and not child.awkward


def _family(context: Context, rng: random.Random, many: bool, needy: bool = False) -> tuple[Table, Edge]:
    parent, edge, _, _ = context.family(rng, 0, many=many, needy=needy)
    if not _tells(context, edge):
        raise Reject("children that read badly")
    return parent, edge


def _room(context: Context, edge: Edge) -> int:
    """How many more tables a branch over these children can be joined to; one more is all a question bears."""
    return min(1, context.graph.reach(edge.child) - 1)


def _deal(count: int, room: tuple[int, int], rng: random.Random) -> tuple[int, int]:
    """Further joins for each branch. Raises Reject where there is no room."""
    options = [(n, count - n) for n in range(count + 1) if n <= room[0] and count - n <= room[1]]
    if not options:
        raise Reject("not enough keys to join along")
    return rng.choice(options)


def _split(count: int, rng: random.Random, least: tuple[int, int]) -> tuple[int, int]:
    """Conditions for each branch, at least so many each."""
    if count < sum(least):
        raise Reject("no room for conditions")
    first = least[0] + sum(rng.random() < 0.5 for _ in range(count - sum(least)))
    return first, count - first


def _branch(
    context: Context, rng: random.Random, parent: Table, edge: Edge, joins: int, wheres: int, counted: bool
) -> Select:
    block = context.block(context.graph.tables[edge.child], 1 + joins, rng, first=((0, edge),))
    need = [n for n in leaves(block) if n != 1]
    avoid = [r.sql for r in block.refs if r.node == 1]
    most = 1.0 if counted or not wheres else max(0.4, crowd(parent, block.grain))
    chosen = context.where(block, rng, wheres, avoid=avoid, proved=False, need=need, most=most, said=2)
    outputs = identity(block, 1)
    if not counted:
        return Select(items(outputs), block.source, block.joins, chosen.conditions)
    return _many(context, rng, block, chosen.conditions, outputs)


def _many(
    context: Context, rng: random.Random, block: Block, where: tuple[Condition, ...], outputs: Sequence[Ref]
) -> Select:
    """Entities with more, or fewer, than so many of these rows."""
    group = tuple(r.sql for r in grouping(block, 1))
    counts = Select((Item(text("COUNT(*)")),), block.source, block.joins, where, group)
    operator, number = threshold((r[0] for r in context.rows(counts)), rng, whole=True, up=True)
    having = (condition(f"COUNT(*) {operator} {number}"),)
    return Select(items(outputs), block.source, block.joins, where, group, having)
