"""A question that does not ask for what its query gives is dropped, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.runs import Reject
from querywright.synthesis.authors.contract import Author
from querywright.synthesis.desk import Desks
from querywright.synthesis.steps.marks import JUDGED


class Correspond:
    """The author judges each question once. An example that has none yet is none of its business."""

    def __init__(self, desks: Desks, author: Author, name: str = "correspond") -> None:
        self.name = name
        self._desks, self._author = desks, author

    def __call__(self, example: Example) -> Iterator[Example]:
        if not example.question.strip() or JUDGED in example.extra:
            yield example
            return
        found = self._author.judge(self._desks[example.db_id], example, self.name)
        if not found.agrees:
            raise Reject("question and query differ", found.reason)
        yield example.having(extra=example.extra | {JUDGED: True})
