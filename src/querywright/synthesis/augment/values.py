"""Data value transformations: the same query with other constants, bounds, directions, limits and grains of time."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from querywright.sql.parsing import Tree, exp, render
from querywright.synthesis.augment.fragments import fragment, has, ordered, sql_of
from querywright.synthesis.augment.frames import Frame, conjuncts_of, frame_of, frames, own
from querywright.synthesis.augment.real_values import (
    another_day,
    another_number,
    another_value,
    asked,
    constant,
    is_vast,
    let_through,
    literal_of,
    put,
    says,
)
from querywright.synthesis.augment.rewrites import Rewrite
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.graph import Column
from querywright.synthesis.grammar.samples import is_number
from querywright.synthesis.lexicon import Role

_ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_EQUAL = (exp.EQ, exp.NEQ)
_WORD = re.compile(r"[^\W\d_]{4,}")


def another_constant(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """`country = 'Norway'` → `country = 'Chile'`, `age > 56` → `age > 40`: from what the others let through."""
    for frame, test in _tests(query, context, rng):
        if _swap_constant(frame, test, context, rng):
            return query
    return None


def _tests(query: exp.Query, context: Context, rng: random.Random) -> list[tuple[Frame, Tree]]:
    """Comparisons of a column with constants, each with the SELECT it stands in, in a random order."""
    found: list[tuple[Frame, Tree]] = []
    for frame in frames(query, context):
        where = frame.select.args.get("where")
        if where:
            found += [(frame, t) for t in own(where, exp.Predicate) if isinstance(t, (*_ORDERED, *_EQUAL, *_OTHERS))]
    rng.shuffle(found)
    return found


_OTHERS = (exp.Between, exp.In, exp.Like)


def _swap_constant(frame: Frame, test: Tree, context: Context, rng: random.Random) -> bool:
    known = _about(frame, test)
    if known is None or is_vast(frame):
        return False
    column, constants = known
    avoid = [literal_of(c) for c in constants]
    values = let_through(frame.select, test.this, context, _conjunct(frame, test))
    if isinstance(test, exp.Like):
        made = _another_pattern(str(avoid[0]), values, rng)
        if made is not None:
            put(constants[0], made)
        return made is not None
    if isinstance(test, exp.Between):
        return _another_range(test, column, values, rng)
    if isinstance(test, _ORDERED):
        made = _another_bound(column, test.this, avoid, values, rng)
    else:
        avoid += _elsewhere(frame, column)
        made = another_value(_sayable(values, column, test.this), rng, type(avoid[0]), avoid)
    if made is None:
        return False
    put(rng.choice(constants), made)
    return True


def _about(frame: Frame, test: Tree) -> tuple[Column, list[Tree]] | None:
    """The one column that a comparison is about and its constants; None where it is about more, or about a key."""
    columns = [test.this] if isinstance(test.this, exp.Column) else own(test.this, exp.Column)
    if len(columns) != 1 or has(test.this, exp.Query, exp.AggFunc):
        return None
    found = frame.find(columns[0])
    if isinstance(test, exp.Between):
        constants = [test.args["low"], test.args["high"]]
    elif isinstance(test, exp.In):
        constants = [] if test.args.get("query") else list(test.expressions)
    else:
        constants = [test.expression]
    if found is None or not constants or any(literal_of(c) is None for c in constants):
        return None
    column = found[1]
    spoken = (Role.CATEGORY, Role.CODE, Role.NAME)
    if column.role in (Role.KEY, Role.OTHER):
        return None
    if column.name in frame.sources[found[0]].table.links and column.role not in spoken:
        return None
    return column, constants


def _conjunct(frame: Frame, test: Tree) -> Tree:
    """The condition of WHERE that holds a comparison: it is left out where other values are looked for."""
    where = frame.select.args["where"]
    return next(c for c in conjuncts_of(where.this) if c is test or any(n is test for n in c.walk()))


def _sayable(values: list[tuple[Any, int]], column: Column, about: Tree) -> list[tuple[Any, int]]:
    if not isinstance(about, exp.Column):
        return values
    return [(v, n) for v, n in values if column.facts.can_say(v)]


def _elsewhere(frame: Frame, column: Column) -> list[Any]:
    """What the whole query compares this column with: another branch must not come to say the same."""
    found = []
    for node in frame.select.root().find_all(exp.EQ, exp.NEQ, exp.In):
        if isinstance(node.this, exp.Column) and node.this.name.lower() == column.name.lower():
            found += [literal_of(c) for c in (node.expressions or [node.args.get("expression")]) if c is not None]
    return found


def _another_bound(column: Column, about: Tree, avoid: list[Any], values: list[tuple[Any, int]],
                   rng: random.Random) -> Any:  # fmt: skip
    if column.dated and isinstance(avoid[0], str) and isinstance(about, exp.Column):
        return another_day(values, rng, avoid)
    if not is_number(avoid[0]) or not _counts(column, about):
        return None
    exact = column.role in (Role.YEAR, Role.RANK) or len(values) <= 12
    return another_number(values, rng, column.facts.integral, avoid, exact)


def _counts(column: Column, about: Tree) -> bool:
    """Whether the expression gives numbers one may compare."""
    return column.numeric or (column.dated and not isinstance(about, exp.Column))


def _another_range(test: exp.Between, column: Column, values: list[tuple[Any, int]], rng: random.Random) -> bool:
    low, high = test.args["low"], test.args["high"]
    made = _two_bounds(column, test.this, [literal_of(low), literal_of(high)], values, rng)
    if made is None:
        return False
    for node, value in zip((low, high), made, strict=True):
        put(node, value)
    return True


def _two_bounds(
    column: Column, about: Tree, avoid: list[Any], values: list[tuple[Any, int]], rng: random.Random
) -> tuple[Any, Any] | None:
    """Two bounds with a fair share of the values between them."""
    for _ in range(6):
        found = [_another_bound(column, about, avoid, values, rng) for _ in range(2)]
        if None in found:
            return None
        low, high = sorted(found)
        inside = sum(_compared(v, low) and _compared(high, v) for v, _ in values)
        if low != high and inside * 5 >= len(values):
            return low, high
    return None


def _compared(more: Any, less: Any) -> bool:
    """Whether one value is not below another, dates being compared as text."""
    if is_number(more) and is_number(less):
        return bool(more >= less)
    return str(more)[:10] >= str(less)[:10]


def _another_pattern(pattern: str, values: list[tuple[Any, int]], rng: random.Random) -> str | None:
    """Another word between the same wildcards."""
    core = pattern.strip("%")
    if len(core) < 2 or "_" in core or "%" in core or not core.isalpha():
        return None
    texts = [v for v, _ in values if isinstance(v, str) and says(v)]
    if len(core) < 4 and core.isupper():
        words = {w for t in texts for w in re.findall(r"[A-Z]+", t) if len(w) == len(core)}
    elif len(core) < 3:
        return None
    elif pattern.startswith("%"):
        words = {w for t in texts for w in _WORD.findall(t)}
    else:
        words = {t.split()[0] for t in texts if t.split()[0].isalpha() and len(t.split()[0]) > 3}
    options = sorted(w for w in words if w.lower() not in (core.lower(), *_DULL))
    if not options:
        return None
    return pattern.replace(core, rng.choice(options))


_DULL = ("with", "from", "that", "this", "have", "unknown", "none", "null", "other", "street")


def another_range(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """One bound becomes two, one value becomes two: `age > 56` → `age BETWEEN 40 AND 60`, `= 'A'` → `IN ('A', 'B')`."""
    if isinstance(query, exp.SetOperation):  # two ranges would overlap, or leave nothing between them
        return None
    for frame, test in _tests(query, context, rng):
        known = _about(frame, test)
        if (
            known is None
            or is_vast(frame)
            or not isinstance(test, (*_ORDERED, exp.EQ))
            or not isinstance(test.this, exp.Column)
        ):
            continue
        column, (node,) = known
        avoid = [literal_of(node)]
        values = let_through(frame.select, test.this, context, _conjunct(frame, test))
        if isinstance(test, exp.EQ):
            if column.role not in (Role.CATEGORY, Role.CODE) or not isinstance(avoid[0], str) or _excluded(test):
                continue
            avoid += _elsewhere(frame, column)
            made = another_value(_sayable(values, column, test.this), rng, str, avoid)
            if made is not None:
                listed = [node.copy(), constant(made)]
                test.replace(exp.In(this=test.this.copy(), expressions=listed))
                return query
            continue
        bounds = _two_bounds(column, test.this, avoid, values, rng)
        if bounds is not None:
            low, high = bounds
            test.replace(exp.Between(this=test.this.copy(), low=constant(low), high=constant(high)))
            return query
    return None


def _excluded(test: Tree) -> bool:
    """Whether a comparison stands under NOT or OR, where a list of values would say something else."""
    node = test.parent
    while node is not None and not isinstance(node, exp.Where):
        if isinstance(node, (exp.Not, exp.Or)):
            return True
        node = node.parent
    return False


def another_direction(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """The order turned round, so that a LIMIT keeps the other end. Not where NULLs would come first."""
    order = query.args.get("order")
    if order is None:
        return None
    first = order.expressions[0]
    if not query.args.get("limit") and len(order.expressions) > 1 and rng.random() < 0.5:
        first = order.expressions[-1]
    if any(_may_be_null(query, c, context) for c in _columns(first)):
        return None
    first.replace(ordered(first.this.copy(), not first.args.get("desc"), context))
    return query


def _columns(node: Tree) -> list[exp.Column]:
    return own(node, exp.Column)


def _may_be_null(query: exp.Query, column: exp.Column, context: Context) -> bool:
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return False
    found = frame.find(column)
    return found is not None and found[1].nulls > 0


def another_limit(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """More rows, or fewer."""
    limit, order = query.args.get("limit"), query.args.get("order")
    if limit is None or order is None or not is_number(now := literal_of(limit.expression)):
        return None
    options = [n for n in (1, 2, 3, 5, 10) if n != now and (n > 1 or now > 3)]
    put(limit.expression, rng.choice(options))
    return query


def another_threshold(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """HAVING with another number, between those that the groups really have."""
    for select in query.find_all(exp.Select):
        having = select.args.get("having")
        tests = own(having, exp.Predicate) if having else []
        tests = [
            t
            for t in tests
            if isinstance(t, (*_ORDERED, exp.EQ, exp.NEQ))
            and is_number(literal_of(t.expression))
            and isinstance(t.this, exp.AggFunc)
        ]
        if not tests or having is None or select.find_ancestor(exp.Select) or has(having, exp.Query):
            continue
        frame = frame_of(select, context)
        if frame is None or is_vast(frame):
            continue
        test = rng.choice(tests)
        asking = select.copy()
        for part in ("having", "order", "limit", "distinct", "with_"):
            asking.set(part, None)
        asking.set("expressions", [test.this.copy()])
        values = [(r[0], 1) for r in asked(render(asking, context.dialect.name), context) if is_number(r[0])]
        whole = isinstance(test.this, exp.Count) or all(isinstance(v, int) for v, _ in values)
        now = literal_of(test.expression)
        if isinstance(test, (exp.EQ, exp.NEQ)):
            made: Any = another_value(values, rng, int, [now])
        else:
            made = _near(values, test, now, rng) if whole else another_number(values, rng, False, [now])
        if made is not None:
            put(test.expression, made)
            return query
    return None


def _near(values: list[tuple[Any, int]], test: Tree, now: Any, rng: random.Random) -> int | None:
    """A whole number that some groups reach and, as far as they differ, some do not."""
    numbers = sorted(int(v) for v, _ in values)
    options = []
    for number in sorted({*numbers, *(n - 1 for n in numbers)}):
        kept = sum(_holds(n, test, number) for n in numbers)
        if 0 < kept < len(numbers) and number != now and number > 0:
            options.append(number)
    if isinstance(test, (exp.LT, exp.LTE)):
        options = [n for n in options if n > 1]
    round_ones = [n for n in options if n < 10 or n % 5 == 0]
    return rng.choice(round_ones or options) if options else None


def _holds(value: int, test: Tree, number: int) -> bool:
    if isinstance(test, exp.GT):
        return value > number
    if isinstance(test, exp.GTE):
        return value >= number
    return value < number if isinstance(test, exp.LT) else value <= number


def another_grain(query: exp.Query, context: Context, rng: random.Random) -> exp.Query | None:
    """Figures per month instead of per year, and the other way round."""
    if not isinstance(query, exp.Select) or (frame := frame_of(query, context)) is None:
        return None
    group = query.args.get("group")
    for each in group.expressions if group else []:
        columns = own(each, exp.Column)
        found = frame.find(columns[0]) if len(columns) == 1 else None
        if found is None or not found[1].dated or isinstance(each, exp.Column):
            continue
        text = sql_of(frame, *found)
        cuts = [context.dialect.year, context.dialect.year_month, context.dialect.month, context.dialect.weekday]
        written = [fragment(cut(text), context) for cut in cuts]
        if each not in written:
            continue
        here = written.index(each)
        made = written[rng.choice([n for n in range(len(cuts)) if n != here])]
        old = each.copy()
        for node in [n for n in query.walk() if n == old]:
            node.replace(made.copy())
        _rename(query, ("year", "year_month", "month", "weekday")[here], cuts.index(cuts[written.index(made)]))
        return query
    return None


_NAMES = ("year", "month", "month_of_year", "weekday")


def _rename(query: exp.Query, old: str, now: int) -> None:
    """An output called `year` that is no year any more gets its right name."""
    names = {*_NAMES, old}
    for node in query.find_all(exp.Alias):
        if node.alias.lower() in names:
            before = node.alias
            node.set("alias", exp.to_identifier(_NAMES[now]))
            for column in list(query.find_all(exp.Column)):
                if not column.table and column.name == before:
                    column.set("this", exp.to_identifier(_NAMES[now]))


REWRITES: Mapping[str, Rewrite] = {
    "another constant": another_constant,
    "another range": another_range,
    "another direction": another_direction,
    "another limit": another_limit,
    "another threshold": another_threshold,
    "another grain of time": another_grain,
}
