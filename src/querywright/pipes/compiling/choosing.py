"""Aggregates that choose a row or order their rows, for engines whose aggregates cannot: as windows over each group."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.tree import Expression


def as_window(call: Expression, keys: Sequence[Expression]) -> exp.Window:
    """A window that gives, on every row of a group, what the aggregate gives for the group.

    Args:
        call: ANY_VALUE(x HAVING MAX y), or STRING_AGG with an order.
        keys: what is grouped by.

    Raises:
        NotCompilable: a window cannot say it (DISTINCT).
    """
    if isinstance(call, exp.AnyValue):
        chosen = call.this
        order = [_key(chosen)]
        known = exp.Not(this=exp.Is(this=chosen.expression.copy(), expression=exp.Null()))
        function: Expression = exp.FirstValue(this=exp.Case(ifs=[exp.If(this=known, true=chosen.this.copy())]))
    else:
        if call.find(exp.Distinct):
            raise NotCompilable("STRING_AGG with DISTINCT and ORDER BY has no counterpart here")
        ordered = call.find(exp.Order)
        assert ordered is not None
        order = [key.copy() for key in ordered.expressions]
        function = exp.GroupConcat(this=ordered.this.copy(), separator=_copied(call.args.get("separator")))
    every_row = exp.WindowSpec(
        kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="UNBOUNDED", end_side="FOLLOWING"
    )
    return exp.Window(
        this=function,
        partition_by=[key.copy() for key in keys],
        order=exp.Order(expressions=order),
        spec=every_row,
        over="OVER",
    )


def chosen_of(call: Expression, found: Expression) -> Expression:
    """What the aggregate is, given the value of its window: SQLite's GROUP_CONCAT over one empty text gives NULL."""
    if isinstance(call, exp.AnyValue):
        return found
    ordered = call.find(exp.Order)
    assert ordered is not None
    some = exp.GT(this=exp.Count(this=ordered.this.copy()), expression=exp.Literal.number(0))
    empty = exp.Case(ifs=[exp.If(this=some, true=exp.Literal.string(""))])
    return exp.Coalesce(this=found, expressions=[empty])


def bare_in_sqlite(call: Expression, aggregates: Sequence[Expression]) -> Expression | None:
    """The column alone: in SQLite some row's; beside one MAX or MIN that of the row where it lies.

    Args:
        call: ANY_VALUE(x), ANY_VALUE(x HAVING MAX y).
        aggregates: all of the query's.
    """
    if not isinstance(call, exp.AnyValue):
        return None
    chosen = call.this
    if not isinstance(chosen, exp.HavingMax):
        return chosen.copy()  # type: ignore[no-any-return]
    kind = exp.Max if chosen.args.get("max") else exp.Min
    extremes = [node for tree in aggregates for node in tree.find_all(exp.Max, exp.Min)]
    wanted = kind(this=chosen.expression.copy())
    if extremes and all(extreme == wanted for extreme in extremes):
        return chosen.this.copy()  # type: ignore[no-any-return]
    return None


def _key(chosen: Expression) -> exp.Ordered:
    return exp.Ordered(this=chosen.expression.copy(), desc=bool(chosen.args.get("max")) or None, nulls_first=False)


def _copied(tree: Expression | None) -> Expression | None:
    return None if tree is None else tree.copy()
