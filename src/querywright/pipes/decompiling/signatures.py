"""When two expressions are the same: by what their columns mean, not by how they are written (`T1.id` and `id`)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeAlias

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.tree import Expression

Signature: TypeAlias = Hashable


def signature(node: Expression, ctx: Context) -> Signature:
    """A value that is equal for expressions that mean the same."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Column):
        return of_column(node, ctx)
    if isinstance(node, (exp.Literal, exp.Identifier, exp.Var)):
        text = node.name
        return (
            type(node).__name__,
            text.lower() if isinstance(node, exp.Identifier) else text,
            node.args.get("is_string"),
        )
    if isinstance(node, exp.Query):  # no two subqueries are taken for the same
        return "query", id(node)
    parts: list[Hashable] = []
    for name, value in node.args.items():
        if isinstance(value, list):
            parts.append((name, tuple(signature(v, ctx) if isinstance(v, exp.Expr) else str(v) for v in value)))
        elif isinstance(value, exp.Expr):
            parts.append((name, signature(value, ctx)))
        elif value:
            parts.append((name, str(value).lower()))
    return type(node).__name__, tuple(parts)


def of_column(column: exp.Column, ctx: Context) -> Signature:
    """The column's source and name; its text where it is not known."""
    meaning = ctx.binding(column)
    if meaning is None:
        return "free", column.table.lower(), column.name.lower()
    if meaning.output >= 0:
        return "output", id(meaning.scope), meaning.output
    return "column", id(meaning.source or meaning.scope), meaning.name.lower()
