"""A row with a pipe query gets reasoning that goes operator by operator, kept only if both queries in it hold."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.errors import PipeError, QueryError
from querywright.runs import Reject
from querywright.synthesis.desk import Desks
from querywright.synthesis.english import CannotSay
from querywright.synthesis.piping.desk import PipeDesk, PipeDesks
from querywright.synthesis.reasoning import explain_pipe, final_pipe
from querywright.synthesis.steps.explain import fault_of
from querywright.synthesis.steps.marks import DIRECTION


class ExplainPipe:
    """By rule, from the tree of the pipe query; with models, too.

    With `seeds`, an example that is no variant stays without reasoning where there are no words for one.
    """

    name = "explain"

    def __init__(self, desks: Desks, piped: PipeDesks, *, seeds: bool = False) -> None:
        self._desks, self._piped, self._seeds = desks, piped, seeds

    def __call__(self, example: Example) -> Iterator[Example]:
        try:
            yield self._explained(example)
        except Reject:
            if not self._seeds or DIRECTION in example.extra:
                raise
            yield example.having(cot_reasoning=None)

    def _explained(self, example: Example) -> Example:
        desk, piped = self._desks[example.db_id], self._piped[example.db_id]
        query = piped.query(example)
        try:
            active = query.columns(desk.database.schema)
            trace = explain_pipe(query, active, desk.tree(example.SQL), example.SQL, desk.lexicon)
        except (CannotSay, PipeError) as error:
            raise Reject("no words for the reasoning", str(error)) from None
        fault = fault_of(desk, example, trace) or pipe_fault_of(piped, example, trace)
        if fault is not None:
            raise fault
        return example.having(cot_reasoning=trace)


def pipe_fault_of(desk: PipeDesk, example: Example, trace: str) -> Reject | None:
    """What is wrong with the pipe query of a trace; None where it means what the row's SQL means."""
    text = final_pipe(trace)
    if text is None:
        return Reject("reasoning holds no pipe query", trace[-200:])
    try:
        found = desk.verified(example.having(pipe_sql=text))
    except (PipeError, QueryError) as error:
        return Reject("reasoning ends in a pipe query that fails", str(error))
    return None if found else Reject("reasoning ends in another result", found.reason)
