"""A flat map of queries: those that use the same features lie together (t-SNE)."""

from __future__ import annotations

import math
import warnings
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
_SPREAD = 0.0045


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
    heaps: dict[tuple[int, ...], int] = {}
    places = []
    for point in points:
        at = heaps.get(point.vector, 0)
        heaps[point.vector] = at + 1
        x, y = centres[point.vector]
        distance, angle = _SPREAD * math.sqrt(at), at * _GOLDEN_ANGLE
        # The map is about twice as wide as high, so a round heap is twice as high in these coordinates.
        x, y = x + distance * math.cos(angle), y + 2 * distance * math.sin(angle)
        places.append(Place(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0), point.db_id, point.question, point.hardness))
    return places


def _project(vectors: Sequence[tuple[int, ...]], seed: int) -> list[tuple[float, float]]:
    """The vectors in the unit square. Counts are put on one scale: the logarithm, then its standard deviation."""
    tsne = _tsne()
    import numpy as np

    counts = np.log1p(np.array(vectors, dtype=float))
    deviation = counts.std(axis=0)
    scaled = (counts - counts.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    perplexity = min(30.0, (len(vectors) - 1) / 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns of its own division of constant columns
        flat = tsne(perplexity=perplexity, init="pca", random_state=seed, max_iter=500).fit_transform(scaled)
    low, high = flat.min(axis=0), flat.max(axis=0)
    square = (flat - low) / np.where(high > low, high - low, 1.0)
    return [(float(x), float(y)) for x, y in square]


def _tsne() -> Any:
    try:
        from sklearn.manifold import TSNE
    except ModuleNotFoundError as error:
        raise SettingsError("the report needs scikit-learn: pip install 'querywright[report]'") from error
    return TSNE
