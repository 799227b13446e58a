"""Columns beside GROUP BY that are no keys: SQLite and MySQL give one row's value, GoogleSQL wants that said.

There such a column is ANY_VALUE, which keeps the groups and their order. PostgreSQL only takes one that the keys
determine: it is one more key.
"""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.facts import Facts, Place
from querywright.pipes.decompiling.group_keys import Key
from querywright.pipes.decompiling.items import Block
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.tree import Expression


class Determined:
    """The columns that the keys of GROUP BY determine; worked out when first asked for."""

    def __init__(self, block: Block, keys: list[Key]) -> None:
        self._block, self._keys = block, [key.expression for key in keys]
        self._facts: Facts | None = None
        self._known: set[Place] = set()

    def __contains__(self, node: exp.Column) -> bool:
        if self._block.ctx.source in ("sqlite", "mysql"):
            return False
        if self._facts is None:
            self._facts = Facts(self._block)
            self._known = self._facts.determined(self._keys) if self._facts.useful and self._keys else set()
        return self._facts.place(node) in self._known


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
