"""`Example`: one record of a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Example:
    """One record: a database, a question, its SQL, and what was added to it. None means not made (yet).

    Field order is the order of the columns in every file we write; columns of an input that we do not know
    live in `extra` and are written after ours.
    """

    db_id: str
    question: str = ""
    SQL: str = ""
    evidence: str = ""
    id: str | None = None
    prompt: str | None = None
    cot_reasoning: str | None = None
    sql_component_difficulty: str | None = None
    sql_execution_difficulty: str | None = None
    pipe_sql: str | None = None
    question_style: str | None = None
    question_type: str | None = None
    augmentation: str | None = None
    parent_id: str | None = None
    author: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def having(self, **changes: Any) -> Self:
        """A copy with these fields replaced."""
        return replace(self, **changes)


FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Example) if f.name != "extra")
"""The columns we know, in order."""
