"""Rows compared with an average: of all rows, of rows under conditions, of their own group."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from operator import eq, gt, lt
from typing import Any

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref, build
from querywright.synthesis.grammar.clauses import categories, leaves, measures
from querywright.synthesis.grammar.context import Context, grouping, items, label, word
from querywright.synthesis.grammar.plans.outcome import tell
from querywright.synthesis.grammar.predicates import Chosen
from querywright.synthesis.grammar.samples import is_number
from querywright.synthesis.grammar.trees import Item, Select, Shape, condition, text


def overall(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows above (or below) the average of all rows, or of those under the same conditions."""
    block = context.block(context.table(rng, wanted.joins, measured=True), wanted.joins, rng)
    options = measures(block)
    twice, odd = divmod(wanted.wheres - 1, 2)
    if not options or odd:
        raise Reject("nothing to measure")
    ref = rng.choice(options)
    inner = context.block(block.grain, 0, rng)
    chosen = context.where(inner, rng, twice, avoid=_plain(ref, block), least=0.1, said=2)
    average = Select((Item(text(f"AVG({ref.column.sql})")),), inner.source, (), chosen.conditions)
    operator = rng.choices((">", "<"), (7, 3))[0]
    level = context.known(average)[0][0]
    above = compared(inner, inner.ref(0, ref.column), operator, [level] * len(inner.rows))
    chosen = _under(chosen, above, inner).on(block)
    where = (*chosen.conditions, condition(f"{ref.sql} {operator} ", average, proved=True))
    also = (ref.sql,) if rng.random() < 0.3 else ()
    return tell(context, rng, block, where, chosen, wanted.group_by, also)


def _plain(ref: Ref, block: Block) -> list[str]:
    """Columns not to repeat a condition on: the measured one, and names."""
    return [ref.column.sql, *(c.sql for c in block.grain.label)]


def _under(chosen: Chosen, test: int, block: Block) -> Chosen:
    """`chosen` with a further test; Reject where that keeps all of these rows, or none."""
    before = next(chosen.without(len(block.rows)))
    kept = before & test
    if not kept or kept == before:
        raise Reject("no conditions found")
    return replace(chosen, keep=kept.bit_count() / len(block.rows))


def compared(block: Block, ref: Ref, operator: str, levels: Sequence[Any]) -> int:
    """For which sampled rows `ref` stands so to its level, as bits."""
    mask, bit = 0, 1
    for value, level in zip(block.sample.values(ref.node, ref.column.name), levels, strict=True):
        if is_number(value) and is_number(level) and _HOLDS[operator](float(value), float(level)):
            mask |= bit
        bit <<= 1
    return mask


_HOLDS = {">": gt, "<": lt, "=": eq}


def own_group(
    context: Context,
    rng: random.Random,
    wanted: Shape,
    functions: Sequence[str] = ("AVG",),
    operators: Sequence[str] = (">", ">", "<"),
) -> Select:
    """Rows above the average of their own category, or of the rows with the same parent (correlated)."""
    grain = context.table(rng, wanted.joins, labelled=True, measured=True)
    block = context.block(grain, wanted.joins, rng, alias=True)
    options = measures(block)
    if not options or wanted.wheres < 2:
        raise Reject("nothing to measure")
    ref = rng.choice(options)
    group = _group(block, rng)
    if not context.correlates(grain, grain, group.column):
        raise Reject("too slow to correlate")
    function, operator = rng.choice(functions), rng.choice(operators)
    inner = build(context.graph, context.samples, grain, taken=[n.alias or "" for n in block.nodes], alias=True)
    own, same = inner.ref(0, ref.column), inner.ref(0, group.column)
    link = condition(f"{same.sql} = {group.sql}", structural=True)
    bare = context.block(grain, 0, rng)
    twice, odd = divmod(wanted.wheres - 2, 2)
    if odd:
        raise Reject("not the same rows on both sides")
    chosen = context.where(bare, rng, twice, avoid=[*_plain(ref, block), group.column.sql], least=0.1, said=1)
    figure = Select((Item(text(f"{function}({own.sql})")),), inner.source, (), (link, *chosen.on(inner).conditions))
    test = compared(bare, bare.ref(0, ref.column), operator, _levels(context, bare, chosen, function, ref, group))
    ends = [n for n in leaves(block) if n != _parent_of(block, group)]
    if ends:
        raise Reject("a joined table would be idle")
    chosen = _under(chosen, test, bare).on(block)
    where = (*chosen.conditions, condition(f"{ref.sql} {operator} ", figure, proved=True))
    also = (ref.sql, group.sql) if group.column.name not in grain.links else (ref.sql,)
    return tell(context, rng, block, where, chosen, wanted.group_by, also)


def _levels(context: Context, bare: Block, chosen: Chosen, function: str, ref: Ref, group: Ref) -> list[Any]:
    """The figure of each sampled row's own group."""
    column = group.column
    outputs = (Item(text(column.sql)), Item(text(f"{function}({ref.column.sql})")))
    level = dict(context.known(Select(outputs, bare.source, (), chosen.conditions, group=(column.sql,))))
    return [level.get(v) for v in bare.sample.values(0, column.name)]


def _group(block: Block, rng: random.Random) -> Ref:
    """A category of the grain, or the foreign key of a joined table of few rows."""
    options = categories(block, 30, node=0)
    for node in block.nodes[1:]:
        assert node.edge is not None
        if node.child == 0 and len(node.edge.columns) == 1 and node.table.rows * 3 <= block.grain.rows:
            options += [block.ref(0, block.grain.by_name[node.edge.columns[0].lower()])] * 2
    if not options:
        raise Reject("nothing to group by")
    return rng.choice(options)


def _parent_of(block: Block, group: Ref) -> int:
    for number, node in enumerate(block.nodes):
        if node.edge is not None and node.child == 0 and node.edge.columns == (group.column.name,):
            return number
    return -1


def difference(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Each row's distance from the average of all rows."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, measured=True), wanted.joins, rng)
    options = measures(block)
    if not options:
        raise Reject("nothing to measure")
    ref = rng.choice(options)
    inner = context.block(block.grain, 0, rng)
    twice, odd = divmod(wanted.wheres, 2)
    if odd or leaves(block):
        raise Reject("not the same rows on both sides")
    chosen = context.where(inner, rng, twice, avoid=[ref.column.sql], said=2)
    if chosen.keep * block.grain.rows > 150:
        raise Reject("listing too long")
    average = Select((Item(text(f"AVG({ref.column.sql})")),), inner.source, (), chosen.conditions)
    chosen = chosen.on(block)
    name = word(f"difference from average {ref.column.facts.phrase}")
    outputs = (*items((*label(block, 0), ref)), Item(text(f"{ref.sql} - ", average), name))
    return Select(outputs, block.source, block.joins, chosen.conditions)


def groups_above(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Groups whose average lies above the average of all rows."""
    block = context.block(context.table(rng, wanted.joins, measured=True), wanted.joins, rng)
    options = measures(block)
    if not options:
        raise Reject("nothing to measure")
    ref = rng.choice(options)
    ends = leaves(block)
    entity = [n for n in ends if block.nodes[n].table.label and block.nodes[n].table.key]
    if entity and rng.random() < 0.6:
        node = rng.choice(entity)
        names, group = label(block, node), tuple(r.sql for r in grouping(block, node))
    else:
        choices = categories(block)
        if not choices:
            raise Reject("nothing to group by")
        one = rng.choice(choices)
        node, names, group = one.node, (one,), (one.sql,)
    twice, odd = divmod(wanted.wheres, 2)
    if odd or [n for n in ends if n != node]:
        raise Reject("not the same rows on both sides")
    inner = context.block(block.grain, 0, rng)
    avoid = [ref.column.sql, *(n.column.sql for n in names if n.node == 0)]
    chosen = context.where(inner, rng, twice, avoid=avoid, least=0.2, said=1)
    average = Select((Item(text(f"AVG({ref.column.sql})")),), inner.source, (), chosen.conditions)
    chosen = chosen.on(block)
    figure = f"AVG({ref.sql})"
    outputs = (*items(names), Item(text(figure), word(f"average {ref.column.facts.phrase}")))
    having = (condition(f"{figure} {rng.choice('>><')} ", average),)
    return Select(outputs, block.source, block.joins, chosen.conditions, group, having)
