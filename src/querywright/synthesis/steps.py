"""The steps of the synthesis chain: write a query, ask for it, explain it, make the prompt, grade it."""

from __future__ import annotations

import random
from collections.abc import Iterator

from querywright.databases import compare
from querywright.datasets.example import Example
from querywright.datasets.jsonl import example_id
from querywright.errors import QueryError
from querywright.runs import Reject
from querywright.sql import hardness
from querywright.synthesis.desk import LIMITS, Desks
from querywright.synthesis.english import CannotSay, ask
from querywright.synthesis.reasoning import explain, final_sql

DRAW = "draw"
"""Under this key of `extra` an input carries its number; no example that is kept has it."""
LONGEST = 75
"""Words in a question, beyond which nobody would ask it in one breath."""


class WriteQuery:
    """A draw becomes a query that executes, answers something and holds nothing idle."""

    name = "write"

    def __init__(self, desks: Desks, seed: int) -> None:
        self._desks, self._seed = desks, seed

    def __call__(self, example: Example) -> Iterator[Example]:
        draw = example.extra[DRAW]
        rng = random.Random(f"{self._seed}:{example.db_id}:{draw}:write")
        desk = self._desks[example.db_id]
        written = desk.grammar.write(rng, draw)
        desk.remember(written.sql, written.result)
        yield example.having(SQL=written.sql, author="grammar")


class AskQuestion:
    """A query gets its question, in one of the eleven styles."""

    name = "ask"

    def __init__(self, desks: Desks, seed: int) -> None:
        self._desks, self._seed = desks, seed

    def __call__(self, example: Example) -> Iterator[Example]:
        desk = self._desks[example.db_id]
        draw = example.extra.get(DRAW, example.SQL)
        rng = random.Random(f"{self._seed}:{example.db_id}:{draw}:ask")
        try:
            question = ask(desk.tree(example.SQL), desk.lexicon, None, rng)
        except CannotSay as error:
            raise Reject("no words for the query", str(error)) from None
        if len(question.text.split()) > LONGEST:
            raise Reject("question too long", question.text)
        yield example.having(
            question=question.text,
            evidence=question.evidence,
            question_style=question.style,
            question_type=question.kind,
        )


class Explain:
    """A query gets a reasoning trace, kept only if the SQL in it gives the gold result."""

    name = "explain"

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        desk = self._desks[example.db_id]
        try:
            trace = explain(desk.tree(example.SQL), example.SQL, desk.lexicon)
        except CannotSay as error:
            raise Reject("no words for the reasoning", str(error)) from None
        sql = final_sql(trace)
        if sql is None:
            raise Reject("reasoning holds no query", trace[-200:])
        try:
            # The gold rows are those that `write` saw: a query whose rows change from run to run falls here too.
            gold, found = desk.rows(example.SQL), desk.database.execute(sql, LIMITS)
        except QueryError as error:
            raise Reject("reasoning ends in a query that fails", error.message) from None
        verdict = compare(gold, found, gold_sql=example.SQL, dialect=desk.database.dialect)
        if not verdict.equal:
            raise Reject("reasoning ends in another result", verdict.reason)
        yield example.having(cot_reasoning=trace)


class MakePrompt:
    """The schema and the question become the training prompt."""

    name = "prompt"

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        prompt = self._desks[example.db_id].prompter.fill(example.question, example.evidence)
        yield example.having(prompt=prompt)


class Grade:
    """The query's difficulty from its tree; the finished record gets its id."""

    name = "grade"

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        desk = self._desks[example.db_id]
        graded = example.having(
            sql_component_difficulty=hardness(desk.tree(example.SQL), desk.database.dialect),
            extra={k: v for k, v in example.extra.items() if k != DRAW},
        )
        yield graded.having(id=example_id(graded))
