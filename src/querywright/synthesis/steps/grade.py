"""The query's difficulty from its tree."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.sql import hardness
from querywright.synthesis.desk import Desks
from querywright.synthesis.scales import Scale


class Grade:
    """Labels by Spider's rule, or by a scale of the user's own."""

    name = "grade"

    def __init__(self, desks: Desks, scale: Scale | None = None) -> None:
        self._desks = desks
        self._thresholds = scale.thresholds if scale else None
        self._labels = scale.labels if scale else None

    def __call__(self, example: Example) -> Iterator[Example]:
        desk = self._desks[example.db_id]
        label = hardness(desk.tree(example.SQL), desk.database.dialect, self._thresholds, self._labels)
        yield example.having(sql_component_difficulty=label)
