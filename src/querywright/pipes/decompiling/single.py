"""Whether a query gives one row at most, provably."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.scope.standard import Scope, Source
from querywright.pipes.tree import Expression


def gives_one_row(node: Expression, ctx: Context) -> bool:
    """Whether a query has LIMIT 1, or a SELECT aggregates everything or fixes a unique key of its only table."""
    limit = node.args.get("limit")
    if isinstance(limit, exp.Limit) and limit.expression.name == "1":
        return True
    if not isinstance(node, exp.Select):
        return False
    args, scope = node.args, ctx.scope(node)
    if args.get("from_") is None:
        return True
    if args.get("group") is not None:
        return False
    windows = {id(window.this) for window in scope.windows}
    if any(id(call) not in windows for call in scope.aggregates):
        return True
    return len(scope.sources) == 1 and _fixes_a_key(args.get("where"), scope, scope.sources[0], ctx)


def keys_of(source: Source, ctx: Context) -> list[set[str]]:
    """The sets of columns that identify a row of a table and are never NULL, in lower case."""
    if ctx.schema is None or source.kind != "table" or not isinstance(source.node, exp.Table):
        return []
    table = ctx.schema.table(source.node.name, source.node.db or None)
    if table is None:
        return []
    found = []
    for key in table.unique_keys:
        columns = [table.column(name) for name in key]
        # an INTEGER PRIMARY KEY of SQLite is the row's number: never NULL, whatever the declaration says
        row_number = ctx.schema.dialect == "sqlite" and len(key) == 1 and key == table.primary_key
        if all(c is not None and (not c.nullable or (row_number and c.type.upper() == "INTEGER")) for c in columns):
            found.append({name.lower() for name in key})
    return found


def _fixes_a_key(where: Expression | None, scope: Scope, source: Source, ctx: Context) -> bool:
    if where is None:
        return False
    fixed = set()
    for part in where.this.flatten() if isinstance(where.this, exp.And) else (where.this,):
        if isinstance(part, exp.EQ):
            for side, other in ((part.this, part.expression), (part.expression, part.this)):
                meaning = ctx.binding(side)
                if meaning is not None and meaning.source is source and _is_constant(other, scope, ctx):
                    fixed.add(meaning.name.lower())
    return any(key <= fixed for key in keys_of(source, ctx))


def _is_constant(node: Expression, scope: Scope, ctx: Context) -> bool:
    """A literal, or a column of a query around."""
    if isinstance(node, exp.Column):
        meaning = ctx.binding(node)
        return meaning is not None and meaning.scope is not scope
    return isinstance(node, exp.Literal)
