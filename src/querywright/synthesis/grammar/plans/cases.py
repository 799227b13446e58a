"""CASE: labels and buckets, conditional counts, shares, pivots."""

from __future__ import annotations

import random
from dataclasses import replace

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.candidates import Candidate
from querywright.synthesis.grammar.clauses import categories, counted, grouped_by, leaves, measured, measures, rounded
from querywright.synthesis.grammar.context import Context, aliased, items, label, word
from querywright.synthesis.grammar.dialects import Dialect
from querywright.synthesis.grammar.predicates import mask_of
from querywright.synthesis.grammar.trees import Case, Expression, Item, Part, Select, Shape, text
from querywright.synthesis.lexicon import Role

_BANDS = {2: ("low", "high"), 3: ("low", "medium", "high")}


def buckets(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows sorted into two or three bands of a measure: listed with their band, or counted per band."""
    block = context.block(
        context.table(rng, wanted.joins, measured=True, labelled=not wanted.group_by), wanted.joins, rng
    )
    options = [r for r in measures(block) if not r.column.nulls and r.column.distinct > 5]
    if not options:
        raise Reject("nothing to measure")
    ref = rng.choice(options)
    case = _bands(block, ref, rng)
    name = word(f"{ref.column.facts.phrase} band")
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql], need=leaves(block), least=0.02)
    if wanted.group_by:
        outputs = (Item(text(case), name), counted(block.grain).item)
        query = Select(outputs, block.source, block.joins, chosen.conditions, (name,))
        if len(context.rows(query, 10)) < 2:
            raise Reject("only one group")
        return query
    expected = chosen.keep * block.grain.rows
    if not 3 <= expected <= 120:
        raise Reject("listing too long" if expected > 120 else "too few to sort")
    return Select((*aliased([*label(block, 0), ref], block), Item(text(case), name)), block.source, block.joins,
                  chosen.conditions)  # fmt: skip


def _bands(block: Block, ref: Ref, rng: random.Random) -> Case:
    values = block.sample.numbers(ref.node, ref.column.name)
    if len(values) < 6:
        raise Reject("too few values")
    count = rng.choice((2, 3, 3))
    cuts = [rounded(values[len(values) * n // count], ref.column.facts.integral) for n in range(1, count)]
    if len(set(cuts)) != len(cuts) or not values[0] < cuts[0] or not cuts[-1] < values[-1]:
        raise Reject("values too alike")
    whens = tuple((text(f"{ref.sql} < {cut}"), f"'{name}'") for cut, name in zip(cuts, _BANDS[count], strict=False))
    return Case(whens, f"'{_BANDS[count][-1]}'")


def pivot(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """One column per value of a category: counts (or sums) side by side, over all rows or per group."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    options = [r for r in categories(block, 12, node=0, flags=True) if r.column.facts.top]
    if not options:
        raise Reject("no categories")
    ref = rng.choice(options)
    values = [v for v, n in ref.column.facts.top if v is not None and str(v).strip()][:6]
    if len(values) < wanted.cases:
        raise Reject("too few values")
    picked = sorted(rng.sample(values, wanted.cases), key=repr)
    figures = [r for r in measures(block) if r.role.value == "amount"]
    amount = rng.choice(figures) if figures and rng.random() < 0.35 else None
    outputs = tuple(_column(ref, value, amount, block, context.dialect) for value in picked)
    if len({i.alias for i in outputs}) < len(outputs):
        raise Reject("columns of one name")
    avoid = [ref.sql, amount.sql if amount else ""]
    if not wanted.group_by:
        chosen = context.where(block, rng, wanted.wheres, avoid=avoid, need=leaves(block), least=0.05)
        return Select(outputs, block.source, block.joins, chosen.conditions)
    names, keys, node = _other_groups(block, rng, ref)
    need = [n for n in leaves(block) if n != node]
    chosen = context.where(block, rng, wanted.wheres, avoid=[*avoid, *(r.sql for r in names)], need=need, least=0.05)
    query = Select((*items(names), *outputs), block.source, block.joins, chosen.conditions, keys)
    if not 2 <= len(context.rows(query, 151)) <= 100:
        raise Reject("too few or too many groups")
    return query


def _column(ref: Ref, value: object, amount: Ref | None, block: Block, dialect: Dialect) -> Item:
    then = amount.sql if amount else "1"
    case = Case(((text(dialect.equals(ref.sql, value)), then),), "0")
    what = amount.column.facts.phrase if amount else f"{block.grain.entity.singular} count"
    return Item(text("SUM(", case, ")"), word(f"{_said(ref, value)} {what}"))


def _said(ref: Ref, value: object) -> str:
    """A value in words, for the name of a column."""
    facts = ref.column.facts
    if facts.flag:
        return facts.flag[0 if value in facts.truths else 1].removeprefix("are ").removeprefix("have ")
    return str(
        facts.meanings.get(value) or value
        if isinstance(value, str)
        else f"{facts.phrase} {facts.meanings.get(value, value)}"
    )


def _other_groups(block: Block, rng: random.Random, ref: Ref) -> tuple[tuple[Ref, ...], tuple[str, ...], int]:
    options: list[tuple[tuple[Ref, ...], tuple[str, ...], int]] = [
        ((r,), (r.sql,), r.node) for r in categories(block, 40) if r is not ref
    ]
    for node in leaves(block):
        if block.nodes[node].table.label and block.nodes[node].table.key:
            names, keys = grouped_by(block, node)
            options.append((names, keys, node))
    if not options:
        raise Reject("nothing to group by")
    return rng.choice(options)


def _splits(context: Context, block: Block, rng: random.Random) -> Candidate:
    """A condition that holds for some rows and not for others. Raises Reject where none is found."""
    simple = list(block.of(*_SPLIT, node=0))
    rng.shuffle(simple)
    row = block.rows[rng.randrange(len(block.rows))] if block.rows else None
    if row is None:
        raise Reject("no rows")
    made = next(
        (c for r in simple if (c := context.finder.one(r, row[0][r.column.name], block, rng)) and c.kind != "in"), None
    )
    if made is None or not 0.05 < mask_of(made, block).bit_count() / len(block.rows) < 0.95:
        raise Reject("no conditions found")
    return made


def percentage(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """What share of rows satisfies a condition, over all or per group."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    made = _splits(context, block, rng)
    case = Case(((text(made.sql), "1"),), "0")
    share: tuple[Part, ...] = ("100.0 * SUM(", case, ") / COUNT(*)")
    if rng.random() < 0.5:
        share = ("ROUND(100.0 * SUM(", case, ") / COUNT(*), 1)")
    item = Item(Expression(share), "percentage")
    if not wanted.group_by:
        chosen = context.where(block, rng, wanted.wheres, avoid=[made.ref.sql], need=leaves(block), least=0.05)
        return Select((item,), block.source, block.joins, chosen.conditions)
    names, keys, node = _other_groups(block, rng, made.ref)
    need = [n for n in leaves(block) if n != node]
    chosen = context.where(
        block, rng, wanted.wheres, avoid=[made.ref.sql, *(r.sql for r in names)], need=need, least=0.05
    )
    query = Select((*items(names), item), block.source, block.joins, chosen.conditions, keys)
    found = len(context.rows(query, 151))
    if not 2 <= found <= 100:
        raise Reject("too few or too many groups")
    if rng.random() < 0.4:
        order = (text("percentage DESC"), *(text(r.sql) for r in names))
        return replace(query, order=order, limit=rng.choice((1, 3, 5)) if found > 7 else None)
    return query


def filtered(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """A figure of all rows beside the same of those that satisfy a condition, over all or per group: FILTER."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    made = _splits(context, block, rng)
    options = [r for r in measures(block) if r is not made.ref]
    found = measured(rng.choice(options), rng) if options and rng.random() < 0.35 else counted(block.grain)
    share = f"{found.sql} FILTER (WHERE {made.sql})"
    part = Item(Expression((share,), wheres=1), f"chosen_{found.alias}")
    avoid = [made.ref.sql, found.over]
    if not wanted.group_by:
        chosen = context.where(block, rng, wanted.wheres - 1, avoid=avoid, need=leaves(block), least=0.1, said=1)
        return Select((found.item, part), block.source, block.joins, chosen.conditions)
    names, keys, node = _other_groups(block, rng, made.ref)
    need = [n for n in leaves(block) if n != node]
    avoid += [r.sql for r in names]
    chosen = context.where(block, rng, wanted.wheres - 1, avoid=avoid, need=need, least=0.1, said=1)
    outputs = (*items(names), *((found.item,) if rng.random() < 0.5 else ()), part)
    query = Select(outputs, block.source, block.joins, chosen.conditions, keys)
    if not 2 <= len(context.rows(query, 151)) <= 60:
        raise Reject("too few or too many groups")
    return query


_SPLIT = (Role.CATEGORY, Role.FLAG, Role.AMOUNT, Role.LEVEL, Role.DATE)


def versus_average(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows marked as above or below the average of all rows, listed or counted."""
    block = context.block(
        context.table(rng, wanted.joins, measured=True, labelled=not wanted.group_by), wanted.joins, rng
    )
    options = [r for r in measures(block) if not r.column.nulls and r.column.distinct > 5]
    if not options:
        raise Reject("nothing to measure")
    ref = rng.choice(options)
    inner = context.block(block.grain, 0, rng)
    twice, odd = divmod(wanted.wheres, 2)
    if odd or leaves(block):
        raise Reject("not the same rows on both sides")
    chosen = context.where(inner, rng, twice, avoid=[ref.column.sql], least=0.1, said=1)
    average = Select((Item(text(f"AVG({ref.column.sql})")),), inner.source, (), chosen.conditions)
    case = Case(((text(f"{ref.sql} > ", average), "'above average'"),), "'not above average'")
    chosen = chosen.on(block)
    name = word(f"{ref.column.facts.phrase} level")
    if wanted.group_by:
        query = Select((Item(text(case), name), counted(block.grain).item), block.source, block.joins,
                       chosen.conditions, (name,))  # fmt: skip
        if len(context.rows(query, 10)) < 2:
            raise Reject("only one group")
        return query
    if not 3 <= chosen.keep * block.grain.rows <= 120:
        raise Reject("listing too long")
    return Select((*aliased([*label(block, 0), ref], block), Item(text(case), name)), block.source, block.joins,
                  chosen.conditions)  # fmt: skip
