"""The first row, or the first few, of each group without a window: DISTINCT ON and LATERAL."""

from __future__ import annotations

import random
from dataclasses import replace

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.clauses import categories, decided, leaves, sortable, spread
from querywright.synthesis.grammar.context import Context, aliased, items, label, word
from querywright.synthesis.grammar.trees import Item, Join, Select, Shape, Source, condition, text
from querywright.synthesis.lexicon import Role

LONG = 150


def distinct_on(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The one row of each group that comes first: sorted by group and figure, ties broken, the first of each kept."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, ordered=True), wanted.joins, rng)
    options = sortable(block)
    if not options:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    group = _group(block, rng, ref)
    need = [n for n in leaves(block) if n != group.node]
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql, group.sql], need=need, least=0.03)
    if spread(block, group, chosen) < 3:
        raise Reject("only one group")
    down = ref.role is not Role.RANK and rng.random() < 0.75
    order = (text(group.sql), *decided(block, ref, down))
    refs = list(dict.fromkeys((group, *label(block, 0), ref)))
    return Select(aliased(refs, block), block.source, block.joins, chosen.conditions, order=order, keep=(group.sql,))


def _group(block: Block, rng: random.Random, ref: Ref) -> Ref:
    """A category, or a name that stands for one row of a joined table: the rows come sorted by it."""
    options = [r for r in categories(block, 40) if r is not ref and r.column.distinct * 2.5 <= block.grain.rows]
    for node in leaves(block):
        table = block.nodes[node].table
        if table.label_unique and len(table.label) == 1 and table.rows * 2 <= block.grain.rows and table.rows <= LONG:
            options += label(block, node) * 2
    if not options:
        raise Reject("nothing to group by")
    return rng.choice(options)


def lateral(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The first few children of each entity, looked up row by row."""
    parent, edge, outer_joins, _ = context.family(rng, wanted.joins - 1, many=True, upward=False)
    child = context.graph.tables[edge.child]
    name = word(f"top {child.entity.plural}")
    outer = context.block(parent, outer_joins, rng, taken=[name], alias=True, without=(child.name,))
    inner = context.block(child, 0, rng, [n.alias for n in outer.nodes if n.alias], alias=True)
    link = inner.ref(0, child.by_name[edge.columns[0].lower()])
    options = [r for r in sortable(inner) if r is not link]
    if not options or not child.subject:
        raise Reject("nothing to order by")
    limits = [n for n in (1, 1, 2, 3, 3, 5) if n * 1.5 <= child.rows / parent.rows]
    if not limits:
        raise Reject("too few to choose from")
    if not context.correlates(parent, child, link.column):
        raise Reject("too slow to correlate")
    ref, limit = rng.choice(options), rng.choice(limits)
    conditions = wanted.wheres - 1
    within = rng.choice((0, 0, 1)) if conditions else 0
    chosen = context.where(outer, rng, conditions - within, need=leaves(outer), proved=False)
    if chosen.keep * parent.rows * limit > LONG:
        raise Reject("listing too long")
    kept = context.where(inner, rng, within, avoid=[ref.sql], least=0.2, proved=False)
    key = outer.ref(0, parent.by_name[edge.referred[0].lower()])
    tied = condition(f"{link.sql} = {key.sql}", structural=True)
    down = ref.role is not Role.RANK and rng.random() < 0.75
    named = [r for r in label(inner, 0) if r.role is not Role.KEY] if child.label else []
    refs = [r for r in dict.fromkeys((*named, ref)) if r.sql not in kept.pinned]
    top = Select(items(refs), inner.source, (), (tied, *kept.conditions), order=decided(inner, ref, down), limit=limit)
    join = Join(Source(top, name), "", "CROSS JOIN LATERAL")
    shown = [*label(outer, 0), *(replace(r, node=-1, sql=f"{name}.{r.column.sql}") for r in refs)]
    outputs = tuple(_output(r, shown, parent.entity.singular, child.entity.singular) for r in shown)
    return Select(outputs, outer.source, (*outer.joins, join), chosen.conditions)


def _output(ref: Ref, shown: list[Ref], parent: str, child: str) -> Item:
    """A column, with its owner's name in front where both owners have one of that name."""
    twice = sum(r.column.name.lower() == ref.column.name.lower() for r in shown) > 1
    owner = child if ref.node < 0 else parent
    return Item(text(ref.sql), word(f"{owner} {ref.column.facts.phrase}") if twice else None)
