"""`Beginning`: a pipe query as far as it goes, found fit to go on from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from querywright.databases import Result
from querywright.errors import QueryError

if TYPE_CHECKING:
    from querywright.pipes.scope import Active
    from querywright.pipes.tree import PipeQuery


@dataclass(frozen=True, slots=True)
class Beginning:
    """A head with operators that can be read, bound and compiled."""

    query: PipeQuery
    lines: tuple[str, ...]
    """The head and each operator as they are printed: what a model is shown, and learns from."""
    compiled: str
    """So much of the query in the database's SQL."""
    active: Active
    """Columns and table aliases behind it."""
    sample: Result | QueryError | None = field(default=None, compare=False, repr=False)
    """Its first rows, or why it has none; None where it was not executed."""

    @property
    def last(self) -> str:
        """The operator that it ends with, or its head."""
        return self.lines[-1]

    @property
    def kind(self) -> str:
        """What that is, in one word: `from`, `where`, `join`."""
        return type(self.query.operators[-1]).__name__.lower() if self.query.operators else "from"

    @property
    def is_empty(self) -> bool:
        """Whether it ran and has no rows."""
        return isinstance(self.sample, Result) and not self.sample.rows

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns with their types, as text."""
        return tuple(f"{column.name} {column.type}".strip() for column in self.active.fields)

    def sampled(self, sample: Result | QueryError | None) -> Beginning:
        """With its first rows."""
        return replace(self, sample=sample)
