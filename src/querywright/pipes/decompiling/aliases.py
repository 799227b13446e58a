"""Aliases that are no column: GoogleSQL takes a name that is both for the whole row of the table."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.naming import identifier
from querywright.pipes.scope.standard import Source
from querywright.pipes.tree import Expression


def rename_clashing(tree: Expression, ctx: Context) -> None:
    """Give each source that is named like a column written without a table an alias of its own."""
    names = ctx.reading.bare_names | _shadowed(ctx)
    renamed: dict[int, Source] = {}
    for scope in ctx.reading.scopes.values():
        for i, source in enumerate(scope.sources, 1):
            if source.name.lower() in names:
                renamed[id(source)] = source
                _rename(source, ctx.fresh(f"t{i}"))
    if not renamed:
        return
    for column in tree.find_all(exp.Column):
        if not column.table:
            continue
        meaning = ctx.binding(column)
        if meaning is not None and meaning.source is not None and id(meaning.source) in renamed:
            column.set("table", identifier(meaning.source.name))
            column.set("db", None)
    _rename_stars(tree, ctx)


def _shadowed(ctx: Context) -> set[str]:
    """Names before columns that mean a query around, where a column inside has that name."""
    scopes = ctx.reading.scopes.values()
    outer = {column.table.lower() for scope in scopes for column in scope.free if column.table}
    return {name for name in outer if any(name in source.index for scope in scopes for source in scope.sources)}


def _rename(source: Source, name: str) -> None:
    alias = source.node.args.get("alias")
    if isinstance(alias, exp.TableAlias):
        alias.set("this", identifier(name))
    else:
        source.node.set("alias", exp.TableAlias(this=identifier(name)))
    source.name = name


def _rename_stars(tree: Expression, ctx: Context) -> None:
    """`t.*` is of no source by itself: found by the name that its source had."""
    for select in tree.find_all(exp.Select):
        scope = ctx.reading.scopes.get(id(select))
        if scope is None:
            continue
        for item in select.expressions:
            if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
                for source in scope.sources:
                    node = source.node
                    if isinstance(node, exp.Table) and node.name.lower() == item.table.lower():
                        item.set("table", identifier(source.name))


__all__ = ["rename_clashing"]
