"""Advanced SQL features: windows, set operations, pivots and recursion where the seed has none."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from querywright.runs.steps import Reject
from querywright.sql.parsing import Tree, exp, parse, render
from querywright.synthesis.augment.figures import named
from querywright.synthesis.augment.fragments import (
    alias,
    column,
    conjuncts,
    fragment,
    fresh,
    node_of,
    ordered,
    set_conjuncts,
    sql_of,
    table_node,
    taken,
    with_cte,
)
from querywright.synthesis.augment.frames import Frame, frame_of, own
from querywright.synthesis.augment.logic import measured_columns
from querywright.synthesis.augment.real_values import (
    another_value,
    constant,
    count_of,
    is_vast,
    let_through,
    literal_of,
    says,
)
from querywright.synthesis.augment.rewrites import Rewrite
from querywright.synthesis.grammar.blocks import alias_for
from querywright.synthesis.grammar.clauses import categories
from querywright.synthesis.grammar.context import Context, word
from querywright.synthesis.grammar.graph import Column, orders
from querywright.synthesis.grammar.plans.hierarchy import under
from querywright.synthesis.grammar.trees import Shape
from querywright.synthesis.grammar.trees import render as written
from querywright.synthesis.lexicon import Role

_TAKEN = ("position", "place", "row_in_group")


def _select(query: exp.Query, context: Context, limited: bool = False) -> Frame | None:
    """The frame of a query without windows, CTEs and, unless `limited`, LIMIT."""
    if not isinstance(query, exp.Select) or query.args.get("with_") or own(query, exp.Window):
        return None
    if (query.args.get("limit") and not limited) or query.args.get("distinct"):
        return None
    found = frame_of(query, context)
    return found if found is not None and not is_vast(found) else None


def _figure(frame: Frame) -> exp.AggFunc | None:
    """The first aggregate among the outputs of a grouping."""
    shown = [e.unalias() for e in frame.select.expressions]
    return next((e for e in shown if isinstance(e, exp.AggFunc)), None)


def rank_of_groups(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Groups with their rank by the figure shown; the first groups by a figure → all of them with it and its rank."""
    frame = _select(query, context, limited=True)
    if frame is None or not frame.select.args.get("group"):
        return None
    figure, order = _figure(frame), query.args.get("order")
    if query.args.get("limit"):
        first = order.expressions[0].this if order else None
        if figure is None and isinstance(first, exp.AggFunc) and (called := named(frame, first)):
            figure = first.copy()
            frame.select.append("expressions", alias(figure.copy(), called, context))
        query.set("limit", None)
        query.set("order", None)
    name = named(frame, figure) if figure is not None else None
    if figure is None or name is None or _unknown(frame, figure):
        return None
    text = f"RANK() OVER (ORDER BY {render(figure, context.dialect.name)} DESC)"
    frame.select.append("expressions", alias(fragment(text, context), word(f"{name} rank"), context))
    return query


def _unknown(frame: Frame, figure: exp.AggFunc) -> bool:
    """Whether a figure can be NULL for a group, which engines rank differently."""
    if isinstance(figure, exp.Count):
        return False
    found = frame.find(figure.this)
    return found is None or found[1].nulls > 0 or not found[1].numeric


def share_of_groups(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Groups with their share of the total of all groups."""
    frame = _select(query, context)
    if frame is None or not frame.select.args.get("group") or frame.select.args.get("having"):
        return None
    figure = _figure(frame)
    if not isinstance(figure, (exp.Count, exp.Sum)) or isinstance(figure.this, exp.Distinct) or frame.grain is None:
        return None
    found = frame.find(figure.this)
    if isinstance(figure, exp.Sum) and (found is None or found[0] != frame.grain or not found[1].numeric):
        return None
    text = render(figure, context.dialect.name)
    approximate = found is not None and found[1].facts.kind == "real"
    share = context.dialect.rounds(f"100.0 * {text} / SUM({text}) OVER ()", 1, approximate)
    frame.select.append("expressions", alias(fragment(share, context), "percent_of_total", context))
    return query


def share_per_category(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """One count (or total) of all rows → that of each category, with its share of the whole."""
    frame = _select(query, context)
    if frame is None or frame.select.args.get("group") or len(frame.select.expressions) != 1:
        return None
    figure = _figure(frame)
    spoken = {frame.find(c) for c in own(frame.select, exp.Column)}
    groups = [g for g in _categories(frame, context, few=True) if g not in spoken]
    name = named(frame, figure) if figure is not None else None
    if figure is None or name is None or not groups or not isinstance(figure, (exp.Count, exp.Sum, exp.Avg)):
        return None
    key = node_of(frame, *rng.choice(groups), context)
    frame.select.set("expressions", [key, alias(figure.copy(), name, context)])
    frame.select.set("group", exp.Group(expressions=[key.copy()]))
    if count_of(query, context) < 3:
        return None
    return share_of_groups(query, context, rng) or rank_of_groups(query, context, rng)


def number_beside(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Rows with their category and how many rows share it."""
    frame = _select(query, context)
    if frame is None or not frame.is_plain or frame.grain is None or _starred(frame) or len(query.expressions) > 3:
        return None
    groups = _categories(frame, context, few=True)
    if conjuncts(frame.select) or not groups or not 3 <= count_of(query, context) <= 400:
        return None
    number, chosen = rng.choice(groups)
    shown = [f for e in query.expressions if (f := frame.find(e.unalias()))]
    if not {c for _, c in shown} & set(frame.sources[frame.grain].table.label):
        return None
    if (number, chosen) not in shown:
        frame.select.append("expressions", node_of(frame, number, chosen, context))
    window = fragment(f"COUNT(*) OVER (PARTITION BY {sql_of(frame, number, chosen)})", context)
    name = word(f"{frame.sources[frame.grain].table.entity.plural} in {chosen.facts.phrase}")
    frame.select.append("expressions", alias(window, name, context))
    return query


def without_children(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Entities → those of them without certain children (EXCEPT), or with some (INTERSECT)."""
    frame = _select(query, context)
    if frame is None or len(frame.sources) > 1 or not frame.is_plain or query.args.get("order"):
        return None
    if any(map(holds_query, conjuncts(frame.select))):
        return None
    table = frame.sources[0].table
    shown = [f[1] for e in query.expressions if (f := frame.find(e))]
    if len(shown) < len(query.expressions) or not table.key or not table.subject or not set(shown) & {*table.label}:
        return None
    options = [
        e
        for e in table.down
        if len(e.columns) == 1 and e.childless and e.child != table.name and context.graph.tables[e.child].subject
    ]
    if not options:
        return None
    edge = rng.choice(options)
    child = context.graph.tables[edge.child]
    unique = table.label_unique and set(table.label) <= set(shown)
    outputs = shown if unique else list(dict.fromkeys([*table.key, *shown]))
    query.set("expressions", [node_of(frame, 0, c, context) for c in outputs])
    ours = alias_for(table.name, taken(query))
    theirs = alias_for(child.name, {*taken(query), ours})
    other = exp.Select(expressions=[column(ours, c.name, context) for c in outputs])
    other.set("from_", exp.From(this=table_node(child, theirs, context)))
    on = exp.EQ(this=column(theirs, edge.columns[0], context), expression=column(ours, edge.referred[0], context))
    other.set("joins", [exp.Join(this=table_node(table, ours, context), on=on)])
    some = bool(conjuncts(frame.select)) and rng.random() < 0.4
    kind: type[exp.SetOperation] = exp.Intersect if some else exp.Except
    return kind(this=query, expression=other, distinct=True)


def rank_of_rows(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Rows with their rank by the measure that the seed orders by or shows, or by another one of theirs."""
    frame = _select(query, context)
    if frame is None or not frame.is_plain or frame.grain is None or _starred(frame) or len(query.expressions) > 4:
        return None
    chosen = _ranked_by(frame, rng)
    if chosen is None or count_of(query, context) < 3:
        return None
    order = query.args.get("order")
    told = order is not None and frame.find(order.expressions[0].this) == (frame.grain, chosen)
    down = bool(order.expressions[0].args.get("desc")) if order and told else chosen.role is not Role.RANK
    shown = [frame.find(e.unalias()) for e in query.expressions]
    if (frame.grain, chosen) not in shown:
        frame.select.append("expressions", node_of(frame, frame.grain, chosen, context))
    text = f"RANK() OVER (ORDER BY {sql_of(frame, frame.grain, chosen)}{' DESC' if down else ''})"
    name = word(f"{chosen.facts.phrase} rank")
    frame.select.append("expressions", alias(fragment(text, context), name, context))
    return query


def _ranked_by(frame: Frame, rng: random.Random) -> Column | None:
    """A column of the grain to rank by: the one the seed orders by, one it shows, or any."""
    assert frame.grain is not None
    table = frame.sources[frame.grain].table
    options = [c for c in table.columns if orders(c) and c.numeric and c.name not in table.links and c not in table.key]
    options = [c for c in options if not _fixed(frame, c)]
    order = frame.select.args.get("order")
    told = [f[1] for n in own(order, exp.Column) if (f := frame.find(n))] if order else []
    shown = [f[1] for e in frame.select.expressions if (f := frame.find(e.unalias()))]
    for group in (told, shown):
        if found := [c for c in options if c in group]:
            return found[0]
    return rng.choice(options) if options else None


def _fixed(frame: Frame, column_: Column) -> bool:
    return any(
        isinstance(t, exp.EQ) and (found := frame.find(t.this)) is not None and found[1] is column_
        for t in conjuncts(frame.select)
    )


def _starred(frame: Frame) -> bool:
    return any(isinstance(e, exp.Star) or isinstance(e.find(exp.Star), exp.Star) for e in frame.select.expressions)


def distance_from_average(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Rows with how far their measure lies from the average of all, or of their category."""
    frame = _select(query, context)
    if frame is None or not frame.is_plain or frame.grain is None or _starred(frame) or len(query.expressions) > 4:
        return None
    options = [c for c in measured_columns(frame, frame.grain) if c.distinct > 5 and not _fixed(frame, c)]
    shown = [f[1] for e in query.expressions if (f := frame.find(e.unalias()))]
    options = [c for c in options if c in shown] or options
    if not options:
        return None
    chosen = rng.choice(options)
    about = sql_of(frame, frame.grain, chosen)
    groups = _categories(frame, context, few=True)
    inside, where = "", ""
    if (conjuncts(frame.select) and not groups) or count_of(query, context) < 3:
        return None  # of which rows the average would be, nobody could tell
    if groups and (conjuncts(frame.select) or rng.random() < 0.5):
        number, group = rng.choice(groups)
        inside = f"PARTITION BY {sql_of(frame, number, group)}"
        where = f" in {group.facts.phrase}"
        if group not in shown:
            frame.select.append("expressions", node_of(frame, number, group, context))
    if chosen not in shown:
        frame.select.append("expressions", node_of(frame, frame.grain, chosen, context))
    window = fragment(f"{about} - AVG({about}) OVER ({inside})", context)
    frame.select.append("expressions", alias(window, word(f"difference from average{where}"), context))
    return query


def _categories(frame: Frame, context: Context, few: bool = False) -> list[tuple[int, Column]]:
    """Categories of the frame's tables that nothing holds to one value; `few` asks for several rows in each."""
    blocks = frame.block(context)
    if blocks is None or frame.grain is None:
        return []
    block, order = blocks
    rows = frame.sources[frame.grain].table.rows
    found = [(order[r.node], r.column) for r in categories(block, 30)]
    return [(n, c) for n, c in found if not _fixed(frame, c) and (not few or c.distinct * 2.5 <= rows)]


def best_of_each(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """The best rows of all → the best of each category: ranked within it in a CTE, the first kept."""
    frame = _select(query, context, limited=True)
    if frame is None or not frame.is_plain or frame.grain is None or _starred(frame) or query.args.get("offset"):
        return None
    groups, chosen = _categories(frame, context, few=True), _ranked_by(frame, rng)
    shown = [frame.find(e.unalias()) for e in query.expressions]
    groups = [g for g in groups if g[1] is not chosen]
    if chosen is None or not groups or None in shown or any(holds_query(t) for t in conjuncts(frame.select)):
        return None
    limit, order = query.args.get("limit"), query.args.get("order")
    told = frame.find(order.expressions[0].this) if order else None
    if limit and told != (frame.grain, chosen):
        return None
    down = bool(order.expressions[0].args.get("desc")) if told == (frame.grain, chosen) and order else True
    kept = literal_of(limit.expression) if limit else 1
    everything = query.copy()
    everything.set("limit", None)
    if not isinstance(kept, int) or kept > 5 or count_of(everything, context) < 6:
        return None
    refs = list(dict.fromkeys([rng.choice(groups), *(s for s in shown if s), (frame.grain, chosen)]))
    names = [c.name for _, c in refs]
    place = next(n for n in _TAKEN if n not in {x.lower() for x in names})
    if len({n.lower() for n in names}) < len(names):
        return None
    over = f"PARTITION BY {sql_of(frame, *refs[0])} ORDER BY {sql_of(frame, frame.grain, chosen)}"
    rank = fragment(f"RANK() OVER ({over}{' DESC' if down else ''})", context)
    inner = query.copy()
    inner.set("order", None)
    inner.set("limit", None)
    inner.set("expressions", [*(node_of(frame, *r, context) for r in refs), alias(rank, place, context)])
    outer = exp.Select(expressions=[column(None, n, context) for n in names])
    title = fresh(["ranked"], query)
    outer.set("from_", exp.From(this=exp.to_table(title)))
    test = f"{place} = 1" if kept == 1 else f"{place} <= {kept}"
    set_conjuncts(outer, [fragment(test, context)])
    with_cte(outer, title, inner, context)
    return outer


def holds_query(test: Tree) -> bool:
    """Whether a condition holds a query."""
    return bool(own(test, exp.Query))


def of_two_kinds(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Entities with children of one kind → of one and of another, or not of another: INTERSECT, EXCEPT."""
    frame = _select(query, context)
    if frame is None or frame.grain is None or not frame.is_plain or query.args.get("order"):
        return None
    shown = [frame.find(e.unalias()) for e in query.expressions]
    owners = {s[0] for s in shown if s}
    if None in shown or len(owners) != 1 or frame.grain in owners or any(map(holds_query, conjuncts(frame.select))):
        return None
    owner = owners.pop()
    test = next(
        (
            t
            for t in conjuncts(frame.select)
            if isinstance(t, exp.EQ)
            and (f := frame.find(t.this))
            and f[0] != owner
            and f[1].role in (Role.CATEGORY, Role.YEAR, Role.CODE, Role.NAME)
            and literal_of(t.expression) is not None
        ),
        None,
    )
    if test is None:
        return None
    now = literal_of(test.expression)
    kind: type[exp.SetOperation] = rng.choice((exp.Intersect, exp.Intersect, exp.Except))
    values = _shared(frame, owner, test, context) if len(frame.sources[owner].table.key) == 1 else []
    made = another_value(values, rng, type(now), [now])
    if made is None:
        others = let_through(frame.select, test.this, context, test)
        kind, made = exp.Except, another_value(others, rng, type(now), [now])
    table = frame.sources[owner].table
    known = [s[1] for s in shown if s]
    if made is None or not table.key:
        return None
    if not (set(table.key) <= set(known) or (table.label_unique and set(table.label) <= set(known))):
        query.set("expressions", [*(node_of(frame, owner, k, context) for k in table.key), *query.expressions])
    place = next(n for n, t in enumerate(conjuncts(frame.select)) if t is test)
    other = frame.select.copy()
    theirs = conjuncts(other)[place]
    theirs.expression.replace(constant(made))
    return kind(this=query, expression=other, distinct=True)


def _shared(frame: Frame, owner: int, test: Tree, context: Context) -> list[tuple[Any, int]]:
    """The values that children of the seed's owners have beside the seed's own."""
    key = node_of(frame, owner, frame.sources[owner].table.key[0], context)
    looked = frame.select.copy()
    looked.set("expressions", [key.copy()])
    wider = frame.select.copy()
    tests = [t for t, old in zip(conjuncts(wider), conjuncts(frame.select), strict=True) if old is not test]
    set_conjuncts(wider, [*tests, exp.In(this=key, query=exp.Subquery(this=looked))])
    return let_through(wider, test.this, context)


def pivot(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A count (or a total) → one column for each of a few values of a category."""
    frame = _select(query, context)
    if frame is None or frame.grain is None or query.args.get("having") or query.args.get("order"):
        return None
    figures = [e.unalias() for e in query.expressions if isinstance(e.unalias(), exp.AggFunc)]
    if len(figures) != 1 or not (_counts_rows(figures[0]) or isinstance(figures[0], exp.Sum)):
        return None
    group = query.args.get("group")
    keys = [frame.find(g) for g in group.expressions] if group else []
    options = _categories(frame, context)
    spoken = {frame.find(c) for t in conjuncts(frame.select) for c in own(t, exp.Column)}
    options = [o for o in options if o not in spoken and o[1].distinct <= 12]
    if len(keys) == 1 and keys[0] in options:
        options, grouped = [keys[0]], False
    else:
        grouped = bool(keys)
        options = [o for o in options if o not in keys]
    if not options:
        return None
    number, chosen = rng.choice(options)
    node = node_of(frame, number, chosen, context)
    values = [v for v, n in let_through(frame.select, node, context) if says(v) and chosen.facts.can_say(v) and n > 1]
    if len(values) < 2:
        return None
    picked = sorted(rng.sample(values, min(len(values), rng.choice((2, 2, 3)))), key=repr)
    then, what = _amount(frame, figures[0], context)
    outputs = [_pivoted(node, chosen, v, then, what, context) for v in picked]
    if what is None or len({o.alias for o in outputs}) < len(outputs):
        return None
    others = [e for e in query.expressions if not isinstance(e.unalias(), exp.AggFunc)] if grouped else []
    query.set("expressions", [*others, *outputs])
    if not grouped:
        query.set("group", None)
    return query


def _counts_rows(figure: Tree) -> bool:
    return isinstance(figure, exp.Count) and isinstance(figure.this, exp.Star)


def _amount(frame: Frame, figure: Tree, context: Context) -> tuple[str, str | None]:
    """What each row adds to its column, and what the columns count."""
    assert frame.grain is not None
    if _counts_rows(figure):
        return "1", f"{frame.sources[frame.grain].table.entity.singular} count"
    found = frame.find(figure.this)
    if found is None or found[0] != frame.grain or found[1].role is not Role.AMOUNT:
        return "1", None
    return sql_of(frame, *found), found[1].facts.phrase


def _pivoted(node: Tree, about: Column, value: Any, then: str, what: str | None, context: Context) -> exp.Alias:
    test = render(exp.EQ(this=node.copy(), expression=constant(value)), context.dialect.name)
    said = about.facts.meanings.get(value) or (value if isinstance(value, str) else f"{about.facts.phrase} {value}")
    return alias(fragment(f"SUM(CASE WHEN {test} THEN {then} ELSE 0 END)", context), word(f"{said} {what}"), context)


def running_total(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A figure per period with its running total, in order of time."""
    frame = _select(query, context)
    if frame is None or frame.grain is None or query.args.get("having"):
        return None
    group, figure = query.args.get("group"), _figure(frame)
    if group is None or len(group.expressions) != 1 or not isinstance(figure, (exp.Count, exp.Sum)):
        return None
    period = group.expressions[0]
    if isinstance(figure.this, exp.Distinct) or not _follows(frame, period):
        return None
    found = frame.find(figure.this)
    if isinstance(figure, exp.Sum) and (found is None or found[0] != frame.grain):
        return None
    when = render(period, context.dialect.name)
    text = f"SUM({render(figure, context.dialect.name)}) OVER (ORDER BY {when})"
    frame.select.append("expressions", alias(fragment(text, context), "running_total", context))
    query.set("order", exp.Order(expressions=[ordered(period.copy(), False, context)]))
    return query


def _follows(frame: Frame, period: Tree) -> bool:
    """Whether an expression is a period of time whose values follow each other."""
    found = frame.find(period)
    if found is not None:
        return found[1].role is Role.YEAR and not found[1].nulls and found[1].distinct > 3
    columns = own(period, exp.Column)
    cut = frame.find(columns[0]) if len(columns) == 1 else None
    return cut is not None and cut[1].dated and not cut[1].nulls and "%Y" in period.sql()


def everyone_under(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Rows of a table that points at itself → everyone under, or above, one of them, by a recursive CTE."""
    frame = _select(query, context)
    if frame is None or len(frame.sources) > 1 or not frame.is_plain:
        return None
    table = frame.sources[0].table
    if not any(e.hierarchy for e in table.up):
        return None
    try:
        made = under(replace(context, tables=(table,)), rng, Shape())
    except Reject:
        return None
    tree = parse(written(made), context.dialect.name)
    return tree if isinstance(tree, exp.Query) else None


REWRITES: Mapping[str, Rewrite] = {
    "rank of groups": rank_of_groups,
    "share of groups": share_of_groups,
    "running total": running_total,
    "pivot": pivot,
    "best of each": best_of_each,
    "share per category": share_per_category,
    "without children": without_children,
    "number beside": number_beside,
    "rank of rows": rank_of_rows,
    "distance from average": distance_from_average,
    "of two kinds": of_two_kinds,
    "everyone under": everyone_under,
}
