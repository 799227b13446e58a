"""A flat map of queries: those that use the same features lie together (t-SNE)."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from querywright.errors import SettingsError
from querywright.sql.features import Features

POINTS = 1500
"""Queries on the map; more make it no clearer and cost seconds."""
FEWEST = 5
"""Different feature vectors below which there is no map to draw."""
DIMENSIONS: tuple[str, ...] = (
    "selects", "windows", "set_operations", "groups", "cases", "where", "joins", "ctes", "recursive_ctes", "having",
    "orders", "limits", "distincts", "aggregates", "nested", "depth",
)  # fmt: skip
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_SPREAD, _SPOT = 0.0055, 0.01


@dataclass(frozen=True, slots=True)
class Point:
    """A query to place: its features, and what the map says of it."""

    db_id: str
    question: str
    hardness: str
    features: Features

    @property
    def vector(self) -> tuple[int, ...]:
        """The counts that decide where it lies."""
        return tuple(getattr(self.features, name) for name in DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Place:
    """A placed query; x and y are between 0 and 1."""

    x: float
    y: float
    db_id: str
    question: str
    hardness: str


def placed(points: Sequence[Point], seed: int = 0) -> list[Place]:
    """Where each query lies; queries with the same features form a small round heap. Empty below `FEWEST` vectors.

    Raises:
        SettingsError: scikit-learn is not installed.
    """
    vectors = sorted({point.vector for point in points})
    if len(vectors) < FEWEST:
        return []
    centres = dict(zip(vectors, _project(vectors, seed), strict=True))
    heaps: Counter[tuple[int, int]] = Counter()
    flat = []
    for point in points:
        x, y = centres[point.vector]
        # Vectors that t-SNE put on one spot share a heap, so that no point hides another.
        spot = (round(x / _SPOT), round(y / _SPOT))
        distance, angle = _SPREAD * math.sqrt(heaps[spot]), heaps[spot] * _GOLDEN_ANGLE
        # The map is about twice as wide as high, so a round heap is twice as high in these coordinates.
        flat.append((spot[0] * _SPOT + distance * math.cos(angle), spot[1] * _SPOT + 2 * distance * math.sin(angle)))
        heaps[spot] += 1
    return [
        Place(x, y, point.db_id, point.question, point.hardness)
        for point, (x, y) in zip(points, _in_unit_square(flat), strict=True)
    ]


def _in_unit_square(flat: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    low = [min(column) for column in zip(*flat, strict=True)]
    span = [(max(column) - least) or 1.0 for column, least in zip(zip(*flat, strict=True), low, strict=True)]
    return [((x - low[0]) / span[0], (y - low[1]) / span[1]) for x, y in flat]


def _project(vectors: Sequence[tuple[int, ...]], seed: int) -> list[tuple[float, float]]:
    """The vectors in the unit square. Counts are put on one scale: the logarithm, then its standard deviation."""
    tsne, threadpool_limits = _tools()
    import numpy as np

    counts = np.log1p(np.array(vectors, dtype=float))
    deviation = counts.std(axis=0)
    scaled = (counts - counts.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    perplexity = min(30.0, (len(vectors) - 1) / 3)
    # One thread: on a busy machine several wait for each other and take six times as long.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns of its own division by constant columns
        flat = tsne(perplexity=perplexity, init="pca", random_state=seed, max_iter=400).fit_transform(scaled)
    return _in_unit_square([(float(x), float(y)) for x, y in flat])


def _tools() -> tuple[Any, Any]:
    """t-SNE, and what keeps it to a number of threads."""
    try:
        from sklearn.manifold import TSNE
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise SettingsError("the report needs scikit-learn: pip install 'querywright[report]'") from error
    return TSNE, threadpool_limits
