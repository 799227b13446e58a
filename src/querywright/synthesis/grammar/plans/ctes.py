"""Figures of figures: averages of counts, entities above the average of their kind, children summed up and filtered."""

from __future__ import annotations

import random

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.clauses import (
    aggregate,
    categories,
    grouped_by,
    leaves,
    measures,
    spread,
    threshold,
    tie_breakers,
    without_nulls,
)
from querywright.synthesis.grammar.context import Context, aliased, items, label, word
from querywright.synthesis.grammar.trees import Cte, Item, Join, Select, Shape, Source, condition, text
from querywright.synthesis.lexicon import Role


def average_of_groups(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The average (or highest) figure per group: how many on average."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    keys = [
        block.ref(0, column)
        for e in block.grain.up
        if len(e.columns) == 1
        and not e.nulls
        and not e.childless
        and not wanted.wheres
        and (column := block.grain.by_name[e.columns[0].lower()]).distinct * 1.3 < block.grain.rows
    ]
    options = [*keys, *keys, *categories(block, 40, node=0)]
    if not options:
        raise Reject("nothing to group by")
    group = rng.choice(options)
    found = aggregate(block, rng, 0.6)
    chosen = context.where(block, rng, wanted.wheres, avoid=[found.over, group.sql], need=leaves(block), least=0.05)
    inner = Select((Item(text(group.sql)), found.item), block.source, block.joins, chosen.conditions, (group.sql,))
    if len(context.rows(inner, 50)) < 4:
        raise Reject("only one group")
    function = rng.choices(("AVG", "MAX", "MIN"), (6, 1, 1))[0]
    name = {"AVG": "average", "MAX": "highest", "MIN": "lowest"}[function]
    outputs = (Item(text(f"{function}({found.alias})"), word(f"{name} {found.alias}")),)
    if rng.random() < 0.5:
        return Select(outputs, Source(inner, "totals"))
    return Select(outputs, Source("totals"), ctes=(Cte("totals", inner),))


def above_average_groups(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Entities whose figure lies above the average of all entities' figures."""
    if wanted.wheres < 1:
        raise Reject("no room for conditions")
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    options = [n for n in leaves(block) if block.nodes[n].table.label and block.nodes[n].table.key]
    if options:
        node = rng.choice(options)
        names, keys = grouped_by(block, node)
    else:
        choices = [r for r in categories(block, 60, node=0) if r.column.distinct > 4]
        if not choices:
            raise Reject("nothing to group by")
        one = rng.choice(choices)
        node, names, keys = 0, (one,), (one.sql,)
    need = [n for n in leaves(block) if n != node]
    avoid = [r.sql for r in names]
    found = aggregate(block, rng, 0.5)
    chosen = context.where(block, rng, wanted.wheres - 1, avoid=[found.over, *avoid], need=need, least=0.1, said=1)
    inner_items = aliased(names, block)
    inner = Select((*inner_items, found.item), block.source, block.joins, chosen.conditions, keys)
    outputs = [Item(text(i.alias or r.column.sql)) for i, r in zip(inner_items, names, strict=True)]
    outputs.append(Item(text(found.alias)))
    average = Select((Item(text(f"AVG({found.alias})")),), Source("totals"))
    test = condition(f"{found.alias} {'>' if found.count else rng.choice('>><')} ", average)
    return Select(tuple(outputs), Source("totals"), (), (test,), ctes=(Cte("totals", inner),))


def children_summed(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Entities joined to their children's figures: those above a number, or the first few."""
    parent, edge, outer_joins, _ = context.family(rng, wanted.joins - 1, many=True, upward=False)
    child = context.block(context.graph.tables[edge.child], 0, rng)
    first = not wanted.wheres or rng.random() < 0.4
    left = wanted.wheres - (not first)
    found = aggregate(child, rng, 0.5)
    column = child.ref(0, child.grain.by_name[edge.columns[0].lower()])
    inner = Select((Item(text(column.sql)), found.item), child.source, group=(column.sql,))
    outer = context.block(parent, outer_joins, rng, taken=["totals"], alias=True, without=(edge.child,))
    chosen = context.where(outer, rng, left, proved=False, need=leaves(outer))
    key = outer.ref(0, parent.by_name[edge.referred[0].lower()])
    on = f"totals.{column.column.sql} = {key.sql}"
    derived = rng.random() < 0.4
    join = Join(Source(inner, "totals") if derived else Source("totals"), on)
    outputs = (*items(label(outer, 0)), Item(text(f"totals.{found.alias}")))
    ctes = () if derived else (Cte("totals", inner),)
    if first:
        without_nulls(context.rows(inner), 1)
        order = (text(f"totals.{found.alias} DESC"), *(text(r.sql) for r in tie_breakers(outer, 0)))
        limit = rng.choice((1, 3, 5, 10))
        if limit > 0.6 * chosen.keep * parent.rows:
            raise Reject("too few to choose from")
        return Select(
            outputs, outer.source, (*outer.joins, join), chosen.conditions, order=order, limit=limit, ctes=ctes
        )
    operator, number = threshold((r[1] for r in context.rows(inner)), rng, found.whole, found.count)
    test = condition(f"totals.{found.alias} {operator} {number}")
    return Select(outputs, outer.source, (*outer.joins, join), (*chosen.conditions, test), ctes=ctes)


def against_group(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows beside the average of their group, kept where they lie above it: in two steps."""
    grain = context.table(rng, wanted.joins - 1, labelled=True, measured=True)
    outer = context.block(grain, wanted.joins - 1, rng, taken=["averages"], alias=True)
    options, groups = measures(outer), categories(outer, 30, node=0)
    if not options or not groups:
        raise Reject("nothing to group by")
    ref, group = rng.choice(options), rng.choice(groups)
    name = word(f"average {ref.column.facts.phrase}")
    inner_items = (Item(text(group.column.sql)), Item(text(f"AVG({ref.column.sql})"), name))
    bare = context.block(grain, 0, rng)
    twice, odd = divmod(wanted.wheres - 1, 2)
    if odd or leaves(outer):
        raise Reject("not the same rows on both sides")
    chosen = context.where(bare, rng, twice, avoid=[ref.column.sql, group.column.sql], least=0.2, said=1)
    inner = Select(inner_items, bare.source, (), chosen.conditions, (group.column.sql,))
    chosen = chosen.on(outer)
    join = Join(Source("averages"), f"averages.{group.column.sql} = {group.sql}")
    outputs = (*items(dict.fromkeys((*label(outer, 0), group, ref))), Item(text(f"averages.{name}")))
    test = condition(f"{ref.sql} {rng.choice('>><')} averages.{name}")
    return Select(
        outputs, outer.source, (*outer.joins, join), (*chosen.conditions, test), ctes=(Cte("averages", inner),)
    )


def per_parent(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows per parent that has any: a ratio of two counts, or of a sum and a count."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    keys = [
        block.ref(0, column)
        for e in block.grain.up
        if len(e.columns) == 1
        and (column := block.grain.by_name[e.columns[0].lower()]).distinct * 1.3 < block.grain.rows
    ]
    if not keys:
        raise Reject("no parents")
    key = rng.choice(keys)
    avoid = [r.sql for r in block.refs if r.role is Role.NAME]
    chosen = context.where(block, rng, wanted.wheres, avoid=avoid, need=leaves(block), least=0.1, said=2)
    if spread(block, key, chosen) < 4:
        raise Reject("only one group")
    amounts = [r for r in measures(block) if r.role.value == "amount"]
    top = f"SUM({rng.choice(amounts).sql})" if amounts and rng.random() < 0.5 else "COUNT(*)"
    edge = next(e for e in block.grain.up if e.columns[0] == key.column.name)
    name = word(f"average per {context.graph.tables[edge.parent].entity.singular}")
    return Select(
        (Item(text(f"{context.dialect.real(top)} / COUNT(DISTINCT {key.sql})"), name),),
        block.source,
        block.joins,
        chosen.conditions,
    )


def none_included(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Each entity with the number of its children, those with none included: LEFT JOIN and COUNT of the child's key."""
    parent, edge, outer_joins, _ = context.family(rng, wanted.joins - 1, upward=False, shared=True)
    child = context.graph.tables[edge.child]
    if not child.key:
        raise Reject("no key to count")
    outer = context.block(parent, outer_joins, rng, alias=True, without=(child.name,))
    chosen = context.where(outer, rng, wanted.wheres, need=leaves(outer))
    if chosen.keep * parent.rows > 120:
        raise Reject("listing too long")
    inner = context.block(child, 0, rng, [n.alias for n in outer.nodes if n.alias], alias=True)
    column = inner.ref(0, child.by_name[edge.columns[0].lower()])
    key = outer.ref(0, parent.by_name[edge.referred[0].lower()])
    join = Join(Source(child.sql, inner.nodes[0].alias), f"{column.sql} = {key.sql}", "LEFT JOIN")
    names, keys = grouped_by(outer, 0)
    name = word(f"{child.entity.singular} count")
    counts = Item(text(f"COUNT({inner.ref(0, child.key[0]).sql})"), name)
    order = (text(f"{name} DESC"), *(text(r.sql) for r in names)) if rng.random() < 0.4 else ()
    return Select((*items(names), counts), outer.source, (*outer.joins, join), chosen.conditions, keys, order=order)
