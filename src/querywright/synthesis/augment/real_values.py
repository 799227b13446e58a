"""Values that the database really holds where a seed looks: what its other conditions let through."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from querywright.databases import Limits
from querywright.databases.values import comparable
from querywright.errors import QueryError
from querywright.sql.parsing import Tree, exp, render
from querywright.synthesis.augment.fragments import conjuncts, set_conjuncts
from querywright.synthesis.augment.frames import Frame
from querywright.synthesis.grammar.clauses import rounded
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.samples import is_number

_ASKING = Limits(seconds=5.0, rows=1000, bytes=2_000_000)
_REMEMBERED = 500


def asked(sql: str, context: Context) -> list[tuple[Any, ...]]:
    """What a query about the seed's rows gives, remembered; nothing where it fails or takes too long."""
    known = context.remembered
    found = known.get(sql)
    if found is None:
        try:
            rows = context.database.execute(sql, _ASKING).rows
        except QueryError:
            rows = []
        found = [tuple(map(comparable, row)) for row in rows]
        if len(known) >= _REMEMBERED:
            known.clear()
        known[sql] = found
    return found


def is_vast(frame: Frame) -> bool:
    """Whether joins that no key bounds could make so many rows that a time limit would decide what is found."""
    return frame.grain is None and max(s.table.rows for s in frame.sources) > _FEW


_FEW = 5_000


def let_through(select: exp.Select, about: Tree, context: Context, leave: Tree | None = None) -> list[tuple[Any, int]]:
    """The values of an expression and their numbers of rows, among the rows of a SELECT without the condition `leave`.

    In an order that does not depend on the engine. NULL is none of them.
    """
    asking = exp.Select(expressions=[about.copy(), exp.Count(this=exp.Star(), big_int=True)])
    asking.set("from_", select.args["from_"].copy())
    asking.set("joins", [j.copy() for j in select.args.get("joins") or []])
    set_conjuncts(asking, [c for c in conjuncts(select) if c is not leave])
    asking.set("group", exp.Group(expressions=[about.copy()]))
    rows = asked(render(asking, context.dialect.name), context)
    return sorted(((v, int(n)) for v, n in rows if v is not None), key=lambda r: (str(type(r[0])), repr(r[0])))


def count_of(query: exp.Query, context: Context) -> int:
    """How many rows a query gives; 0 where it fails."""
    rows = asked(f"SELECT COUNT(*) FROM ({render(query, context.dialect.name)}) AS counted", context)
    return int(rows[0][0]) if rows else 0


def says(value: Any) -> bool:
    """Whether a text stands for something and can be quoted as it is."""
    if isinstance(value, str):
        return value == value.strip() and 0 < len(value) <= 60 and value.lower() not in _NOTHING and value.isprintable()
    return is_number(value) or isinstance(value, dt.date)


_NOTHING = frozenset(("null", "none", "nan", "n/a", "-", "?", "unknown", "other", "nil"))


def another_number(
    values: Sequence[tuple[Any, int]], rng: random.Random, whole: bool, avoid: Sequence[Any] = (), exact: bool = False
) -> int | float | None:
    """A round number with real values on both sides; `exact` asks for one of the values themselves."""
    numbers = sorted(float(v) for v, _ in values if is_number(v) and math.isfinite(float(v)))
    if len(numbers) < 3:
        return None
    taken = {float(a) for a in avoid if is_number(a)}
    for _ in range(8):
        at = numbers[min(len(numbers) - 2, max(1, int(len(numbers) * rng.uniform(0.15, 0.85))))]
        number: int | float = at if exact else rounded(at, whole)
        if float(number).is_integer():
            number = int(number)
        if numbers[0] < number < numbers[-1] and float(number) not in taken:
            return number
    return None


def another_day(values: Sequence[tuple[Any, int]], rng: random.Random, avoid: Sequence[Any] = ()) -> str | None:
    """The first of a month (of a year, where there are many) with real dates on both sides, as text."""
    days = sorted(str(v)[:10] for v, _ in values)
    days = [d for d in days if _is_day(d)]
    if len(days) < 3:
        return None
    many = int(days[-1][:4]) - int(days[0][:4]) >= 4
    for _ in range(8):
        at = days[rng.randrange(1, len(days))]
        made = f"{at[:4]}-01-01" if many else f"{at[:7]}-01"
        if days[0] < made < days[-1] and made not in {str(a)[:10] for a in avoid}:
            return made
    return None


def another_value(values: Sequence[tuple[Any, int]], rng: random.Random, kind: type, avoid: Sequence[Any]) -> Any:
    """One of the values, those of many rows more readily; None where there is no other of this type."""
    options = [(v, n) for v, n in values if isinstance(v, kind) and v not in avoid and says(v)]
    if not options:
        return None
    return rng.choices([v for v, _ in options], [min(n, 20) for _, n in options])[0]


def literal_of(node: Tree) -> Any:
    """The number or text that a constant stands for; None where it is none."""
    if isinstance(node, exp.Literal):
        if node.is_string:
            return str(node.this)
        number = float(node.this)
        return int(number) if number.is_integer() and "." not in str(node.this) else number
    if isinstance(node, exp.Neg) and is_number(found := literal_of(node.this)):
        return -found
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal):
        return literal_of(node.this)
    return None


def put(node: Tree, value: Any) -> None:
    """Let a constant be this value instead, written as the seed writes it."""
    if isinstance(node, exp.Cast):
        put(node.this, value)
        return
    node.replace(constant(value))


def constant(value: Any) -> Tree:
    """A value as a node."""
    if isinstance(value, (dt.date, dt.datetime, str)):
        return exp.Literal.string(str(value))
    number = format(value, "f") if isinstance(value, Decimal) else repr(value)
    return exp.Neg(this=exp.Literal.number(number[1:])) if number.startswith("-") else exp.Literal.number(number)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return text[4:5] == "-"
