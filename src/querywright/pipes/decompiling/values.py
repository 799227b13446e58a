"""Rows that come from nowhere: VALUES, and a SELECT without FROM."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.naming import column, identifier
from querywright.pipes.decompiling.projecting import limit
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.scope.standard import Scope
from querywright.pipes.tree import Expression, Select, SetOperation, Standard, Where, pipe_in


def select_without_from(node: exp.Select, scope: Scope, ctx: Context) -> Chain:
    """`SELECT 1 AS a` is a head of its own; a WHERE that names nothing may follow it."""
    where = node.args.get("where")
    if where is not None and any(
        isinstance(n, (exp.Column, exp.Query)) or pipe_in(n) is not None for n in where.walk()
    ):
        raise refused("SELECT without FROM, with a WHERE that names something", node, ctx.source)
    for part in ("group", "having", "qualify", "windows"):
        if node.args.get(part) is not None:
            raise refused(f"SELECT without FROM, with {part.upper()}", node, ctx.source)
    windows = {id(window.this) for window in scope.windows}
    if scope.aggregates and any(id(call) not in windows for call in scope.aggregates):
        raise refused("an aggregate without FROM", node, ctx.source)
    for part in ("where", "order", "distinct", "with_"):
        node.set(part, None)
    chain = Chain(Standard(node))
    if where is not None:
        chain.add(Where(where.this))
    limit(node, chain, ctx)
    node.set("limit", None)
    node.set("offset", None)
    return chain


def split_head(chain: Chain, ctx: Context) -> None:
    """A query that is one row and nothing else: its values are the head, what is made of them is a SELECT behind it.

    `SELECT (a) / (b) AS r` becomes `SELECT (a) AS x, (b) AS y |> SELECT x / y AS r`.
    """
    assert isinstance(chain.head, Standard)
    values: list[Expression] = []
    items: list[Expression] = []
    for item in chain.head.query.expressions:
        holder = exp.Paren(this=item.this if isinstance(item, exp.Alias) else item)
        alias = item.args["alias"] if isinstance(item, exp.Alias) else None
        parts = [node for node in holder.find_all(exp.Subquery) if not isinstance(node.parent, (exp.In, exp.Exists))]
        whole = not parts or parts[0] is holder.this or holder.find(exp.In, exp.Exists) is not None
        for part in [holder.this] if whole else parts:
            name = alias if whole and alias is not None else identifier(ctx.fresh("value" if whole else "_value"))
            part.replace(column(name))
            values.append(exp.Alias(this=part, alias=name))
        made = holder.this
        named = alias is not None and not (isinstance(made, exp.Column) and made.name == alias.name)
        items.append(exp.Alias(this=made, alias=alias) if named else made)
    chain.head = Standard(exp.Select(expressions=values))
    chain.add(Select(tuple(items)))


def values(node: exp.Values, ctx: Context) -> Chain:
    """The first row is the head and names the columns; the others follow it with UNION ALL."""
    fields = ctx.scope(node).fields or ()
    alias = node.args.get("alias")
    columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
    names = [c.name for c in columns or ()] + [there.name for there in fields[len(columns or ()) :]]
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    if not rows:
        raise refused("VALUES without a row", node, ctx.source)
    first = [exp.Alias(this=cell, alias=identifier(name)) for cell, name in zip(rows[0], names, strict=True)]
    chain = Chain(Standard(exp.Select(expressions=first)))
    if len(rows) > 1:
        others = tuple(exp.Select(expressions=list(row)) for row in rows[1:])
        chain.add(SetOperation("UNION", False, others))
    return chain
