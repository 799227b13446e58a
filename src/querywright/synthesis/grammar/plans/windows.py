"""Window functions: ranks and shares within a group, the best few of each group, running figures over time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.clauses import (
    Aggregate,
    aggregate,
    any_groups,
    categories,
    grouped_by,
    leaves,
    measures,
    shares,
    sortable,
    spread,
    tie_breakers,
    without_nulls,
)
from querywright.synthesis.grammar.context import Context, aliased, items, label, word
from querywright.synthesis.grammar.periods import Period, period
from querywright.synthesis.grammar.predicates import Chosen
from querywright.synthesis.grammar.trees import Cte, Item, Select, Shape, Source, condition, text
from querywright.synthesis.lexicon import Role

LONG = 150


def beside(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Rows with their rank, share or distance from the average, overall or within their group."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, ordered=True), wanted.joins, rng)
    options = [r for r in sortable(block) if r.column.numeric and r.role in (Role.AMOUNT, Role.LEVEL)]
    if not options:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    group = _partition(block, rng, ref)
    need = [n for n in leaves(block) if group is None or n != group.node]
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql, group.sql if group else ""], need=need)
    expected = chosen.keep * block.grain.rows
    if not 4 <= expected <= LONG:
        raise Reject("listing too long" if expected > LONG else "too few to rank")
    refs = [*label(block, 0), *([group] if group else []), ref]
    refs = list(dict.fromkeys(refs))
    found = _window(ref, group, rng, block, context.dialect.rounds, over_all=not chosen.count or group is not None)
    return Select((*aliased(refs, block), found), block.source, block.joins, chosen.conditions)


def _partition(block: Block, rng: random.Random, ref: Ref) -> Ref | None:
    """A category, or the name of a joined table, to partition by; None for the whole."""
    options = [r for r in categories(block, 30) if r is not ref]
    for node in leaves(block):
        table = block.nodes[node].table
        if table.label_unique and len(table.label) == 1 and table.rows * 3 <= block.grain.rows:
            options += label(block, node) * 2
    return rng.choice(options) if options and rng.random() < 0.8 else None


def _window(
    ref: Ref,
    group: Ref | None,
    rng: random.Random,
    block: Block,
    rounds: Callable[[str, int, bool], str],
    over_all: bool,
) -> Item:
    """A rank, quartile, share or distance; `over_all` says that figures are of what a reader takes them to be of."""
    inside = f"PARTITION BY {group.sql}" if group else ""
    where = f" in {group.column.facts.phrase}" if group else ""
    phrase = ref.column.facts.phrase
    roll = rng.random() * (1.0 if over_all else 0.6)
    if roll < 0.5:
        down = "" if rng.random() < 0.2 else " DESC"
        over = f"{inside} ORDER BY {ref.sql}{down}".strip()
        return Item(text(f"RANK() OVER ({over})", window=True), word(f"{phrase} rank"))
    if roll < 0.62:
        down = "" if rng.random() < 0.5 else " DESC"
        over = f"{inside} ORDER BY {ref.sql}{down}".strip()
        last = ", ".join(r.sql for r in tie_breakers(block, 0))
        return Item(text(f"NTILE(4) OVER ({over}, {last})", window=True), word(f"{phrase} quartile"))
    if roll < 0.78 and ref.role is Role.AMOUNT:
        share = f"100.0 * {ref.sql} / SUM({ref.sql}) OVER ({inside})"
        rounded = rounds(share, 1, ref.column.facts.kind == "real")
        return Item(text(rounded, window=True), word(f"percent of {phrase}"))
    if roll < 0.92:
        return Item(
            text(f"{ref.sql} - AVG({ref.sql}) OVER ({inside})", window=True), word(f"difference from average{where}")
        )
    function = rng.choice(("MAX", "AVG"))
    name = {"MAX": "highest", "AVG": "average"}[function]
    return Item(text(f"{function}({ref.sql}) OVER ({inside})", window=True), word(f"{name} {phrase}{where}"))


def best_of_each(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The best few rows of each group: numbered in a derived table (or CTE), the first ones kept."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, ordered=True), wanted.joins, rng)
    options = sortable(block)
    if not options or wanted.wheres < 1:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    names, keys = _groups(block, rng, ref)
    node = names[0].node
    need = [n for n in leaves(block) if n != node]
    avoid = [ref.sql, *(r.sql for r in names)]
    chosen = context.where(block, rng, wanted.wheres - 1, avoid=avoid, need=need, least=0.03)
    _several(block, names, chosen)
    limit = rng.choices((1, 2, 3), (5, 2, 3))[0]
    ties = rng.random() < 0.5
    down = ref.role is not Role.RANK and rng.random() < 0.75
    order = f"{ref.sql} DESC" if down else ref.sql
    if not ties and not ref.column.decides:
        order = ", ".join([order, *(r.sql for r in tie_breakers(block, 0))])
    function = "RANK" if ties else "ROW_NUMBER"
    refs = list(dict.fromkeys([*names, *label(block, 0), ref]))
    place = _place(refs)
    rank = Item(text(f"{function}() OVER (PARTITION BY {', '.join(keys)} ORDER BY {order})", window=True), place)
    inner_items = aliased(refs, block)
    inner = Select((*inner_items, rank), block.source, block.joins, chosen.conditions)
    outputs = tuple(Item(text(i.alias or r.column.sql)) for i, r in zip(inner_items, refs, strict=True))
    test = condition(f"{place} = {limit}" if limit == 1 else f"{place} <= {limit}")
    if rng.random() < 0.5:
        return Select(outputs, Source("ranked"), (), (test,), ctes=(Cte("ranked", inner),))
    return Select(outputs, Source(inner, "ranked"), (), (test,))


def _place(refs: Sequence[Ref]) -> str:
    """A name for the number of a row in its group that no column beside it has."""
    taken = {r.column.name.lower() for r in refs}
    return next(name for name in ("position", "place", "row_in_group") if name not in taken)


def qualified(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """The best few rows of each group by QUALIFY, where the engine has it."""
    block = context.block(context.table(rng, wanted.joins, labelled=True, ordered=True), wanted.joins, rng)
    options = sortable(block)
    if not options:
        raise Reject("nothing to order by")
    ref = rng.choice(options)
    names, keys = _groups(block, rng, ref)
    need = [n for n in leaves(block) if n != names[0].node]
    chosen = context.where(block, rng, wanted.wheres, avoid=[ref.sql, *(r.sql for r in names)], need=need, least=0.03)
    _several(block, names, chosen)
    limit = rng.choices((1, 2, 3), (5, 2, 3))[0]
    order = f"{ref.sql} DESC" if ref.role is not Role.RANK and rng.random() < 0.75 else ref.sql
    test = f"RANK() OVER (PARTITION BY {', '.join(keys)} ORDER BY {order}) " + (f"<= {limit}" if limit > 1 else "= 1")
    refs = list(dict.fromkeys([*names, *label(block, 0), ref]))
    from querywright.synthesis.grammar.trees import Condition

    keep = Condition((text(test, window=True),))
    return Select(aliased(refs, block), block.source, block.joins, chosen.conditions, qualify=(keep,))


def _several(block: Block, names: Sequence[Ref], chosen: Chosen) -> None:
    """Reject where the conditions leave too few groups to compare within."""
    if spread(block, names[-1], chosen) < 3:
        raise Reject("only one group")


def _groups(block: Block, rng: random.Random, ref: Ref) -> tuple[tuple[Ref, ...], tuple[str, ...]]:
    """What to show and what to partition by."""
    options: list[tuple[tuple[Ref, ...], tuple[str, ...]]] = [
        ((r,), (r.sql,)) for r in categories(block, 30) if r is not ref and r.column.distinct * 2.5 <= block.grain.rows
    ]
    for node in leaves(block):
        table = block.nodes[node].table
        if table.label and table.key and table.rows * 2 <= block.grain.rows and table.rows <= LONG:
            options += [(label(block, node), tuple(r.sql for r in block.refs_of(node, table.key)))] * 2
    if not options:
        raise Reject("nothing to group by")
    return rng.choice(options)


def group_shares(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Groups with their share of the total, or their rank among groups."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    names, keys, node = any_groups(block, rng)
    need = [n for n in leaves(block) if n != node]
    found = aggregate(block, rng)
    chosen = context.where(
        block, rng, wanted.wheres, avoid=[found.over, *(r.sql for r in names)], need=need, least=0.05
    )
    figure = found.sql
    if (found.count or figure.startswith("SUM")) and rng.random() < 0.55:
        share = context.dialect.rounds(f"100.0 * {figure} / SUM({figure}) OVER ()", 1, found.approximate)
        extra = Item(text(share, window=True), "percent_of_total")
    else:
        extra = Item(text(f"RANK() OVER (ORDER BY {figure} DESC)", window=True), word(f"{found.alias} rank"))
    query = Select((*items(names), found.item, extra), block.source, block.joins, chosen.conditions, keys)
    return _short(context, query, 3, ranked=len(names))


def _short(context: Context, query: Select, least: int, ranked: int = 0) -> Select:
    """`query` where it gives few enough rows; the figure in column `ranked` must be known for all of them."""
    found = context.rows(query, LONG + 1)
    if not least <= len(found) <= LONG:
        raise Reject("too few or too many groups")
    without_nulls(found, ranked)
    return query


def over_time(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """A figure per period with its running total, its change from the period before, or a moving average."""
    block = context.block(context.table(rng, wanted.joins, dates=1), wanted.joins, rng)
    found, when = _timed(context, block, rng)
    chosen = context.where(block, rng, wanted.wheres, avoid=[found.over, when.ref.sql], need=leaves(block), least=0.1)
    if not wanted.subquery:
        extra = _moving(found.sql, when.sql, found.alias, found, rng)
        outputs = (Item(text(when.sql), when.alias), found.item, extra)
        query = Select(outputs, block.source, block.joins, (*when.known, *chosen.conditions), (when.sql,),
                       order=(text(when.alias),))  # fmt: skip
        return _short(context, query, 4)
    inner = Select((Item(text(when.sql), when.alias), found.item), block.source, block.joins,
                   (*when.known, *chosen.conditions), (when.sql,))  # fmt: skip
    extra = _moving(found.alias, when.alias, found.alias, found, rng)
    outputs = (Item(text(when.alias)), Item(text(found.alias)), extra)
    name = f"{when.unit}ly_figures" if when.unit != "day" else "daily_figures"
    query = Select(outputs, Source(name), order=(text(when.alias),), ctes=(Cte(name, inner),))
    return _short(context, query, 4)


def _timed(context: Context, block: Block, rng: random.Random) -> tuple[Aggregate, Period]:
    found = aggregate(block, rng, 0.5)
    return found, period(context, block, rng, ordered=True)


def _moving(figure: str, when: str, alias: str, found: Aggregate, rng: random.Random) -> Item:
    roll = rng.random()
    if roll < 0.4 and (found.count or found.sql.startswith("SUM")):
        return Item(text(f"SUM({figure}) OVER (ORDER BY {when})", window=True), "running_total")
    if roll < 0.75:
        return Item(text(f"{figure} - LAG({figure}) OVER (ORDER BY {when})", window=True), word(f"change in {alias}"))
    frame = f"ORDER BY {when} ROWS BETWEEN 2 PRECEDING AND CURRENT ROW"
    return Item(text(f"AVG({figure}) OVER ({frame})", window=True), "moving_average")


def leader_of_each(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """For each group the sub-group with the highest figure: grouped, ranked, first kept."""
    block = context.block(context.table(rng, wanted.joins), wanted.joins, rng)
    names, keys, node = any_groups(block, rng)
    others = [r for r in categories(block, 40) if r not in names and r.sql not in keys]
    for n in leaves(block):
        if n != node and block.nodes[n].table.label and block.nodes[n].table.key:
            others += label(block, n)[:1]
    if not others or wanted.wheres < 1:
        raise Reject("nothing to group by")
    second = rng.choice(others)
    need = [n for n in leaves(block) if n not in (node, second.node)]
    avoid = [*(r.sql for r in names), second.sql]
    found = aggregate(block, rng, 0.6)
    chosen = context.where(block, rng, wanted.wheres - 1, avoid=[found.over, *avoid], need=need, least=0.1)
    table = block.nodes[second.node].table
    inner_keys = [second.sql] if second.role is not Role.NAME else [r.sql for r in grouped_by(block, second.node)[0]]
    if second.role is Role.NAME and not table.label_unique:
        inner_keys = list(dict.fromkeys([*(r.sql for r in block.refs_of(second.node, table.key)), *inner_keys]))
    refs = [*names, second] if second.role is not Role.NAME else [*names, *label(block, second.node)]
    inner_items, place = aliased(refs, block), _place(refs)
    over = f"RANK() OVER (PARTITION BY {', '.join(keys)} ORDER BY {found.sql} DESC)"
    inner = Select((*inner_items, found.item, Item(text(over, window=True), place)), block.source, block.joins,
                   chosen.conditions, tuple(dict.fromkeys((*keys, *inner_keys))))  # fmt: skip
    outputs = [Item(text(i.alias or r.column.sql)) for i, r in zip(inner_items, refs, strict=True)]
    outputs.append(Item(text(found.alias)))
    if not found.count:
        without_nulls(context.rows(inner), len(refs))
    return Select(tuple(outputs), Source("ranked"), (), (condition(f"{place} = 1"),), ctes=(Cte("ranked", inner),))


def since_previous(context: Context, rng: random.Random, wanted: Shape) -> Select:
    """Events of each entity with the figure, or the date, of the one before."""
    block = context.block(context.table(rng, wanted.joins, dates=1), wanted.joins, rng)
    dates = [r for r in block.of(Role.DATE, Role.DATETIME, node=0) if r.column.dated and not r.column.nulls]
    if not block.grain.entity.event:
        raise Reject("nothing that happens again")
    owners = [n for n in leaves(block) if block.nodes[n].table.label and block.nodes[n].table.key and shares(block, n)]
    if not dates or not owners:
        raise Reject("no dates")
    when, node = rng.choice(dates), rng.choice(owners)
    key = ", ".join(r.sql for r in block.refs_of(node, block.nodes[node].table.key))
    chosen = context.where(
        block,
        rng,
        wanted.wheres,
        avoid=[when.sql, *(r.sql for r in label(block, node))],
        need=[n for n in leaves(block) if n != node],
    )
    expected = chosen.keep * block.grain.rows
    if not 5 <= expected <= LONG:
        raise Reject("listing too long" if expected > LONG else "too few to rank")
    order = when.sql if when.column.decides else ", ".join([when.sql, *(r.sql for r in tie_breakers(block, 0))])
    over = f"OVER (PARTITION BY {key} ORDER BY {order})"
    figures = measures(block)
    refs = [*label(block, node), when]
    if figures and rng.random() < 0.5:
        figure = rng.choice(figures)
        refs.append(figure)
        extra = Item(text(f"LAG({figure.sql}) {over}", window=True), word(f"previous {figure.column.facts.phrase}"))
    else:
        days = context.dialect.days_between(f"LAG({when.sql}) {over}", when.sql, when.whole)
        extra = Item(text(days, window=True), "days_since_previous")
    return Select((*aliased(refs, block), extra), block.source, block.joins, chosen.conditions)
