"""A chain put together from several queries says some things that nobody needs: an order that is lost at once, a
SELECT of columns that the next one selects again.
"""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.tree import (
    Aggregate,
    As,
    Distinct,
    Drop,
    Expression,
    Extend,
    Join,
    Limit,
    Operator,
    OrderBy,
    Select,
    SetOperation,
    Where,
    pipe_in,
)

_KEEPS_ORDER = (Select, Extend, Drop, As)


def tidy(operators: list[Operator]) -> list[Operator]:
    """The operators without what has no effect."""
    if len(operators) < 2:
        return operators
    if any(isinstance(operator, OrderBy) for operator in operators[:-1]):
        operators = _without_lost_orders(operators)
    if (
        sum(isinstance(operator, Select) for operator in operators)
        + any(isinstance(operator, Aggregate) for operator in operators)
        > 1
    ):
        operators = _without_middle_selects(operators)
    return operators


def _without_lost_orders(operators: list[Operator]) -> list[Operator]:
    """An ORDER BY that no LIMIT needs before it is lost; aggregates that follow the order of rows get it as theirs."""
    kept: list[Operator] = []
    for i, operator in enumerate(operators):
        ender = _loses(operators[i + 1 :]) if isinstance(operator, OrderBy) else None
        if ender is None:
            kept.append(operator)
        elif isinstance(ender, Aggregate) and isinstance(operator, OrderBy):
            for item in ender.items:
                _order_aggregates(item, operator)
    return kept


def _loses(later: list[Operator]) -> Operator | None:
    """The operator that loses an order, if nothing needs it before."""
    for operator in later:
        if isinstance(operator, Limit):
            return None
        if isinstance(operator, (Aggregate, Where, Join, SetOperation, Distinct, OrderBy)):
            return operator
        if isinstance(operator, Select) and operator.distinct:
            return operator
        if not isinstance(operator, _KEEPS_ORDER):
            return None
        if isinstance(operator, Extend) and any(item.find(exp.Window) for item in operator.items):
            return operator
    return None


def _order_aggregates(item: Expression, order: OrderBy) -> None:
    for call in list(item.find_all(exp.GroupConcat, exp.ArrayAgg)):
        inner = call.this
        if isinstance(inner, (exp.Order, exp.Distinct)):
            continue
        call.set("this", exp.Order(this=inner, expressions=[key.copy() for key in order.keys]))


def _without_middle_selects(operators: list[Operator]) -> list[Operator]:
    """A SELECT that only leaves columns away, before another SELECT or AGGREGATE that names what it takes."""
    kept: list[Operator] = []
    for i, operator in enumerate(operators):
        if isinstance(operator, Select) and _only_leaves_away(operator) and _is_taken_up(operators[i + 1 :]):
            continue
        kept.append(operator)
    return kept


def _only_leaves_away(select: Select) -> bool:
    if select.distinct or select.kind or select.windows:
        return False
    return all(isinstance(i, exp.Column) and not i.table and not isinstance(i.this, exp.Star) for i in select.items)


def _is_taken_up(later: list[Operator]) -> bool:
    """Whether what follows means the same with all columns still there."""
    for operator in later:
        if isinstance(operator, Select):
            return not operator.kind and all(map(_names_its_columns, operator.items))
        if isinstance(operator, Aggregate):
            return all(map(_names_its_columns, (*operator.items, *operator.groups)))
        if isinstance(operator, Where):
            if not _names_its_columns(operator.condition):
                return False
        elif isinstance(operator, OrderBy):
            if not all(map(_names_its_columns, operator.keys)):
                return False
        elif not isinstance(operator, Limit):
            return False
    return False


def _names_its_columns(tree: Expression) -> bool:
    """No `*` but that of COUNT, and no query in which a column could be taken for another."""
    for node in tree.walk():
        if pipe_in(node) is not None or isinstance(node, exp.Query):
            return False
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            return False
    return True


__all__ = ["tidy"]
