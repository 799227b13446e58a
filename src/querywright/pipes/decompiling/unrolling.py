"""`x IN (query)` as a join, only where it is proven to be one: the query gives a key, so that nothing is multiplied.

A key is unique and never NULL. NOT IN, EXISTS and scalar subqueries stay nested.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.joining import both, parts
from querywright.pipes.decompiling.naming import identifier
from querywright.pipes.decompiling.single import keys_of
from querywright.pipes.tree import Expression, Join, PipeQuery, Select, nested, pipe_in


def unroll(where: Expression | None, chain: Chain, ctx: Context) -> Expression | None:
    """Join what WHERE only looks for, and say what is left of WHERE."""
    left: Expression | None = None
    for part in parts(where):
        query = part.args.get("query") if isinstance(part, exp.In) else None
        leaf = query.this if isinstance(query, exp.Subquery) else None
        pipe = pipe_in(leaf)
        origin = ctx.origins.get(id(leaf))
        if pipe is None or origin is None or not _gives_a_key(origin, ctx):
            left = both(left, part)
            continue
        key = identifier(ctx.fresh("_" + origin.expressions[0].output_name))
        alias = identifier(ctx.fresh("t"))
        source = exp.Subquery(this=nested(_renamed(pipe, key)), alias=exp.TableAlias(this=alias))
        found = exp.Column(this=identifier(key.name), table=identifier(alias.name))
        chain.add(Join(source, "INNER", exp.EQ(this=part.this, expression=found)))
    return left


def _gives_a_key(origin: Expression, ctx: Context) -> bool:
    """Whether a query gives one column of one table, that is a key by itself, of rows that it only filters."""
    if not isinstance(origin, exp.Select) or ctx.scope(origin).free:
        return False
    if any(origin.args.get(part) is not None for part in ("group", "having", "distinct", "limit", "offset", "qualify")):
        return False
    sources = ctx.scope(origin).sources
    if len(sources) != 1 or len(origin.expressions) != 1 or ctx.scope(origin).aggregates:
        return False
    item = origin.expressions[0]
    meaning = ctx.binding(item.this if isinstance(item, exp.Alias) else item)
    return meaning is not None and meaning.source is sources[0] and {meaning.name.lower()} in keys_of(sources[0], ctx)


def _renamed(pipe: PipeQuery, name: exp.Identifier) -> PipeQuery:
    """The pipe with its only column under another name."""
    last = pipe.operators[-1] if pipe.operators else None
    assert isinstance(last, Select)
    item = last.items[0]
    value = item.this if isinstance(item, exp.Alias) else item
    return replace(pipe, operators=(*pipe.operators[:-1], Select((exp.Alias(this=value, alias=name),))))
