"""Where aggregates may stand: in AGGREGATE, and nothing else there; the rules of GoogleSQL."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from querywright.errors import NotCompilable, PipeError
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.standard import AGGREGATES
from querywright.pipes.tree import Expression

_AROUND_WINDOWED = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)
_SCALAR_IN_SQLITE = (exp.Max, exp.Min)


def is_aggregate(node: Expression, dialect: str) -> bool:
    """Whether a node is a call of an aggregate function."""
    if isinstance(node, _SCALAR_IN_SQLITE) and dialect == "sqlite" and node.args.get("expressions"):
        return False
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in AGGREGATES
    return isinstance(node, exp.AggFunc)


def refuse_aggregates(pipeline: Pipeline, trees: Iterable[Expression]) -> None:
    """Refuse aggregates outside windows and nested queries.

    Raises:
        PipeError: there is one.
    """
    todo = [*trees]
    while todo:
        node = todo.pop()
        if isinstance(node, exp.Query):
            continue
        if isinstance(node, exp.Window):
            todo.extend(_beside_the_function(node))
        elif is_aggregate(node, pipeline.binding.dialect):
            raise PipeError(f"{_said(node)} is an aggregate, which only |> AGGREGATE computes", pipeline.operator)
        else:
            todo.extend(node.iter_expressions())


def require_aggregate(pipeline: Pipeline, tree: Expression) -> None:
    """Refuse an item of AGGREGATE that is none, or that has a column outside its aggregates.

    Raises:
        PipeError: it is one of these, or a window.
    """
    todo, found = [tree], False
    while todo:
        node = todo.pop()
        if isinstance(node, exp.Window):
            raise PipeError(f"{_said(tree)} is a window, which |> EXTEND computes behind AGGREGATE", pipeline.operator)
        if isinstance(node, _AROUND_WINDOWED):
            refuse_aggregates(pipeline, [part for part in node.iter_expressions() if part is not node.this])
            todo.append(node.this)
        elif is_aggregate(node, pipeline.binding.dialect):
            found = True
            refuse_aggregates(pipeline, node.iter_expressions())
        elif isinstance(node, exp.Filter):
            refuse_aggregates(pipeline, [node.expression])
            todo.append(node.this)
        elif isinstance(node, exp.Column):
            message = (
                f"{node.name} stands outside the aggregates: put what combines them into |> EXTEND or |> SELECT behind"
            )
            raise PipeError(message, pipeline.operator)
        elif not isinstance(node, exp.Query):
            todo.extend(node.iter_expressions())
    if not found:
        raise PipeError(f"{_said(tree)} has no aggregate: keys stand behind GROUP BY", pipeline.operator)


def without_filter(pipeline: Pipeline, node: exp.Filter) -> Expression:
    """`SUM(a WHERE b)` as an aggregate of CASE, which is NULL, and not counted, where the condition is not met.

    Raises:
        NotCompilable: an aggregate that counts NULLs, or has more than its argument.
    """
    call, condition = node.this, node.expression
    if isinstance(condition, exp.Where):
        condition = condition.this
    if not isinstance(call, (exp.Avg, exp.Count, exp.CountIf, exp.Max, exp.Min, exp.Sum)) or call.expressions:
        raise NotCompilable(f"{_said(call)} with WHERE inside: filter in front of |> AGGREGATE", pipeline.operator)
    value = call.this
    target = value.expressions[0] if isinstance(value, exp.Distinct) else value
    if isinstance(target, exp.Star):
        target = exp.Literal.number(1)
    case = exp.Case(ifs=[exp.If(this=condition.copy(), true=target.copy())])
    if isinstance(value, exp.Distinct):
        value.set("expressions", [case])
    else:
        call.set("this", case)
    return call


def _said(tree: Expression) -> str:
    return "this" if tree.find(exp.Query) else tree.sql(dialect="bigquery")[:60]


def _beside_the_function(window: exp.Window) -> list[Expression]:
    """What of a window may hold no aggregate: all but its function itself."""
    function = window.this
    while isinstance(function, _AROUND_WINDOWED):
        function = function.this
    return [*function.iter_expressions(), *(part for part in window.iter_expressions() if part is not window.this)]
