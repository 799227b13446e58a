"""The most and the least: by `= (SELECT MAX …)`, or by an order that decides and a limit."""

from __future__ import annotations

import random
from typing import Any

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.clauses import decided, leaves, needs, sortable
from querywright.synthesis.grammar.context import Context, aliased, label, shown
from querywright.synthesis.grammar.plans.outcome import rows
from querywright.synthesis.grammar.predicates import bits
from querywright.synthesis.grammar.trees import Item, Select, Shape, condition, text
from querywright.synthesis.lexicon import Role


def top(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The first few by one column, ties broken."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, ordered=True), wanted.joins, rng)
    options = sortable(block)
    if not options:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    down = ref.role is not Role.RANK and rng.random() < 0.7
    need, show = needs(block, rng, wanted.wheres)
    if len(show) > 1 or any(block.optional(n) or not block.nodes[n].table.label for n in show):
        raise Reject("a joined table would be idle")
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql], need=need)
    expected = chosen.keep * block.grain.rows
    limits = [n for n in (1, 1, 3, 3, 5, 5, 10) if n * 1.5 < expected]
    if not limits:
        raise Reject("too few to choose from")
    refs = [*label(block, 0)]
    if ref not in refs and rng.random() < 0.7:
        refs.append(ref)
    for node in show:
        refs += label(block, node)
    return Select(aliased(refs, block), block.source, block.joins, chosen.conditions,
                  order=decided(block, ref, down), limit=rng.choice(limits))  # fmt: skip


def extreme(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Whoever has the highest or lowest value, ties included; under the same conditions inside and out."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, ordered=True), wanted.joins, rng)
    options = sortable(block)
    if not options:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    inner = context.block(block.grain, 0, rng)
    chosen = context.where(inner, rng, wanted.wheres // 2, avoid=[ref.column.sql], proved=False, least=0.02)
    function = rng.choice(("MAX", "MIN"))
    numbers = inner.sample.values(0, ref.column.name)
    first, *others = (_end(function, [numbers[n] for n in bits(rows)]) for rows in chosen.without(len(numbers)))
    if first in others:
        raise Reject("no conditions found")
    _few(function, [numbers[n] for n in bits(next(chosen.without(len(numbers))))])
    outer = chosen.on(block)
    best = Select((Item(text(f"{function}({ref.column.sql})")),), inner.source, (), chosen.conditions)
    where = (*outer.conditions, condition(f"{ref.sql} = ", best))
    return rows(rng, block, where, leaves(block), (ref.sql,) if rng.random() < 0.4 else (), outer.pinned)


def _few(function: str, values: list[Any]) -> None:
    """Reject where the extreme value is a common one: the lowest of five grades is nobody's record."""
    known = [v for v in values if v is not None]
    if known and known.count(max(known) if function == "MAX" else min(known)) > max(2, 0.05 * len(known)):
        raise Reject("a common extreme")


def _end(function: str, values: list[Any]) -> Any:
    """The highest or lowest of these values, as text so that dates and numbers compare alike."""
    known = [v for v in values if v is not None]
    return None if not known else repr(max(known) if function == "MAX" else min(known))


def owner_of_extreme(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The entity that the most extreme child belongs to."""
    parent, edge, outer_joins, _ = context.family(rng, wanted.joins, upward=False)
    outer = context.block(parent, outer_joins, rng, without=(edge.child,))
    child = context.block(context.graph.tables[edge.child], 0, rng)
    options = sortable(child)
    if not options:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    if ref.column.facts.verb == "born":
        raise Reject("nothing to order by")
    chosen = context.where(outer, rng, wanted.wheres - 2, proved=False)
    function = rng.choice(("MAX", "MIN"))
    best = Select((Item(text(f"{function}({ref.sql})")),), child.source)
    _few(function, child.sample.values(0, ref.column.name))
    column = child.ref(0, child.grain.by_name[edge.columns[0].lower()])
    inside = Select((Item(text(column.sql)),), child.source, (), (condition(f"{ref.sql} = ", best),))
    key = outer.ref(0, parent.by_name[edge.referred[0].lower()])
    used = {r.node for r in chosen.refs}
    where = (*chosen.conditions, condition(f"{key.sql} IN ", inside))
    return rows(rng, outer, where, [n for n in leaves(outer) if n not in used])


def best_of_group(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows with the highest or lowest value of their own group (correlated)."""
    from querywright.synthesis.grammar.plans.comparison import own_group

    return own_group(context, rng, wanted, functions=("MAX", "MIN"), operators=("=",))


def runner_up(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The highest value below the very highest: whoever comes second, ties included."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, ordered=True), wanted.joins, rng)
    options = [r for r in sortable(block) if r.column.measure]
    if not options or wanted.wheres != 2:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    column, table = ref.column.sql, block.grain.sql
    function, sign = rng.choice((("MAX", "<"), ("MIN", ">")))
    source = context.block(block.grain, 0, rng).source
    first = Select((Item(text(f"{function}({column})")),), source)
    second = Select((Item(text(f"{function}({column})")),), source, (), (condition(f"{column} {sign} ", first),))
    assert table
    shown_refs = shown(block, rng, 0)
    outputs = [*shown_refs, ref]
    for node in leaves(block):
        if block.optional(node) or not block.nodes[node].table.label:
            raise Reject("a joined table would be idle")
        outputs += label(block, node)
    return Select(aliased(outputs, block), block.source, block.joins, (condition(f"{ref.sql} = ", second),))
