"""JOIN, IN and EXISTS into each other, and their negations: only where keys make them equal."""

from __future__ import annotations

import random
from dataclasses import dataclass

from querywright.sql.parsing import Tree, exp
from querywright.synthesis.augment.fragments import (
    bare,
    column,
    conjuncts,
    is_key,
    is_required,
    known_column,
    node_of,
    qualify,
    requalified,
    set_conjuncts,
    settle,
    taken,
)
from querywright.synthesis.augment.frames import Frame, Link, frame_of, frames, own
from querywright.synthesis.grammar.blocks import alias_for
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.graph import Column


@dataclass(frozen=True, slots=True, eq=False)
class _Filter:
    """A joined source that only filters: the link to it, the side that stays, and its conditions."""

    number: int
    link: Link
    stays: int
    tests: list[Tree]


def join_to_in(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`JOIN artist AS a ON … WHERE a.country = 'US'` → `artist_id IN (SELECT artist_id FROM artist WHERE …)`."""
    return _join_to(query, context, rng, exists=False)


def join_to_exists(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`SELECT DISTINCT … JOIN album AS a ON … WHERE a.stock > 5` → `EXISTS (SELECT 1 FROM album AS a WHERE …)`."""
    return _join_to(query, context, rng, exists=True)


def _join_to(query: exp.Query, context: Context, rng: random.Random, exists: bool) -> exp.Query | None:
    options = [
        (f, found)
        for f in frames(query, context)
        for found in _filters(f, context)
        if not exists or found.number == found.link.child
    ]
    if not options:
        return None
    frame, found = rng.choice(options)
    select, gone = frame.select, frame.sources[found.number]
    pairs = found.link.columns
    outer_column, inner_column = pairs[0] if found.link.child == found.stays else pairs[0][::-1]
    outer = column(frame.sources[found.stays].name, outer_column.name, context)
    rest = [t.copy() for t in conjuncts(select) if all(t is not f for f in found.tests)]
    if exists:
        tie = exp.EQ(this=column(gone.name, inner_column.name, context), expression=outer)
        inner = exp.Select(expressions=[exp.Literal.number(1)])
        inner.set("from_", exp.From(this=gone.node.copy()))
        set_conjuncts(inner, [tie, *(requalified(t, gone.name, context) for t in found.tests)])
        test: Tree = exp.Exists(this=inner)
    else:
        inner = exp.Select(expressions=[column(None, inner_column.name, context)])
        table = gone.node.copy()
        table.set("alias", None)
        inner.set("from_", exp.From(this=table))
        set_conjuncts(inner, [bare(t) for t in found.tests])
        test = exp.In(this=outer, query=exp.Subquery(this=inner))
    _take_out(frame, found)
    set_conjuncts(select, [*rest, test])
    settle(select, frame.sources[found.stays].name)
    return query


def _take_out(frame: Frame, found: _Filter) -> None:
    """Remove a source; where it came first, the one tied to it takes its place."""
    select = frame.select
    joins = [j for j in select.args["joins"] if j is not found.link.join]
    if found.number == 0:
        select.args["from_"].set("this", found.link.join.this.copy())
    select.set("joins", [j.copy() for j in joins] or None)


def _filters(frame: Frame, context: Context) -> list[_Filter]:
    """Sources that could be looked into instead of joined, without changing how often a row comes."""
    return [found for n in range(len(frame.sources)) if (found := _filter(frame, n, context))]


def _filter(frame: Frame, number: int, context: Context) -> _Filter | None:
    links = [k for k in frame.links if number in (k.child, k.parent)]
    if len(links) != 1 or len(links[0].columns) != 1:
        return None
    link = links[0]
    stays = link.child if link.parent == number else link.parent
    if number == 0 and frame.select.args["joins"][0] is not link.join:
        return None
    select, source = frame.select, frame.sources[number]
    inner = link.columns[0][1] if link.parent == number else link.columns[0][0]
    once = is_key(source.table, [inner], context)
    loose = bool(select.args.get("distinct")) and not select.args.get("group") and not own(select, exp.AggFunc)
    if not once and not loose:
        return None
    used = {id(c) for c in frame.mentions(number, select)}
    used -= {id(c) for c in frame.mentions(number, link.join)}
    tests = []
    for test in conjuncts(select):
        about = {id(c) for c in frame.mentions(number, test)}
        if not about:
            continue
        if own(test, exp.Query) or about != {id(c) for c in _columns(test)}:
            return None
        tests.append(test)
        used -= about
    if used or not tests or any(isinstance(e, exp.Star) for e in select.expressions):
        return None
    return _Filter(number, link, stays, tests)


def _columns(node: Tree) -> list[exp.Column]:
    return own(node, exp.Column)


@dataclass(frozen=True, slots=True, eq=False)
class _Lookup:
    """A condition that looks into another table: `value IN (SELECT key FROM source WHERE tests)`, or its negation."""

    test: Tree
    """The whole condition as it stands in WHERE."""
    value: tuple[int, Column]
    inner: Frame
    key: Column
    tests: list[Tree]
    negated: bool


def _lookups(frame: Frame, context: Context, negated: bool) -> list[_Lookup]:
    """Conditions `IN (SELECT …)` over one table, whose rows are looked at as they are."""
    out = []
    for test in conjuncts(frame.select):
        node = test.this if negated and isinstance(test, exp.Not) else test
        if negated is not isinstance(test, exp.Not) or not isinstance(node, exp.In):
            continue
        value, inner = frame.find(node.this), _inner(node.args.get("query"), context)
        key = inner.find(inner.select.expressions[0]) if inner else None
        if value and inner and key and inner.is_plain:
            out.append(_Lookup(test, value, inner, key[1], conjuncts(inner.select), negated))
    return out


def _inner(query: Tree | None, context: Context) -> Frame | None:
    """The frame of a subquery over one table with one output and no order or limit of its own."""
    select = query.this if isinstance(query, exp.Subquery) else query
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        return None
    if any(select.args.get(part) for part in ("limit", "offset", "having", "with_", "order", "group")):
        return None
    frame = frame_of(select, context)
    return frame if frame and len(frame.sources) == 1 and not own(select, exp.Query) else None


def in_to_exists(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`id IN (SELECT artist_id FROM album WHERE …)` → `EXISTS (SELECT 1 FROM album AS a WHERE a.artist_id = …)`.

    Not for a look at the one row that a key leads to: nobody asks whether that exists.
    """
    options = [
        (f, k)
        for f in frames(query, context)
        for k in _lookups(f, context, False)
        if not is_key(k.inner.sources[0].table, [k.key], context)
    ]
    return _to_exists(query, *rng.choice(options), context) if options else None


def not_in_to_not_exists(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`NOT IN` → `NOT EXISTS`, where neither side can be NULL."""
    options = [(f, k) for f in frames(query, context) for k in _lookups(f, context, True) if _never_null(k, context)]
    return _to_exists(query, *rng.choice(options), context) if options else None


def _never_null(lookup: _Lookup, context: Context) -> bool:
    """Whether NOT IN meets no NULL on either side."""
    if not is_required(lookup.value[1], context):
        return False
    return is_required(lookup.key, context) or any(_says_known(t, lookup) for t in lookup.tests)


def _to_exists(query: exp.Query, frame: Frame, lookup: _Lookup, context: Context) -> exp.Query | None:
    value = lookup.value
    if len(frame.sources) == 1 and not frame.sources[0].node.alias:
        name = qualify(frame, context)
        if name is None:
            return None
    else:
        name = frame.sources[value[0]].name
    source = lookup.inner.sources[0]
    inner_name = source.node.alias or alias_for(source.table.name, {*taken(query), name.lower()})
    inner = exp.Select(expressions=[exp.Literal.number(1)])
    table = source.node.copy()
    table.set("alias", exp.TableAlias(this=exp.to_identifier(inner_name)))
    inner.set("from_", exp.From(this=table))
    tie = exp.EQ(this=column(inner_name, lookup.key.name, context), expression=column(name, value[1].name, context))
    rest = [t for t in lookup.tests if not (lookup.negated and _says_known(t, lookup))]
    set_conjuncts(inner, [tie, *(requalified(t, inner_name, context) for t in rest)])
    test: Tree = exp.Exists(this=inner)
    _exchange(frame, lookup.test, exp.Not(this=test) if lookup.negated else test)
    return query


def _says_known(test: Tree, lookup: _Lookup) -> bool:
    """Whether a condition only says that the key is not NULL, which an equality says too."""
    about = known_column(test)
    return about is not None and (found := lookup.inner.find(about)) is not None and found[1] is lookup.key


def _exchange(frame: Frame, old: Tree, new: Tree) -> None:
    set_conjuncts(frame.select, [new if t is old else t for t in conjuncts(frame.select)])


def in_to_join(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`artist_id IN (SELECT id FROM artist WHERE …)` → `JOIN artist AS a ON …`, where `id` is unique."""
    options = [
        (f, k)
        for f in frames(query, context)
        for k in _lookups(f, context, False)
        if is_key(k.inner.sources[0].table, [k.key], context)
    ]
    if not options:
        return None
    frame, lookup = rng.choice(options)
    before = len(frame.sources) == 1 and not frame.sources[0].node.alias
    name = qualify(frame, context) if before else frame.sources[lookup.value[0]].name
    if name is None or any(isinstance(e, exp.Star) for e in frame.select.expressions):
        return None
    source = lookup.inner.sources[0]
    inner_name = alias_for(source.table.name, {*taken(query), name.lower()})
    table = source.node.copy()
    table.set("alias", exp.TableAlias(this=exp.to_identifier(inner_name)))
    on = exp.EQ(
        this=column(name, lookup.value[1].name, context), expression=column(inner_name, lookup.key.name, context)
    )
    frame.select.append("joins", exp.Join(this=table, on=on))
    rest = [t for t in conjuncts(frame.select) if t is not lookup.test]
    set_conjuncts(frame.select, [*rest, *(requalified(t, inner_name, context) for t in lookup.tests)])
    return query if not _loose(frame, context) else None


def _loose(frame: Frame, context: Context) -> bool:
    """Whether some column of the SELECT stands without its table although there are several now."""
    outputs = {e.alias.lower() for e in frame.select.expressions if isinstance(e, exp.Alias)}
    return any(not c.table and c.name.lower() not in outputs for c in own(frame.select, exp.Column))


def not_in_to_left_join(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`id NOT IN (SELECT artist_id FROM album)` → `LEFT JOIN album AS a ON … WHERE a.artist_id IS NULL`."""
    options = [
        (f, k)
        for f in frames(query, context)
        for k in _lookups(f, context, True)
        if _never_null(k, context) and all(_says_known(t, k) for t in k.tests) and len(f.sources) == 1
    ]
    if not options:
        return None
    frame, lookup = rng.choice(options)
    name = qualify(frame, context)
    if name is None:
        return None
    source = lookup.inner.sources[0]
    inner_name = alias_for(source.table.name, {*taken(query), name.lower()})
    table = source.node.copy()
    table.set("alias", exp.TableAlias(this=exp.to_identifier(inner_name)))
    key = column(inner_name, lookup.key.name, context)
    on = exp.EQ(this=column(name, lookup.value[1].name, context), expression=key)
    frame.select.append("joins", exp.Join(this=table, on=on, side="LEFT"))
    rest = [t for t in conjuncts(frame.select) if t is not lookup.test]
    set_conjuncts(frame.select, [*rest, exp.Is(this=key.copy(), expression=exp.Null())])
    return query if not _loose(frame, context) else None


def exists_to_in(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`EXISTS (SELECT 1 FROM album AS a WHERE a.artist_id = artist.id AND …)` → `id IN (SELECT artist_id …)`.

    `NOT EXISTS` becomes `NOT IN` over the keys that are not NULL, where the value outside cannot be NULL.
    """
    for frame in frames(query, context):
        for test in conjuncts(frame.select):
            made = _from_exists(frame, test, context)
            if made is not None:
                _exchange(frame, test, made)
                settle(frame.select, frame.sources[0].name)
                return query
    return None


def _from_exists(frame: Frame, test: Tree, context: Context) -> Tree | None:
    negated = isinstance(test, exp.Not)
    node = test.this if negated else test
    select = node.this if isinstance(node, exp.Exists) else None
    if not isinstance(select, exp.Select) or any(select.args.get(p) for p in ("group", "limit", "having", "with_")):
        return None
    inner = frame_of(select, context)
    if inner is None or len(inner.sources) != 1 or own(select, exp.Query):
        return None
    ties, rest = [], []
    for each in conjuncts(select):
        outside = [c for c in _columns(each) if inner.find(c) is None]
        if not outside:
            rest.append(each)
            continue
        sides = (each.this, each.expression) if isinstance(each, exp.EQ) else ()
        key = next((f for s in sides if (f := inner.find(s))), None)
        value = next((f for s in sides if inner.find(s) is None and (f := frame.find(s))), None)
        if key is None or value is None:
            return None
        ties.append((key[1], value))
    if len(ties) != 1:
        return None
    key_column, value = ties[0]
    if negated and not is_required(value[1], context):
        return None
    made = exp.Select(expressions=[column(None, key_column.name, context)])
    table = inner.sources[0].node.copy()
    table.set("alias", None)
    made.set("from_", exp.From(this=table))
    tests = [bare(t) for t in rest]
    if negated and not is_required(key_column, context):
        tests.append(exp.Not(this=exp.Is(this=column(None, key_column.name, context), expression=exp.Null())))
    set_conjuncts(made, tests)
    found = exp.In(this=node_of(frame, *value, context), query=exp.Subquery(this=made))
    return exp.Not(this=found) if negated else found


def set_to_membership(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`… INTERSECT …` → `IN`, `… EXCEPT …` → `NOT IN`, where no output can be NULL."""
    if not isinstance(query, (exp.Intersect, exp.Except)) or not query.args.get("distinct", True):
        return None
    left, right = query.this, query.expression
    if not isinstance(left, exp.Select) or not isinstance(right, exp.Select) or query.args.get("order"):
        return None
    frame = frame_of(left, context)
    if frame is None or len(left.expressions) != 1 or len(right.expressions) != 1:
        return None
    if any(s.args.get(p) for s in (left, right) for p in ("limit", "with_", "order")) or left.args.get("group"):
        return None
    value = frame.find(left.expressions[0])
    if value is None or not is_required(value[1], context):
        return None
    if not is_key(frame.sources[value[0]].table, [value[1]], context):  # a name among names is no way to put it
        return None
    inner = right.copy()
    inner.set("distinct", None)
    output = inner.expressions[0]
    if isinstance(query, exp.Except):
        there = frame_of(right, context)
        found = there.find(right.expressions[0]) if there else None
        if there is None or found is None:
            return None
        if not is_required(found[1], context):
            if right.args.get("group"):
                return None
            known = exp.Not(this=exp.Is(this=output.copy(), expression=exp.Null()))
            set_conjuncts(inner, [*conjuncts(inner), known])
    test: Tree = exp.In(this=left.expressions[0].copy(), query=exp.Subquery(this=inner))
    made = left.copy()
    set_conjuncts(made, [*conjuncts(made), exp.Not(this=test) if isinstance(query, exp.Except) else test])
    once = len(frame.sources) == 1 and is_key(frame.sources[0].table, [value[1]], context)
    if not once:
        made.set("distinct", exp.Distinct())
    return made


def not_in_to_except(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`SELECT id FROM artist WHERE id NOT IN (SELECT artist_id FROM album)` → `… EXCEPT …`, where `id` is the key."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    if len(frame.sources) != 1 or len(query.expressions) != 1 or not frame.is_plain:
        return None
    if query.args.get("order") or query.args.get("limit"):
        return None
    output = frame.find(query.expressions[0])
    for lookup in _lookups(frame, context, True):
        if output is None or output != lookup.value or not _never_null(lookup, context):
            continue
        if not is_key(frame.sources[0].table, [output[1]], context):
            continue
        left = query.copy()
        set_conjuncts(left, [t for t in conjuncts(query) if t is not lookup.test])
        return exp.Except(this=left, expression=lookup.inner.select.copy(), distinct=True)
    return None
