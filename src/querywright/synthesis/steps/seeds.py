"""A row of a seed file becomes an example to work on, or is dropped with its place and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.datasets.jsonl import example_id
from querywright.runs import Reject
from querywright.synthesis.desk import Desks
from querywright.synthesis.steps.marks import PROBLEM


class CheckSeed:
    """The row was readable, its database is there, its query runs."""

    name = "seed"

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        if problem := example.extra.get(PROBLEM):
            raise Reject("the row cannot be used", problem)
        self._desks[example.db_id].runs(example.SQL)
        yield example if example.id else example.having(id=example_id(example))
