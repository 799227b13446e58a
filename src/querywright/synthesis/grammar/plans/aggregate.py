"""One row of figures: how many, how much, on average, at most."""

from __future__ import annotations

import random

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.clauses import changes, counted, leaves, measured, measures, middle
from querywright.synthesis.grammar.context import Context, word
from querywright.synthesis.grammar.trees import Item, Select, Shape, text
from querywright.synthesis.lexicon import Role


def count(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """How many rows satisfy these conditions."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    chosen = context.where(block, rng, wanted.wheres, need=leaves(block))
    return Select((counted(block.grain).item,), block.source, block.joins, chosen.conditions)


def figures(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """One or two aggregates of a measure."""
    block = context.block(context.table(rng, wanted.joins, measured=True), wanted.joins, rng)
    options = measures(block)
    if not options:
        raise Reject("nothing to measure")
    ref = rng.choice(options)
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql], need=leaves(block), least=0.01)
    found = {a.sql: a for a in (middle(context, measured(ref, rng), rng) for _ in range(rng.choice((1, 1, 2))))}
    outputs = [a.item for a in found.values()]
    if rng.random() < 0.15:
        outputs.insert(0, counted(block.grain).item)
    return Select(tuple(outputs), block.source, block.joins, chosen.conditions)


def different(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """How many different values, or different parents, occur."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    options = [r for r in block.of(Role.CATEGORY) if r.column.distinct >= 5 and r.column.facts.sayable]
    if not options:
        raise Reject("no values to count")
    ref = rng.choice(options)
    need = [n for n in leaves(block) if n != ref.node]
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql], proved=False, need=need, least=0.01)
    if not changes(block, ref, chosen):
        raise Reject("no conditions found")
    item = Item(text(f"COUNT(DISTINCT {ref.sql})"), word(f"{ref.column.facts.phrase} count"))
    return Select((item,), block.source, block.joins, chosen.conditions)


def extremes(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The first and the last date, or both."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    options = [r for r in block.of(Role.DATE, Role.DATETIME, Role.YEAR, node=0) if r.column.dated or r.column.numeric]
    if not options:
        raise Reject("no dates")
    ref = rng.choice(options)
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql], need=leaves(block))
    phrase = ref.column.facts.phrase
    ends = [
        Item(text(f"MIN({ref.sql})"), word(f"first {phrase}")),
        Item(text(f"MAX({ref.sql})"), word(f"last {phrase}")),
    ]
    outputs = tuple(ends) if rng.random() < 0.5 else (rng.choice(ends),)
    return Select(outputs, block.source, block.joins, chosen.conditions)
