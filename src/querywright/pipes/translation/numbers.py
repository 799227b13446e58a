"""Arithmetic: whole division, division by zero, truth values and texts as numbers."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.translation.making import DATES, call, cast, literal_number, number_of, operand, unsayable
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression

WHOLE = r"^\s*([+-]?[0-9]+)"
REAL = r"^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"


_DIGITS = frozenset({"%Y", "%m", "%d", "%H", "%M", "%S", "%j", "%w", "%W", "%Y%m", "%Y%m%d"})


def as_number(node: Expression, types: Types) -> Expression:
    """A value as arithmetic reads it: 1 and 0 for truth, of a text what stands at its beginning."""
    kind = types.of(node)
    if kind == "BOOL":
        return cast(node, "INT64")
    if types.dialect != "sqlite":
        return node
    if kind == "STRING":
        if isinstance(node, exp.Literal):
            return number_of(node.name) or exp.Literal.number(0)
        return beginning(node, "FLOAT64")
    if kind in DATES:  # a date is a text there, and begins with its year
        return exp.Extract(this=exp.Var(this="YEAR"), expression=node)
    return node


def beginning(node: Expression, to: str) -> Expression:
    """The number that a text begins with; 0 if it does not begin with one, NULL for NULL."""
    if isinstance(node, exp.Anonymous) and node.name == "FORMAT_DATETIME" and node.expressions[0].name in _DIGITS:
        return cast(node, "INT64")
    found = call("REGEXP_EXTRACT", node, exp.Literal.string(WHOLE if to == "INT64" else REAL))
    zero = exp.If(
        this=exp.Is(this=operand(node.copy()), expression=exp.Null()), true=exp.Null(), false=exp.Literal.number(0)
    )
    return exp.Coalesce(this=cast(found, to, safe=True), expressions=[zero])


def arithmetic(node: Expression, types: Types) -> Expression:
    for side in ("this", "expression"):
        old = node.args.get(side)
        if old is not None:
            new = as_number(old, types)
            if new is not old:
                node.set(side, new)
    return node


def negative(node: exp.Neg, types: Types) -> Expression:
    return arithmetic(node, types)


def remainder(node: exp.Mod, types: Types) -> Expression:
    """`%` of whole numbers; by zero it is NULL in SQLite and MySQL."""
    arithmetic(node, types)
    for side in ("this", "expression"):
        value = node.args[side]
        while isinstance(value, exp.Paren):
            value = value.this
        if types.of(value) == "FLOAT64":
            value = cast(call("TRUNC", value), "INT64")
        node.set(side, value)
    if types.dialect in ("sqlite", "mysql"):
        node.set("expression", _not_zero(node.expression))
    return node


def division(node: exp.Div, types: Types) -> Expression:
    """DIV where both sides are whole and the dialect divides so; never an error where the dialect gives NULL."""
    arithmetic(node, types)
    left, right = node.this, node.expression
    kinds = {types.of(left), types.of(right)}
    if node.args.get("typed") and not kinds & {"FLOAT64"}:
        if "" in kinds or "NUMERIC" in kinds:
            if types.dialect == "sqlite":
                raise unsayable("a division of values that may be whole or not", node, types.dialect)
        elif kinds <= {"INT64", "NULL"}:
            right = _not_zero(right) if node.args.get("safe") else right
            return exp.IntDiv(this=_bare(left), expression=_bare(right))
    if node.args.get("safe"):
        right = _not_zero(right)
    return exp.Div(this=left, expression=right, typed=False, safe=False)


def _bare(node: Expression) -> Expression:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _not_zero(node: Expression) -> Expression:
    """The divisor, NULL where it is zero."""
    text = literal_number(_bare(node))
    if (text is not None and float(text) != 0) or _counts_a_group(node):
        return node
    return exp.Nullif(this=_bare(node), expression=exp.Literal.number(0))


def _counts_a_group(node: Expression) -> bool:
    """COUNT(*) beside GROUP BY is never zero."""
    if not isinstance(node, exp.Count) or not isinstance(node.this, exp.Star):
        return False
    select = node.find_ancestor(exp.Select, exp.Window)
    return isinstance(select, exp.Select) and select.args.get("group") is not None


def casting(node: exp.Cast, types: Types) -> Expression:
    """CAST, as SQLite reads a text: the number it begins with; and without rounding."""
    if types.dialect != "sqlite":
        return node
    to, kind = types.of(node), types.of(node.this)
    if to in ("INT64", "FLOAT64"):
        if kind == "STRING" and isinstance(node.this, exp.Literal):
            number = number_of(node.this.name)
            return cast(number, to) if number is not None else exp.Literal.number(0)
        if kind == "STRING":
            return beginning(node.this, to)
        if kind in DATES:
            return cast(as_number(node.this, types), to)
        if to == "INT64" and kind in ("FLOAT64", "NUMERIC"):
            return cast(call("TRUNC", node.this), "INT64")
        return cast(node.this, to)
    if to == "STRING":
        return node.this if kind == "STRING" else cast(node.this, "STRING")
    if to == "NUMERIC":  # it stays whole where it is
        return node.this if kind in ("INT64", "FLOAT64", "NUMERIC") else beginning(node.this, "FLOAT64")
    raise unsayable("CAST to a type that SQLite reads its own way", node, types.dialect)
