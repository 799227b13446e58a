"""WITH: a CTE that is named once takes the place of its name; one named often, or recursive, stays in front."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.outputs import name_outputs
from querywright.pipes.decompiling.queries import chain_of
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.tree import Cte, Expression, nested


@dataclass(frozen=True, slots=True)
class Kept:
    ctes: list[Cte]
    recursive: bool = False


def with_(node: Expression, ctx: Context) -> Kept | None:
    """What WITH of a query leaves in front; the others are in `ctx.inlined` for their place."""
    clause = node.args.get("with_")
    if clause is None:
        return None
    recursive, kept = False, []
    for cte in clause.expressions:
        name = cte.alias.lower()
        columns = [column.name for column in cte.args["alias"].args.get("columns") or ()]
        if clause.args.get("recursive") and _names_itself(cte, name):
            recursive = True
            kept.append(_recursive(cte, columns, ctx))
            continue
        mentions = ctx.reading.mentions.get(name, 0)
        if mentions == 0:
            continue
        if columns:
            name_outputs(cte.this, columns, ctx)
        if mentions == 1 and ctx.reading.ctes.count(name) == 1:
            ctx.inlined[name] = cte
        else:
            leaf = nested(chain_of(cte.this, ctx).query(ctx.target))
            kept.append(Cte(cte.args["alias"].this, leaf))
    return Kept(kept, recursive)


def in_front(chain: Chain, kept: Kept | None) -> Chain:
    """The chain with the kept CTEs before those it has of its own."""
    if kept is not None and kept.ctes:
        chain.ctes[:0] = kept.ctes
        chain.recursive |= kept.recursive
    return chain


def _names_itself(cte: exp.CTE, name: str) -> bool:
    return any(table.name.lower() == name for table in cte.this.find_all(exp.Table))


def _recursive(cte: exp.CTE, columns: list[str], ctx: Context) -> Cte:
    """Both branches piped; the first one gives the columns their names."""
    body = cte.this
    while isinstance(body, exp.Subquery):
        body = body.this
    tail = [part for part in ("order", "limit", "offset", "with_") if body.args.get(part) is not None]
    if not isinstance(body, exp.Union) or tail:
        raise refused("a recursive CTE that is no plain UNION", body, ctx.source)
    if columns:
        name_outputs(body, columns, ctx)
    branches = []
    for branch in (body.this, body.expression):
        leaf = nested(chain_of(branch, ctx).query(ctx.target))
        branches.append(exp.Subquery(this=leaf))
    union = exp.Union(this=branches[0], expression=branches[1], distinct=bool(body.args.get("distinct")))
    return Cte(cte.args["alias"].this, union)
