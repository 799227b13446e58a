"""How hard a question is for a model: how many of several answers to its prompt are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from querywright.databases import Result, compare
from querywright.datasets.example import Example
from querywright.errors import QueryError
from querywright.models import Message, Request
from querywright.models.opened import Models
from querywright.synthesis.desk import LIMITS, Desk, Desks
from querywright.synthesis.reasoning import final_sql
from querywright.synthesis.scales import Scale

GOLD_FAILED = "gold failed"
"""The label where the reference itself gives nothing to compare with."""
TEMPERATURE = 0.8
"""Above zero, or all answers would be the same one."""


class GradeByExecution:
    """Asks `generations` times, executes each different answer once, and labels by the share that is wrong."""

    name = "difficulty"

    def __init__(self, desks: Desks, models: Models, generations: int, scale: Scale) -> None:
        self._desks, self._models = desks, models
        self._generations, self._scale = generations, scale

    def __call__(self, example: Example) -> Iterator[Example]:
        desk = self._desks[example.db_id]
        try:
            gold = desk.rows(example.SQL)
        except QueryError:
            yield example.having(sql_execution_difficulty=GOLD_FAILED)
            return
        asked = Request(
            (Message("user", example.prompt or ""),),
            samples=self._generations,
            temperature=TEMPERATURE,
            blanks=True,
            step=self.name,
        )
        answers = Counter(_query(text) for text in self._models.ask("default", asked))
        passed = sum(number for sql, number in answers.items() if sql and _right(desk, example.SQL, gold, sql))
        score = 10 * (self._generations - passed) / self._generations
        yield example.having(
            sql_execution_difficulty=self._scale.label(score),
            extra=example.extra | {"passed": passed, "generations": self._generations},
        )


def _query(text: str) -> str:
    """The query of an answer: the last fenced block, or all of it."""
    return (final_sql(text) or text).strip().rstrip(";").rstrip()


def _right(desk: Desk, gold_sql: str, gold: Result, sql: str) -> bool:
    if sql == gold_sql:
        return True
    try:
        found = desk.database.execute(sql, LIMITS)
    except QueryError:
        return False
    return compare(gold, found, gold_sql=gold_sql, dialect=desk.database.dialect).equal
