"""Words that several engines' rewrites use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.tree import Expression

Rewrite: TypeAlias = Callable[[Expression], Expression | None]
"""Another expression for one, or None where it stays."""

OF_TEXT, OF_DATE, OF_BOOL = "of_text", "of_date", "of_bool"
"""Marks in a bound tree: what a cast is of, and a function of a day that gives a day."""


def operand(tree: Expression) -> Expression:
    """A tree in brackets where an operator beside it could tear it apart."""
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary) else tree


def exact_count(node: Expression) -> Expression:
    """Nobody minds an exact count of the different values."""
    return exp.Count(this=exp.Distinct(expressions=[node.this]))


def refused(engine: str, words: str) -> Rewrite:
    """A rewrite that says that the engine has no such thing."""

    def refuse(node: Expression) -> Expression:
        raise NotCompilable(f"{engine} has no {words}")

    return refuse


def number(value: int | str) -> Expression:
    return exp.Literal.number(value)


def from_behind(node: Expression) -> Expression | None:
    """SUBSTR that begins behind: what is left of a short text is all of it, and then so many characters."""
    start, length = node.args.get("start"), node.args.get("length")
    if length is None or not isinstance(start, exp.Neg):
        return None
    rest = exp.Substring(this=node.this, start=start)
    return exp.Substring(this=rest, start=number(1), length=length)


def right_part(node: Expression) -> Expression | None:
    """The same for engines that count from behind otherwise."""
    start, length = node.args.get("start"), node.args.get("length")
    if not isinstance(start, exp.Neg) or not isinstance(start.this, exp.Literal):
        return None
    rest = exp.Right(this=node.this, expression=start.this)
    return rest if length is None else exp.Left(this=rest, expression=length)


def escaped_like(node: Expression) -> Expression | None:
    """LIKE whose pattern escapes with a backslash, for engines that must be told so."""
    pattern = node.expression
    if not isinstance(pattern, exp.Literal) or "\\" not in pattern.name or isinstance(node.parent, exp.Escape):
        return None
    plain = type(node)(this=node.this, expression=pattern)
    like = exp.Escape(this=plain, expression=exp.Literal.string("\\"))
    return exp.Not(this=exp.Paren(this=like)) if node.args.get("negate") else like


def months_between(node: Expression, part: Callable[[str, Expression], Expression], engine: str) -> Expression | None:
    """DATE_DIFF by months, quarters and years: how many of their beginnings lie between. None for days and less.

    Args:
        node: the call.
        part: how the engine takes YEAR or MONTH out of a date.
        engine: its name, for the refusal of weeks.
    """
    unit = unit_of(node)
    if unit in ("DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND"):
        return None
    if unit not in ("MONTH", "QUARTER", "YEAR"):
        raise NotCompilable(f"{engine} counts no {unit.lower()}s between dates as GoogleSQL does")
    per_year = {"MONTH": 12, "QUARTER": 4, "YEAR": 1}[unit]
    sides = []
    for moment in (node.this, node.expression):
        count: Expression = part("YEAR", moment.copy())
        if unit != "YEAR":
            month: Expression = part("MONTH", moment.copy())
            if unit == "QUARTER":
                month = exp.Floor(
                    this=exp.Div(this=exp.Paren(this=exp.Add(this=month, expression=number(2))), expression=number(3))
                )
            count = exp.Add(this=exp.Mul(this=count, expression=number(per_year)), expression=month)
        sides.append(exp.Paren(this=count))
    return exp.Paren(this=exp.Sub(this=sides[0], expression=sides[1]))


def unit_of(node: Expression) -> str:
    """The unit of a function of dates, in capitals."""
    unit = node.args.get("unit")
    if isinstance(unit, exp.WeekStart):
        return "WEEK"
    return unit.name.upper() if isinstance(unit, exp.Expr) else "DAY"


def alternatives(trees: Iterable[Expression]) -> Expression:
    """OR of several conditions."""
    return exp.or_(*trees, copy=False)
