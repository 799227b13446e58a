"""Aggregates: FILTER, sums of truth values and texts, GROUP_CONCAT."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.translation.making import call, cast, unsayable
from querywright.pipes.translation.numbers import as_number
from querywright.pipes.translation.texts import as_text
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression


def of_numbers(node: Expression, types: Types) -> Expression:
    """SUM and AVG want numbers."""
    inner = node.this
    distinct = inner if isinstance(inner, exp.Distinct) else None
    if distinct is not None:
        distinct.set("expressions", [as_number(e, types) for e in distinct.expressions])
        return node
    new = as_number(inner, types)
    if new is not inner:
        node.set("this", new)
    return node


def filtered(node: exp.Filter, types: Types) -> Expression:
    """`f(x) FILTER (WHERE c)`: COUNTIF, or f of x where c holds and NULL elsewhere."""
    aggregate, condition = node.this, node.expression.this
    if isinstance(aggregate, exp.Count) and isinstance(aggregate.this, exp.Star):
        return exp.CountIf(this=condition)
    inner = aggregate.this
    if isinstance(inner, exp.Distinct):
        if len(inner.expressions) != 1:
            raise unsayable("FILTER of an aggregate of several columns", node, types.dialect)
        inner.set("expressions", [_where(condition, inner.expressions[0])])
    elif isinstance(inner, exp.Expr) and not isinstance(inner, exp.Star):
        aggregate.set("this", _where(condition, inner))
    else:
        raise unsayable("FILTER of this aggregate", node, types.dialect)
    return aggregate  # type: ignore[no-any-return]


def _where(condition: Expression, value: Expression) -> exp.If:
    return exp.If(this=condition.copy(), true=value, false=exp.Null())


def joined_texts(node: exp.GroupConcat, types: Types) -> Expression:
    """GROUP_CONCAT: texts, with `,` between them where nothing else is said."""
    inner = node.this
    if isinstance(inner, exp.Distinct):
        inner.set("expressions", [as_text(e, types) for e in inner.expressions])
    elif not isinstance(inner, exp.Order):
        new = as_text(inner, types)
        if new is not inner:
            node.set("this", new)
    return node


def greatest_by(node: exp.ArgMax | exp.ArgMin, types: Types) -> Expression:
    """`arg_max(x, y)`: ANY_VALUE with HAVING MAX, of rows in which x is not NULL."""
    if node.args.get("count") is not None:
        raise unsayable(f"{node.key.upper()} of several rows", node, types.dialect)
    value = node.this
    by = exp.If(this=exp.Is(this=value.copy(), expression=exp.Null()), true=exp.Null(), false=node.expression)
    return exp.AnyValue(this=exp.HavingMax(this=value, expression=by, max=isinstance(node, exp.ArgMax)))


def counted(node: exp.Count, types: Types) -> Expression:
    """COUNT of several columns is MySQL's: rows in which none is NULL."""
    inner = node.this
    if isinstance(inner, exp.Distinct) and len(inner.expressions) > 1:
        raise unsayable("COUNT(DISTINCT) of several columns", node, types.dialect)
    return node


def total(node: exp.Anonymous, types: Types) -> Expression:
    summed = exp.Sum(this=as_number(node.expressions[0], types))
    return call("IFNULL", cast(summed, "FLOAT64"), exp.Literal.number("0.0"))


def partitioned(node: exp.Window, types: Types) -> Expression:
    """GoogleSQL forms no partitions by floating numbers; by their texts it does."""
    keys = [cast(key, "STRING") if types.of(key) == "FLOAT64" else key for key in node.args.get("partition_by") or ()]
    if keys:
        node.set("partition_by", keys)
    return node
