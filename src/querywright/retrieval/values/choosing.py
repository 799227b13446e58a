"""From the nearest values of a keyword to those worth showing: CHESS's filter, its numbers as arguments.

The text index has found the nearest; of these, values too far by letters or by meaning go, and in each column only
those stay that are nearly as near as its best one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from querywright.retrieval.values.match import Match
from querywright.retrieval.values.ranking import edit_similarity

if TYPE_CHECKING:
    from querywright.models.contract import Vectors

Embed = Callable[[Sequence[str]], "Vectors"]
"""Texts to unit vectors, one row each."""


def best_per_column(
    matches: Iterable[Match],
    keyword: str,
    embed: Embed | None = None,
    *,
    top: int = 10,
    edit: float = 0.3,
    cosine: float = 0.6,
    of_best: float = 0.9,
) -> list[Match]:
    """Of a keyword's matches those that are near enough, and in each column only the nearest, in their order.

    Args:
        matches: as `ValueIndex.search` gives them for the keyword, nearest first.
        keyword: what was searched.
        embed: an embedding model's texts to vectors; without one, meaning is not asked for.
        top: how many of the matches are looked at.
        edit: the least edit similarity to the keyword.
        cosine: the least similarity in meaning to the keyword.
        of_best: the least edit similarity, as a share of the best one in the same column.

    Raises:
        ModelFailed, ModelUnavailable: as `embed` does.
    """
    looked_at = [(match, edit_similarity(keyword, match.value)) for match in list(matches)[:top]]
    looked_at = [(match, edit_similarity(keyword, match.value)) for match in list(matches)[:top]]
    near = [(match, likeness) for match, likeness in looked_at if likeness >= edit]
    if embed is not None and near:
        vectors = embed([keyword, *(match.value for match, _ in near)])
        meant = vectors[1:] @ vectors[0]
        near = [pair for pair, similarity in zip(near, meant.tolist(), strict=True) if similarity >= cosine]
    best: dict[tuple[str, str], float] = {}
    for match, likeness in near:
        place = (match.table, match.column)
        best[place] = max(best.get(place, 0.0), likeness)
    return [match for match, likeness in near if likeness >= of_best * best[match.table, match.column]]
