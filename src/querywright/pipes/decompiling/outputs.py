"""The output columns of a query, by position: `*` written out, names given."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.naming import identifier
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.scope.standard import Scope, star_fields
from querywright.pipes.tree import Expression


def first_select(node: Expression, ctx: Context) -> exp.Select:
    """The SELECT whose names the columns of a query have."""
    while isinstance(node, (exp.SetOperation, exp.Subquery, exp.Paren)):
        node = node.this
    if not isinstance(node, exp.Select):
        raise refused("names for the columns of VALUES", node, ctx.source)
    return node


def name_outputs(node: Expression, names: list[str], ctx: Context) -> None:
    """Give the output columns of a query these names, in the SELECT that they come from."""
    select = first_select(node, ctx)
    if any(is_star(item) for item in select.expressions):
        write_out_stars(select, ctx)
    items = list(select.expressions)
    for i, name in enumerate(names[: len(items)]):
        item = items[i]
        if name and item.output_name.lower() != name.lower():
            items[i] = exp.Alias(this=item.this if isinstance(item, exp.Alias) else item, alias=identifier(name))
    select.set("expressions", items)


def is_star(item: Expression) -> bool:
    return isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star))


def write_out_stars(select: exp.Select, ctx: Context) -> None:
    """Replace `*` and `t.*` by the columns they stand for."""
    scope = ctx.scope(select)
    items: list[Expression] = []
    for item in select.expressions:
        items.extend(star_columns(item, scope, ctx) if is_star(item) else [item])
    select.set("expressions", items)


def star_columns(item: Expression, scope: Scope, ctx: Context) -> list[Expression]:
    """The columns that `*` stands for, written so that each can only mean one thing.

    Raises:
        NotDecompilable: nobody knows them without a schema.
    """
    found = star_fields(item, scope, ctx.source)
    if found is None:
        raise refused("`*` must be written out here, and its columns are not known without a schema", item)
    star = item.this if isinstance(item, exp.Column) else item
    replaced = {r.alias.lower(): r for r in star.args.get("replace") or () if isinstance(r, exp.Alias)}
    columns: list[Expression] = []
    for source, there in found:
        if there.name.lower() in replaced:
            columns.append(replaced[there.name.lower()])
            continue
        made = exp.Column(this=identifier(there.name))
        if source is not None and source.name and _is_ambiguous(there.name.lower(), scope):
            made.set("table", identifier(source.name))
            source.qualified = True
        columns.append(ctx.bind(made, scope, source, there.name, there.type))
    return columns


def _is_ambiguous(key: str, scope: Scope) -> bool:
    return key not in scope.merged and sum(key in source.index for source in scope.sources) > 1
