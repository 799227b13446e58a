"""Two pipe queries become one longer chain: what the one keeps of a table, the other works on.

The first one gives the operators that only choose and widen rows, up to where it shows or sums up anything; behind them
comes all of the second one. Both begin at the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sqlglot import exp

from querywright.pipes.printing import operator_text
from querywright.pipes.shape import bends
from querywright.pipes.tree import From, Join, Operator, PipeQuery, Select, SetOperation, Where


def composed(first: PipeQuery, second: PipeQuery) -> PipeQuery | None:
    """One chain of two; None where they do not fit, or where nothing is gained.

    Args:
        first: the query whose conditions are taken.
        second: the query that then works on those rows.
    """
    if first.dialect != second.dialect or bends(first) & {"derived table", "CTE", "standard SQL"} or bends(second):
        return None
    ours, theirs = _table(first), _table(second)
    if ours is None or theirs is None or _name(ours) != _name(theirs):
        return None
    kept = _choosing(first.operators)
    rest = second.operators
    if not any(isinstance(operator, Where) for operator in kept) or any(isinstance(o, SetOperation) for o in rest):
        return None
    if ours.alias_or_name.lower() != theirs.alias_or_name.lower():
        rest = tuple(_renamed(operator, theirs.alias_or_name, ours.alias_or_name) for operator in rest)
    had = {operator_text(operator, first.dialect) for operator in kept}
    aliases = {join.source.alias_or_name.lower() for join in kept if isinstance(join, Join)}
    added: list[Operator] = []
    for operator in rest:
        if operator_text(operator, first.dialect) in had:  # a join, or a condition, that is there already
            continue
        if isinstance(operator, Join) and operator.source.alias_or_name.lower() in aliases:
            return None
        added.append(operator)
    if len(added) <= 1 and all(isinstance(operator, Select) for operator in added):
        return None
    return replace(first, operators=(*kept, *added))


def _table(query: PipeQuery) -> exp.Table | None:
    """The table a query begins at, where it is one."""
    head = query.head
    return head.source if isinstance(head, From) and not head.joins and isinstance(head.source, exp.Table) else None


def _name(table: exp.Table) -> tuple[str, str]:
    return table.db.lower(), table.name.lower()


def _choosing(operators: Sequence[Operator]) -> tuple[Operator, ...]:
    """The operators in front that leave rows of the table as they are, or drop some."""
    kept: list[Operator] = []
    for operator in operators:
        if not isinstance(operator, (Where, Join)) or (isinstance(operator, Join) and operator.kind != "INNER"):
            break
        kept.append(operator)
    while kept and not isinstance(kept[-1], Where):
        kept.pop()
    return tuple(kept)


def _renamed(operator: Operator, before: str, after: str) -> Operator:
    """The operator with the columns of one alias called by another."""

    def bare(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.table.lower() == before.lower():
            node.set("table", exp.to_identifier(after))
        return node

    changes: dict[str, Any] = {}
    for name in getattr(operator, "__dataclass_fields__", {}):
        value = getattr(operator, name)
        if isinstance(value, exp.Expr):
            changes[name] = value.copy().transform(bare)
        elif isinstance(value, tuple) and value and all(isinstance(each, exp.Expr) for each in value):
            changes[name] = tuple(each.copy().transform(bare) for each in value)
    return cast(Operator, replace(cast(Any, operator), **changes))
