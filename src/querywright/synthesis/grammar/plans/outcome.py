"""What to say of rows once they are found: list them, count them, group them, take a figure of them.

Plans that find rows by a subquery share these endings, so that one way of finding gives several questions.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block
from querywright.synthesis.grammar.clauses import categories, counted, leaves, measured, measures
from querywright.synthesis.grammar.context import Context, aliased, label, shown
from querywright.synthesis.grammar.plans.grouping import finish
from querywright.synthesis.grammar.predicates import Chosen
from querywright.synthesis.grammar.trees import Condition, Item, Select, text

LONG = 150


def tell(
    context: Context,
    rng: random.Random,
    block: Block,
    where: tuple[Condition, ...],
    chosen: Chosen,
    grouped: bool = False,
    also: tuple[str, ...] = (),
    uses: Iterable[int] = (),
) -> Select:
    """A query over `block` under `where`, of which `chosen` are the conditions on its columns.

    Joined tables that no condition uses (nor `uses` names) must be shown. `also` are columns a list should show, as
    they are written.
    """
    used = {r.node for r in chosen.refs} | set(uses)
    idle = [n for n in leaves(block) if n not in used]
    if grouped:
        return _groups(context, rng, block, where, idle)
    roll = rng.random()
    long = chosen.keep * block.grain.rows > 3 * LONG
    if long and idle:
        raise Reject("listing too long")
    options = [] if idle else measures(block)
    if roll < 0.08 or (long and roll < 0.3):
        options = [r for r in options if r.sql not in also]
        if options:
            one = measured(rng.choice(options), rng, ("AVG", "SUM")).item
            return Select((one,), block.source, block.joins, where)
    if not block.grain.label and idle:
        raise Reject("no name to list")
    if not idle and (long or roll < 0.28 or not block.grain.label):
        return Select((counted(block.grain).item,), block.source, block.joins, where)
    return rows(rng, block, where, idle, also, chosen.pinned)


def rows(
    rng: random.Random,
    block: Block,
    where: tuple[Condition, ...],
    idle: list[int],
    also: tuple[str, ...] = (),
    pinned: frozenset[str] = frozenset(),
) -> Select:
    """List the rows by name, with a fact or two."""
    if len(idle) > 2 or any(block.optional(n) or not block.nodes[n].table.label for n in idle):
        raise Reject("a joined table would be idle")
    refs = list(shown(block, rng, 0 if idle or also else rng.choice((0, 0, 1, 1, 2)), avoid=pinned))
    if not refs:
        raise Reject("nothing to show")
    refs += [r for r in block.refs if r.sql in also and r not in refs]
    for node in idle:
        refs += label(block, node)
    return Select(aliased(refs, block), block.source, block.joins, where)


def _groups(
    context: Context, rng: random.Random, block: Block, where: tuple[Condition, ...], idle: list[int]
) -> Select:
    options = [r for r in categories(block, flags=rng.random() < 0.3) if set(idle) <= {r.node}]
    if not options:
        raise Reject("nothing to group by")
    ref = rng.choice(options)
    found = counted(block.grain)
    query = Select((Item(text(ref.sql)), found.item), block.source, block.joins, where, group=(ref.sql,))
    return finish(context, query, 1, found, (ref.sql,), rng)
