"""The numbers of LIMIT and OFFSET, worked out where they are written as arithmetic."""

from __future__ import annotations

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.tree import Expression


def whole_number(tree: Expression) -> int | None:
    """The number an expression of constants stands for; None for NULL and ALL, which mean no limit.

    Raises:
        NotCompilable: it is negative, or no constant.
    """
    if isinstance(tree, exp.Null) or (isinstance(tree, (exp.Var, exp.Column)) and tree.name.upper() == "ALL"):
        return None
    value = _value(tree)
    if value is None:
        raise NotCompilable(f"LIMIT {tree.sql(dialect='bigquery')}: write a number")
    if value < 0:
        raise NotCompilable(f"LIMIT {value}: a limit cannot be negative")
    return value


def _value(tree: Expression) -> int | None:
    if isinstance(tree, exp.Literal) and not tree.is_string:
        return int(tree.name) if tree.name.isdigit() else None
    if isinstance(tree, exp.Paren):
        return _value(tree.this)
    if isinstance(tree, exp.Cast):
        return _value(tree.this)
    if isinstance(tree, exp.Neg):
        inner = _value(tree.this)
        return None if inner is None else -inner
    if isinstance(tree, (exp.Add, exp.Sub, exp.Mul)):
        left, right = _value(tree.this), _value(tree.expression)
        if left is None or right is None:
            return None
        return (
            left + right if isinstance(tree, exp.Add) else left - right if isinstance(tree, exp.Sub) else left * right
        )
    return None
