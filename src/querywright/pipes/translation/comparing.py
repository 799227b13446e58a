"""Comparisons: SQLite compares a text with a number by the column's type; GoogleSQL only compares like with like."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlglot import exp

from querywright.pipes.translation.making import DATES, NUMBERS, cast, literal_number, number_of, unsayable
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression

_TRUE, _FALSE = frozenset({"t", "true", "1", "y", "yes"}), frozenset({"f", "false", "0", "n", "no"})


def comparison(node: Expression, types: Types) -> Expression:
    """Both sides of one kind."""
    equal = isinstance(node, (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ))
    left, right = alike(node.this, node.expression, types, equal, node)
    if left is not node.this:
        node.set("this", left)
    if right is not node.expression:
        node.set("expression", right)
    return node


def between(node: exp.Between, types: Types) -> Expression:
    """BETWEEN; two comparisons where the value is of another kind for one bound than for the other."""
    value, low, high = node.this, node.args["low"], node.args["high"]
    first, low = alike(value, low, types, False, node)
    second, high = alike(value, high, types, False, node)
    if first is value and second is value:
        node.set("low", low)
        node.set("high", high)
        return node
    first, second = (value.copy() if side is value else side.copy() for side in (first, second))
    both = exp.And(this=exp.GTE(this=first, expression=low), expression=exp.LTE(this=second, expression=high))
    return exp.Paren(this=both)


def membership(node: exp.In, types: Types) -> Expression:
    """`x IN (…)`: the values, or what a query gives, of x's kind."""
    if node.args.get("query") is not None:
        return _in_query(node, types)
    if not node.expressions and not any(node.args.get(part) is not None for part in ("unnest", "field")):
        return exp.Boolean(this=False)  # nothing is in an empty list, not even NULL
    if isinstance(node.this, exp.Tuple):
        return node
    value, others, casts = node.this, [], False
    for other in node.expressions:
        left, right = alike(value, other, types, True, node)
        casts |= left is not value
        others.append(right)
    if casts:
        kept = [cast(o, "STRING") if literal_number(o) is not None else o for o in node.expressions]
        node.set("this", cast(value, "STRING"))
        node.set("expressions", kept)
    elif others:
        node.set("expressions", others)
    return node


def _in_query(node: exp.In, types: Types) -> Expression:
    query = node.args["query"]
    if isinstance(node.this, exp.Tuple):
        return node
    mine, its = types.of(node.this), types.of(query)
    if "STRING" in (mine, its) and mine != its and mine and its and "NULL" not in (mine, its):
        select = query
        while isinstance(select, exp.Subquery):
            select = select.this
        negated = isinstance(node.parent, exp.Not)
        if mine == "STRING" or negated:
            if mine != "STRING":
                node.set("this", cast(node.this, "STRING"))
            if its != "STRING":
                _cast_item(select, "STRING", node, types)
        elif mine in NUMBERS:
            _cast_item(select, mine, node, types)
        else:
            node.set("this", cast(node.this, "STRING"))
    return node


def _cast_item(select: Expression, to: str, node: exp.In, types: Types) -> None:
    """Cast what a query under IN gives."""
    if not isinstance(select, exp.Select) or len(select.expressions) != 1 or select.args.get("group") is not None:
        raise unsayable("IN (query) with a text on one side", node, types.dialect)
    item = select.expressions[0]
    value = item.this if isinstance(item, exp.Alias) else item
    if isinstance(value, exp.Star) or isinstance(value.this, exp.Star):
        raise unsayable("IN (query) with a text on one side", node, types.dialect)
    select.set("expressions", [exp.Alias(this=cast(value, to, safe=True), alias=exp.to_identifier("value"))])


def alike(
    left: Expression, right: Expression, types: Types, equal: bool, node: Expression
) -> tuple[Expression, Expression]:
    """Two operands of one kind, with the answer that the dialect gives.

    Raises:
        NotDecompilable: it compares a text with a number as such.
    """
    one, other = types.of(left), types.of(right)
    if one == other or not one or not other or "NULL" in (one, other):
        return left, right
    if one in NUMBERS and other in NUMBERS:
        return left, right
    if "BOOL" in (one, other):
        return _truths(left, right, one, other, types, node)
    if one == "STRING" or (other in DATES and one in NUMBERS):
        new_right, new_left = _with_text(right, left, other, types, equal, node)
        return new_left, new_right
    if other == "STRING":
        return _with_text(left, right, one, types, equal, node)
    if one in DATES and other in DATES:
        return (cast(left, other), right) if one == "DATE" else (left, cast(right, one))
    raise unsayable(f"{one} compared with {other}", node, types.dialect)


def _truths(
    left: Expression, right: Expression, one: str, other: str, types: Types, node: Expression
) -> tuple[Expression, Expression]:
    if one in NUMBERS:
        return left, cast(right, "INT64")
    if other in NUMBERS:
        return cast(left, "INT64"), right
    truth, text = (left, right) if one == "BOOL" else (right, left)
    if isinstance(text, exp.Literal) and text.name.lower() in _TRUE | _FALSE:
        said = exp.Boolean(this=text.name.lower() in _TRUE)
        return (truth, said) if one == "BOOL" else (said, truth)
    raise unsayable("a truth value compared with a text", node, types.dialect)


def _with_text(
    value: Expression, text: Expression, kind: str, types: Types, equal: bool, node: Expression
) -> tuple[Expression, Expression]:
    """A number or a date, and a text."""
    if kind in DATES:
        if isinstance(text, exp.Literal) and text.is_string and _is_time(text.name, kind):
            return value, text
        if types.of(text) == "STRING":
            return cast(value, "STRING"), text
        raise unsayable("a date compared with a number", node, types.dialect)
    if kind == "TIME":
        return (
            (value, text) if isinstance(text, exp.Literal) and _is_clock(text.name) else (cast(value, "STRING"), text)
        )
    if kind not in NUMBERS:
        raise unsayable(f"{kind} compared with a text", node, types.dialect)
    if isinstance(text, exp.Literal):
        number = number_of(text.name)
        if number is not None and types.is_column(value):
            return value, number
        if equal:  # no number is ever equal to it
            return cast(value, "STRING"), text
    literal = literal_number(value)
    if literal is not None and types.is_column(text):
        return exp.Literal.string(literal), text
    if types.is_column(text) and not types.is_column(value):
        return cast(value, "STRING"), text
    if types.is_column(value) and (equal or _is_a_time(text)):
        return value, cast(text, "INT64" if kind == "INT64" else "FLOAT64", safe=True)
    raise unsayable("a text compared with a number", node, types.dialect)


def _is_a_time(text: Expression) -> bool:
    """Whether a text is a formatted time: a year, a month, …"""
    return isinstance(text, exp.Anonymous) and text.name.startswith("FORMAT_DATE")


def _is_clock(text: str) -> bool:
    try:
        return len(text) == 8 and time.fromisoformat(text) is not None
    except ValueError:
        return False


def _is_time(text: str, kind: str) -> bool:
    """Whether GoogleSQL takes a text for a date, or a date with its time."""
    try:
        if kind == "DATE":
            return len(text) == 10 and bool(date.fromisoformat(text))
        return len(text) >= 10 and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
