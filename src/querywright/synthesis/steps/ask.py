"""A query without a question gets one."""

from __future__ import annotations

import random
from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.synthesis.authors.contract import Author
from querywright.synthesis.desk import Desks
from querywright.synthesis.steps.marks import DRAW

SCORE = "question_score"
"""The extra column that says how well a question stood among the candidates."""


class AskQuestion:
    """The author asks; a question that is there already stays."""

    name = "ask"

    def __init__(self, desks: Desks, author: Author, seed: int) -> None:
        self._desks, self._author, self._seed = desks, author, seed

    def __call__(self, example: Example) -> Iterator[Example]:
        if example.question.strip():
            yield example
            return
        draw = example.extra.get(DRAW, example.SQL)
        rng = random.Random(f"{self._seed}:{example.db_id}:{draw}:ask")
        asked = self._author.ask(self._desks[example.db_id], example, rng)
        scored = {} if asked.score is None else {SCORE: asked.score}
        yield example.having(
            question=asked.question,
            evidence=" ".join(text for text in (example.evidence, asked.evidence) if text),
            question_style=asked.style,
            question_type=asked.kind,
            extra=example.extra | scored,
        )
