"""A draw becomes a query that executes and answers something."""

from __future__ import annotations

import random
from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.runs import Reject
from querywright.synthesis.authors.contract import Author, Refused
from querywright.synthesis.desk import Desks
from querywright.synthesis.steps.marks import DRAW
from querywright.synthesis.steps.refusing import told

ATTEMPTS = 2


class WriteQuery:
    """The author writes; what does not run or says nothing is refused once, then dropped."""

    name = "write"

    def __init__(self, desks: Desks, author: Author, seed: int) -> None:
        self._desks, self._author, self._seed = desks, author, seed

    def __call__(self, example: Example) -> Iterator[Example]:
        draw = example.extra[DRAW]
        desk = self._desks[example.db_id]
        refused: list[Refused] = []
        while True:
            rng = random.Random(f"{self._seed}:{example.db_id}:{draw}:write")
            sql = self._author.write(desk, draw, rng, refused)
            try:
                desk.useful_rows(sql)
            except Reject as reject:
                if len(refused) + 1 == ATTEMPTS:
                    raise Reject(reject.reason, f"{reject.detail}: {sql}") from None
                refused.append(Refused(sql, told(reject)))
                continue
            yield example.having(SQL=sql, author=self._author.name)
            return
