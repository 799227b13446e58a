"""Business logic changes: another measure, aggregate, grain or perspective on the same rows."""

from __future__ import annotations

import random
from collections.abc import Mapping

from querywright.sql.parsing import Tree, exp
from querywright.synthesis.augment.figures import named
from querywright.synthesis.augment.fragments import (
    alias,
    column,
    conjuncts,
    fragment,
    has,
    identifier,
    is_required,
    node_of,
    ordered,
    sql_of,
    table_node,
)
from querywright.synthesis.augment.frames import Frame, aggregates, frame_of, frames, own
from querywright.synthesis.augment.real_values import literal_of
from querywright.synthesis.augment.rewrites import Rewrite
from querywright.synthesis.grammar.blocks import alias_for
from querywright.synthesis.grammar.clauses import categories
from querywright.synthesis.grammar.context import SHOWN, Context
from querywright.synthesis.grammar.graph import Column, Edge, Table, orders
from querywright.synthesis.lexicon import Role

_AGGREGATES: dict[type[exp.Expr], str] = {exp.Sum: "SUM", exp.Avg: "AVG", exp.Min: "MIN", exp.Max: "MAX"}


def measured_columns(frame: Frame, number: int) -> list[Column]:
    """Columns of one source that may be averaged."""
    table = frame.sources[number].table
    return [c for c in table.columns if c.measure and c.name not in table.links and c not in table.key]


def another_measure(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`AVG(price)` → `AVG(weight)`, wherever the query measures it; not where it is compared with a number."""
    options = []
    for frame in frames(query, context):
        for figure in own(frame.select, exp.AggFunc):
            found = frame.find(figure.this) if type(figure) in _AGGREGATES else None
            if found is None:
                continue
            others = measured_columns(frame, found[0])
            if found[1] in others:
                summed = isinstance(figure, exp.Sum)
                options += [
                    (found[1], o) for o in others if o is not found[1] and (not summed or o.role is Role.AMOUNT)
                ]
    if not options:
        return None
    old, new = rng.choice(options)
    return _exchanged(query, old, new, context)


def _exchanged(query: exp.Query, old: Column, new: Column, context: Context) -> exp.Query | None:
    """`query` with one column in place of another everywhere; None where it is compared with a constant."""
    places = []
    for frame in frames(query, context):
        for node in own(frame.select, exp.Column):
            if (found := frame.find(node)) is None or found[1] is not old:
                continue
            test = node.find_ancestor(exp.Predicate, exp.Select)
            if isinstance(test, exp.Predicate) and any(literal_of(n) is not None for n in test.find_all(exp.Literal)):
                return None
            places.append(node)
    for node in places:
        node.set("this", identifier(new.name, context))
    _renamed(query, context)
    return query


def _renamed(query: exp.Query, context: Context) -> None:
    """Aliases of figures are made anew, in the outputs and where they order: none may say what it no longer is."""
    for frame in frames(query, context):
        for output in frame.select.expressions:
            if not isinstance(output, exp.Alias) or not isinstance(output.this, (exp.AggFunc, exp.Column)):
                continue
            old, new = output.alias, named(frame, output.this)
            if new is None or new == old:
                continue
            output.set("alias", identifier(new, context))
            for node in own(frame.select, exp.Column):
                if not node.table and node.name == old and frame.find(node) is None:
                    node.set("this", identifier(new, context))


def another_aggregate(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`SUM(total)` → `AVG(total)`, `COUNT(*)` → `AVG(price)`: sums and averages only of what no join multiplies."""
    options: list[tuple[Frame, exp.AggFunc, str]] = []
    for frame in frames(query, context):
        having = frame.select.args.get("having")
        held = own(having, exp.AggFunc) if having else []
        for figure in aggregates(frame.select):
            if figure not in held:
                options += [(frame, figure, text) for text in _instead(frame, figure, context)]
    if not options:
        return None
    frame, figure, text = rng.choice(options)
    old = figure.copy()
    for node in [n for n in aggregates(frame.select) if n == old]:
        node.replace(fragment(text, context))
    _renamed(query, context)
    return query


def _instead(frame: Frame, figure: exp.AggFunc, context: Context) -> list[str]:
    """Other aggregates that make sense in the place of one."""
    if isinstance(figure, exp.Count) and isinstance(figure.this, exp.Star) and frame.grain is not None:
        out = []
        for each in measured_columns(frame, frame.grain):
            names = ("AVG", "SUM") if each.role is Role.AMOUNT else ("AVG",)
            out += [f"{n}({sql_of(frame, frame.grain, each)})" for n in names]
        return out
    found = frame.find(figure.this) if type(figure) in _AGGREGATES else None
    if found is None or not found[1].numeric or found[1].role not in (Role.AMOUNT, Role.LEVEL, Role.YEAR, Role.RANK):
        return []
    others = {"MIN", "MAX"}
    if found[0] == frame.grain and found[1].measure:
        others |= {"AVG", "SUM"} if found[1].role is Role.AMOUNT else {"AVG"}
    return [f"{n}({sql_of(frame, *found)})" for n in sorted(others - {_AGGREGATES[type(figure)]})]


def another_grain(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`GROUP BY country` → `GROUP BY segment`: the same figures for another kind of group."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    group = query.args.get("group")
    if group is None or len(group.expressions) != 1 or query.args.get("having"):
        return None
    key = group.expressions[0]
    found, blocks = frame.find(key), frame.block(context)
    if found is None or blocks is None or found[1].role is Role.KEY:
        return None
    shown = [e.unalias() for e in query.expressions if not own(e, exp.AggFunc)]
    if any(frame.find(s) != found for s in shown):
        return None
    used = {frame.find(c) for c in own(query, exp.Column)}
    block, order = blocks
    options = [r for r in categories(block, 40) if (order[r.node], r.column) not in used]
    if not options:
        return None
    ref = rng.choice(options)
    for node in [c for c in own(query, exp.Column) if frame.find(c) == found]:
        output = node.parent
        node.replace(node_of(frame, order[ref.node], ref.column, context))
        if isinstance(output, exp.Alias):
            output.set("alias", identifier(ref.column.name, context))
    return query


def list_to_count(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Which rows → how many."""
    frame = _listing(query, context)
    if frame is None or not conjuncts(frame.select):
        return None
    select = frame.select
    if select.args.get("distinct"):
        found = frame.find(select.expressions[0]) if len(select.expressions) == 1 else None
        if found is None:
            return None
        counted: Tree = exp.Count(this=exp.Distinct(expressions=[select.expressions[0].copy()]))
        select.set("distinct", None)
    else:
        counted = exp.Count(this=exp.Star(), big_int=True)
    select.set("expressions", [counted])
    select.set("order", None)
    return select


def list_to_figure(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Which rows → the average, the total, or both ends of a measure of theirs."""
    frame = _listing(query, context)
    if frame is None or frame.grain is None or not frame.is_plain:
        return None
    options = measured_columns(frame, frame.grain)
    if not options:
        return None
    chosen = rng.choice(options)
    about = sql_of(frame, frame.grain, chosen)
    names = [["AVG"], ["MAX"], ["MIN", "MAX"]] + ([["SUM"], ["SUM", "AVG"]] if chosen.role is Role.AMOUNT else [])
    figures = [fragment(f"{n}({about})", context) for n in rng.choice(names)]
    frame.select.set("expressions", [alias(f, name, context) if (name := named(frame, f)) else f for f in figures])
    frame.select.set("order", None)
    return frame.select


def _listing(query: exp.Query, context: Context) -> Frame | None:
    """The frame of a query that lists rows to their end."""
    if not isinstance(query, exp.Select) or query.args.get("limit") or query.args.get("group"):
        return None
    frame = frame_of(query, context)
    if frame is None or frame.grain is None or aggregates(query) or has(query, exp.Window):
        return None
    return frame


def count_to_list(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """How many rows → which ones: by their names, in order."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None or frame.grain is None:
        return None
    if len(query.expressions) != 1 or query.args.get("group") or not conjuncts(query):
        return None
    figure = query.expressions[0].unalias()
    table = frame.sources[frame.grain].table
    if not isinstance(figure, exp.Count) or not isinstance(figure.this, exp.Star) or not table.label:
        return None
    if any(_pinned(frame, c) for c in table.label):
        return None
    outputs = [node_of(frame, frame.grain, c, context) for c in table.label]
    query.set("expressions", outputs)
    if rng.random() < 0.5:
        query.set("order", exp.Order(expressions=[ordered(o.copy(), False, context) for o in outputs]))
    return query


def _pinned(frame: Frame, column_: Column) -> bool:
    """Whether a condition holds a column to one value, so that showing it says nothing."""
    return any(
        isinstance(t, exp.EQ) and (found := frame.find(t.this)) is not None and found[1] is column_
        for t in conjuncts(frame.select)
    )


def another_output(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Another attribute of the same rows shown; what names a row stays."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    if not frame.is_plain:
        return None
    shown = [(e, found) for e in query.expressions if (found := frame.find(e.unalias())) is not None]
    options = []
    ordered = [frame.find(c) for c in own(query.args["order"], exp.Column)] if query.args.get("order") else []
    for node, (number, old) in shown:
        table = frame.sources[number].table
        if old in table.label or old in table.key or (number, old) in ordered:
            continue
        others = [c for c in table.of(*SHOWN) if c.facts.sayable and c.nulls * 2 <= table.rows]
        here = [found for _, found in shown]
        here += [o for o in ordered if o]
        options += [(node, number, c) for c in others if (number, c) not in here and not _pinned(frame, c)]
    if not options:
        return None
    node, number, new = rng.choice(options)
    node.replace(node_of(frame, number, new, context))
    return query


def another_yardstick(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`ORDER BY price` → `ORDER BY weight`, shown too where the old one was."""
    order = query.args.get("order")
    if not isinstance(query, exp.Select) or order is None or (frame := frame_of(query, context)) is None:
        return None
    found = frame.find(order.expressions[0].this)
    if found is None or not frame.is_plain:
        return None
    number, old = found
    table = frame.sources[number].table
    options = [c for c in table.columns if orders(c) and c is not old and c.name not in table.links]
    shown = [frame.find(e.unalias()) for e in query.expressions]
    options = [c for c in options if (number, c) not in shown]
    if not options or old in table.label:
        return None
    new = rng.choice(options)
    for node in [*own(order, exp.Column), *query.expressions]:
        inside = node.unalias() if isinstance(node, exp.Alias) else node
        if frame.find(inside) == found:
            node.replace(node_of(frame, number, new, context))
    return query


def another_child(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """The same asked of other related rows: customers by their complaints instead of their orders."""
    options: list[tuple[exp.Table, Edge, Table, Frame | None, int]] = []
    for frame in frames(query, context):
        for number, source in enumerate(frame.sources):
            links = [k for k in frame.links if number in (k.child, k.parent)]
            if len(links) != 1 or links[0].child != number or links[0].edge is None or len(links[0].columns) != 1:
                continue
            used = {id(c) for c in frame.mentions(number, frame.select)}
            if used == {id(c) for c in frame.mentions(number, links[0].join)} and frame.grain == number:
                parent = frame.sources[links[0].parent].table
                options += [(source.node, e, parent, frame, number) for e in _siblings(parent, links[0].edge, context)]
        options += [(*o, None, 0) for o in _looked_into(frame, context)]
    if not options:
        return None
    node, edge, parent, frame_or_none, number = rng.choice(options)
    child = context.graph.tables[edge.child]
    if frame_or_none is None:
        select = node.find_ancestor(exp.Select)
        assert select is not None
        select.set("expressions", [column(None, edge.columns[0], context)])
        select.set("where", _known_keys(child, edge, select, context))
        node.replace(table_node(child, None, context))
        return query
    link = next(k for k in frame_or_none.links if number in (k.child, k.parent))
    taken = [s.name.lower() for n, s in enumerate(frame_or_none.sources) if n != number]
    numbered = node.alias and node.alias[-1].isdigit()
    name = node.alias if numbered else alias_for(child.name, taken)
    own_column, other = link.columns[0]
    on = exp.EQ(
        this=column(name, edge.columns[0], context),
        expression=column(frame_or_none.sources[link.parent].name, other.name, context),
    )
    _ = own_column, parent
    link.join.set("on", on)
    node.replace(table_node(child, name, context))
    return query


def _known_keys(child: Table, edge: Edge, select: exp.Select, context: Context) -> Tree | None:
    """For NOT IN: only the keys that are there."""
    test = select.find_ancestor(exp.In)
    if (
        test is None
        or not isinstance(test.parent, exp.Not)
        or is_required(child.by_name[edge.columns[0].lower()], context)
    ):
        return None
    return exp.Where(this=exp.Not(this=exp.Is(this=column(None, edge.columns[0], context), expression=exp.Null())))


def _siblings(parent: Table, edge: Edge, context: Context) -> list[Edge]:
    """Other keys that point at the same column of a table, from rows a question may be about."""
    return [
        e
        for e in parent.down
        if e.child != edge.child and e.child != parent.name and e.referred == edge.referred
        and context.graph.tables[e.child].subject
    ]  # fmt: skip


def _looked_into(frame: Frame, context: Context) -> list[tuple[exp.Table, Edge, Table]]:
    """Tables of children that a condition `key [NOT] IN (SELECT key FROM child)` looks into."""
    out = []
    for test in conjuncts(frame.select):
        node = test.this if isinstance(test, exp.Not) else test
        query = node.args.get("query") if isinstance(node, exp.In) else None
        value = frame.find(node.this) if query is not None else None
        inner = (
            frame_of(query.this, context)
            if value and query is not None and isinstance(query.this, exp.Select)
            else None
        )
        if value is None or inner is None or len(inner.sources) > 1 or conjuncts(inner.select):
            continue
        key = inner.find(inner.select.expressions[0]) if len(inner.select.expressions) == 1 else None
        child, parent = inner.sources[0].table, frame.sources[value[0]].table
        edge = next((e for e in parent.down if key and e.child == child.name and e.columns == (key[1].name,)), None)
        if edge is not None and edge.referred == (value[1].name,) and inner.is_plain:
            out += [(inner.sources[0].node, e, parent) for e in _siblings(parent, edge, context)]
    return out


REWRITES: Mapping[str, Rewrite] = {
    "another measure": another_measure,
    "another aggregate": another_aggregate,
    "another grain": another_grain,
    "another child": another_child,
    "another yardstick": another_yardstick,
    "count to list": count_to_list,
    "list to count": list_to_count,
    "list to figure": list_to_figure,
    "another output": another_output,
}
