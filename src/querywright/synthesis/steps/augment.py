"""A seed becomes itself and its variants: first what is to be made, then each made and held against the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from querywright.datasets.example import Example
from querywright.runs import Reject
from querywright.synthesis.augment import verify
from querywright.synthesis.authors.contract import Author, Refused
from querywright.synthesis.desk import Desks
from querywright.synthesis.steps.marks import DIRECTION
from querywright.synthesis.steps.refusing import told

ATTEMPTS = 3


class Plan:
    """The seed and `number` variants to be made of it; directions are drawn uniformly, without repeats while they last.

    A variant has the seed's database and, until it has its own, the seed's query; nothing else of it would be true.
    """

    name = "plan"

    def __init__(self, number: int, directions: Sequence[str], seed: int) -> None:
        self._number, self._directions, self._seed = number, tuple(directions), seed

    def __call__(self, example: Example) -> Iterator[Example]:
        yield example
        rng = random.Random(f"{self._seed}:{example.db_id}:{example.question}:{example.SQL}:plan")
        drawn: list[str] = []
        while len(drawn) < self._number:
            drawn += rng.sample(self._directions, len(self._directions))
        for number, direction in enumerate(drawn[: self._number]):
            yield Example(
                example.db_id,
                SQL=example.SQL,
                augmentation=direction,
                parent_id=example.id,
                extra={DIRECTION: f"{number}:{example.question}"},
            )


class Augment:
    """The author varies the seed; what fails its direction's check is refused, up to three times, then dropped."""

    name = "augment"

    def __init__(self, desks: Desks, author: Author, seed: int) -> None:
        self._desks, self._author, self._seed = desks, author, seed

    def __call__(self, example: Example) -> Iterator[Example]:
        if DIRECTION not in example.extra:
            yield example
            return
        desk = self._desks[example.db_id]
        direction = example.augmentation or ""
        mark = f"{self._seed}:{example.db_id}:{example.SQL}:{example.extra[DIRECTION]}:{direction}"
        refused: list[Refused] = []
        last = Reject("no variant")
        for _ in range(ATTEMPTS):
            try:
                variant = self._author.vary(desk, example, direction, random.Random(mark), refused)
            except Reject as nothing:
                raise last if refused else nothing from None
            try:
                rows = verify(desk.database, example.SQL, variant, known=desk.known_rows(example.SQL))
            except Reject as reject:
                last = reject
                refused.append(Refused(variant.sql, told(reject), variant.rewrite))
                continue
            desk.remember(variant.sql, rows)
            yield example.having(SQL=variant.sql, author=self._author.name)
            return
        raise last
