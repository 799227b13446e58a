"""Query structure modifications: the same answer asked in another form."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from querywright.sql.parsing import Tree, exp, render
from querywright.synthesis.augment.figures import named
from querywright.synthesis.augment.fragments import (
    alias,
    bare,
    column,
    conjuncts,
    derived,
    fragment,
    fresh,
    has,
    is_required,
    set_conjuncts,
    with_cte,
)
from querywright.synthesis.augment.frames import Frame, aggregates, frame_of, own
from querywright.synthesis.augment.membership import (
    exists_to_in,
    in_to_exists,
    in_to_join,
    join_to_exists,
    join_to_in,
    not_in_to_except,
    not_in_to_left_join,
    not_in_to_not_exists,
    set_to_membership,
)
from querywright.synthesis.augment.real_values import literal_of
from querywright.synthesis.augment.rewrites import Rewrite
from querywright.synthesis.grammar.context import Context, word


def grouped_to_cte(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`GROUP BY … HAVING COUNT(*) > 3` → the groups in a CTE, chosen by WHERE."""
    return _grouped_to(query, context, as_cte=True)


def grouped_to_derived(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`GROUP BY … HAVING COUNT(*) > 3` → the groups in a derived table, chosen by WHERE."""
    return _grouped_to(query, context, as_cte=False)


def _grouped_to(query: exp.Query, context: Context, as_cte: bool) -> exp.Query | None:
    """Group first; choose and order the groups outside."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    group, having, order = (query.args.get(p) for p in ("group", "having", "order"))
    if group is None or not (having or (order and aggregates_in(order))) or query.args.get("distinct"):
        return None
    if query.args.get("with_") or has(query, exp.Query):
        return None
    if query.args.get("limit") and not as_cte:  # among groups of one figure it may pick another: one try is enough
        return None
    inner = query.copy()
    for part in ("having", "order", "limit", "offset"):
        inner.set(part, None)
    names: dict[Tree, str] = {}
    kept: list[str] = []
    for node in query.expressions:
        shown = _shown(frame, node, names, context)
        if shown is None:
            return None
        kept.append(shown)
    for clause in (having, order):
        for node in [*aggregates_in(clause), *_loose(clause)] if clause is not None else []:
            if node in names or (isinstance(node, exp.Column) and node.name.lower() in kept):
                continue
            if _shown(frame, node, names, context) is None:
                return None
    inner.set("expressions", [_output(node, name, context) for node, name in names.items()])
    outer = exp.Select(expressions=[column(None, name, context) for name in kept])
    for part in ("having", "order", "limit", "offset"):
        if query.args.get(part) is not None:
            node = _outside(query.args[part], names, context)
            outer.set("where" if part == "having" else part, exp.Where(this=node.this) if part == "having" else node)
    counts = all(isinstance(n, (exp.Count, exp.Column)) for n in names)
    title = fresh(["counts" if counts else "figures", "grouped"], query)
    if as_cte:
        outer.set("from_", exp.From(this=exp.to_table(title)))
        with_cte(outer, title, inner, context)
    else:
        outer.set("from_", exp.From(this=derived(inner, title, context)))
    return outer


def aggregates_in(node: Tree) -> list[Tree]:
    """Aggregates in a part of a SELECT."""
    return list(own(node, exp.AggFunc))


def _loose(node: Tree) -> list[Tree]:
    """Columns that stand outside aggregates."""
    return [c for c in own(node, exp.Column) if c.find_ancestor(exp.AggFunc) is None]


def _shown(frame: Frame, node: Tree, names: dict[Tree, str], context: Context) -> str | None:
    """The name under which an expression leaves the grouping; None where it has none of its own."""
    body = node.this if isinstance(node, exp.Alias) else node
    name = named(frame, node)
    if name is None:
        return None
    if body in names:
        return names[body]
    if name.lower() in {n.lower() for n in names.values()}:
        return None
    names[body.copy()] = name
    return name


def _output(node: Tree, name: str, context: Context) -> Tree:
    plain = isinstance(node, exp.Column) and node.name == name
    return node.copy() if plain else alias(node.copy(), name, context)


def _outside(part: Tree, names: dict[Tree, str], context: Context) -> Tree:
    """A clause with what the grouping names by its name."""
    copied = part.copy()

    def by_name(node: Tree) -> Tree:
        name = names.get(node) if isinstance(node, (exp.AggFunc, exp.Column)) else None
        return column(None, name, context) if name else node

    return copied.transform(by_name)


def groups_to_window(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`country, COUNT(*) … GROUP BY country` → `DISTINCT country, COUNT(*) OVER (PARTITION BY country)`."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    group = query.args.get("group")
    if group is None or any(query.args.get(p) for p in ("having", "order", "limit", "distinct", "with_")):
        return None
    keys = [frame.find(g) for g in group.expressions]
    shown = [(e, e.unalias()) for e in query.expressions]
    plain = [frame.find(node) for _, node in shown if not isinstance(node, exp.AggFunc)]
    if None in keys or len(set(plain)) != len(plain) or set(plain) != set(keys) or len(plain) == len(shown):
        return None
    if any(isinstance(f.this, exp.Distinct) for f in aggregates(query)) or has(query, exp.Query, exp.Window):
        return None
    dialect = context.dialect.name
    inside = ", ".join(render(g, dialect) for g in group.expressions)
    for output, node in shown:
        if isinstance(node, exp.AggFunc):
            name = named(frame, output)
            if name is None:
                return None
            window = fragment(f"{render(node, dialect)} OVER (PARTITION BY {inside})", context)
            output.replace(alias(window, name, context))
    query.set("group", None)
    query.set("distinct", exp.Distinct())
    return query


def top_to_window(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`ORDER BY price DESC LIMIT 1` → `ROW_NUMBER() OVER (ORDER BY price DESC)` in a derived table, and its first."""
    limit, order = query.args.get("limit"), query.args.get("order")
    if not isinstance(query, exp.Select) or limit is None or order is None or query.args.get("offset"):
        return None
    frame, most = frame_of(query, context), literal_of(limit.expression)
    if frame is None or not frame.is_plain or not isinstance(most, int) or has(order, exp.Query):
        return None
    names = [found[1].name for e in query.expressions if (found := frame.find(e))]
    taken = {n.lower() for n in names}
    if len(names) < len(query.expressions) or len(taken) < len(names) or "position" in taken:
        return None
    keys_ = [frame.find(c) for c in own(order, exp.Column)]
    shown = [frame.find(e) for e in query.expressions]
    if None in keys_ or (most > 1 and not set(keys_) <= set(shown)):
        return None
    inner = query.copy()
    inner.set("order", None)
    inner.set("limit", None)
    keys = render(order, context.dialect.name).strip()
    inner.append("expressions", alias(fragment(f"ROW_NUMBER() OVER ({keys})", context), "position", context))
    outer = exp.Select(expressions=[column(None, name, context) for name in names])
    outer.set("from_", exp.From(this=derived(inner, fresh(["ranked"], query), context)))
    set_conjuncts(outer, [fragment(f"position = {most}" if most == 1 else f"position <= {most}", context)])
    if most > 1:
        outer.set("order", _plainly(order))
    return outer


def _plainly(order: exp.Order) -> Tree:
    """The same order of rows that have no tables' names any more."""
    copied = order.copy()
    for node in own(copied, exp.Column):
        node.set("table", None)
    return copied


def filter_to_cte(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`SELECT … FROM album WHERE …` → the rows in question in a CTE, asked about outside."""
    return _filter_to(query, context, as_cte=True)


def filter_to_derived(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`SELECT … FROM album WHERE …` → the rows in question in a derived table."""
    return _filter_to(query, context, as_cte=False)


def _filter_to(query: exp.Query, context: Context, as_cte: bool) -> exp.Query | None:
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    tests = conjuncts(query)
    if len(frame.sources) > 1 or not tests or query.args.get("with_"):
        return None
    outside = [*query.expressions, *(n for p in ("group", "having", "order") if (n := query.args.get(p)))]
    outputs = {e.alias.lower() for e in query.expressions if isinstance(e, exp.Alias)}
    found: dict[str, None] = {}
    for node in outside:
        if isinstance(node, exp.Star) or own(node, exp.Query):
            return None
        for each in own(node, exp.Column):
            known = frame.find(each)
            if known is None and (each.table or each.name.lower() not in outputs):
                return None
            if known is not None:
                found[known[1].name] = None
    if not found or (len(found) < 2 and frame.is_plain and not query.args.get("order")):
        return None
    source = frame.sources[0]
    inner = exp.Select(expressions=[column(None, name, context) for name in found])
    table = source.node.copy()
    table.set("alias", None)
    inner.set("from_", exp.From(this=table))
    set_conjuncts(inner, [bare(t) if not own(t, exp.Query) else t for t in tests])
    if source.node.alias and any(own(t, exp.Query) for t in tests):
        return None
    title = fresh([word(f"chosen {source.table.entity.plural}")], query)
    query.set("where", None)
    for node in own(query, exp.Column):
        node.set("table", None)
    if as_cte:
        query.set("from_", exp.From(this=exp.to_table(title)))
        with_cte(query, title, inner, context)
    else:
        query.set("from_", exp.From(this=derived(inner, title, context)))
    return query


def subquery_to_cte(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A subquery that stands alone → a CTE with a name, looked into."""
    if not isinstance(query, exp.Select) or query.args.get("with_"):
        return None
    where = query.args.get("where")
    options = [q for q in own(where, exp.Subquery) if _alone(q, context)] if where else []
    if not options:
        return None
    chosen = rng.choice(options)
    inner = chosen.this
    frame = frame_of(inner, context)
    assert frame is not None
    node = inner.expressions[0]
    name = named(frame, node)
    if name is None:
        return None
    body = node.this if isinstance(node, exp.Alias) else node
    moved = inner.copy()
    moved.set("expressions", [_output(body, name, context)])
    source = frame.sources[frame.grain or 0].table.entity
    single = bool(aggregates(inner)) and not inner.args.get("group")
    title = fresh(["overall" if single else word(f"chosen {source.plural}"), "found"], query)
    look = exp.Select(expressions=[column(None, name, context)])
    look.set("from_", exp.From(this=exp.to_table(title)))
    chosen.set("this", look)
    with_cte(query, title, moved, context)
    return query


def _alone(node: exp.Subquery, context: Context) -> bool:
    """Whether a subquery says something and names nothing from outside."""
    select = node.this
    if not isinstance(select, exp.Select) or len(select.expressions) != 1 or select.args.get("with_"):
        return False
    frame = frame_of(select, context)
    if frame is None or own(select, exp.Query):
        return False
    if not (conjuncts(select) or aggregates(select) or select.args.get("group") or len(frame.sources) > 1):
        return False
    outputs = {e.alias.lower() for e in select.expressions if isinstance(e, exp.Alias)}
    return all(frame.find(c) is not None or c.name.lower() in outputs for c in own(select, exp.Column))


def cte_to_derived(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A CTE that is read once → a derived table where it is read."""
    with_ = query.args.get("with_")
    if with_ is None or with_.args.get("recursive") or len(with_.expressions) != 1:
        return None
    cte = with_.expressions[0]
    read = [t for t in query.find_all(exp.Table) if t.name.lower() == cte.alias.lower() and not t.db]
    if len(read) != 1 or cte.args["alias"].args.get("columns"):
        return None
    read[0].replace(derived(cte.this.copy(), read[0].alias or cte.alias, context))
    query.set("with_", None)
    return query


def derived_to_cte(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A derived table → a CTE in front."""
    if not isinstance(query, exp.Select) or query.args.get("with_"):
        return None
    nodes = [query.args["from_"].this if query.args.get("from_") else None]
    nodes += [j.this for j in query.args.get("joins") or []]
    found = [n for n in nodes if isinstance(n, exp.Subquery) and n.alias and isinstance(n.this, exp.Query)]
    if not found or found[0].args["alias"].args.get("columns"):
        return None
    name, inner = found[0].alias, found[0].this.copy()
    found[0].replace(exp.to_table(name))
    with_cte(query, name, inner, context)
    return query


def scalar_to_window(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`price > (SELECT AVG(price) FROM album)` → `AVG(price) OVER ()` beside each row; MAX and MIN → RANK() = 1."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    if len(frame.sources) > 1 or not frame.is_plain or query.args.get("with_"):
        return None
    for test in conjuncts(query):
        found = _scalar(frame, test, context)
        if found is not None and (made := _windowed(frame, test, *found, context)) is not None:
            return made
    return None


def _scalar(frame: Frame, test: Tree, context: Context) -> tuple[Any, exp.AggFunc] | None:
    """The column and the aggregate of `column > (SELECT AGG(column) FROM the same rows)`."""
    if not isinstance(test, (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ)) or not isinstance(
        test.expression, exp.Subquery
    ):
        return None
    select = test.expression.this
    inner = frame_of(select, context) if isinstance(select, exp.Select) else None
    if inner is None or len(inner.sources) > 1 or inner.sources[0].table is not frame.sources[0].table:
        return None
    if len(select.expressions) != 1 or select.args.get("group") or own(select, exp.Query):
        return None
    figure = select.expressions[0].unalias()
    value, over = frame.find(test.this), inner.find(figure.this) if isinstance(figure, exp.AggFunc) else None
    if value is None or over is None or value[1] is not over[1]:
        return None
    others = [bare(t) for t in conjuncts(frame.select) if t is not test]
    if others != [bare(t) for t in conjuncts(select)] or any(own(t, exp.Query) for t in others):
        return None
    extreme = isinstance(figure, (exp.Max, exp.Min))
    if isinstance(figure, exp.Avg) or extreme:
        return (value[1], figure) if extreme == isinstance(test, exp.EQ) else None
    return None


def _windowed(frame: Frame, test: Tree, value: Any, figure: exp.AggFunc, context: Context) -> exp.Query | None:
    query, name = frame.select, value.name
    needed: dict[str, None] = {}
    for part in (*query.expressions, query.args.get("order")):
        for each in own(part, exp.Column) if part is not None else []:
            known = frame.find(each)
            if known is None:
                return None
            needed[known[1].name] = None
        if isinstance(part, exp.Star):
            return None
    extreme = not isinstance(figure, exp.Avg)
    phrase = value.facts.phrase
    title = word(f"{phrase} rank") if extreme else word(f"average {phrase}")
    if title in needed or (title == name):
        return None
    over = column(None, name, context)
    tests: list[Tree] = [bare(t) for t in conjuncts(query) if t is not test]
    if extreme:
        down = " DESC" if isinstance(figure, exp.Max) else ""
        window = fragment(f"RANK() OVER (ORDER BY {value.sql}{down})", context)
        if not is_required(value, context):
            tests.append(exp.Not(this=exp.Is(this=over.copy(), expression=exp.Null())))
        chosen: Tree = exp.EQ(this=column(None, title, context), expression=exp.Literal.number(1))
    else:
        window = fragment(f"AVG({value.sql}) OVER ()", context)
        needed[name] = None
        chosen = type(test)(this=column(None, name, context), expression=column(None, title, context))
    inner = exp.Select(expressions=[*(column(None, n, context) for n in needed), alias(window, title, context)])
    table = frame.sources[0].node.copy()
    table.set("alias", None)
    inner.set("from_", exp.From(this=table))
    set_conjuncts(inner, tests)
    for each in own(query, exp.Column):
        each.set("table", None)
    query.set("from_", exp.From(this=derived(inner, fresh(["ranked" if extreme else "compared"], query), context)))
    set_conjuncts(query, [chosen])
    return query


def correlated_to_join(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`price > (SELECT AVG(b.price) … WHERE b.genre = a.genre)` → a join with the averages of all genres."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    if len(frame.sources) > 1 or not frame.sources[0].node.alias or not frame.is_plain:
        return None
    for test in conjuncts(query):
        made = _grouped_apart(frame, test, context)
        if made is not None:
            return made
    return None


def _grouped_apart(frame: Frame, test: Tree, context: Context) -> exp.Query | None:
    comparing = isinstance(test, (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ))
    select = test.expression.this if comparing and isinstance(test.expression, exp.Subquery) else None
    inner = frame_of(select, context) if isinstance(select, exp.Select) else None
    if select is None or inner is None or len(inner.sources) > 1 or select.args.get("group") or own(select, exp.Query):
        return None
    figure = select.expressions[0].unalias()
    if len(select.expressions) != 1 or not isinstance(figure, (exp.Avg, exp.Max, exp.Min, exp.Sum)):
        return None
    ties: list[Tree] = []
    rest: list[Tree] = []
    for each in conjuncts(select):
        outside = [c for c in own(each, exp.Column) if inner.find(c) is None]
        (ties if outside else rest).append(each)
    if len(ties) != 1 or not isinstance(ties[0], exp.EQ) or not inner.sources[0].node.alias:
        return None
    sides = (ties[0].this, ties[0].expression)
    key = next((f for s in sides if (f := inner.find(s))), None)
    value = next((f for s in sides if inner.find(s) is None and (f := frame.find(s))), None)
    name = named(inner, figure)
    if key is None or value is None or name is None:
        return None
    grouped = exp.Select(expressions=[column(None, key[1].name, context), alias(bare(figure), name, context)])
    table = inner.sources[0].node.copy()
    table.set("alias", None)
    grouped.set("from_", exp.From(this=table))
    set_conjuncts(grouped, [bare(t) for t in rest])
    grouped.set("group", exp.Group(expressions=[column(None, key[1].name, context)]))
    title = fresh(["figures"], frame.select)
    outer = frame.sources[0].name
    on = exp.EQ(this=column(title, key[1].name, context), expression=column(outer, value[1].name, context))
    frame.select.append("joins", exp.Join(this=derived(grouped, title, context), on=on))
    new = type(test)(this=test.this.copy(), expression=column(title, name, context))
    set_conjuncts(frame.select, [new if t is test else t for t in conjuncts(frame.select)])
    outputs = {e.alias.lower() for e in frame.select.expressions if isinstance(e, exp.Alias)}
    for each in own(frame.select, exp.Column):
        if not each.table and each.name.lower() not in outputs:
            each.set("table", exp.to_identifier(outer))
    return frame.select


REWRITES: Mapping[str, Rewrite] = {
    "join to IN": join_to_in,
    "join to EXISTS": join_to_exists,
    "IN to join": in_to_join,
    "IN to EXISTS": in_to_exists,
    "EXISTS to IN": exists_to_in,
    "NOT IN to NOT EXISTS": not_in_to_not_exists,
    "NOT IN to LEFT JOIN": not_in_to_left_join,
    "NOT IN to EXCEPT": not_in_to_except,
    "set operation to IN": set_to_membership,
    "groups to window": groups_to_window,
    "top rows to window": top_to_window,
    "groups to CTE": grouped_to_cte,
    "groups to derived table": grouped_to_derived,
    "subquery to CTE": subquery_to_cte,
    "CTE to derived table": cte_to_derived,
    "derived table to CTE": derived_to_cte,
    "subquery to window": scalar_to_window,
    "correlated subquery to join": correlated_to_join,
    "filter to CTE": filter_to_cte,
    "filter to derived table": filter_to_derived,
}
LAST = frozenset({"filter to CTE", "filter to derived table"})
