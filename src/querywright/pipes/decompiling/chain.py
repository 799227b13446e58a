"""A pipe query while it is being built: a head, the operators so far, the CTEs it needs in front."""

from __future__ import annotations

from dataclasses import dataclass, field

from querywright.pipes.decompiling.tidying import tidy
from querywright.pipes.tree import (
    Aggregate,
    As,
    Cte,
    Dialect,
    Expression,
    From,
    Head,
    Operator,
    PipeQuery,
    Select,
    SetOperation,
    Standard,
    nested,
)

_ENDS_ALIASES = (Select, Aggregate, As, SetOperation)


@dataclass(slots=True)
class Chain:
    head: Head
    operators: list[Operator] = field(default_factory=list)
    ctes: list[Cte] = field(default_factory=list)
    recursive: bool = False

    def add(self, operator: Operator) -> None:
        self.operators.append(operator)

    def keeps_aliases(self) -> bool:
        """Whether the table aliases of its head can still be named behind it."""
        return isinstance(self.head, From) and not any(isinstance(o, _ENDS_ALIASES) for o in self.operators)

    def query(self, dialect: Dialect) -> PipeQuery:
        return PipeQuery(self.head, tuple(tidy(self.operators)), tuple(self.ctes), self.recursive, dialect)

    def as_operand(self, dialect: Dialect) -> Expression:
        """What a set operation takes: the leaf of a nested pipe, or a row as it stands."""
        if isinstance(self.head, Standard) and not self.operators and not self.ctes:
            return self.head.query
        return nested(self.query(dialect))
