"""Complexity enhancements: one more condition, join, CASE, grouping or subquery, each with real values."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from querywright.runs.steps import Reject
from querywright.sql.parsing import Tree, exp, render
from querywright.synthesis.augment.fragments import (
    add_condition,
    alias,
    bare,
    column,
    conjuncts,
    fragment,
    is_required,
    node_of,
    qualify,
    sql_of,
    table_node,
    taken,
)
from querywright.synthesis.augment.frames import Frame, aggregates, frame_of, own
from querywright.synthesis.augment.logic import measured_columns
from querywright.synthesis.augment.real_values import asked, count_of, is_vast, let_through
from querywright.synthesis.augment.rewrites import Rewrite
from querywright.synthesis.grammar.blocks import Block, Node, alias_for
from querywright.synthesis.grammar.candidates import Candidate
from querywright.synthesis.grammar.clauses import any_groups, rounded, threshold
from querywright.synthesis.grammar.context import Context, word
from querywright.synthesis.grammar.graph import Edge, Table
from querywright.synthesis.grammar.samples import is_number

_MOST_SAID = 3
"""Conditions a person says at most; a seed with so many gets no more."""


def more_conditions(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """One more condition that lets some of the rows through and keeps some out."""
    frame = _frame(query, context)
    blocks = frame.block(context) if frame else None
    if frame is None or blocks is None or len(conjuncts(frame.select)) >= _MOST_SAID:
        return None
    avoid = _spoken(frame, blocks[0])
    for _ in range(3):
        found = context.finder.find(blocks[0], rng, rng.choice((1, 1, 2)), avoid, proved=False, said=1)
        if found is not None and _splits(frame, [c.sql for c in found.picked], context):
            _add(frame.select, found.picked, context)
            return query if _has_groups(frame.select, context) else None
    return None


def _has_groups(select: exp.Select, context: Context) -> bool:
    """Whether a grouping still tells groups apart; true where there is none."""
    return not select.args.get("group") or bool(select.args.get("limit")) or count_of(select, context) > 1


def _frame(query: exp.Query, context: Context) -> Frame | None:
    """The frame of the outermost SELECT; None where its joins could make too many rows to look at."""
    found = frame_of(query, context) if isinstance(query, exp.Select) else None
    return found if found is not None and not is_vast(found) else None


def _spoken(frame: Frame, block: Block) -> list[str]:
    """Columns that the query already asks about: conditions, groups, figures and orders."""
    select = frame.select
    parts = [select.args.get(p) for p in ("where", "group", "having", "order")]
    nodes = [c for p in parts if p is not None for c in own(p, exp.Column)]
    nodes += [c for f in aggregates(select) for c in own(f, exp.Column)]
    known = {frame.find(c) for c in nodes}
    known |= {frame.find(e.unalias()) for e in select.expressions} if len(select.expressions) == 1 else set()
    columns = {(f[1].table, f[1].name) for f in known if f}
    return [r.sql for r in block.refs if (r.column.table, r.column.name) in columns]


def _splits(frame: Frame, tests: Sequence[str], context: Context, joins: Sequence[exp.Join] = ()) -> bool:
    """Whether conditions let through some of the rows that come without them, and not all."""
    asking = exp.Select(expressions=[exp.Count(this=exp.Star(), big_int=True)])
    asking.set("from_", frame.select.args["from_"].copy())
    asking.set("joins", [j.copy() for j in (*(frame.select.args.get("joins") or []), *joins)])
    where = frame.select.args.get("where")
    asking.set("where", where.copy() if where else None)
    before = asked(render(asking, context.dialect.name), context)
    for test in tests:
        add_condition(asking, fragment(test, context))
    after = asked(render(asking, context.dialect.name), context)
    return bool(before and after) and 0 < after[0][0] < before[0][0]


def _add(select: exp.Select, picked: Iterable[Candidate], context: Context) -> None:
    for each in picked:
        add_condition(select, fragment(each.sql, context))


def join_with_condition(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A join to what a key leads to, with a condition on it: orders → orders of customers in Norway."""
    frame = _frame(query, context)
    if frame is None or len(conjuncts(frame.select)) >= _MOST_SAID or len(frame.sources) > 3:
        return None
    steps = [
        (n, e)
        for n, s in enumerate(frame.sources)
        for e in s.table.up
        if e.parent not in {o.table.name for o in frame.sources} and context.graph.tables[e.parent].subject
    ]
    if not steps or qualify(frame, context) is None:
        return None
    number, edge = rng.choice(steps)
    again = frame_of(frame.select, context)
    blocks = again.block(context) if again else None
    if again is None or blocks is None:
        return None
    block, order = blocks
    parent = context.graph.tables[edge.parent]
    name = alias_for(parent.name, taken(query))
    wider = replace(block, nodes=(*block.nodes, Node(parent, name, edge, order.index(number))))
    last = len(wider.nodes) - 1
    avoid = [r.sql for r in wider.refs if r.node != last]
    join = _join(again.sources[number].name, edge, parent, name, context)
    for _ in range(3):
        found = context.finder.find(wider, rng, rng.choice((1, 1, 2)), avoid, proved=False, need=[last], said=1)
        if found is not None and _splits(again, [c.sql for c in found.picked], context, [join]):
            frame.select.append("joins", join)
            _add(frame.select, found.picked, context)
            return query if _has_groups(frame.select, context) else None
    return None


def _join(child: str, edge: Edge, parent: Table, name: str, context: Context) -> exp.Join:
    ties = [
        exp.EQ(this=column(child, c, context), expression=column(name, r, context))
        for c, r in zip(edge.columns, edge.referred, strict=True)
    ]
    return exp.Join(this=table_node(parent, name, context), on=exp.and_(*ties, copy=False))


def groups_with_having(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Only the groups whose figure is above a round number that parts the real groups."""
    frame = _frame(query, context)
    if frame is None or frame.select.args.get("having") or frame.select.args.get("limit"):
        return None
    select = frame.select
    if not select.args.get("group") or select.args.get("distinct"):
        return None
    options = [f for f in aggregates(select) if isinstance(f, (exp.Count, exp.Sum, exp.Avg))]
    figure = rng.choice(options) if options else exp.Count(this=exp.Star(), big_int=True)
    asking = select.copy()
    asking.set("order", None)
    asking.set("expressions", [figure.copy()])
    values = [r[0] for r in asked(render(asking, context.dialect.name), context) if is_number(r[0])]
    try:
        operator, number = threshold(values, rng, all(isinstance(v, int) for v in values), up=True)
    except Reject:
        return None
    text = f"{render(figure, context.dialect.name)} {operator} {number}"
    select.set("having", exp.Having(this=fragment(text, context)))
    return query


def band_column(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Rows with a band of one of their measures beside it: low, medium, high."""
    frame = _frame(query, context)
    if frame is None or frame.grain is None or not frame.is_plain or frame.select.args.get("limit"):
        return None
    if any(isinstance(e, exp.Star) for e in frame.select.expressions):
        return None
    options = [c for c in measured_columns(frame, frame.grain) if not c.nulls and c.distinct > 5]
    if not options or len(frame.select.expressions) > 4:
        return None
    chosen = rng.choice(options)
    node = node_of(frame, frame.grain, chosen, context)
    values = sorted(float(v) for v, n in let_through(frame.select, node, context) for _ in range(min(n, 50)))
    case = _bands(values, sql_of(frame, frame.grain, chosen), chosen.facts.integral, rng)
    if case is None:
        return None
    shown = [frame.find(e.unalias()) for e in frame.select.expressions]
    if (frame.grain, chosen) not in shown:
        frame.select.append("expressions", node)
    band = alias(fragment(case, context), word(f"{chosen.facts.phrase} band"), context)
    frame.select.append("expressions", band)
    return query


def _bands(values: Sequence[float], about: str, whole: bool, rng: random.Random) -> str | None:
    names = rng.choice((("low", "high"), ("low", "medium", "high"), ("low", "medium", "high")))
    if len(values) < 6:
        return None
    cuts = [rounded(values[len(values) * n // len(names)], whole) for n in range(1, len(names))]
    if len(set(cuts)) < len(cuts) or cuts != sorted(cuts) or not values[0] < cuts[0] or not cuts[-1] < values[-1]:
        return None
    whens = " ".join(f"WHEN {about} < {cut} THEN '{name}'" for cut, name in zip(cuts, names, strict=False))
    return f"CASE {whens} ELSE '{names[-1]}' END"


def figure_per_group(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """One figure of all rows → the same for each category, or for each entity that the rows belong to."""
    frame = _frame(query, context)
    blocks = frame.block(context) if frame else None
    if frame is None or blocks is None or not aggregates(frame.select) or frame.select.args.get("group"):
        return None
    if any(not isinstance(e.unalias(), exp.AggFunc) for e in frame.select.expressions) or own(frame.select, exp.Window):
        return None
    block, _ = blocks
    try:
        names, keys, _node = any_groups(block, rng)
    except Reject:
        return None
    spoken = {frame.find(c) for c in own(frame.select, exp.Column)}
    if any((blocks[1][r.node], r.column) in spoken for r in names):
        return None
    shown = [fragment(r.sql, context) for r in names]
    frame.select.set("expressions", [*shown, *frame.select.expressions])
    frame.select.set("group", exp.Group(expressions=[fragment(k, context) for k in keys]))
    return query if _has_groups(frame.select, context) else None


def above_average(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Only the rows above the average of a measure, the average taken over the same rows."""
    frame = _frame(query, context)
    if frame is None or len(frame.sources) > 1 or not frame.is_plain or frame.select.args.get("limit"):
        return None
    tests = conjuncts(frame.select)
    if len(tests) >= _MOST_SAID - 1 or any(own(t, exp.Query) for t in tests):
        return None
    spoken = {frame.find(c) for t in tests for c in own(t, exp.Column)}
    options = [c for c in measured_columns(frame, 0) if (0, c) not in spoken and c.distinct > 5]
    if not options:
        return None
    chosen = rng.choice(options)
    inner = exp.Select(expressions=[exp.Avg(this=column(None, chosen.name, context))])
    table = frame.sources[0].node.copy()
    table.set("alias", None)
    inner.set("from_", exp.From(this=table))
    for test in tests:
        add_condition(inner, bare(test))
    kind = rng.choice((exp.GT, exp.GT, exp.LT))
    add_condition(frame.select, kind(this=node_of(frame, 0, chosen, context), expression=exp.Subquery(this=inner)))
    return query


def with_children(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Only the rows that have certain children, or none: customers with an order in 2022."""
    frame = _frame(query, context)
    if frame is None or len(conjuncts(frame.select)) >= _MOST_SAID:
        return None
    present = {t.name.lower() for t in frame.select.find_all(exp.Table)}
    options = [
        (n, e)
        for n, s in enumerate(frame.sources)
        for e in s.table.down
        if len(e.columns) == 1
        and e.child != s.table.name
        and s.table.subject
        and context.graph.tables[e.child].name.split(".")[-1].lower() not in present
        and not context.graph.tables[e.child].entity.derived
        and not (context.graph.tables[e.child].entity.awkward and not context.graph.tables[e.child].entity.link)
    ]
    if not options:
        return None
    number, edge = rng.choice(options)
    child = context.graph.tables[edge.child]
    key = child.by_name[edge.columns[0].lower()]
    value = node_of(frame, number, frame.sources[number].table.by_name[edge.referred[0].lower()], context)
    inner = exp.Select(expressions=[column(None, key.name, context)])
    inner.set("from_", exp.From(this=table_node(child, None, context)))
    none = edge.childless and rng.random() < 0.3
    if none:
        if not is_required(key, context):
            add_condition(inner, exp.Not(this=exp.Is(this=column(None, key.name, context), expression=exp.Null())))
    else:
        block = context.block(child, 0, rng)
        found = context.finder.find(block, rng, 1, proved=False, said=1)
        if found is None and not edge.childless:
            return None
        if found is not None:
            _add(inner, found.picked, context)
    test: Tree = exp.In(this=value, query=exp.Subquery(this=inner))
    test = exp.Not(this=test) if none else test
    if not _splits(frame, [render(test, context.dialect.name)], context):
        return None
    add_condition(frame.select, test)
    return query if _has_groups(frame.select, context) else None


def known_only(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Only the rows where what is shown or averaged is known: a check of the data."""
    frame = _frame(query, context)
    if frame is None or frame.select.args.get("group") or len(conjuncts(frame.select)) >= _MOST_SAID:
        return None
    spoken = {frame.find(c) for t in conjuncts(frame.select) for c in own(t, exp.Column)}
    found = [f for e in frame.select.expressions if (f := frame.find(e.unalias())) is not None]
    options = [f for f in found if f[1].nulls and f not in spoken]
    if not options or not frame.is_plain:
        return None
    chosen = rng.choice(options)
    test = exp.Not(this=exp.Is(this=node_of(frame, *chosen, context), expression=exp.Null()))
    add_condition(frame.select, test)
    return query


REWRITES: Mapping[str, Rewrite] = {
    "more conditions": more_conditions,
    "join with condition": join_with_condition,
    "groups with HAVING": groups_with_having,
    "band column": band_column,
    "figure per group": figure_per_group,
    "above average": above_average,
    "with children": with_children,
    "known only": known_only,
}
