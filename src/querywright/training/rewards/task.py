"""`RewardTask`: what completions are held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from querywright.answering.completion import Form
from querywright.datasets.example import Example
from querywright.synthesis.piping.columns import PIPE_DIALECT


@dataclass(frozen=True, slots=True)
class RewardTask:
    """One question with its right answer. Two tasks with the same answer in the same form are equal."""

    db_id: str
    gold: str
    """The right query in the database's dialect: its rows are what completions are compared with."""
    form: Form = "sql"
    pipe: str = ""
    """The right query as a pipe: its operators are what those of completions are compared with."""
    pipe_dialect: str = ""
    """Whose expressions pipe queries hold, `googlesql` or an engine's; empty for those of the database."""
    question: str = field(default="", compare=False)
    evidence: str = field(default="", compare=False)

    @classmethod
    def of(cls, example: Example, form: Form = "sql") -> Self:
        """The task of an example. What is wrong with it, a missing pipe query too, is found by `Scorer.check`."""
        if form == "sql":
            return cls(example.db_id, example.SQL, question=example.question, evidence=example.evidence)
        dialect = str(example.extra.get(PIPE_DIALECT) or "")
        pipe = example.pipe_sql or ""
        return cls(example.db_id, example.SQL, "pipe", pipe, dialect, example.question, example.evidence)

    @property
    def answer(self) -> str:
        """The right answer in the form that is asked for."""
        return self.pipe if self.form == "pipe" else self.gold


def tasks_of(examples: Iterable[Example], form: Form = "sql") -> list[RewardTask]:
    """A task for each example, in order."""
    return [RewardTask.of(example, form) for example in examples]
