"""The finished record: without the marks that steps left for each other, with its id."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.datasets.jsonl import example_id
from querywright.synthesis.steps.marks import MARK


class Finish:
    """Takes away what only the chain needed."""

    name = "finish"

    def __call__(self, example: Example) -> Iterator[Example]:
        extra = {key: value for key, value in example.extra.items() if not key.startswith(MARK)}
        finished = example.having(extra=extra)
        yield finished if finished.id else finished.having(id=example_id(finished))
