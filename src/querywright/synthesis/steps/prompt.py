"""The schema and the question become the training prompt."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.synthesis.desk import Desks


class MakePrompt:
    """Fills the run's template."""

    name = "prompt"

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        prompt = self._desks[example.db_id].prompter.fill(example.question, example.evidence)
        yield example.having(prompt=prompt)
