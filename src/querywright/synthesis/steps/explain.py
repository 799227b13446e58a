"""A query gets a reasoning trace, kept only if the SQL in it gives the gold result."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.databases import compare
from querywright.datasets.example import Example
from querywright.errors import ModelFailed, QueryError
from querywright.runs import Reject
from querywright.synthesis.authors.contract import Author, Refused
from querywright.synthesis.desk import LIMITS, Desk, Desks
from querywright.synthesis.reasoning import final_sql
from querywright.synthesis.steps.marks import DIRECTION


class Explain:
    """The author explains, `retries` times more where the SQL in a trace is not right.

    A trace that is there already stays if it holds. With `seeds`, an example that is no variant stays without one:
    what somebody else wrote, a question and a query that fit, is not dropped for want of words.
    """

    name = "explain"

    def __init__(self, desks: Desks, author: Author, retries: int, *, seeds: bool = False) -> None:
        self._desks, self._author, self._retries, self._seeds = desks, author, retries, seeds

    def __call__(self, example: Example) -> Iterator[Example]:
        try:
            yield self._explained(self._desks[example.db_id], example)
        except (Reject, ModelFailed):
            if not self._seeds or DIRECTION in example.extra:
                raise
            yield example.having(cot_reasoning=None)

    def _explained(self, desk: Desk, example: Example) -> Example:
        if example.cot_reasoning and fault_of(desk, example, example.cot_reasoning) is None:
            return example
        refused: list[Refused] = []
        while True:
            trace = self._author.explain(desk, example, refused)
            fault = fault_of(desk, example, trace)
            if fault is None:
                return example.having(cot_reasoning=trace)
            refused.append(Refused(trace, fault.reason))
            if len(refused) > self._retries:
                raise fault


def fault_of(desk: Desk, example: Example, trace: str) -> Reject | None:
    """What is wrong with a trace; None where the query it ends in gives the gold rows."""
    sql = final_sql(trace)
    if sql is None:
        return Reject("reasoning holds no query", trace[-200:])
    try:
        # The gold rows are those that were seen before: a query whose rows change from run to run falls here too.
        gold, found = desk.rows(example.SQL), desk.database.execute(sql, LIMITS)
    except QueryError as error:
        return Reject("reasoning ends in a query that fails", error.message)
    verdict = compare(gold, found, gold_sql=example.SQL, dialect=desk.database.dialect)
    return None if verdict.equal else Reject("reasoning ends in another result", verdict.reason)
