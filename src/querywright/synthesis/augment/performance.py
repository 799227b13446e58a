"""Performance and optimisation: the same answer with less work, where keys and the schema prove that it is the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from querywright.sql.parsing import Tree, exp
from querywright.synthesis.augment.figures import named
from querywright.synthesis.augment.fragments import (
    alias,
    bare,
    column,
    conjuncts,
    declared,
    derived,
    fragment,
    fresh,
    has,
    is_key,
    is_primary,
    is_required,
    set_conjuncts,
    settle,
    sql_of,
)
from querywright.synthesis.augment.frames import Frame, aggregates, frame_of, frames, own
from querywright.synthesis.augment.real_values import literal_of
from querywright.synthesis.augment.rewrites import Rewrite
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.graph import Column


def or_to_in(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`city = 'A' OR city = 'B'` → `city IN ('A', 'B')`."""
    for node in query.find_all(exp.Or):
        if isinstance(node.parent, exp.Or):
            continue
        tests = [t.unnest() for t in node.flatten()]
        if not all(isinstance(t, exp.EQ) and literal_of(t.expression) is not None for t in tests):
            continue
        if any(t.this != tests[0].this for t in tests):
            continue
        made = exp.In(this=tests[0].this.copy(), expressions=[t.expression.copy() for t in tests])
        place = node.parent if isinstance(node.parent, exp.Paren) else node
        place.replace(made)
        return query
    return None


def star_to_columns(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`SELECT *` → the columns by name, in the same order."""
    if not isinstance(query, exp.Select) or len(query.expressions) != 1 or query.args.get("distinct"):
        return None
    if not isinstance(query.expressions[0], exp.Star) or query.expressions[0].args.get("except_"):
        return None
    frame = frame_of(query, context)
    if frame is None or len(frame.sources) > 1:
        return None
    source = frame.sources[0]
    columns = [c.name for c in declared(source.table, context).columns]
    if not 1 < len(columns) <= 12:
        return None
    query.set("expressions", [column(source.node.alias or None, name, context) for name in columns])
    return query


def year_to_range(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`strftime('%Y', day) = '2020'` → `day >= '2020-01-01' AND day < '2021-01-01'`, which an index can answer."""
    for frame in frames(query, context):
        for test in conjuncts(frame.select):
            made = _range(frame, test, context)
            if made is not None:
                tests: list[Tree] = []
                for each in conjuncts(frame.select):
                    tests += made if each is test else [each]
                set_conjuncts(frame.select, tests)
                return query
    return None


def _range(frame: Frame, test: Tree, context: Context) -> list[Tree] | None:
    if not isinstance(test, (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)):
        return None
    columns = own(test.this, exp.Column)
    found = frame.find(columns[0]) if len(columns) == 1 and not isinstance(test.this, exp.Column) else None
    if found is None or not found[1].dated:
        return None
    text = sql_of(frame, *found)
    if test.this not in (fragment(context.dialect.year(text), context), fragment(f"EXTRACT(YEAR FROM {text})", context)
                         if context.dialect.name != "sqlite" else None):  # fmt: skip
        return None
    ends = [test.args["low"], test.args["high"]] if isinstance(test, exp.Between) else [test.expression]
    years = [literal_of(e) for e in ends]
    if not all(str(y).isdigit() and len(str(y)) == 4 for y in years):
        return None
    first, last = int(years[0]), int(years[-1])
    start, end = f"{text} >= '{first}-01-01'", f"{text} < '{last + 1}-01-01'"
    wanted = {
        exp.EQ: (start, end), exp.Between: (start, end), exp.GTE: (start,), exp.LTE: (end,),
        exp.GT: (f"{text} >= '{first + 1}-01-01'",), exp.LT: (f"{text} < '{first}-01-01'",),
    }[type(test)]  # fmt: skip
    return [fragment(w, context) for w in wanted]


def union_to_or(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Two looks at one table, put together by UNION → one look, with OR (of equalities: IN)."""
    if not isinstance(query, exp.Union) or not query.args.get("distinct", True) or query.args.get("order"):
        return None
    sides = _one_table(query, context)
    if sides is None:
        return None
    left, right = sides
    tests = [exp.and_(*(t.copy() for t in conjuncts(s))) for s in (left, right)]
    made = left.copy()
    set_conjuncts(made, [exp.or_(*tests)])
    frame = frame_of(made, context)
    shown = [f[1] for e in made.expressions if frame and (f := frame.find(e))]
    if frame is None or not (len(frame.sources) == 1 and is_primary(frame.sources[0].table, shown, context)):
        made.set("distinct", exp.Distinct())
    return or_to_in(made, context, rng) or made


def intersect_to_and(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Two looks at one table by its key, put together by INTERSECT → one look, with AND."""
    if not isinstance(query, exp.Intersect) or not query.args.get("distinct", True) or query.args.get("order"):
        return None
    sides = _one_table(query, context)
    frame = frame_of(sides[0], context) if sides else None
    if sides is None or frame is None or len(frame.sources) > 1:
        return None
    shown = [f[1] for e in sides[0].expressions if (f := frame.find(e))]
    if not is_primary(frame.sources[0].table, shown, context):
        return None
    made = sides[0].copy()
    set_conjuncts(made, [*conjuncts(sides[0]), *conjuncts(sides[1])])
    return made


def _one_table(query: exp.SetOperation, context: Context) -> tuple[exp.Select, exp.Select] | None:
    """Both sides of a set operation where they differ in WHERE only."""
    left, right = query.this, query.expression
    if not isinstance(left, exp.Select) or not isinstance(right, exp.Select) or query.args.get("limit"):
        return None
    for part in ("group", "having", "limit", "order", "with_", "distinct"):
        if left.args.get(part) or right.args.get(part):
            return None
    if not conjuncts(left) or not conjuncts(right) or aggregates(left) or aggregates(right):
        return None
    rest = [s.copy() for s in (left, right)]
    for each in rest:
        each.set("where", None)
    return (left, right) if rest[0] == rest[1] and frame_of(left, context) else None


def needless_distinct(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """DISTINCT left out where the key is among the outputs, or where IN does not care."""
    for select in query.find_all(exp.Select):
        if not select.args.get("distinct"):
            continue
        looked_into = isinstance(select.parent, exp.Subquery) and isinstance(select.parent.parent, exp.In)
        if looked_into and not select.args.get("limit"):
            select.set("distinct", None)
            return query
        frame = frame_of(select, context)
        if frame is None or frame.grain is None or select.args.get("group"):
            continue
        shown = [f[1] for e in select.expressions if (f := frame.find(e.unalias())) and f[0] == frame.grain]
        if is_primary(frame.sources[frame.grain].table, shown, context):
            select.set("distinct", None)
            return query
    return None


def needless_order(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """ORDER BY left out of a subquery that keeps all its rows."""
    for select in query.find_all(exp.Select):
        inside = select.parent is not None and not isinstance(select.parent, exp.SetOperation)
        if inside and select.args.get("order") and not select.args.get("limit"):
            select.set("order", None)
            return query
    return None


def needless_join(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A join that only repeats a key left out: the foreign key says the same, where it is not NULL."""
    for frame in frames(query, context):
        for number in range(len(frame.sources)):
            if _drop(frame, number, context):
                return query
    return None


def _drop(frame: Frame, number: int, context: Context) -> bool:
    """Take out a source of which nothing but its key is used."""
    links = [k for k in frame.links if number in (k.child, k.parent)]
    if len(links) != 1 or links[0].parent != number or links[0].edge is None or len(links[0].columns) != 1:
        return False
    link, select = links[0], frame.select
    child, key = link.columns[0]
    if not is_key(frame.sources[number].table, [key], context) or not _declared_edge(frame, number, context):
        return False
    if number == 0 and select.args["joins"][0] is not link.join:
        return False
    inside = {id(c) for c in frame.mentions(number, link.join)}
    used = [c for c in frame.mentions(number, select) if id(c) not in inside]
    if any(c.name.lower() != key.name.lower() for c in used) or links[0].edge.orphans:
        return False
    if any(isinstance(e, exp.Star) for e in select.expressions):
        return False
    stays = frame.sources[link.child].name
    for node in used:
        node.replace(column(stays, child.name, context))
    tests = list(conjuncts(select))
    if not is_required(child, context):
        tests.append(exp.Not(this=exp.Is(this=column(stays, child.name, context), expression=exp.Null())))
    set_conjuncts(select, tests)
    joins = [j for j in select.args["joins"] if j is not link.join]
    if number == 0:
        select.args["from_"].set("this", link.join.this.copy())
    select.set("joins", [j.copy() for j in joins] or None)
    settle(select, stays)
    return True


def _declared_edge(frame: Frame, number: int, context: Context) -> bool:
    """Whether the schema itself says that the key points here."""
    link = next(k for k in frame.links if k.parent == number)
    child, parent = declared(frame.sources[link.child].table, context), declared(frame.sources[number].table, context)
    own_column, other = link.columns[0]
    return any(
        k.columns == (own_column.name,)
        and k.referred_table == parent.full_name
        and k.referred_columns in ((other.name,), ())
        for k in child.foreign_keys
    )


def count_of_key(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`COUNT(DISTINCT id)` and `COUNT(id)` → `COUNT(*)`, where each row has its own id."""
    for frame in frames(query, context):
        for figure in aggregates(frame.select):
            if not isinstance(figure, exp.Count) or frame.grain is None:
                continue
            distinct = isinstance(figure.this, exp.Distinct)
            inside = figure.this.expressions if distinct else [figure.this]
            found = frame.find(inside[0]) if len(inside) == 1 else None
            if found is None or not is_required(found[1], context):
                continue
            table = frame.sources[found[0]].table
            if distinct and not (found[0] == frame.grain and is_key(table, [found[1]], context)):
                continue
            figure.replace(exp.Count(this=exp.Star(), big_int=True))
            return query
    return None


def aggregate_first(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Children joined and grouped by their parent → grouped by themselves, then joined."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    group = query.args.get("group")
    if len(frame.sources) != 2 or group is None or query.args.get("with_") or own(query, exp.Query):
        return None
    link = frame.links[0]
    if len(link.columns) != 1 or link.both:
        return None
    child, key = link.columns[0]
    parent = frame.sources[link.parent]
    keys = [frame.find(g) for g in group.expressions]
    if (link.parent, key) not in keys and (link.child, child) not in keys:
        return None
    if not is_primary(parent.table, [key], context) or any(k is None or _foreign(k, link.parent, child) for k in keys):
        return None
    return _joined_groups(frame, child, key, context)


def _foreign(found: tuple[int, Column], parent: int, child: Column) -> bool:
    return found[0] != parent and found[1] is not child


def _joined_groups(frame: Frame, child: Column, key: Column, context: Context) -> exp.Query | None:
    select, link = frame.select, frame.links[0]
    many, one = frame.sources[link.child], frame.sources[link.parent]
    names: dict[Tree, str] = {}
    parts = [*select.expressions, *(p for n in ("having", "order") if (p := select.args.get(n)) is not None)]
    for part in parts:
        for figure in own(part, exp.AggFunc):
            if any((f := frame.find(c)) is None or f[0] != link.child for c in own(figure, exp.Column)):
                return None
            name = named(frame, part if part in select.expressions and part.unalias() is figure else figure)
            if name is None or name == child.name or (figure not in names and name in names.values()):
                return None
            names.setdefault(figure.copy(), name)
    tests = conjuncts(select)
    inner_tests = [t for t in tests if all((f := frame.find(c)) and f[0] == link.child for c in own(t, exp.Column))]
    rest = [t for t in tests if all(t is not i for i in inner_tests)]
    if not names or any((f := frame.find(c)) is None or f[0] != link.parent for t in rest for c in own(t, exp.Column)):
        return None
    inner = exp.Select(expressions=[column(None, child.name, context)])
    for each, name in names.items():
        inner.append("expressions", alias(bare(each), name, context))
    table = many.node.copy()
    table.set("alias", None)
    inner.set("from_", exp.From(this=table))
    set_conjuncts(inner, [bare(t) for t in inner_tests])
    inner.set("group", exp.Group(expressions=[column(None, child.name, context)]))
    title = fresh(["counts" if all(isinstance(f, exp.Count) for f in names) else "figures"], select)

    def outside(part: Tree) -> Tree:
        def by_name(node: Tree) -> Tree:
            if isinstance(node, exp.AggFunc) and node in names:
                return column(title, names[node], context)
            if isinstance(node, exp.Column) and frame.find(node) == (link.child, child):
                return column(one.name, key.name, context)
            return node

        return part.copy().transform(by_name)

    outer = exp.Select(expressions=[outside(e.unalias()) for e in select.expressions])
    if any((f := frame.find(e)) is not None and f[0] == link.child for e in _plain_columns(outer)):
        return None
    outer.set("from_", exp.From(this=one.node.copy()))
    on = exp.EQ(this=column(one.name, key.name, context), expression=column(title, child.name, context))
    outer.set("joins", [exp.Join(this=derived(inner, title, context), on=on)])
    outputs = {e.alias: e.this for e in select.expressions if isinstance(e, exp.Alias)}
    having, order = select.args.get("having"), select.args.get("order")
    set_conjuncts(outer, [*rest, *([outside(having.this)] if having else [])])
    if order:
        keys = [_resolved(o, outputs) for o in order.expressions]
        outer.set("order", exp.Order(expressions=[outside(k) for k in keys]))
    for part in ("limit", "offset"):
        if select.args.get(part):
            outer.set(part, select.args[part].copy())
    return outer


def _resolved(key: Tree, outputs: Mapping[str, Tree]) -> Tree:
    """A key of ORDER BY with the output that it names."""
    inside = key.this
    if isinstance(inside, exp.Column) and not inside.table and inside.name in outputs:
        copied = key.copy()
        copied.set("this", outputs[inside.name].copy())
        return copied
    return key


def _plain_columns(select: exp.Select) -> Sequence[exp.Column]:
    return [c for e in select.expressions for c in own(e, exp.Column)]


def filter_before_join(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Conditions on a joined table → the table filtered first, in a derived table, then joined."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None or len(frame.sources) < 2:
        return None
    if own(query, exp.Query) or any(isinstance(e, exp.Star) for e in query.expressions):
        return None
    options = []
    for number in range(len(frame.sources)):
        tests = [
            t
            for t in conjuncts(query)
            if (cs := own(t, exp.Column)) and all((f := frame.find(c)) and f[0] == number for c in cs)
        ]
        if tests:
            options.append((number, tests))
    if not options:
        return None
    number, tests = rng.choice(options)
    source = frame.sources[number]
    rest = [t for t in conjuncts(query) if all(t is not x for x in tests)]
    set_conjuncts(query, rest)
    used: dict[str, None] = {}
    for node in own(query, exp.Column):
        if (found := frame.find(node)) is not None and found[0] == number:
            used[found[1].name] = None
            node.set("table", exp.to_identifier(source.name))
    if not used:
        return None
    inner = exp.Select(expressions=[column(None, name, context) for name in used])
    table = source.node.copy()
    table.set("alias", None)
    inner.set("from_", exp.From(this=table))
    set_conjuncts(inner, [bare(t) for t in tests])
    source.node.replace(derived(inner, source.name, context))
    return query


def filter_into_derived(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A condition outside a derived table or CTE → inside it."""
    if not isinstance(query, exp.Select) or query.args.get("joins") or query.args.get("from_") is None:
        return None
    node = query.args["from_"].this
    with_ = query.args.get("with_")
    inner: Tree | None = node.this if isinstance(node, exp.Subquery) else None
    if isinstance(node, exp.Table) and with_ and len(with_.expressions) == 1:
        cte = with_.expressions[0]
        once = sum(t.name == cte.alias for t in query.find_all(exp.Table)) == 1
        inner = cte.this if once and cte.alias == node.name and not with_.args.get("recursive") else None
    if not isinstance(inner, exp.Select) or inner.args.get("limit") or inner.args.get("distinct"):
        return None
    if has(inner, exp.Window, exp.Query):
        return None
    group = inner.args.get("group")
    outputs = {e.alias_or_name.lower(): e.unalias() for e in inner.expressions}
    for test in conjuncts(query):
        columns = own(test, exp.Column)
        known = [outputs.get(c.name.lower()) for c in columns]
        if not columns or own(test, exp.Query) or any(not isinstance(k, exp.Column) for k in known):
            continue
        if (group and any(k not in group.expressions for k in known)) or (aggregates(inner) and not group):
            continue
        moved = test.transform(lambda n: outputs[n.name.lower()].copy() if isinstance(n, exp.Column) else n, copy=True)
        set_conjuncts(query, [t for t in conjuncts(query) if t is not test])
        set_conjuncts(inner, [*conjuncts(inner), moved])
        return query
    return None


def having_to_where(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """A condition of HAVING on what the rows are grouped by → WHERE, before the grouping."""
    for frame in frames(query, context):
        select = frame.select
        having, group = select.args.get("having"), select.args.get("group")
        if having is None or group is None or has(having, exp.AggFunc, exp.Query):
            continue
        keys = [frame.find(g) for g in group.expressions]
        if all((f := frame.find(c)) is not None and f in keys for c in own(having, exp.Column)):
            set_conjuncts(select, [*conjuncts(select), having.this])
            select.set("having", None)
            return query
    return None


def count_to_exists(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`(SELECT COUNT(*) …) > 0` → `EXISTS (SELECT 1 …)`, `= 0` → `NOT EXISTS`."""
    for node in query.find_all(exp.GT, exp.EQ, exp.GTE):
        select = node.this.this if isinstance(node.this, exp.Subquery) else None
        bound = literal_of(node.expression)
        if not isinstance(select, exp.Select) or select.args.get("group") or select.args.get("having"):
            continue
        figure = select.expressions[0].unalias() if len(select.expressions) == 1 else None
        if not isinstance(figure, exp.Count) or not isinstance(figure.this, exp.Star):
            continue
        some = (isinstance(node, exp.GT) and bound == 0) or (isinstance(node, exp.GTE) and bound == 1)
        if not some and not (isinstance(node, exp.EQ) and bound == 0):
            continue
        inner = select.copy()
        inner.set("expressions", [exp.Literal.number(1)])
        made: Tree = exp.Exists(this=inner)
        node.replace(made if some else exp.Not(this=made))
        return query
    return None


REWRITES: Mapping[str, Rewrite] = {
    "OR to IN": or_to_in,
    "star to columns": star_to_columns,
    "year to range": year_to_range,
    "UNION to OR": union_to_or,
    "INTERSECT to AND": intersect_to_and,
    "needless DISTINCT": needless_distinct,
    "needless ORDER BY": needless_order,
    "needless join": needless_join,
    "count of key": count_of_key,
    "aggregate first": aggregate_first,
    "filter into derived table": filter_into_derived,
    "HAVING to WHERE": having_to_where,
    "count to EXISTS": count_to_exists,
    "filter before join": filter_before_join,
}
LAST = frozenset({"filter before join"})
