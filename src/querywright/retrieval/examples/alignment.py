"""From a masked question to where its masked SQL should lie: a linear map, fitted to the examples of the index.

A question and its SQL share few words, so an embedding that was not trained on such pairs sees no likeness between
them. The examples are such pairs. Of all maps W, this one makes |QW - S|² + PULL · |W - 1|² least: with few examples it
stays near the identity, where the cosine is that of the embeddings themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from querywright.models.contract import Vectors

LEAST: Final = 500
"""Examples from which a map is fitted; of fewer it would learn by heart."""
PULL: Final = 0.3
"""How strongly the map is held to the identity, in examples. Measured: `benchmarks/example_retrieval.py`."""


def fitted(pairs: Iterable[tuple[Vectors, Vectors]]) -> Vectors | None:
    """The map of these blocks of questions' and their SQLs' vectors; None where they are too few."""
    import numpy as np

    outer: Any = 0.0
    across: Any = 0.0
    count = wide = 0
    for questions, queries in pairs:
        exact = questions.astype(np.float64)
        outer = outer + exact.T @ exact
        across = across + exact.T @ queries.astype(np.float64)
        count, wide = count + len(questions), questions.shape[1]
    if count < LEAST:
        return None
    held = PULL * np.eye(wide)
    return np.linalg.solve(outer + held, across + held).astype(np.float32)


def aligned(question: Vectors, by: Vectors | None) -> Vectors:
    """A question's vector where the map puts it, of length 1; as it is without a map."""
    return question if by is None else moved(question[None], by)[0]


def moved(questions: Vectors, by: Vectors) -> Vectors:
    """Questions' vectors where the map puts them, of length 1; one that it puts nowhere stays where it is."""
    import numpy as np

    found = questions.astype(np.float64) @ by.astype(np.float64)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.where(lengths > 0, found / np.where(lengths > 0, lengths, 1), questions).astype(np.float32)
