"""Which columns others determine: by keys that identify a row, and by equalities that all rows fulfil."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.items import Block
from querywright.pipes.decompiling.single import keys_of
from querywright.pipes.tree import Expression, Join, Where

Place: TypeAlias = tuple[int, str]
"""A column: its source's id, and its lower-case name."""


class Facts:
    """What the joins and filters of one SELECT say about its columns."""

    def __init__(self, block: Block) -> None:
        self._ctx: Context = block.ctx
        self._keys = {id(source): keys_of(source, block.ctx) for source in block.scope.sources}
        self._columns = {id(source): set(source.index) for source in block.scope.sources}
        self._equal: list[tuple[Place, Place]] = []
        conditions = []
        for operator in block.chain.operators:
            if isinstance(operator, Join) and operator.kind == "INNER" and operator.on is not None:
                conditions.append(operator.on)
            elif isinstance(operator, Where):
                conditions.append(operator.condition)
            elif isinstance(operator, Join) and operator.kind in ("RIGHT", "FULL"):
                conditions.clear()  # what was true before holds no more for the rows that it adds
        for condition in conditions:
            for part in condition.flatten() if isinstance(condition, exp.And) else (condition,):
                if isinstance(part, exp.EQ):
                    left, right = self.place(part.this), self.place(part.expression)
                    if left is not None and right is not None:
                        self._equal += [(left, right), (right, left)]

    @property
    def useful(self) -> bool:
        """Whether any key is known at all."""
        return any(self._keys.values())

    def place(self, node: Expression) -> Place | None:
        meaning = self._ctx.binding(node) if isinstance(node, exp.Column) else None
        if meaning is None or meaning.source is None:
            return None
        return id(meaning.source), meaning.name.lower()

    def determined(self, by: Iterable[Expression]) -> set[Place]:
        """All columns that have one value where those of `by` have."""
        known = {place for node in by if (place := self.place(node)) is not None}
        while True:
            size = len(known)
            for source, keys in self._keys.items():
                if any(all((source, name) in known for name in key) for key in keys):
                    known |= {(source, name) for name in self._columns[source]}
            known |= {right for left, right in self._equal if left in known}
            if len(known) == size:
                return known
