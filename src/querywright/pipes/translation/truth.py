"""Conditions: GoogleSQL wants truth values where SQLite and MySQL take any number."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.translation.making import NUMBERS, operand, unsayable
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression


def as_truth(node: Expression, types: Types) -> Expression:
    """A value as a condition reads it: a number is true unless it is zero."""
    kind = types.of(node)
    if kind in NUMBERS:
        if isinstance(node, exp.Literal):
            return exp.Boolean(this=float(node.name) != 0)
        return exp.NEQ(this=operand(node), expression=exp.Literal.number(0))
    if kind == "STRING":
        raise unsayable("a text as a condition", node, types.dialect)
    return node


def condition_of(node: Expression, types: Types) -> Expression:
    """The condition of WHERE, HAVING, NOT, a branch of CASE."""
    return _set(node, "this", types)


def join_condition(node: exp.Join, types: Types) -> Expression:
    return _set(node, "on", types) if node.args.get("on") is not None else node


def connector(node: Expression, types: Types) -> Expression:
    return _set(_set(node, "this", types), "expression", types)


def branch(node: exp.If, types: Types) -> Expression:
    """IF, or a branch of CASE; `CASE x WHEN 1` compares and has no condition."""
    parent = node.parent
    if isinstance(parent, exp.Case) and parent.this is not None:
        return node
    return _set(node, "this", types)


def _set(node: Expression, side: str, types: Types) -> Expression:
    old = node.args[side]
    new = as_truth(old, types)
    if new is not old:
        node.set(side, new)
    return node
