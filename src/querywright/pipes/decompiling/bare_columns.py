"""Columns beside GROUP BY that are no keys: SQLite and MySQL give one row's value, GoogleSQL wants that said."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.items import Block
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.tree import Expression


def any_value(node: exp.Column, block: Block) -> Expression:
    """`ANY_VALUE(node)`; beside the only MIN or MAX of SQLite it is the value of the row that has that."""
    ctx, copied = block.ctx, block.ctx.copy(node)
    if ctx.source not in ("sqlite", "mysql"):
        raise refused("a column that is neither grouped nor aggregated", node, ctx.source)
    extremes = [c for c in block.scope.aggregates if isinstance(c, (exp.Max, exp.Min)) and not c.expressions]
    if ctx.source == "sqlite" and len(extremes) == 1 and not isinstance(extremes[0].parent, (exp.Filter, exp.Window)):
        by = extremes[0].this
        if not isinstance(by, exp.Distinct):
            most = isinstance(extremes[0], exp.Max)
            return exp.AnyValue(this=exp.HavingMax(this=copied, expression=ctx.copy(by), max=most))
    return exp.AnyValue(this=copied)


def determined(node: exp.Column, block: Block) -> bool:
    """Whether the keys of GROUP BY determine the column."""
    return False
