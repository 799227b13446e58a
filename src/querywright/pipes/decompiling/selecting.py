"""One SELECT becomes a chain. The order of the rules is the order in which SQL evaluates its clauses."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.ctes import in_front, with_
from querywright.pipes.decompiling.filtering import filter_rows
from querywright.pipes.decompiling.grouping import group, is_grouped
from querywright.pipes.decompiling.items import Block, read_items, read_keys, write_out_aliases
from querywright.pipes.decompiling.nesting import nest
from querywright.pipes.decompiling.projecting import project
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.decompiling.sources import from_
from querywright.pipes.decompiling.unrolling import unroll
from querywright.pipes.decompiling.values import select_without_from
from querywright.pipes.decompiling.windowing import extend_windows, refuse_unknown
from querywright.pipes.scope.standard import Scope

_REFUSED = (
    "into",
    "locks",
    "kind",
    "hint",
    "match",
    "connect",
    "cluster",
    "distribute",
    "sort",
    "prewhere",
    "settings",
)


def _refuse_outer_aggregates(scope: Scope, ctx: Context) -> None:
    """An aggregate of nothing but outer columns belongs to the query around, wherever it is written."""
    if not scope.free:
        return
    for call in scope.aggregates:
        columns = list(call.find_all(exp.Column))
        if columns and all(ctx.reading.bindings[id(c)].scope is not scope for c in columns):
            raise refused("an aggregate that belongs to the query around", call, ctx.source)


def select(node: exp.Select, ctx: Context) -> Chain:
    """The chain of a SELECT, that of its FROM first.

    Raises:
        NotDecompilable: a clause cannot be said.
    """
    for part in _REFUSED:
        if node.args.get(part):
            raise refused(f"{part.upper()} of a SELECT", node, ctx.source)
    scope = ctx.scope(node)
    kept = with_(node, ctx)
    _refuse_outer_aggregates(scope, ctx)
    nest(scope, ctx)
    if node.args.get("from_") is None:
        return in_front(select_without_from(node, scope, ctx), kept)
    chain, where = from_(node, scope, ctx)
    items = read_items(node, scope)
    joins = len(chain.operators)
    if ctx.unroll and where is not None and scope.fields is not None:
        where = unroll(where, chain, ctx)
    having, qualify = (node.args.get(part) for part in ("having", "qualify"))
    block = Block(node, scope, ctx, chain, items, list(items), where=where)
    if len(chain.operators) > joins and any(item.star for item in items):
        block.write_out_stars()
    block.having = having.this if having is not None else None
    block.qualify = qualify.this if qualify is not None else None
    write_out_aliases(block)
    block.keys = read_keys(node, block)
    refuse_unknown(block)
    filter_rows(block)
    if is_grouped(block):
        group(block)
    elif block.having is not None:  # MySQL: one more filter, that may name what is selected
        block.where = block.having
        filter_rows(block)
    extend_windows(block)
    project(block)
    return in_front(chain, kept)
