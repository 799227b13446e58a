"""FROM: the head of the chain, and the operators that join the rest to it."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.joining import Step, join_steps, joins_of
from querywright.pipes.decompiling.naming import identifier
from querywright.pipes.decompiling.outputs import name_outputs
from querywright.pipes.decompiling.queries import chain_of
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.scope.standard import Scope, Source
from querywright.pipes.tree import As, Expression, From, nested


def from_(node: exp.Select, scope: Scope, ctx: Context) -> tuple[Chain, Expression | None]:
    """The chain of FROM and its joins, and what is left of WHERE: an equality may have become a join's condition."""
    first: Expression = node.args["from_"].this
    steps: list[Step] = []
    if node.args.get("laterals"):
        raise refused("LATERAL", node.args["laterals"][0], ctx.source)
    while _is_join_in_brackets(first):
        steps[:0] = joins_of(first, ctx)
        first = first.this
    steps = [*joins_of(first, ctx), *steps, *joins_of(node, ctx)]
    chain = _head(first, bool(steps), scope, ctx)
    where = node.args.get("where")
    operators, left = join_steps(first, steps, where.this if where is not None else None, scope, ctx)
    for step in operators:
        chain.add(step.operator(operand(step, scope, ctx)))
    return chain, left


def _is_join_in_brackets(node: Expression) -> bool:
    return (
        isinstance(node, exp.Subquery)
        and not node.alias
        and isinstance(node.this, (exp.Table, exp.Subquery))
        and (isinstance(node.this, exp.Table) or bool(node.this.args.get("joins")))
    )


def source_of(node: Expression, scope: Scope) -> Source:
    return next(source for source in scope.sources if source.node is node)


def _head(node: Expression, joined: bool, scope: Scope, ctx: Context) -> Chain:
    """The first item of FROM: a table, or a query whose chain the outer one goes on with."""
    query = query_in(node, scope, ctx)
    if query is None:
        return Chain(From(_plain(node, ctx)))
    chain = chain_of(query, ctx)
    source = source_of(node, scope)
    if source.qualified or (joined and chain.keeps_aliases()):
        chain.add(As(identifier(source.name or ctx.fresh("t"))))
    return chain


def operand(step: Step, scope: Scope, ctx: Context) -> Expression:
    """What is joined: a table, or the nested pipe of a query."""
    query = query_in(step.node, scope, ctx)
    if query is None:
        if isinstance(step.node, exp.Subquery):
            raise refused("a join in brackets as the operand of an outer join", step.node, ctx.source)
        return _plain(step.node, ctx)
    leaf = nested(chain_of(query, ctx).query(ctx.target))
    alias = source_of(step.node, scope).name
    return exp.Subquery(this=leaf, alias=exp.TableAlias(this=identifier(alias)) if alias else None)


def query_in(node: Expression, scope: Scope, ctx: Context) -> Expression | None:
    """The query that an item of FROM stands for; None for a table. Names for its columns are put inside it."""
    alias = node.args.get("alias")
    columns = [c.name for c in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    query: Expression | None = None
    if isinstance(node, exp.Table):
        source = source_of(node, scope)
        cte = ctx.inlined.get(node.name.lower()) if source.kind == "cte" else None
        query = cte.this if cte is not None else None
        if query is None and columns:
            raise refused("names for the columns of a table", node, ctx.source)
    elif isinstance(node, exp.Subquery) and not _is_join_in_brackets(node):
        query = node if any(node.args.get(p) is not None for p in ("order", "limit", "offset", "with_")) else node.this
    elif isinstance(node, exp.Values):
        query = node
        columns = []
    if query is not None and columns:
        name_outputs(query, columns, ctx)
    return query


def _plain(node: Expression, ctx: Context) -> Expression:
    """A table, without the joins behind it."""
    if isinstance(node, exp.Lateral):
        raise refused("LATERAL", node, ctx.source)
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        for part in ("pivots", "sample", "hints", "version", "when", "only"):
            if node.args.get(part):
                raise refused(f"{part} of a table", node, ctx.source)
    elif ctx.googlesql and not isinstance(node, exp.Unnest):
        raise refused("a table function that GoogleSQL does not have", node, ctx.source)
    if node.args.get("joins"):
        node.set("joins", None)
    return node
