"""Queries that stand in an expression become nested pipes, in their place."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.queries import chain_of
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.decompiling.single import gives_one_row
from querywright.pipes.scope.standard import Scope
from querywright.pipes.tree import Expression, From, Limit, Operator, PipeQuery, Select, nested


def nest(scope: Scope, ctx: Context) -> None:
    """Put nested pipes where queries stand in the expressions of a SELECT, and where SQLite says `x IN table`."""
    for found in scope.in_tables:
        in_table(found, ctx)
    for node in scope.inner:
        inner, holder = node, node.parent
        while isinstance(inner, exp.Subquery) and not tailed(inner):
            inner, holder = inner.this, inner
        around = node.parent
        while isinstance(around, exp.Paren):
            around = around.parent
        free = ctx.scope(inner).free
        if isinstance(around, exp.Exists):
            _forget_columns(inner)
        chain = chain_of(inner, ctx)
        if isinstance(around, exp.In) and around.args.get("query") is not None and isinstance(around.this, exp.Tuple):
            _as_rows(chain.operators, ctx)
        elif ctx.source == "sqlite" and _is_scalar(around, node) and not gives_one_row(inner, ctx):
            _first_row(chain.operators)
        leaf = nested(chain.query(ctx.target))
        ctx.free[id(leaf)] = free
        ctx.holders.append(leaf)
        if ctx.unroll:
            ctx.origins[id(leaf)] = inner
            ctx.holders.append(inner)
        if inner is node and not isinstance(holder, (exp.Subquery, exp.Exists, exp.Array, exp.Any, exp.All)):
            node.replace(exp.Subquery(this=leaf))
        else:
            inner.replace(leaf)


def tailed(node: exp.Subquery) -> bool:
    """Whether brackets have an ORDER BY, LIMIT or WITH of their own."""
    args = node.args
    return any(args.get(part) is not None for part in ("order", "limit", "offset", "with_"))


def in_table(node: exp.In, ctx: Context) -> None:
    """`x IN t` of SQLite."""
    column = node.args["field"]
    cte = ctx.inlined.get(column.name.lower())
    if cte is not None and not column.table:
        leaf = nested(chain_of(cte.this, ctx).query(ctx.target))
        ctx.free[id(leaf)] = []
        node.set("field", None)
        node.set("query", exp.Subquery(this=leaf))
        return
    table = exp.Table(this=column.this, db=column.args.get("table"))
    leaf = nested(PipeQuery(From(table), dialect=ctx.target))
    ctx.free[id(leaf)] = []
    node.set("field", None)
    node.set("query", exp.Subquery(this=leaf))


def _forget_columns(node: Expression) -> None:
    """What a query under EXISTS selects is of no interest, where it decides nothing."""
    if isinstance(node, exp.Select) and node.args.get("from_") is not None:
        decides = ("group", "having", "distinct", "qualify")
        if not any(node.args.get(part) is not None for part in decides) and not any(
            item.find(exp.AggFunc) for item in node.expressions
        ):
            node.set("expressions", [exp.Star()])
            node.set("order", None)


def _is_scalar(around: Expression | None, node: Expression) -> bool:
    if isinstance(around, exp.In):
        return around.args.get("query") is not node and around.args.get("query") is not node.parent
    return not isinstance(around, (exp.Exists, exp.Any, exp.All, exp.Array))


def _first_row(operators: list[Operator]) -> None:
    """SQLite takes the first row of a scalar subquery; pipes refuse a second one."""
    at = len(operators)
    if operators and isinstance(operators[-1], Select) and not operators[-1].distinct:
        at -= 1  # the LIMIT keeps the order that an ORDER BY before it made; a SELECT would, too
    operators.insert(at, Limit(exp.Literal.number(1)))


def _as_rows(operators: list[Operator], ctx: Context) -> None:
    """`(a, b) IN (…)`: GoogleSQL wants each row as one STRUCT."""
    if not ctx.googlesql:
        return
    last = operators[-1] if operators else None
    if isinstance(last, Select) and not last.distinct:
        operators[-1] = Select(last.items, kind="STRUCT", windows=last.windows)
    else:
        operators.append(Select((exp.Star(),), kind="STRUCT"))


__all__ = ["in_table", "nest", "refused", "tailed"]
