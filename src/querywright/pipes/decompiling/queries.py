"""A standard query of any form becomes a chain; here is only who is asked for which form."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.tree import Expression


def chain_of(node: Expression, ctx: Context) -> Chain:
    """The pipes of a query: SELECT, set operation, VALUES, or any of them in brackets.

    Raises:
        NotDecompilable: there is no way to say it, or none that is known.
    """
    from querywright.pipes.decompiling import ctes, selecting, sets, values

    if isinstance(node, exp.Select):
        return selecting.select(node, ctx)
    if isinstance(node, exp.SetOperation):
        return sets.set_operation(node, ctx)
    if isinstance(node, exp.Values):
        return values.values(node, ctx)
    if isinstance(node, (exp.Subquery, exp.Paren)):
        kept = ctes.with_(node, ctx)
        sets.name_sort_keys(node, ctx)
        chain = chain_of(node.this, ctx)
        sets.tail(node, chain, ctx)
        return ctes.in_front(chain, kept)
    raise refused(f"{node.key.upper()} is no query that pipes have", node, ctx.source)
