"""Walking a whole query: through its operators, their expressions, and the pipes nested in these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from sqlglot import exp

from querywright.pipes.scope.plan import Plan
from querywright.pipes.tree import Expression, PipeQuery, pipe_in


def expressions_in(query: PipeQuery) -> Iterator[Expression]:
    """Every expression that stands directly in the query's head, operators and CTEs."""
    return expressions_of(query.head, *query.operators, *query.ctes)


def expressions_of(*parts: object) -> Iterator[Expression]:
    """Every expression that stands directly in these heads, operators and CTEs."""
    todo: list[object] = [*parts]
    while todo:
        part = todo.pop()
        if isinstance(part, exp.Expr):
            yield part
        elif isinstance(part, tuple):
            todo.extend(part)
        elif is_dataclass(part):
            todo.extend(getattr(part, each.name) for each in fields(part))


def nodes_in(tree: Expression) -> Iterator[Expression]:
    """Every node of a tree, and of the pipe queries nested in it."""
    todo = [tree]
    while todo:
        for node in todo.pop().walk():
            yield node
            inner = pipe_in(node)
            if inner is not None:
                todo.extend(expressions_in(inner))


def tables_in(tree: Expression) -> Iterator[exp.Table]:
    """Every table that a tree reads, with those of nested pipe queries."""
    return (node for node in nodes_in(tree) if isinstance(node, exp.Table))


def expressions_of_plan(plan: Plan) -> Iterator[Expression]:
    """Every expression that stands directly in a plan's steps, and in the plans that these hold."""
    todo: list[object] = [*(step for _, step in plan.steps), *plan.ctes]
    while todo:
        part = todo.pop()
        if isinstance(part, exp.Expr):
            yield part
        elif isinstance(part, (tuple, list)):
            todo.extend(part)
        elif isinstance(part, Plan):
            todo.extend([*(step for _, step in part.steps), *part.ctes])
        elif is_dataclass(part):
            todo.extend(getattr(part, each.name) for each in fields(part))
