"""One pass over a run's dataset: everything the page shows of it, in memory that does not grow with it."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from querywright.datasets.example import Example
from querywright.datasets.statistics import Statistics, Tally
from querywright.datasets.statistics.measuring import UNPARSED
from querywright.runs.report.coverage import Coverage
from querywright.runs.report.feature_map import POINTS, Point

T = TypeVar("T")

SAMPLES = 30
PER_GROUP = 3
"""Examples kept of each combination of database, hardness and style, to choose the samples from."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the pass found."""

    statistics: Statistics
    coverage: list[Coverage]
    samples: list[tuple[Example, str]]
    """The chosen examples with their hardness."""
    points: list[Point]


def survey(examples: Iterable[Example], coverage: Mapping[str, Coverage], dialects: Mapping[str, str]) -> Survey:
    """Look at every example once. `coverage` has an empty one for each database whose schema is known.

    What is chosen depends on the examples only: on a digest of each, not on chance.
    """
    tally, samples, points = Tally(), _Spread(SAMPLES), _Lowest[Point](POINTS)
    for example in examples:
        measured = tally.add(example, dialects.get(example.db_id, "sqlite"))
        if example.db_id in coverage:
            coverage[example.db_id].add(measured.tree if measured else None)
        rank = _rank(example)
        hardness = measured.hardness if measured else UNPARSED
        samples.add(rank, example, hardness)
        if measured is not None:
            points.add(rank, Point(example.db_id, example.question, hardness, measured.features))
    return Survey(tally.finished(), list(coverage.values()), samples.chosen(), points.kept())


def _rank(example: Example) -> str:
    content = f"{example.id}\n{example.db_id}\n{example.question}\n{example.SQL}"
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class _Lowest(Generic[T]):
    """The things with the lowest ranks: a sample in which every example has the same chance."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[int, int, T]] = []
        self._count = 0

    def add(self, rank: str, thing: T) -> None:
        self._count += 1
        entry = (-int(rank, 16), self._count, thing)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def kept(self) -> list[T]:
        return [thing for _, _, thing in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


class _Spread:
    """The examples with the lowest ranks of each combination of database, hardness and style, and of all."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._groups: dict[tuple[str, str, str], _Lowest[tuple[str, Example]]] = {}
        # Where the groups are too few, others fill up: at most `number` of these can have been chosen before.
        self._others = _Lowest[tuple[Example, str]](2 * number)

    def add(self, rank: str, example: Example, hardness: str) -> None:
        labels = (example.db_id, hardness, example.question_style or "")
        self._groups.setdefault(labels, _Lowest(PER_GROUP)).add(rank, (rank, example))
        self._others.add(rank, (example, hardness))

    def chosen(self) -> list[tuple[Example, str]]:
        """Each time one of the group whose database, hardness and style were chosen least."""
        left = {labels: group.kept() for labels, group in self._groups.items()}
        seen: Counter[tuple[int, str]] = Counter()
        picked: list[tuple[Example, str]] = []
        while left and len(picked) < self._number:
            labels = min(left, key=lambda some: (sum(seen[mark] for mark in enumerate(some)), left[some][0][0]))
            picked.append((left[labels].pop(0)[1], labels[1]))
            seen.update(enumerate(labels))
            if not left[labels]:
                del left[labels]
        others = [other for other in self._others.kept() if other not in picked]
        return [*picked, *others[: self._number - len(picked)]]
